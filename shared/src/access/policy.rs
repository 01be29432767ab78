//! What those may have who are not services: one JSON document.

use super::{ChannelPattern, IdentityRules};
use crate::request::{FromValue, Invalid, Lifetime, Parameters, Rule, Value, token_types};

/// What users and anonymous callers are granted, and how a user's claims become an identity.
///
/// The document has up to three members, each of them optional, and so is everything in them:
///
/// ```
/// use agora_token::access::{Policy, Wildcards};
///
/// let policy = Policy::parse(r#"{
///     "user": {"tokenTypes": ["rtc", "rtm"], "channels": ["team-*", "dm-{sub}-*"], "maxLifetime": 3600},
///     "anonymous": {"roles": ["subscriber"], "channels": ["lobby"], "maxLifetime": 600},
///     "identity": {"uidClaim": "agora_uid"}
/// }"#)?;
/// assert_eq!(policy.user.max_lifetime.seconds(), 3600);
/// assert_eq!(policy.anonymous.wildcards, Wildcards::None);
/// assert!(Policy::parse(r#"{"user": {"rolez": []}}"#).unwrap_err().detail.contains("did you mean `roles`?"));
/// # Ok::<(), agora_token::request::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What a user is granted.
    pub user: Rules,
    /// What an anonymous caller is granted, where the operator lets them in at all.
    pub anonymous: Rules,
    /// How a user's claims become an identity.
    pub identity: IdentityRules,
}

/// What one kind of caller is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// `tokenTypes`: the kinds of token, by name; `None` (in the document `["*"]`) for all of them.
    /// App-privilege tokens are never among them.
    pub token_types: Option<Vec<String>>,
    /// `roles`: whether `publisher` is among them.
    pub publisher: bool,
    /// `channels`: patterns of the channels.
    pub channels: Vec<ChannelPattern>,
    /// `maxLifetime`: the longest life of a token, in seconds.
    pub max_lifetime: Lifetime,
    /// `wildcards`: whether a token may stand for many channels or users.
    pub wildcards: Wildcards,
    /// `rtmPermissions`: whether an RTM token may name the resources that it reads and writes.
    pub rtm_permissions: bool,
    /// `withinJwt`: whether a token must end with the caller's JWT at the latest.
    pub within_jwt: bool,
}

/// Whether a token may stand for many channels or users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wildcards {
    /// `none`: it may not.
    None,
    /// `subscriber`: one that may only receive, as Agora's guide to wildcard tokens advises.
    Subscriber,
    /// `any`: one that may send as well.
    Any,
}

impl Default for Policy {
    /// Users get RTC, RTM and Chat tokens of their own for up to a day; anonymous callers, where they
    /// are let in, may watch for ten minutes.
    fn default() -> Self {
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        let user = Rules {
            token_types: names(&["rtc", "rtm", "chat/user"]),
            publisher: true,
            channels: vec![ChannelPattern::new("*")],
            max_lifetime: Lifetime::LONGEST,
            wildcards: Wildcards::None,
            rtm_permissions: false,
            within_jwt: false,
        };
        let anonymous = Rules {
            token_types: names(&["rtc"]),
            publisher: false,
            max_lifetime: Lifetime::TEN_MINUTES,
            ..user.clone()
        };
        Self {
            user,
            anonymous,
            identity: IdentityRules::default(),
        }
    }
}

impl Policy {
    /// Reads the document.
    ///
    /// # Errors
    /// [`Invalid`] names the field, by its path, and its rule.
    pub fn parse(document: &str) -> Result<Self, Invalid> {
        let not_json = |why: String| Invalid::new("(policy)", Rule::Type, why);
        let value = serde_json::from_str::<Value>(document)
            .map_err(|error| not_json(format!("is not JSON: {error}")))?;
        let Value::Object(entries) = value else {
            return Err(not_json(format!("must be an object, not {}", value.kind())));
        };
        let mut root = Parameters::new(entries)?;
        let Self {
            user,
            anonymous,
            identity,
        } = Self::default();
        let policy = Self {
            user: Rules::read(root.take(&["user"])?, user, true)?,
            anonymous: Rules::read(root.take(&["anonymous"])?, anonymous, false)?,
            identity: match root.take(&["identity"])? {
                Some(object) => IdentityRules::read(object)?,
                None => identity,
            },
        };
        root.finish()?;
        Ok(policy)
    }
}

