//! For whom a rule is: conditions on claims.

use super::jwt::Claims;
use crate::params::{FromValue, Invalid, Parameters, Rule, Value};
use serde_json::Value as Json;

/// The most conditions of a rule, and the most values of one.
const MOST: usize = 64;

/// Conditions on the claims of a user, all of which must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct When(Vec<(String, Condition)>);

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    /// The claim is one of these.
    OneOf(Vec<Json>),
    /// The claim is a list that holds this.
    Contains(Json),
}

impl When {
    /// Takes the member `when` out of a rule.
    pub(super) fn take(rule: &mut Parameters) -> Result<Self, Invalid> {
        let value: Value = rule.require(
            &["when"],
            "the claims that it takes, such as `{\"role\": \"teacher\"}`; what every user gets is `user`",
        )?;
        let field = rule.field("when");
        let Value::Object(members) = value else {
            let detail = format!("`{field}` must be an object, not {}", value.kind());
            return Err(Invalid::new(field, Rule::Type, detail));
        };
        if members.is_empty() || members.len() > MOST {
            let detail =
                format!("`{field}` names 1 to {MOST} claims; what every user gets is `user`");
            return Err(Invalid::new(field, Rule::Range, detail));
        }
        let mut conditions: Vec<(String, Condition)> = Vec::with_capacity(members.len());
        for (path, value) in members {
            let field = format!("{field}.{path}");
            if conditions.iter().any(|(other, _)| *other == path) {
                return Err(Invalid::new(
                    field,
                    Rule::Repeated,
                    "a claim has one condition; several values go into a list",
                ));
            }
            conditions.push((path, Condition::read(value, &field)?));
        }
        Ok(Self(conditions))
    }

    /// Whether all conditions hold.
    pub(super) fn holds(&self, claims: &Claims) -> bool {
        self.unmet(claims).next().is_none()
    }

    /// The names of the claims whose conditions do not hold.
    pub(super) fn unmet<'a>(&'a self, claims: &'a Claims) -> impl Iterator<Item = &'a str> {
        let holds = |(path, condition): &&(String, Condition)| {
            let claim = claims.claim(path);
            match (claim, condition) {
                (None, _) => false,
                (Some(claim), Condition::OneOf(values)) => values.contains(claim),
                (Some(Json::Array(list)), Condition::Contains(value)) => list.contains(value),
                (Some(_), Condition::Contains(_)) => false,
            }
        };
        let unmet = self.0.iter().filter(move |one| !holds(one));
        unmet.map(|(path, _)| path.as_str())
    }

    /// The names of the claims that it looks at.
    #[cfg(feature = "lambda")]
    pub(super) fn claims(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(path, _)| path.as_str())
    }
}

impl Condition {
    fn read(value: Value, field: &str) -> Result<Self, Invalid> {
        match value {
            Value::List(values) if !values.is_empty() && values.len() <= MOST => {
                let read = |value| scalar(value, field);
                Ok(Self::OneOf(
                    values.into_iter().map(read).collect::<Result<_, _>>()?,
                ))
            }
            Value::Object(_) => {
                let mut object = Parameters::from_value(value, field)?;
                let contained: Option<Value> = object.take(&["contains"])?;
                object.finish()?;
                let inside = object.field("contains");
                let contained = contained
                    .ok_or_else(|| Invalid::missing(&inside, "what the claim's list must hold"))?;
                Ok(Self::Contains(scalar(contained, &inside)?))
            }
            one => Ok(Self::OneOf(vec![scalar(one, field)?])),
        }
    }
}

/// A text, a number or a boolean.
fn scalar(value: Value, field: &str) -> Result<Json, Invalid> {
    let kind = value.kind();
    let plain = match value {
        Value::Text(_) | Value::Bool(_) | Value::Integer(_) | Value::Fraction(_) => {
            value.into_json()
        }
        Value::Null | Value::List(_) | Value::Object(_) => None,
    };
    plain.ok_or_else(|| {
        Invalid::new(
            field,
            Rule::Type,
            format!(
                "a condition is a text, a number, a boolean, a list of 1 to {MOST} of them, or `{{\"contains\": …}}`, not {kind}"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(when: &str, claims: &Json) -> bool {
        let Value::Object(entries) =
            serde_json::from_str(&format!(r#"{{"when": {when}}}"#)).unwrap()
        else {
            unreachable!()
        };
        let when = When::take(&mut Parameters::new(entries).unwrap()).unwrap();
        when.holds(&Claims::of(claims.as_object().unwrap().clone()))
    }

    #[test]
    fn conditions_compare_whole_values() {
        let claims = json!({
            "role": "teacher", "level": 3, "verified": true, "groups": ["staff", 7],
            "app": {"role": "head"}, "nothing": null
        });
        for (when, expected) in [
            (r#"{"role": "teacher"}"#, true),
            (r#"{"role": "teach"}"#, false),
            (r#"{"role": "Teacher"}"#, false),
            (r#"{"role": ["pupil", "teacher"]}"#, true),
            (r#"{"role": ["pupil"]}"#, false),
            (r#"{"role": {"contains": "teacher"}}"#, false),
            (r#"{"level": 3}"#, true),
            (r#"{"level": "3"}"#, false),
            (r#"{"verified": true}"#, true),
            (r#"{"verified": "true"}"#, false),
            (r#"{"groups": {"contains": "staff"}}"#, true),
            (r#"{"groups": {"contains": 7}}"#, true),
            (r#"{"groups": {"contains": "sta"}}"#, false),
            (r#"{"groups": "staff"}"#, false),
            (r#"{"app.role": "head"}"#, true),
            (r#"{"app.role": "head", "role": "pupil"}"#, false),
            (r#"{"app.role": "head", "role": "teacher"}"#, true),
            (r#"{"missing": false}"#, false),
            (r#"{"nothing": false}"#, false),
        ] {
            assert_eq!(holds(when, &claims), expected, "{when}");
        }
    }
}
