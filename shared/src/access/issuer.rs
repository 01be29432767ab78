//! Issuers of JWTs that the policy adds.

use super::jwt::{AudienceClaim, JwksSource, JwtSettings, TokenUse};
use super::policy::Users;
use crate::params::field::choice;
use crate::params::{FromValue, Invalid, Parameters, Rule, Value};
use std::fmt;
#[cfg(feature = "lambda")]
use {
    super::jwt::JwtVerifier,
    std::sync::{Arc, OnceLock},
};

/// The longest prefix, in bytes.
const LONGEST_PREFIX: usize = 32;

/// An issuer whose users have a policy of their own.
#[derive(Clone)]
pub(super) struct Issuer {
    pub(super) settings: JwtSettings,
    /// What stands before the names of its users, so that they are nobody else's.
    pub(super) prefix: String,
    pub(super) users: Users,
    /// What judges its tokens, once it is needed.
    #[cfg(feature = "lambda")]
    pub(super) verifier: Arc<OnceLock<Arc<JwtVerifier>>>,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("settings", &self.settings)
            .field("prefix", &self.prefix)
            .field("users", &self.users)
            .finish_non_exhaustive()
    }
}

impl Issuer {
    /// Reads one; what it leaves out about its users is as in `default`.
    pub(super) fn read(mut object: Parameters, default: &Users) -> Result<Self, Invalid> {
        let issuer: String = object.require(&["issuer"], "the claim `iss` of its tokens")?;
        let audiences = match object.require(&["audience"], "what `aud` must hold")? {
            Value::List(list) => {
                let field = object.field("audience");
                let read = |value| String::from_value(value, &field);
                list.into_iter().map(read).collect::<Result<Vec<_>, _>>()?
            }
            one => vec![String::from_value(one, &object.field("audience"))?],
        };
        let (url, inline): (Option<String>, Option<Value>) =
            (object.take(&["jwksUrl"])?, object.take(&["jwks"])?);
        let (jwks, place) = match (url, inline.and_then(Value::into_json)) {
            (None, None) => (JwksSource::Discover, "issuer"),
            (Some(url), None) => (JwksSource::Url(url), "jwksUrl"),
            (None, Some(inline)) => (JwksSource::Inline(inline.to_string()), "jwks"),
            (Some(_), Some(_)) => {
                return Err(Invalid::new(
                    object.field("jwks"),
                    Rule::Conflict,
                    "`jwksUrl` and `jwks` say the same thing; give one",
                ));
            }
        };
        let settings = JwtSettings::new(issuer, audiences, jwks, JwtSettings::DEFAULT_LEEWAY)
            .map_err(|error| {
                let name = match error.field {
                    "audiences" => "audience",
                    "jwks" => place,
                    other => other,
                };
                let detail = format!("`{}` {}", object.field(name), error.rule);
                Invalid::new(object.field(name), Rule::Choice, detail)
            })?;
        let settings = settings
            .with_audience_in(word(&mut object, "audienceClaim", &AudienceClaim::WORDS)?)
            .for_use(word(&mut object, "tokenUse", &TokenUse::WORDS)?);
        let prefix: String = object.take(&["subjectPrefix"])?.unwrap_or_default();
        let possible = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.~".contains(c);
        if prefix.len() > LONGEST_PREFIX || !prefix.chars().all(possible) {
            return Err(Invalid::new(
                object.field("subjectPrefix"),
                Rule::Characters,
                format!(
                    "a prefix is 0 to {LONGEST_PREFIX} of `a`-`z`, `0`-`9`, `-`, `_`, `.` and `~`"
                ),
            ));
        }
        let users = Users::read(&mut object, default)?;
        object.finish()?;
        Ok(Self {
            settings,
            prefix,
            users,
            #[cfg(feature = "lambda")]
            verifier: Arc::default(),
        })
    }

    /// Checks that no two issuers are one, or could give two people one name. `field`: where their list
    /// stands.
    pub(super) fn check_apart(issuers: &[Self], field: &str) -> Result<(), Invalid> {
        for (place, one) in issuers.iter().enumerate() {
            let mut before = issuers.iter().take(place);
            let (name, detail) = match before
                .find(|other| other.is(one.settings.issuer()) || other.prefix == one.prefix)
            {
                None => continue,
                Some(other) if other.is(one.settings.issuer()) => {
                    ("issuer", "stands in the list twice")
                }
                Some(_) => (
                    "subjectPrefix",
                    "must be another one for each issuer, or two people could have one name",
                ),
            };
            let field = format!("{field}[{place}].{name}");
            let detail = format!("`{field}` {detail}");
            return Err(Invalid::new(field, Rule::Repeated, detail));
        }
        Ok(())
    }

    /// Whether it is the one of this name.
    pub(super) fn is(&self, issuer: &str) -> bool {
        self.settings.issuer() == issuer
    }
}

/// A word of a list, or nothing.
fn word<T: Copy>(
    object: &mut Parameters,
    name: &'static str,
    words: &[(&'static str, T)],
) -> Result<Option<T>, Invalid> {
    let Some(sent) = object.take::<String>(&[name])? else {
        return Ok(None);
    };
    let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    choice(&sent, &object.field(name), &known.join(" or "), words).map(Some)
}
