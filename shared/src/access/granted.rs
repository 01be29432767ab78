//! What a caller is granted, told to that caller: rule by rule, and why a rule does not apply.

use super::principal::{Caller, User};
use super::rule::EDUCATION_ROLES;
use super::{
    Circumstances, NamePattern, Policy, PolicyRule, Principal, Projects, Reach, RtcIdentity,
    Switches, Wildcards,
};
use crate::grant::token_types;
use crate::params::Lifetime;
use crate::token::AppId;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How much of a list of patterns is told, in bytes: each rule may repeat the list of `user`.
const ROOM: usize = 2 * 1024;

/// The longest list in a claim that is told, as in a pattern.
const LONGEST_LIST: usize = 100;

/// Who the caller is, and what the caller is granted.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "ExplainAccessAnswer"))]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// Who the caller is.
    principal: Who,
    /// The rules. One of those that apply has to grant each part of a token, alone and whole.
    rules: Vec<ToldRule>,
}

/// Who the caller is.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "AccessPrincipal"))]
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Who {
    /// The kind of caller: `service`, `publishable`, `user` or `anonymous`.
    kind: &'static str,
    /// The name that the operator gave the API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The user's subject, with the prefix of its issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// Which of the two an RTC token is for that names nobody: `uid` or `account`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rtc: Option<&'static str>,
    /// The user's uid.
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<u32>,
    /// The user's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// The user's name in Chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_username: Option<String>,
    /// When the user's JWT ends, a Unix time in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<u64>,
    /// The user's own claims that the rules and their patterns name, as far as the JWT has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<Map<String, Value>>,
}

/// A rule of the policy.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "AccessRule"))]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldRule {
    /// The name of the rule, by which refusals speak of it, too.
    name: String,
    /// Whether it applies to the caller.
    applies: bool,
    /// Why it does, or why not.
    why: String,
    /// The claims of its `when` that the caller's JWT does not have, or has with another value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unmet: Vec<String>,
    /// What it grants, if it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    grants: Option<Grants>,
}

/// What a rule grants, in the words of the policy.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "AccessGrants"))]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Grants {
    /// The kinds of token.
    token_types: BTreeSet<String>,
    /// `subscriber`, and `publisher` where the right to publish is granted.
    roles: Vec<&'static str>,
    /// Patterns of the channels.
    channels: Patterns,
    /// Patterns of the rooms.
    rooms: Patterns,
    /// The roles in rooms of Education, or `*` for all of them.
    education_roles: Vec<String>,
    /// The longest life of a token, in seconds.
    max_lifetime: u32,
    /// Whether a token may be for many channels, rooms or users: `none`, `subscriber` or `any`.
    wildcards: &'static str,
    /// Whether a token may have RTM permissions.
    rtm_permissions: bool,
    /// Whether tokens in the 006 format are granted.
    legacy_tokens: bool,
    /// Whether several tokens may be asked for in one call.
    batches: bool,
    /// App IDs of the projects, or `*` for all of them.
    projects: Vec<String>,
    /// Whether a token has to end with the JWT.
    within_jwt: bool,
}

/// Patterns of names.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "AccessPatterns"))]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Patterns {
    /// The patterns that names can fit: `*` stands for any text, a claim in braces for the caller's.
    patterns: Vec<String>,
    /// Those that no name fits, since the JWT lacks the claim, or its value may not stand there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unusable: Vec<String>,
    /// How many more there are than are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<usize>,
}

/// What holds for all rules.
struct Telling<'a> {
    switches: Switches,
    default_app_id: AppId,
    user: Option<&'a User>,
    reach: &'a Reach,
    /// The names of claims that were told.
    claims: BTreeSet<&'a str>,
}

