//! What a JWT says of its user.

use serde_json::Value;

/// The claim of this name, or the one that this path leads to: a name is looked up as it stands, and then
/// taken apart at a dot, the last one first.
pub(crate) fn claim<'a>(claims: &'a Value, path: &str) -> Option<&'a Value> {
    let whole = claims.as_object()?.get(path);
    whole.or_else(|| {
        path.rmatch_indices('.')
            .find_map(|(dot, _)| claim(claims.get(&path[..dot])?, &path[dot + 1..]))
    })
}

/// A claim's values, if it is a text, a whole number, or a list of those.
pub(crate) fn values(claim: &Value) -> Vec<String> {
    match claim {
        Value::Array(list) if list.len() <= 100 => list.iter().filter_map(value).collect(),
        one => value(one).into_iter().collect(),
    }
}

/// A text, or a whole number.
pub(crate) fn value(one: &Value) -> Option<String> {
    match one {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// What a rule asks of a claim.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    OneOf(Vec<Value>),
    Contains(Value),
}

impl Condition {
    /// `None` if it is none.
    pub(crate) fn read(document: &Value) -> Option<Self> {
        let plain = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
        match document {
            Value::Array(list) if list.iter().all(plain) => Some(Self::OneOf(list.clone())),
            Value::Object(members) => match members.get("contains") {
                Some(value) if members.len() == 1 && plain(value) => {
                    Some(Self::Contains(value.clone()))
                }
                _ => None,
            },
            one if plain(one) => Some(Self::OneOf(vec![one.clone()])),
            _ => None,
        }
    }

    pub(crate) fn holds(&self, claim: Option<&Value>) -> bool {
        match (self, claim) {
            (Self::OneOf(values), Some(claim)) => values.contains(claim),
            (Self::Contains(value), Some(Value::Array(list))) => list.contains(value),
            _ => false,
        }
    }
}

/// Whether an identity provider let them in without knowing who they are.
pub(crate) fn is_guest(claims: &Value) -> bool {
    claim(claims, "is_anonymous") == Some(&Value::Bool(true))
        || claim(claims, "firebase.sign_in_provider").is_some_and(|by| by == "anonymous")
}

#[test]
fn a_claim_is_found_by_name_before_it_is_by_path() {
    use serde_json::json;
    let claims = json!({
        "https://a.example/role": "x",
        "https://a.example/app": {"role": "y", "v1.0": 1},
        "a": {"b": {"c": 2}, "b.c": 3},
        "a.b": {"d": 4},
    });
    for (path, found) in [
        ("https://a.example/role", json!("x")),
        ("https://a.example/app.role", json!("y")),
        ("https://a.example/app.v1.0", json!(1)),
        ("a.b.c", json!(3)),
        ("a.b.d", json!(4)),
        ("a.b.e", json!(null)),
        ("a.b.c.d", json!(null)),
    ] {
        assert_eq!(
            *claim(&claims, path).unwrap_or(&Value::Null),
            found,
            "{path}"
        );
    }
}

#[test]
fn a_condition_is_about_the_whole_claim() {
    use serde_json::json;
    let holds = |condition, claim| Condition::read(&condition).unwrap().holds(Some(&claim));
    assert!(holds(json!("staff"), json!("staff")) && !holds(json!("staff"), json!(["staff"])));
    assert!(holds(json!(["a", 1]), json!(1)) && !holds(json!(["a", 1]), json!("1")));
    assert!(holds(json!({"contains": "a"}), json!(["b", "a"])));
    assert!(!holds(json!({"contains": "a"}), json!("a")) && !holds(json!(true), json!("true")));
    assert!(!Condition::read(&json!(true)).unwrap().holds(None));
    for wrong in [
        json!(null),
        json!({}),
        json!({"contains": ["a"]}),
        json!([["a"]]),
    ] {
        assert_eq!(Condition::read(&wrong), None);
    }
}
