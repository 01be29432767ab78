//! What those may have who are not services: one JSON document.

use super::{IdentityRules, NamePattern};
use crate::grant::{client_token_types, token_types};
use crate::params::{FromValue, Invalid, Lifetime, Parameters, Rule, Value, quoted};
use crate::token::AppId;

/// What users and anonymous callers are granted, and how a user's claims become an identity.
///
/// The document has up to three members, each of them optional, and so is everything in them:
///
/// ```
/// use agora_token::access::{Policy, Wildcards};
///
/// let policy = Policy::parse(r#"{
///     "user": {"tokenTypes": ["rtc", "rtm"], "channels": ["team-*", "dm-{sub}"], "maxLifetime": 3600},
///     "anonymous": {"roles": ["subscriber"], "channels": ["lobby"], "maxLifetime": 600},
///     "identity": {"uidClaim": "agora_uid"}
/// }"#)?;
/// assert_eq!(policy.user.max_lifetime.seconds(), 3600);
/// assert_eq!(policy.anonymous.wildcards, Wildcards::None);
/// assert!(Policy::parse(r#"{"user": {"rolez": []}}"#).unwrap_err().detail.contains("did you mean `roles`?"));
/// # Ok::<(), agora_token::params::Invalid>(())
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
    /// `tokenTypes`: the kinds of token, by name; in the document, `*` stands for all that clients use.
    /// App-privilege tokens are never among them.
    pub token_types: Vec<String>,
    /// `roles`: whether `publisher` is among them.
    pub publisher: bool,
    /// `channels`: patterns of the channels.
    pub channels: Vec<NamePattern>,
    /// `rooms`: patterns of the rooms of Education, and of the whiteboard's rooms and tasks; `None` for
    /// the patterns of the channels.
    pub rooms: Option<Vec<NamePattern>>,
    /// `educationRoles`: the roles in rooms of Education, by number; `None` (in the document `["*"]`) for
    /// all of them.
    pub education_roles: Option<Vec<i16>>,
    /// `maxLifetime`: the longest life of a token, in seconds.
    pub max_lifetime: Lifetime,
    /// `wildcards`: whether a token may stand for many channels or users.
    pub wildcards: Wildcards,
    /// `rtmPermissions`: whether an RTM token may name the resources that it reads and writes.
    pub rtm_permissions: bool,
    /// `legacyTokens`: whether 006 tokens are granted, which their bearers can cut anew for other
    /// channels and users.
    pub legacy_tokens: bool,
    /// `batches`: whether several tokens may be asked for in one call.
    pub batches: bool,
    /// `projects`: which projects may be asked for.
    pub projects: Projects,
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

/// The projects of a deployment that a caller may have tokens of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Projects {
    /// The default one, whichever that is.
    Default,
    /// These, at least one.
    Listed(Vec<AppId>),
    /// `["*"]`: all of them.
    All,
}

/// The roles that Education's SDKs name.
const EDUCATION_ROLES: [(&str, i16); 6] = [
    ("none", -1),
    ("audience", 0),
    ("teacher", 1),
    ("student", 2),
    ("assistant", 3),
    ("observer", 4),
];

/// Education's number for a student.
const STUDENT: i16 = 2;

