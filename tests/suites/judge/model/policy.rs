//! The policy as an operator writes it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::kinds;
use crate::model::claims::{Condition, claim, is_guest};
use crate::model::pattern::Pattern;

/// A document breaks a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    pub(crate) anonymous: Grant,
    /// The issuer of the settings is the first, though it may not be set.
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) drop_in_routes: bool,
    pub(crate) legacy_tokens: bool,
    pub(crate) anonymous_inspect: bool,
}

/// An issuer of JWTs, and what its users get.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Issuer {
    /// Its `iss`; the settings name that of the first.
    pub(crate) url: String,
    pub(crate) audience: Vec<String>,
    pub(crate) prefix: String,
    pub(crate) naming: Naming,
    user: Grant,
    rules: Vec<Rule>,
}

/// Which claims say who a user is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Naming {
    pub(crate) account_claim: String,
    pub(crate) chat_claim: Option<String>,
    pub(crate) uid_claim: Option<String>,
    /// Whether a user without a name in an RTC request is their account, and not their uid.
    pub(crate) rtc_by_account: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    name: String,
    when: Vec<(String, Condition)>,
    grant: Grant,
}

/// Who is granted something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Users,
    Anonymous,
    Key,
    PublishableKey,
}

/// What one rule grants.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grant {
    pub(crate) token_types: Vec<String>,
    pub(crate) publisher: bool,
    pub(crate) channels: Vec<Pattern>,
    pub(crate) rooms: Vec<Pattern>,
    /// `None` is all of them.
    pub(crate) education_roles: Option<BTreeSet<i16>>,
    pub(crate) max_lifetime: u64,
    pub(crate) wildcards: Wildcards,
    pub(crate) rtm_permissions: bool,
    pub(crate) legacy_tokens: bool,
    pub(crate) batches: bool,
    pub(crate) projects: Vec<String>,
    pub(crate) within_jwt: bool,
}

/// How many at once a token may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wildcards {
    None,
    Subscriber,
    Any,
}

const EDUCATION_ROLES: [(&str, i16); 6] = [
    ("none", -1),
    ("audience", 0),
    ("teacher", 1),
    ("student", 2),
    ("assistant", 3),
    ("observer", 4),
];

/// An object of these members alone. What is left out is empty.
pub(crate) fn object<'a>(
    document: &'a Value,
    known: &[&str],
) -> Result<&'a Map<String, Value>, Broken> {
    let members = document.as_object().ok_or(Broken)?;
    match members.keys().all(|name| known.contains(&name.as_str())) {
        true => Ok(members),
        false => Err(Broken),
    }
}

/// A list, which is empty if it is left out.
pub(crate) fn list(value: &Value) -> Result<&[Value], Broken> {
    match value {
        Value::Null => Ok(&[]),
        value => value.as_array().map(Vec::as_slice).ok_or(Broken),
    }
}

pub(crate) fn texts(value: &Value) -> Result<Vec<String>, Broken> {
    let texts = list(value)?
        .iter()
        .map(|one| one.as_str().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or(Broken)
}

impl Policy {
    /// Reads a policy, where an issuer is set or is not.
    pub(crate) fn read(document: &Value, main: bool) -> Result<Self, Broken> {
        let known = [
            "user",
            "anonymous",
            "identity",
            "rules",
            "issuers",
            "switches",
        ];
        object(document, &known)?;
        let first = Issuer {
            url: String::new(),
            audience: Vec::new(),
            prefix: String::new(),
            naming: Naming::read(&document["identity"])?,
            user: Grant::read(&document["user"], To::Users)?,
            rules: rules(&document["rules"], &document["user"])?,
        };
        let mut issuers = vec![first];
        for one in list(&document["issuers"])? {
            let issuer = Issuer::read(one, &issuers[0], &document["user"])?;
            let others = &issuers[usize::from(!main)..];
            if others.iter().any(|other| other.prefix == issuer.prefix) {
                return Err(Broken);
            }
            issuers.push(issuer);
        }
        let names = ["dropInRoutes", "legacyTokens", "anonymousInspect"];
        if !document["switches"].is_null() {
            object(&document["switches"], &names)?;
        }
        let switch = |name: &str| match &document["switches"][name] {
            Value::Null => Ok(true),
            value => value.as_bool().ok_or(Broken),
        };
        let many = |name: &str| list(&document[name]).map_or(0, <[Value]>::len);
        if many("rules") > 100 || many("issuers") > 10 {
            return Err(Broken);
        }
        Ok(Self {
            anonymous: Grant::read(&document["anonymous"], To::Anonymous)?,
            issuers,
            drop_in_routes: switch(names[0])?,
            legacy_tokens: switch(names[1])?,
            anonymous_inspect: switch(names[2])?,
        })
    }

    /// What a user of an issuer gets by each of the rules that hold for them, in their order, with the name of
    /// each.
    pub(crate) fn rules_for<'a>(
        &'a self,
        issuer: &'a Issuer,
        claims: &Value,
    ) -> Vec<(&'a str, &'a Grant)> {
        let first = match is_guest(claims) {
            true => ("anonymous", &self.anonymous),
            false => ("user", &issuer.user),
        };
        let mut rules = vec![first];
        for rule in &issuer.rules {
            let holds =
                |(path, condition): &(String, Condition)| condition.holds(claim(claims, path));
            if rule.when.iter().all(holds) {
                rules.push((&rule.name, &rule.grant));
            }
        }
        rules
    }
}

