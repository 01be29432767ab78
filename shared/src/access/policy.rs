//! What those may have who are not services: one JSON document.

use super::issuer::Issuer;
use super::jwt::Claims;
use super::rule::Holder;
use super::when::When;
use super::{IdentityRules, PolicyRule};
use crate::params::{FromValue, Invalid, Parameters, Rule, Value};
use std::sync::Arc;

/// The most rules that a list holds.
const MOST_RULES: usize = 100;

/// The most issuers that a policy adds.
const MOST_ISSUERS: usize = 10;

/// The longest name of a rule, in bytes.
const LONGEST_NAME: usize = 64;

/// What users and anonymous callers are granted, and how a user's claims become an identity.
///
/// All of the document's members are optional, and so is everything in them:
///
/// ```
/// use agora_token::access::{Policy, Wildcards};
///
/// let policy = Policy::parse(r#"{
///     "user": {"tokenTypes": ["rtc", "rtm"], "channels": ["team-*", "dm-{sub}"], "maxLifetime": 3600},
///     "rules": [{"name": "teachers", "when": {"role": "teacher"}, "channels": ["class-{school}-*"]}],
///     "anonymous": {"roles": ["subscriber"], "channels": ["lobby"], "maxLifetime": 600},
///     "identity": {"uidClaim": "agora_uid"}
/// }"#)?;
/// assert_eq!(policy.users.rule.max_lifetime.seconds(), 3600);
/// assert_eq!(policy.anonymous.wildcards, Wildcards::None);
/// assert!(Policy::parse(r#"{"user": {"rolez": []}}"#).unwrap_err().detail.contains("did you mean `roles`?"));
/// # Ok::<(), agora_token::params::Invalid>(())
/// ```
#[derive(Debug, Clone)]
pub struct Policy {
    /// What users are granted whose JWTs are of the issuer that the settings name.
    pub users: Users,
    /// What an anonymous caller is granted, where the operator lets them in at all, and who signed in
    /// anonymously.
    pub anonymous: Arc<PolicyRule>,
    /// `switches`: what there is for anybody.
    pub switches: Switches,
    /// `issuers`: others whose JWTs count.
    pub(super) issuers: Vec<Issuer>,
}

/// What the users of one issuer are granted.
#[derive(Debug, Clone)]
pub struct Users {
    /// `user`: what each of them is granted.
    pub rule: Arc<PolicyRule>,
    /// `rules`: what those are granted besides whose claims say so.
    pub rules: Vec<(When, Arc<PolicyRule>)>,
    /// `identity`: how their claims become an identity.
    pub identity: IdentityRules,
}

/// What an operator can switch off for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switches {
    /// `dropInRoutes`: whether the requests of other token servers are answered.
    pub drop_in_routes: bool,
    /// `legacyTokens`: whether there are 006 tokens.
    pub legacy_tokens: bool,
    /// `anonymousInspect`: whether `inspect` answers callers without credentials.
    pub anonymous_inspect: bool,
}

impl Default for Policy {
    /// Users get RTC, RTM and Chat tokens of their own for up to a day; anonymous callers, where they
    /// are let in, may watch for ten minutes.
    fn default() -> Self {
        Self {
            users: Users::default(),
            anonymous: Arc::new(PolicyRule::of_anonymous()),
            switches: Switches::default(),
            issuers: Vec::new(),
        }
    }
}

impl Default for Users {
    fn default() -> Self {
        Self {
            rule: Arc::new(PolicyRule::of_users()),
            rules: Vec::new(),
            identity: IdentityRules::default(),
        }
    }
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            drop_in_routes: true,
            legacy_tokens: true,
            anonymous_inspect: true,
        }
    }
}

impl Policy {
    /// Reads the document.
    ///
    /// # Errors
    /// [`Invalid`] names the field, by its path, and its rule.
    pub fn parse(document: &str) -> Result<Self, Invalid> {
        let value = serde_json::from_str::<Value>(document).map_err(|error| {
            Invalid::new("(policy)", Rule::Type, format!("is not JSON: {error}"))
        })?;
        let Value::Object(entries) = value else {
            let detail = format!("must be an object, not {}", value.kind());
            return Err(Invalid::new("(policy)", Rule::Type, detail));
        };
        Self::read(Parameters::new(entries)?)
    }