impl Granted {
    /// What is granted to `principal`, whose credentials were judged by this policy. A rule that does not apply
    /// is told by its name and the names of the claims that it asks for; one that is for another person, by
    /// `sub`, is not told at all.
    pub(super) fn new(
        principal: &Principal,
        policy: &Policy,
        circumstances: Circumstances<'_>,
    ) -> Self {
        let mut telling = Telling {
            switches: policy.switches,
            default_app_id: circumstances.default_app_id,
            user: None,
            reach: &Reach::All,
            claims: BTreeSet::new(),
        };
        let mut who = Who {
            kind: principal.kind(),
            ..Who::default()
        };
        let rules = match &principal.0 {
            Caller::Key { key, .. } => {
                who.name = key.name().map(str::to_owned);
                telling.reach = key.reach();
                vec![match &key.rule {
                    Some(rule) => telling.applying(rule, "it is the policy of this API key"),
                    None => telling.everything(),
                }]
            }
            Caller::Anonymous(rule) => {
                vec![telling.applying(rule, "it is for everybody who sends no credentials")]
            }
            Caller::User(user) => {
                telling.user = Some(user);
                let rules = telling.of_user(user, policy);
                who.describe(user, &telling.claims);
                rules
            }
        };
        Self {
            principal: who,
            rules,
        }
    }
}

impl Who {
    fn describe(&mut self, user: &User, claims: &BTreeSet<&str>) {
        let identity = &user.identity;
        self.subject = Some(identity.subject.clone());
        self.rtc = Some(match identity.rtc {
            RtcIdentity::Uid => "uid",
            RtcIdentity::Account => "account",
        });
        self.uid = identity.uid.map(|uid| uid.get());
        self.account.clone_from(&identity.account);
        self.chat_username.clone_from(&identity.chat);
        self.expires_at = Some(user.expires_at);
        let own = claims.iter().filter_map(|path| {
            let value = user.claims.claim(path).filter(|value| is_told(value))?;
            Some(((*path).to_owned(), value.clone()))
        });
        self.claims = Some(own.collect());
    }
}

/// Whether a claim is one that conditions and patterns can look at.
fn is_told(claim: &Value) -> bool {
    let scalar = |value: &Value| !value.is_array() && !value.is_object();
    match claim {
        Value::Array(list) => list.len() <= LONGEST_LIST && list.iter().all(scalar),
        one => scalar(one),
    }
}

impl<'a> Telling<'a> {
    fn of_user(&mut self, user: &User, policy: &'a Policy) -> Vec<ToldRule> {
        let users = policy.users_of(user.claims.claim("iss"));
        let guest = user
            .rules
            .first()
            .is_some_and(|first| Arc::ptr_eq(first, &policy.anonymous));
        let mut told = Vec::with_capacity(users.rules.len() + 2);
        if guest {
            let why = "you signed in anonymously, and so get what callers without credentials do";
            told.push(self.applying(&policy.anonymous, why));
            told.push(ToldRule {
                name: users.rule.name.clone(),
                applies: false,
                why: "you signed in anonymously".to_owned(),
                unmet: Vec::new(),
                grants: None,
            });
        } else {
            told.push(self.applying(&users.rule, "it is for every user"));
        }
        for (when, rule) in &users.rules {
            let unmet = user.claims.unmet(when);
            if unmet.is_empty() {
                self.claims.extend(when.claims());
                told.push(self.applying(rule, "your claims are those that it asks for"));
            } else if !unmet.contains(&"sub") {
                self.claims.extend(when.claims());
                let names: Vec<String> = unmet.iter().map(|name| format!("`{name}`")).collect();
                let why = format!(
                    "your JWT does not have what it asks for in {}",
                    names.join(", ")
                );
                told.push(ToldRule {
                    name: rule.name.clone(),
                    applies: false,
                    why,
                    unmet: unmet.into_iter().map(str::to_owned).collect(),
                    grants: None,
                });
            }
        }
        told
    }