impl Issuer {
    /// Reads one of `issuers`, which is as the first is, whose `user` this is, in what it leaves out.
    fn read(document: &Value, first: &Self, user: &Value) -> Result<Self, Broken> {
        let known = [
            "issuer",
            "audience",
            "jwksUrl",
            "jwks",
            "audienceClaim",
            "tokenUse",
            "subjectPrefix",
            "user",
            "rules",
            "identity",
        ];
        object(document, &known)?;
        let prefix = match &document["subjectPrefix"] {
            Value::Null => "",
            prefix => prefix.as_str().ok_or(Broken)?,
        };
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.~".contains(c);
        if prefix.len() > 32 || !prefix.chars().all(fine) {
            return Err(Broken);
        }
        let own_user = !document["user"].is_null();
        let own_rules = !document["rules"].is_null();
        Ok(Self {
            url: document["issuer"].as_str().ok_or(Broken)?.to_owned(),
            audience: match &document["audience"] {
                Value::String(one) => vec![one.clone()],
                Value::Array(_) => texts(&document["audience"])?,
                _ => return Err(Broken),
            },
            prefix: prefix.to_owned(),
            naming: match &document["identity"] {
                Value::Null => first.naming.clone(),
                identity => Naming::read(identity)?,
            },
            user: match own_user {
                true => Grant::read(&document["user"], To::Users)?,
                false => first.user.clone(),
            },
            rules: match (own_user, own_rules) {
                (false, false) => first.rules.clone(),
                (false, true) => rules(&document["rules"], user)?,
                (true, _) => rules(&document["rules"], &document["user"])?,
            },
        })
    }
}

impl Naming {
    fn read(document: &Value) -> Result<Self, Broken> {
        let names = ["accountClaim", "chatClaim", "uidClaim", "rtc"];
        let nothing = Value::Object(Map::new());
        let document = if document.is_null() {
            &nothing
        } else {
            document
        };
        if object(document, &names)?
            .values()
            .any(|one| !one.is_string())
        {
            return Err(Broken);
        }
        let claim = |name: &str| document[name].as_str().map(str::to_owned);
        Ok(Self {
            account_claim: claim("accountClaim").unwrap_or_else(|| "sub".to_owned()),
            chat_claim: claim("chatClaim"),
            uid_claim: claim("uidClaim"),
            rtc_by_account: match document["rtc"].as_str() {
                None | Some("uid") => false,
                Some("account") => true,
                Some(_) => return Err(Broken),
            },
        })
    }
}

/// Reads `rules`, which are as `user` in what they leave out.
fn rules(document: &Value, user: &Value) -> Result<Vec<Rule>, Broken> {
    let mut rules: Vec<Rule> = Vec::new();
    for one in list(document)? {
        let mut members = user.as_object().cloned().unwrap_or_default();
        members.extend(one.as_object().ok_or(Broken)?.clone());
        let name = members.remove("name").ok_or(Broken)?;
        let name = name.as_str().ok_or(Broken)?;
        let fine = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
        let known = rules.iter().any(|rule| rule.name == name);
        if name.is_empty() || name.len() > 64 || !name.chars().all(fine) || name == "user" || known
        {
            return Err(Broken);
        }
        let when = members.remove("when").ok_or(Broken)?;
        let conditions = when
            .as_object()
            .filter(|when| !when.is_empty())
            .ok_or(Broken)?;
        let conditions = conditions
            .iter()
            .map(|(path, one)| Some((path.clone(), Condition::read(one)?)));
        rules.push(Rule {
            name: name.to_owned(),
            when: conditions.collect::<Option<_>>().ok_or(Broken)?,
            grant: Grant::read(&Value::Object(members), To::Users)?,
        });
    }
    Ok(rules)
}

impl Grant {
    /// What a key without a policy gets in these projects.
    pub(crate) fn everything(projects: Vec<String>) -> Self {
        let any = Pattern::read("*");
        Self {
            token_types: kinds::all().map(str::to_owned).collect(),
            publisher: true,
            channels: any.clone().into_iter().collect(),
            rooms: any.into_iter().collect(),
            education_roles: None,
            max_lifetime: 86_400,
            wildcards: Wildcards::Any,
            rtm_permissions: true,
            legacy_tokens: true,
            batches: true,
            projects,
            within_jwt: false,
        }
    }