impl Default for Policy {
    /// Users get RTC, RTM and Chat tokens of their own for up to a day; anonymous callers, where they
    /// are let in, may watch for ten minutes.
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let user = Rules {
            token_types: names(&["rtc", "rtm", "chat/user"]),
            publisher: true,
            channels: vec![NamePattern::any()],
            rooms: None,
            education_roles: Some(vec![STUDENT]),
            max_lifetime: Lifetime::LONGEST,
            wildcards: Wildcards::None,
            rtm_permissions: false,
            legacy_tokens: false,
            batches: false,
            projects: Projects::Default,
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
            Some(names) => token_types_named(names, &object.field("tokenTypes"))?,
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
                        format!(
                            "`{}` is no role; there are `publisher` and `subscriber`",
                            quoted(unknown)
                        ),
                    ));
                }
                roles.iter().any(|role| role == "publisher")
            }
        };
        let rules = Self {
            token_types,
            publisher,
            channels: patterns(&mut object, "channels")?.unwrap_or(default.channels),
            rooms: patterns(&mut object, "rooms")?.or(default.rooms),
            education_roles: match object.take::<Vec<Value>>(&["educationRoles"])? {
                None => default.education_roles,
                Some(roles) => education_roles(roles, &object.field("educationRoles"))?,
            },
            max_lifetime: object
                .take(&["maxLifetime"])?
                .unwrap_or(default.max_lifetime),
            wildcards: object.take(&["wildcards"])?.unwrap_or(default.wildcards),
            rtm_permissions: object
                .take(&["rtmPermissions"])?
                .unwrap_or(default.rtm_permissions),
            legacy_tokens: object
                .take(&["legacyTokens"])?
                .unwrap_or(default.legacy_tokens),
            batches: object.take(&["batches"])?.unwrap_or(default.batches),
            projects: match texts(&mut object, "projects")? {
                None => default.projects,
                Some(projects) => Projects::read(projects, &object.field("projects"))?,
            },
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

/// Kinds of token by name, where `*` stands for all that clients use.
fn token_types_named(names: Vec<String>, field: &str) -> Result<Vec<String>, Invalid> {
    let known = token_types();
    let mut types = Vec::new();
    for name in names {
        if name == "*" {
            types.extend(client_token_types().into_iter().map(str::to_owned));
        } else if known.contains(&name.as_str()) {
            types.push(name);
        } else {
            return Err(Invalid::new(
                field,
                Rule::Choice,
                format!(
                    "`{}` is no token type; there are: {}, and `*` for all that clients use",
                    quoted(&name),
                    known.join(", ")
                ),
            ));
        }
    }
    Ok(types)
}

impl Projects {
    fn read(list: Vec<String>, field: &str) -> Result<Self, Invalid> {
        if list == ["*"] {
            return Ok(Self::All);
        }
        let ids = list
            .into_iter()
            .map(|id| AppId::from_value(Value::Text(id), field))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(match ids.is_empty() {
            true => Self::Default,
            false => Self::Listed(ids),
        })
    }
}

/// Roles by name or by number; `None` for all of them.
fn education_roles(roles: Vec<Value>, field: &str) -> Result<Option<Vec<i16>>, Invalid> {
    if let [Value::Text(all)] = roles.as_slice()
        && all == "*"
    {
        return Ok(None);
    }
    let role = |value| match value {
        Value::Text(name) => {
            let known = EDUCATION_ROLES.iter().find(|(known, _)| *known == name);
            known.map(|(_, number)| *number).ok_or_else(|| {
                let names = EDUCATION_ROLES.map(|(known, _)| known).join(", ");
                Invalid::new(
                    field,
                    Rule::Choice,
                    format!(
                        "`{}` is no role of Education; there are {names}, and numbers",
                        quoted(&name)
                    ),
                )
            })
        }
        other => i16::from_value(other, field),
    };
    roles
        .into_iter()
        .map(role)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// A list of patterns.
fn patterns(
    object: &mut Parameters,
    name: &'static str,
) -> Result<Option<Vec<NamePattern>>, Invalid> {
    let Some(list) = texts(object, name)? else {
        return Ok(None);
    };
    let field = object.field(name);
    let read = |pattern: &String| {
        NamePattern::new(pattern).map_err(|wrong| {
            let detail = format!("`{}`: {wrong}", quoted(pattern));
            Invalid::new(&field, Rule::Choice, detail)
        })
    };
    list.iter().map(read).collect::<Result<_, _>>().map(Some)
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
            (r#"{"user":{"channels":["dm-{sub}-*"]}}"#, "user.channels"),
            (
                r#"{"anonymous":{"rooms":["{sub}{sub}"]}}"#,
                "anonymous.rooms",
            ),
            (
                r#"{"user":{"educationRoles":["pupil"]}}"#,
                "user.educationRoles",
            ),
            (
                r#"{"user":{"educationRoles":[40000]}}"#,
                "user.educationRoles",
            ),
            (
                r#"{"user":{"educationRoles":["*","teacher"]}}"#,
                "user.educationRoles",
            ),
            (r#"{"user":{"legacyTokens":"006"}}"#, "user.legacyTokens"),
            (r#"{"user":{"batches":1}}"#, "user.batches"),
            (r#"{"user":{"projects":["x"]}}"#, "user.projects"),
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