impl Rules {
    /// Reads the rules of one kind of caller; what the document leaves out is as in `default`.
    fn read(object: Option<Parameters>, default: Self, has_jwt: bool) -> Result<Self, Invalid> {
        let Some(mut object) = object else {
            return Ok(default);
        };
        let token_types = match texts(&mut object, "tokenTypes")? {
            None => default.token_types,
            Some(names) if names == ["*"] => None,
            Some(names) => {
                let known = token_types();
                if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
                    return Err(Invalid::new(
                        object.field("tokenTypes"),
                        Rule::Choice,
                        format!(
                            "`{unknown}` is no token type; there are: {}",
                            known.join(", ")
                        ),
                    ));
                }
                Some(names)
            }
        };
        let publisher = match texts(&mut object, "roles")? {
            None => default.publisher,
            Some(roles) => {
                if let Some(unknown) = roles
                    .iter()
                    .find(|role| !["publisher", "subscriber"].contains(&role.as_str()))
                {
                    return Err(Invalid::new(
                        object.field("roles"),
                        Rule::Choice,
                        format!("`{unknown}` is no role; there are `publisher` and `subscriber`"),
                    ));
                }
                roles.iter().any(|role| role == "publisher")
            }
        };
        let channels = match texts(&mut object, "channels")? {
            None => default.channels,
            Some(patterns) => patterns
                .iter()
                .map(|pattern| ChannelPattern::new(pattern))
                .collect(),
        };
        let rules = Self {
            token_types,
            publisher,
            channels,
            max_lifetime: object
                .take(&["maxLifetime"])?
                .unwrap_or(default.max_lifetime),
            wildcards: object.take(&["wildcards"])?.unwrap_or(default.wildcards),
            rtm_permissions: object
                .take(&["rtmPermissions"])?
                .unwrap_or(default.rtm_permissions),
            within_jwt: if has_jwt {
                object.take(&["withinJwt"])?.unwrap_or(default.within_jwt)
            } else {
                false
            },
        };
        object.finish()?;
        Ok(rules)
    }
}

impl FromValue for Wildcards {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match String::from_value(value, field)?.as_str() {
            "none" => Ok(Self::None),
            "subscriber" => Ok(Self::Subscriber),
            "any" => Ok(Self::Any),
            _ => Err(Invalid::new(
                field,
                Rule::Choice,
                "`wildcards` must be `none`, `subscriber` or `any`",
            )),
        }
    }
}

/// A list of texts.
fn texts(object: &mut Parameters, name: &'static str) -> Result<Option<Vec<String>>, Invalid> {
    let Some(list) = object.take::<Vec<Value>>(&[name])? else {
        return Ok(None);
    };
    let field = object.field(name);
    list.into_iter()
        .map(|value| String::from_value(value, &field))
        .collect::<Result<_, _>>()
        .map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_is_the_default() {
        assert_eq!(Policy::parse("{}").unwrap(), Policy::default());
        assert_eq!(
            Policy::parse(r#"{"user":{},"anonymous":{},"identity":{}}"#).unwrap(),
            Policy::default()
        );
    }

    #[test]
    fn a_wrong_document_names_the_field() {
        for (document, field) in [
            ("", "(policy)"),
            ("[]", "(policy)"),
            (r#"{"users":{}}"#, "users"),
            (r#"{"user":[]}"#, "user"),
            (r#"{"user":{"tokenTypes":"rtc"}}"#, "user.tokenTypes"),
            (r#"{"user":{"tokenTypes":["rtd"]}}"#, "user.tokenTypes"),
            (r#"{"user":{"tokenTypes":["chat/app"]}}"#, "user.tokenTypes"),
            (r#"{"user":{"roles":["admin"]}}"#, "user.roles"),
            (r#"{"user":{"roles":[1]}}"#, "user.roles"),
            (r#"{"user":{"channels":{}}}"#, "user.channels"),
            (r#"{"user":{"maxLifetime":0}}"#, "user.maxLifetime"),
            (r#"{"user":{"maxLifetime":86401}}"#, "user.maxLifetime"),
            (r#"{"user":{"wildcards":true}}"#, "user.wildcards"),
            (r#"{"user":{"wildcards":"all"}}"#, "user.wildcards"),
            (r#"{"user":{"withinJwt":"yes"}}"#, "user.withinJwt"),
            (r#"{"anonymous":{"withinJwt":true}}"#, "anonymous.withinJwt"),
            (
                r#"{"user":{"maxLifetime":1,"maxLifetime":2}}"#,
                "user.maxLifetime",
            ),
            (r#"{"identity":{"uidClaim":7}}"#, "identity.uidClaim"),
            (r#"{"identity":{"rtc":"name"}}"#, "identity.rtc"),
        ] {
            assert_eq!(
                Policy::parse(document).unwrap_err().field,
                field,
                "{document}"
            );
        }
    }
}