    /// Reads the document as a member of another one, which stands at `field`.
    pub(super) fn read_value(value: Value, field: &str) -> Result<Self, Invalid> {
        Self::read(Parameters::from_value(value, field)?)
    }

    /// What the users of an issuer are granted, by the claim `iss`.
    #[cfg(feature = "lambda")]
    pub(super) fn users_of(&self, issuer: Option<&serde_json::Value>) -> &Users {
        let issuer = issuer.and_then(serde_json::Value::as_str);
        let named = |one: &&Issuer| issuer.is_some_and(|name| one.is(name));
        let added = self.issuers.iter().find(named);
        added.map_or(&self.users, |issuer| &issuer.users)
    }

    fn read(mut root: Parameters) -> Result<Self, Invalid> {
        let users = Users::read(&mut root, &Users::default())?;
        let mut anonymous = PolicyRule::of_anonymous();
        if let Some(object) = root.object(&["anonymous"])? {
            anonymous = PolicyRule::read(object, &anonymous, Holder::Anonymous)?;
        }
        let switches = Switches::read(root.object(&["switches"])?)?;
        let field = root.field("issuers");
        let list = entries(&mut root, "issuers", MOST_ISSUERS)?;
        let issuers = list
            .into_iter()
            .map(|entry| Issuer::read(entry, &users))
            .collect::<Result<Vec<_>, _>>()?;
        Issuer::check_apart(&issuers, &field)?;
        root.finish()?;
        Ok(Self {
            users,
            anonymous: Arc::new(anonymous),
            switches,
            issuers,
        })
    }
}

impl Users {
    /// Takes what users are granted out of `root`; what it leaves out is as in `default`.
    pub(super) fn read(root: &mut Parameters, default: &Self) -> Result<Self, Invalid> {
        let own = root.object(&["user"])?;
        let listed = root.has("rules");
        let rules = entries(root, "rules", MOST_RULES)?;
        let identity = match root.object(&["identity"])? {
            Some(object) => IdentityRules::read(object)?,
            None => default.identity.clone(),
        };
        if own.is_none() && !listed {
            return Ok(Self {
                identity,
                ..default.clone()
            });
        }
        let rule = match own {
            None => Arc::clone(&default.rule),
            Some(object) => Arc::new(PolicyRule::read(
                object,
                &PolicyRule::of_users(),
                Holder::User,
            )?),
        };
        let mut read: Vec<(When, Arc<PolicyRule>)> = Vec::with_capacity(rules.len());
        for mut object in rules {
            let name = rule_name(&mut object)?;
            let field = object.field("name");
            if name == rule.name || read.iter().any(|(_, other)| other.name == name) {
                return Err(Invalid::new(
                    field,
                    Rule::Repeated,
                    "each rule has a name of its own, and none is called `user`",
                ));
            }
            let when = When::take(&mut object)?;
            let rule = PolicyRule::read(object, &rule, Holder::User)?;
            read.push((when, Arc::new(PolicyRule { name, ..rule })));
        }
        Ok(Self {
            rule,
            rules: read,
            identity,
        })
    }

    /// The rules that apply to a user with these claims. `guests`: what is granted to whoever signed in
    /// anonymously.
    pub(super) fn applying(
        &self,
        claims: &Claims,
        guests: &Arc<PolicyRule>,
    ) -> Vec<Arc<PolicyRule>> {
        let base = match is_guest(claims) {
            true => guests,
            false => &self.rule,
        };
        let others = self.rules.iter().filter(|(when, _)| when.holds(claims));
        let others = others.map(|(_, rule)| Arc::clone(rule));
        std::iter::once(Arc::clone(base)).chain(others).collect()
    }
}