    fn applying(&mut self, rule: &'a PolicyRule, why: &str) -> ToldRule {
        ToldRule {
            name: rule.name.clone(),
            applies: true,
            why: why.to_owned(),
            unmet: Vec::new(),
            grants: Some(self.grants(rule)),
        }
    }

    /// What a service has whose key has no policy.
    fn everything(&self) -> ToldRule {
        let any = || Patterns {
            patterns: vec!["*".to_owned()],
            unusable: Vec::new(),
            more: None,
        };
        let names = token_types(true).into_iter();
        ToldRule {
            name: "service".to_owned(),
            applies: true,
            why: "this API key has no policy of its own, and so may have everything".to_owned(),
            unmet: Vec::new(),
            grants: Some(Grants {
                token_types: names.map(str::to_owned).collect(),
                roles: roles(true),
                channels: any(),
                rooms: any(),
                education_roles: vec!["*".to_owned()],
                max_lifetime: Lifetime::LONGEST.seconds(),
                wildcards: wildcards(Wildcards::Any),
                rtm_permissions: true,
                legacy_tokens: self.switches.legacy_tokens,
                batches: true,
                projects: self.projects(&Projects::All),
                within_jwt: false,
            }),
        }
    }

    fn grants(&mut self, rule: &'a PolicyRule) -> Grants {
        Grants {
            token_types: rule.token_types.iter().cloned().collect(),
            roles: roles(rule.publisher),
            channels: self.patterns(&rule.channels),
            rooms: self.patterns(rule.rooms.as_ref().unwrap_or(&rule.channels)),
            education_roles: match &rule.education_roles {
                None => vec!["*".to_owned()],
                Some(roles) => roles.iter().map(|role| education_role(*role)).collect(),
            },
            max_lifetime: rule.max_lifetime.seconds(),
            wildcards: wildcards(rule.wildcards),
            rtm_permissions: rule.rtm_permissions,
            legacy_tokens: rule.legacy_tokens && self.switches.legacy_tokens,
            batches: rule.batches,
            projects: self.projects(&rule.projects),
            within_jwt: rule.within_jwt,
        }
    }

    fn patterns(&mut self, patterns: &'a [NamePattern]) -> Patterns {
        let mut told = Patterns {
            patterns: Vec::new(),
            unusable: Vec::new(),
            more: None,
        };
        let own = self.user.map(|user| &user.claims);
        let mut room = ROOM;
        for (index, pattern) in patterns.iter().enumerate() {
            let text = pattern.to_string();
            let Some(left) = room.checked_sub(text.len()) else {
                told.more = Some(patterns.len() - index);
                break;
            };
            room = left;
            self.claims.extend(pattern.claims());
            match pattern.can_fit(own) {
                true => told.patterns.push(text),
                false => told.unusable.push(text),
            }
        }
        told
    }

    fn projects(&self, projects: &Projects) -> Vec<String> {
        let ids = |ids: &[AppId]| ids.iter().map(|id| id.as_str().to_owned()).collect();
        match (projects, self.reach) {
            (Projects::Default, _) => ids(&[self.default_app_id]),
            (Projects::Listed(listed), _) => ids(listed),
            (Projects::All, Reach::Listed(listed)) => ids(listed),
            (Projects::All, Reach::All) => vec!["*".to_owned()],
        }
    }
}

fn roles(publisher: bool) -> Vec<&'static str> {
    match publisher {
        true => vec!["publisher", "subscriber"],
        false => vec!["subscriber"],
    }
}

fn wildcards(wildcards: Wildcards) -> &'static str {
    match wildcards {
        Wildcards::None => "none",
        Wildcards::Subscriber => "subscriber",
        Wildcards::Any => "any",
    }
}

/// A role of Education by its name, or by its number where it has none.
fn education_role(role: i16) -> String {
    let known = EDUCATION_ROLES.iter().find(|(_, number)| *number == role);
    known.map_or_else(|| role.to_string(), |(name, _)| (*name).to_owned())
}