    fn default(to: To) -> Self {
        let users = [To::Users, To::Key].contains(&to);
        let kinds: &[&str] = match users {
            true => &["rtc", "rtm", "chat/user"],
            false => &["rtc"],
        };
        Self {
            token_types: kinds.iter().map(|&kind| kind.to_owned()).collect(),
            publisher: users,
            education_roles: Some(BTreeSet::from([2])),
            max_lifetime: if users { 86_400 } else { 600 },
            wildcards: Wildcards::None,
            rtm_permissions: false,
            legacy_tokens: false,
            batches: false,
            ..Self::everything(Vec::new())
        }
    }

    pub(crate) fn read(document: &Value, to: To) -> Result<Self, Broken> {
        let mut grant = Self::default(to);
        let mut rooms = None;
        if !document.is_null() && !document.is_object() {
            return Err(Broken);
        }
        for (name, value) in document.as_object().into_iter().flatten() {
            let flag = || value.as_bool().ok_or(Broken);
            match name.as_str() {
                "tokenTypes" => {
                    grant.token_types = texts(value)?;
                    for kind in &grant.token_types {
                        let known = kind == "*" || kinds::all().any(|known| known == kind);
                        if !known || to != To::Key && kinds::administers(kind) {
                            return Err(Broken);
                        }
                    }
                }
                "roles" => {
                    let roles = texts(value)?;
                    let known = |role: &String| role == "publisher" || role == "subscriber";
                    if !roles.iter().all(known) {
                        return Err(Broken);
                    }
                    grant.publisher = roles.iter().any(|role| role == "publisher");
                }
                "channels" => grant.channels = patterns(value)?,
                "rooms" => rooms = Some(patterns(value)?),
                "educationRoles" => grant.education_roles = education_roles(value)?,
                "maxLifetime" => grant.max_lifetime = value.as_u64().ok_or(Broken)?,
                "wildcards" => {
                    grant.wildcards = match value.as_str() {
                        Some("none") => Wildcards::None,
                        Some("subscriber") => Wildcards::Subscriber,
                        Some("any") => Wildcards::Any,
                        _ => return Err(Broken),
                    }
                }
                "rtmPermissions" => grant.rtm_permissions = flag()?,
                "legacyTokens" => grant.legacy_tokens = flag()?,
                "batches" => grant.batches = flag()?,
                "projects" if [To::Users, To::Anonymous].contains(&to) => {
                    grant.projects = texts(value)?;
                }
                "withinJwt" if to == To::Users => grant.within_jwt = flag()?,
                _ => return Err(Broken),
            }
        }
        let wide = grant.wildcards == Wildcards::Any || grant.legacy_tokens;
        if to == To::PublishableKey && (wide || grant.max_lifetime > 3600) {
            return Err(Broken);
        }
        grant.rooms = rooms.unwrap_or_else(|| grant.channels.clone());
        Ok(grant)
    }

    /// Whether this kind of token is granted.
    pub(crate) fn has_kind(&self, kind: &str) -> bool {
        let by_star = kinds::is_for_clients(kind);
        let mut granted = self.token_types.iter();
        granted.any(|granted| granted == kind || (granted == "*" && by_star))
    }

    pub(crate) fn has_project(&self, app_id: &str, default: &str) -> bool {
        match &self.projects[..] {
            [] => app_id == default,
            projects => projects.iter().any(|one| one == "*" || one == app_id),
        }
    }
}

fn education_roles(value: &Value) -> Result<Option<BTreeSet<i16>>, Broken> {
    let mut roles = BTreeSet::new();
    let mut all = false;
    for role in list(value)? {
        if role == "*" {
            all = true;
            continue;
        }
        let number = match role.as_str() {
            Some(name) => EDUCATION_ROLES
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, number)| *number),
            None => role.as_i64().and_then(|number| number.try_into().ok()),
        };
        roles.insert(number.ok_or(Broken)?);
    }
    Ok((!all).then_some(roles))
}

fn patterns(value: &Value) -> Result<Vec<Pattern>, Broken> {
    let patterns = texts(value)?;
    let patterns = patterns.iter().map(|pattern| Pattern::read(pattern));
    patterns.collect::<Option<_>>().ok_or(Broken)
}

#[test]
fn what_is_left_out_is_as_the_documentation_says() {
    let page = include_str!("../../../../docs/policy.md");
    let (_, section) = page.split_once("## The document").unwrap();
    let (_, block) = section.split_once("```json").unwrap();
    let (document, _) = block.split_once("```").unwrap();
    let stated = Policy::read(&serde_json::from_str(document).unwrap(), true);
    assert!(stated.is_ok());
    assert_eq!(stated, Policy::read(&serde_json::json!({}), true));
}