/// Whether a user signed in anonymously, in the words of Supabase and of Firebase.
fn is_guest(claims: &Claims) -> bool {
    let says = |path, value: &str| claims.claim(path).is_some_and(|claim| claim == value);
    claims.claim("is_anonymous") == Some(&serde_json::Value::Bool(true))
        || says("firebase.sign_in_provider", "anonymous")
}

impl Switches {
    fn read(object: Option<Parameters>) -> Result<Self, Invalid> {
        let default = Self::default();
        let Some(mut object) = object else {
            return Ok(default);
        };
        let mut switch = |name, default| Ok(object.take(&[name])?.unwrap_or(default));
        let switches = Self {
            drop_in_routes: switch("dropInRoutes", default.drop_in_routes)?,
            legacy_tokens: switch("legacyTokens", default.legacy_tokens)?,
            anonymous_inspect: switch("anonymousInspect", default.anonymous_inspect)?,
        };
        object.finish()?;
        Ok(switches)
    }
}

/// A list of objects.
fn entries(
    root: &mut Parameters,
    name: &'static str,
    most: usize,
) -> Result<Vec<Parameters>, Invalid> {
    let Some(list) = root.take::<Vec<Value>>(&[name])? else {
        return Ok(Vec::new());
    };
    let field = root.field(name);
    if list.len() > most {
        let detail = format!("`{field}` holds at most {most}");
        return Err(Invalid::new(field, Rule::Range, detail));
    }
    let read = |(index, value)| Parameters::from_value(value, &format!("{field}[{index}]"));
    list.into_iter().enumerate().map(read).collect()
}

