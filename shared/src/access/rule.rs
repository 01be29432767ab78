//! What somebody is granted.

use super::NamePattern;
use crate::grant::{client_token_types, token_types};
use crate::params::{FromValue, Invalid, Lifetime, Parameters, Rule, Schema, Value, quoted};
use crate::token::AppId;

/// What somebody is granted: one rule of a policy, or the policy of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRule {
    /// The name by which refusals speak of it.
    pub name: String,
    /// `tokenTypes`: the kinds of token, by name; in the document, `*` stands for all that clients use.
    /// App-privilege tokens are among them only where the policy of an API key names them.
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
pub(super) const EDUCATION_ROLES: [(&str, i16); 6] = [
    ("none", -1),
    ("audience", 0),
    ("teacher", 1),
    ("student", 2),
    ("assistant", 3),
    ("observer", 4),
];

/// Education's number for a student.
const STUDENT: i16 = 2;

/// Whose rule it is, which decides on the members that it can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// Users, who have a JWT.
    User,
    /// Whoever sends nothing.
    Anonymous,
    /// An API key, whose projects are the key's own affair.
    Key,
    /// A key that stands in an app.
    PublishableKey,
}

impl PolicyRule {
    /// What users are granted where the policy does not say.
    pub(super) fn of_users() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            name: "user".to_owned(),
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
        }
    }

    /// What anonymous callers are granted where the policy does not say.
    pub(super) fn of_anonymous() -> Self {
        Self {
            name: "anonymous".to_owned(),
            token_types: vec!["rtc".to_owned()],
            publisher: false,
            max_lifetime: Lifetime::TEN_MINUTES,
            ..Self::of_users()
        }
    }

    /// Reads a rule; what `object` leaves out is as in `default`.
    pub(super) fn read(
        mut object: Parameters,
        default: &Self,
        holder: Holder,
    ) -> Result<Self, Invalid> {
        let default = default.clone();
        let of_key = matches!(holder, Holder::Key | Holder::PublishableKey);
        let token_types = match texts(&mut object, "tokenTypes")? {
            None => default.token_types,
            Some(names) => {
                token_types_named(names, &object.field("tokenTypes"), holder == Holder::Key)?
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
                        format!(
                            "`{}` is no role; there are `publisher` and `subscriber`",
                            quoted(unknown)
                        ),
                    ));
                }
                roles.iter().any(|role| role == "publisher")
            }
        };
        let rule = Self {
            name: default.name,
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
            projects: match of_key {
                true => Projects::All,
                false => match texts(&mut object, "projects")? {
                    None => default.projects,
                    Some(projects) => Projects::read(projects, &object.field("projects"))?,
                },
            },
            within_jwt: match holder {
                Holder::User => object.take(&["withinJwt"])?.unwrap_or(default.within_jwt),
                _ => false,
            },
        };
        object.finish()?;
        if holder == Holder::PublishableKey {
            rule.check_publishable(&object)?;
        }
        Ok(rule)
    }

    /// What a key that anybody can read must not grant.
    fn check_publishable(&self, object: &Parameters) -> Result<(), Invalid> {
        let wrong = |name, rule, detail: &str| Err(Invalid::new(object.field(name), rule, detail));
        if self.wildcards == Wildcards::Any {
            return wrong(
                "wildcards",
                Rule::Choice,
                "a publishable key can have `none` or `subscriber`",
            );
        }
        if self.legacy_tokens {
            return wrong(
                "legacyTokens",
                Rule::Choice,
                "a publishable key cannot have 006 tokens, which can be cut anew",
            );
        }
        if self.max_lifetime > Lifetime::DEFAULT {
            return wrong(
                "maxLifetime",
                Rule::Range,
                "a publishable key can have at most 3600 seconds",
            );
        }
        Ok(())
    }
}

/// Kinds of token by name, where `*` stands for all that clients use. `all`: whether those are among them
/// that administer a project.
fn token_types_named(names: Vec<String>, field: &str, all: bool) -> Result<Vec<String>, Invalid> {
    let known = token_types(all);
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

    fn schema() -> Schema {
        Schema::new(serde_json::json!({"enum": ["none", "subscriber", "any"]}))
    }
}

/// A list of texts.
pub(super) fn texts(
    object: &mut Parameters,
    name: &'static str,
) -> Result<Option<Vec<String>>, Invalid> {
    let Some(list) = object.take::<Vec<Value>>(&[name])? else {
        return Ok(None);
    };
    let field = object.field(name);
    list.into_iter()
        .map(|value| String::from_value(value, &field))
        .collect::<Result<_, _>>()
        .map(Some)
}
