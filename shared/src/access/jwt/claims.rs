//! What a genuine token says.

use serde_json::{Map, Value};
use std::fmt;

/// The claims of a token that was found genuine, valid and meant for this deployment.
#[derive(Clone)]
pub struct Claims {
    pub(super) subject: String,
    pub(super) expires: u64,
    pub(super) all: Map<String, Value>,
}

#[cfg(test)]
impl Claims {
    /// The claims of a token that ends soon.
    pub(crate) fn of(all: Map<String, Value>) -> Self {
        let subject = all.get("sub").and_then(Value::as_str).unwrap_or("ann");
        Self {
            subject: subject.to_owned(),
            expires: 1_700_000_100,
            all,
        }
    }
}

impl Claims {
    /// A subject and no other claims.
    pub(crate) fn of_subject(subject: &str) -> Self {
        let nobody = Self {
            subject: String::new(),
            expires: 0,
            all: Map::new(),
        };
        nobody.called(subject)
    }

    /// The claims of the same user under the name that they have here.
    pub(crate) fn called(mut self, subject: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self.all.insert("sub".to_owned(), subject.into());
        self
    }

    /// `sub`: who it is, as the issuer names them. Never blank.
    pub fn sub(&self) -> &str {
        &self.subject
    }

    /// `exp`: the Unix time, in seconds, at which the token ends. It may lie in the past by the leeway.
    pub fn exp(&self) -> u64 {
        self.expires
    }

    /// Any claim, by its name or by the way to it: `cognito:username`, `https://example.com/uid` and
    /// `app_metadata.agora_id` are all understood.
    ///
    /// A claim of exactly this name comes first. Then the name is taken apart at a dot, the last one
    /// first, into the name of an object and the way inside it.
    pub fn claim(&self, path: &str) -> Option<&Value> {
        find(&self.all, path)
    }
}

fn find<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    object.get(path).or_else(|| {
        path.rmatch_indices('.').find_map(|(dot, _)| {
            let inner = object.get(path.get(..dot)?)?.as_object()?;
            find(inner, path.get(dot + 1..)?)
        })
    })
}

/// Nothing but the type: claims are about a person.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims() -> Claims {
        let all = json!({
            "sub": "u1",
            "cognito:username": "ann",
            "https://example.com/uid": 7,
            "https://example.com/all": {"uid": 8, "a.b": {"c": 9}},
            "app_metadata": {"agora_id": "x", "deep": {"er": [1]}},
            "app_metadata.agora_id.not": 1,
            "a.b": 1,
            "a": {"b": 2},
        });
        let Value::Object(all) = all else {
            unreachable!()
        };
        Claims {
            subject: "u1".to_owned(),
            expires: 1,
            all,
        }
    }

    #[test]
    fn a_claim_is_found_by_its_name_or_by_the_way_to_it() {
        for (path, value) in [
            ("sub", json!("u1")),
            ("cognito:username", json!("ann")),
            ("https://example.com/uid", json!(7)),
            ("https://example.com/all.uid", json!(8)),
            ("https://example.com/all.a.b.c", json!(9)),
            ("app_metadata.agora_id", json!("x")),
            ("app_metadata.deep.er", json!([1])),
            ("a.b", json!(1)),
        ] {
            assert_eq!(claims().claim(path), Some(&value), "{path}");
        }
        for path in [
            "",
            ".",
            "sub.",
            ".sub",
            "SUB",
            "a.c",
            "app_metadata..agora_id",
            "sub.0",
        ] {
            assert_eq!(claims().claim(path), None, "{path}");
        }
    }

    #[test]
    fn debug_output_is_silent() {
        assert_eq!(format!("{:?}", claims()), "Claims { .. }");
    }
}