/// The name of a rule: 1 to 64 letters, digits, `-`, `_`, `.` or spaces.
fn rule_name(object: &mut Parameters) -> Result<String, Invalid> {
    let name: String = object.require(&["name"], "what refusals call the rule")?;
    let possible = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(possible) {
        return Err(Invalid::new(
            object.field("name"),
            Rule::Characters,
            format!(
                "the name of a rule is 1 to {LONGEST_NAME} letters, digits, `-`, `_`, `.` or spaces"
            ),
        ));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_is_the_default() {
        let default = format!("{:?}", Policy::default());
        for document in [
            "{}",
            r#"{"user":{},"anonymous":{},"identity":{},"rules":[],"issuers":[],"switches":{}}"#,
        ] {
            assert_eq!(format!("{:?}", Policy::parse(document).unwrap()), default);
        }
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
            (r#"{"rules":{}}"#, "rules"),
            (r#"{"rules":[7]}"#, "rules[0]"),
            (r#"{"rules":[{"when":{"a":1}}]}"#, "rules[0].name"),
            (
                r#"{"rules":[{"name":"user","when":{"a":1}}]}"#,
                "rules[0].name",
            ),
            (
                r#"{"rules":[{"name":"a\nb","when":{"a":1}}]}"#,
                "rules[0].name",
            ),
            (
                r#"{"rules":[{"name":"a","when":{"a":1}},{"name":"a","when":{"a":1}}]}"#,
                "rules[1].name",
            ),
            (r#"{"rules":[{"name":"a"}]}"#, "rules[0].when"),
            (r#"{"rules":[{"name":"a","when":{}}]}"#, "rules[0].when"),
            (
                r#"{"rules":[{"name":"a","when":{"a":null}}]}"#,
                "rules[0].when.a",
            ),
            (
                r#"{"rules":[{"name":"a","when":{"a":[]}}]}"#,
                "rules[0].when.a",
            ),
            (
                r#"{"rules":[{"name":"a","when":{"a":[[]]}}]}"#,
                "rules[0].when.a",
            ),
            (
                r#"{"rules":[{"name":"a","when":{"a":{"contain":"b"}}}]}"#,
                "rules[0].when.a.contain",
            ),
            (
                r#"{"rules":[{"name":"a","when":{"a":{"contains":["b"]}}}]}"#,
                "rules[0].when.a.contains",
            ),
            (
                r#"{"rules":[{"name":"a","when":{"a":1,"a":1}}]}"#,
                "rules[0].when.a",
            ),
            (
                r#"{"rules":[{"name":"a","when":{"a":1},"rolez":[]}]}"#,
                "rules[0].rolez",
            ),
            (
                r#"{"rules":[{"name":"a","when":{"a":1},"channels":["{"]}]}"#,
                "rules[0].channels",
            ),
            (r#"{"switches":{"dropIn":true}}"#, "switches.dropIn"),
            (
                r#"{"switches":{"legacyTokens":1}}"#,
                "switches.legacyTokens",
            ),
            (r#"{"issuers":[{"audience":"a"}]}"#, "issuers[0].issuer"),
            (
                r#"{"issuers":[{"issuer":"https://a.example"}]}"#,
                "issuers[0].audience",
            ),
            (
                r#"{"issuers":[{"issuer":"http://a.example","audience":"a"}]}"#,
                "issuers[0].issuer",
            ),
            (
                r#"{"issuers":[{"issuer":"https://a.example","audience":"a","jwksUrl":"http://a.example"}]}"#,
                "issuers[0].jwksUrl",
            ),
            (
                r#"{"issuers":[{"issuer":"me","audience":"a","jwks":{}}]}"#,
                "issuers[0].jwks",
            ),
            (
                r#"{"issuers":[{"issuer":"https://a.example","audience":"a","subjectPrefix":"A"}]}"#,
                "issuers[0].subjectPrefix",
            ),
            (
                r#"{"issuers":[{"issuer":"https://a.example","audience":"a"},{"issuer":"https://b.example","audience":"a"}]}"#,
                "issuers[1].subjectPrefix",
            ),
            (
                r#"{"issuers":[{"issuer":"https://a.example","audience":"a"},{"issuer":"https://a.example","audience":"a","subjectPrefix":"b~"}]}"#,
                "issuers[1].issuer",
            ),
            (
                r#"{"issuers":[{"issuer":"https://a.example","audience":"a","user":{"rolez":[]}}]}"#,
                "issuers[0].user.rolez",
            ),
        ] {
            assert_eq!(
                Policy::parse(document).unwrap_err().field,
                field,
                "{document}"
            );
        }
    }

    #[test]
    fn a_rule_is_user_with_changes_and_an_issuer_is_the_top_unless_it_has_users() {
        let policy = Policy::parse(
            r#"{"user": {"channels": ["a-*"], "roles": ["subscriber"]},
                "rules": [{"name": "more", "when": {"x": 1}, "roles": ["publisher"]}],
                "issuers": [
                    {"issuer": "https://a.example", "audience": "a"},
                    {"issuer": "https://b.example", "audience": ["a", "b"], "subjectPrefix": "b~", "user": {}}
                ]}"#,
        )
        .unwrap();
        let [(_, more)] = policy.users.rules.as_slice() else {
            panic!("{policy:?}");
        };
        assert!(more.publisher && !policy.users.rule.publisher);
        assert_eq!(more.channels, policy.users.rule.channels);
        let [same, own] = policy.issuers.as_slice() else {
            panic!("{policy:?}");
        };
        assert_eq!(same.users.rules.len(), 1);
        assert!(own.users.rule.publisher && own.users.rules.is_empty());
    }

    #[test]
    fn an_anonymous_sign_in_is_a_guest() {
        let policy = Policy::default();
        for (claims, guest) in [
            (serde_json::json!({"is_anonymous": true}), true),
            (serde_json::json!({"is_anonymous": false}), false),
            (serde_json::json!({"is_anonymous": "true"}), false),
            (
                serde_json::json!({"firebase": {"sign_in_provider": "anonymous"}}),
                true,
            ),
            (
                serde_json::json!({"firebase": {"sign_in_provider": "password"}}),
                false,
            ),
            (serde_json::json!({}), false),
        ] {
            let serde_json::Value::Object(claims) = claims else {
                unreachable!()
            };
            let claims = Claims::of(claims);
            let rules = policy.users.applying(&claims, &policy.anonymous);
            let name = if guest { "anonymous" } else { "user" };
            assert_eq!(rules.first().map(|rule| rule.name.as_str()), Some(name));
        }
    }
}
