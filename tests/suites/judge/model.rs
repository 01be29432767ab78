//! The access policy as docs/policy.md and docs/authentication.md tell it, written a second time: from
//! their words, and without a line of the code that it judges. It takes a token apart with a reader of its
//! own and says what the token grants beyond the policy.
//!
//! `kinds.rs` is a part of it: what each kind of token means to the policy.
//!
//! It is sure of what must not be granted. Where they leave open whether something is refused all the
//! same, it has a doubt, and only a request without one has to be granted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use md5::{Digest as _, Md5};
use percent_encoding::percent_decode_str;
use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::kinds::{self, Place, Service, User};

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// With an API key, which may be good for one project only.
    Service { project: Option<String> },
    /// With a JWT of the issuer, and these claims.
    User { claims: Value },
    /// With nothing.
    Anonymous,
    /// With something that is wrong.
    Stranger,
}

/// One of the secret's projects.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) app_id: String,
    pub(crate) whiteboard_key: String,
}

/// What the operator set up.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    /// The first is the default.
    pub(crate) projects: Vec<Project>,
    pub(crate) open: bool,
    pub(crate) policy: Policy,
}

/// What a request says that its token does not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) app_id: Option<&'a str>,
    pub(crate) batch: bool,
}

/// What the model thinks of a token.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The rules that it breaks.
    pub(crate) breaks: Vec<String>,
    /// Why it might be refused although it breaks none.
    pub(crate) doubts: Vec<&'static str>,
}

impl Verdict {
    /// Whether a refusal with this code names one of the rules that are broken.
    pub(crate) fn explains(&self, code: &str) -> bool {
        let rules: &[&str] = match code {
            "denied_token_type" => &["tokenTypes"],
            "denied_role" => &["roles"],
            "denied_education_role" => &["educationRoles"],
            "denied_channel" => &["channels"],
            "denied_room" => &["rooms"],
            "denied_wildcard" | "denied_wildcard_role" => &["wildcards"],
            "denied_lifetime" => &["maxLifetime", "withinJwt"],
            "denied_rtm_permissions" => &["rtmPermissions"],
            "denied_legacy_token" => &["legacyTokens"],
            "denied_batch" => &["batches"],
            "denied_identity" | "denied_identity_unusable" => &["identity"],
            "denied_app_privilege" => &["app privilege"],
            "denied_project" => &["projects"],
            _ => &[],
        };
        let is_named = |rule: &String| {
            let (name, _) = rule.split_once(':').unwrap_or_default();
            rules.contains(&name)
        };
        self.breaks.iter().any(is_named)
    }

    fn unless(&mut self, kept: bool, rule: impl FnOnce() -> String) {
        if !kept {
            self.breaks.push(rule());
        }
    }
}

// ---- Tokens ----

/// Which privileges, and for how many seconds.
pub(crate) type Rights = BTreeMap<u16, u32>;

/// The formats that differ in what may be done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    V007,
    V006,
    Netless,
}

/// A token, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) format: Format,
    pub(crate) app_id: String,
    /// Unix seconds.
    pub(crate) begins: u64,
    /// Unix seconds, rounded up.
    pub(crate) ends: u64,
    pub(crate) services: Vec<Service>,
}

impl Token {
    /// Takes a token apart. A 006 token holds checksums where it has names, so it is compared with the
    /// services that were asked for. A whiteboard token does not say when it was made: it was by `now`.
    pub(crate) fn read(
        text: &str,
        deployment: &Deployment,
        asked: &[Service],
        now: u64,
    ) -> Result<Self, String> {
        match text.get(..3) {
            Some("007") => read_007(&text[3..]),
            Some("006") => read_006(&text[3..], asked),
            Some("NET") => read_netless(text, deployment, now),
            _ => Err("it is no token".to_owned()),
        }
    }
}

/// Little-endian fields, as both formats of Agora's have them.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, left) = self.0.split_at_checked(count).ok_or("it is cut short")?;
        self.0 = left;
        Ok(taken)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, String> {
        let bytes = self.bytes(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self) -> Result<u32, String> {
        let low = self.u16()?;
        Ok(u32::from(low) | u32::from(self.u16()?) << 16)
    }

    fn raw(&mut self) -> Result<&'a [u8], String> {
        let length = self.u16()?;
        self.bytes(length.into())
    }

    pub(crate) fn text(&mut self) -> Result<String, String> {
        let bytes = self.raw()?.to_vec();
        String::from_utf8(bytes).map_err(|_| "a name is not UTF-8".to_owned())
    }

    pub(crate) fn rights(&mut self) -> Result<Rights, String> {
        let count = self.u16()?;
        (0..count).map(|_| Ok((self.u16()?, self.u32()?))).collect()
    }
}

fn read_007(text: &str) -> Result<Token, String> {
    let packed = STANDARD
        .decode(text)
        .map_err(|_| "it is not base64".to_owned())?;
    let mut bytes = Vec::new();
    flate2::read::ZlibDecoder::new(&packed[..])
        .read_to_end(&mut bytes)
        .map_err(|_| "it cannot be inflated".to_owned())?;
    let mut fields = Fields(&bytes);
    if fields.raw()?.len() != 32 {
        return Err("the signature has not 32 bytes".to_owned());
    }
    let app_id = fields.text()?;
    let (begins, life) = (u64::from(fields.u32()?), u64::from(fields.u32()?));
    let _salt = fields.u32()?;
    let count = fields.u16()?;
    let services: Result<Vec<_>, _> = (0..count).map(|_| Service::read(&mut fields)).collect();
    if !fields.0.is_empty() {
        return Err("something stands behind its end".to_owned());
    }
    Ok(Token {
        format: Format::V007,
        app_id,
        begins,
        ends: begins + life,
        services: services?,
    })
}

fn read_006(text: &str, asked: &[Service]) -> Result<Token, String> {
    let app_id = text.get(..32).ok_or("it is cut short")?;
    let packed = STANDARD
        .decode(&text[32..])
        .map_err(|_| "it is not base64".to_owned())?;
    let mut fields = Fields(&packed);
    fields.raw()?;
    let checksums = (fields.u32()?, fields.u32()?);
    let message = fields.raw()?;
    let mut fields = Fields(message);
    let _salt = fields.u32()?;
    let ts = u64::from(fields.u32()?);
    let rights = fields.rights()?;
    let names = asked.iter().map(|service| match service {
        Service::Rtc { channel, user, .. } => (service, channel.as_str(), user.as_str()),
        Service::Rtm { user } => (service, user.as_str(), ""),
        _ => (service, "", ""),
    });
    let is_rtm = rights.contains_key(&1000);
    let service = names
        .filter(|(service, ..)| matches!(service, Service::Rtm { .. }) == is_rtm)
        .find(|(_, channel, user)| (crc32(channel), crc32(user)) == checksums)
        .ok_or("its checksums are of no channel and user that were asked for")?;
    let service = match (service, is_rtm) {
        ((Service::Rtc { channel, user, .. }, ..), false) => Service::Rtc {
            channel: channel.clone(),
            user: user.clone(),
            rights: rights.clone(),
        },
        ((Service::Rtm { user }, ..), true) if rights.len() == 1 => {
            Service::Rtm { user: user.clone() }
        }
        _ => return Err(format!("a 006 token has the privileges {rights:?}")),
    };
    // A privilege without an end ends with the token.
    let ends = rights.values().map(|end| match end {
        0 => ts,
        end => u64::from(*end),
    });
    Ok(Token {
        format: Format::V006,
        app_id: app_id.to_owned(),
        begins: ts.saturating_sub(86_400),
        ends: ends.max().unwrap_or(ts),
        services: vec![service],
    })
}

fn crc32(text: &str) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(text.as_bytes());
    crc.sum()
}

fn read_netless(text: &str, deployment: &Deployment, now: u64) -> Result<Token, String> {
    let kinds = [
        ("NETLESSROOM_", "whiteboard/room"),
        ("NETLESSTASK_", "whiteboard/task"),
        ("NETLESSSDK_", "whiteboard/sdk"),
    ];
    let (packed, kind) = kinds
        .into_iter()
        .find_map(|(prefix, kind)| Some((text.strip_prefix(prefix)?, kind)))
        .ok_or("it is no token")?;
    let query = URL_SAFE_NO_PAD
        .decode(packed)
        .map_err(|_| "it is not base64".to_owned())?;
    let query = String::from_utf8(query).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut values = BTreeMap::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').ok_or("a pair has no value")?;
        let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        if values.insert(name, value).is_some() {
            return Err(format!("{name} stands twice"));
        }
    }
    let value = |name: &str| values.get(name).cloned().ok_or(format!("it has no {name}"));
    let key = value("ak")?;
    let project = deployment
        .projects
        .iter()
        .find(|project| project.whiteboard_key == key);
    let millis: u64 = value("expireAt")?
        .parse()
        .map_err(|_| "expireAt is no number".to_owned())?;
    let uuid = match kind {
        "whiteboard/sdk" => String::new(),
        _ => value("uuid")?,
    };
    Ok(Token {
        format: Format::Netless,
        app_id: project.ok_or("its key is of no project")?.app_id.clone(),
        // Rounded up as its end is.
        begins: now + 1,
        ends: millis.div_ceil(1000),
        services: vec![Service::Whiteboard {
            kind,
            uuid,
            role: value("role")?
                .parse()
                .map_err(|_| "the role is no number".to_owned())?,
        }],
    })
}

// ---- The policy ----

/// How many at once a token may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wildcards {
    None,
    Subscriber,
    Any,
}

/// Whether the policy is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Good,
    /// It breaks a rule, so it grants nothing to users and anonymous callers.
    Broken,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    pub(crate) state: State,
    pub(crate) user: Grant,
    pub(crate) anonymous: Grant,
    account_claim: String,
    chat_claim: Option<String>,
    uid_claim: Option<String>,
    /// Whether a user without a name in an RTC request is their account, and not their uid.
    rtc_by_account: bool,
}

/// What one kind of caller is granted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grant {
    pub(crate) token_types: Vec<String>,
    pub(crate) publisher: bool,
    pub(crate) channels: Vec<String>,
    pub(crate) rooms: Vec<String>,
    /// `None` is all of them.
    pub(crate) education_roles: Option<BTreeSet<i16>>,
    pub(crate) max_lifetime: u64,
    wildcards: Wildcards,
    pub(crate) rtm_permissions: bool,
    pub(crate) legacy_tokens: bool,
    pub(crate) batches: bool,
    pub(crate) projects: Vec<String>,
    pub(crate) within_jwt: bool,
}

const USER: [&str; 3] = ["rtc", "rtm", "chat/user"];
const EDUCATION_ROLES: [(&str, i16); 6] = [
    ("none", -1),
    ("audience", 0),
    ("teacher", 1),
    ("student", 2),
    ("assistant", 3),
    ("observer", 4),
];

/// A rule of the document itself that is broken.
struct Broken;

impl Policy {
    /// Reads `AGORA_POLICY`.
    pub(crate) fn read(document: &Value) -> Self {
        Self::members(document).unwrap_or_else(|Broken| {
            let nothing = Self::members(&Value::Object(serde_json::Map::new()));
            let Ok(nothing) = nothing else {
                unreachable!("nothing breaks no rule")
            };
            Self {
                state: State::Broken,
                ..nothing
            }
        })
    }

    fn members(document: &Value) -> Result<Self, Broken> {
        let members = document.as_object().ok_or(Broken)?;
        let known = ["user", "anonymous", "identity"];
        if members.keys().any(|name| !known.contains(&name.as_str())) {
            return Err(Broken);
        }
        let user = Grant::read(&document["user"], true)?;
        let anonymous = Grant::read(&document["anonymous"], false)?;
        let identity = &document["identity"];
        let names = ["accountClaim", "chatClaim", "uidClaim", "rtc"];
        let given = identity.as_object().into_iter().flatten();
        for (name, value) in given {
            if !names.contains(&name.as_str()) || !value.is_string() {
                return Err(Broken);
            }
        }
        let claim = |name: &str| identity[name].as_str().map(str::to_owned);
        Ok(Self {
            state: State::Good,
            user,
            anonymous,
            account_claim: claim("accountClaim").unwrap_or_else(|| "sub".to_owned()),
            chat_claim: claim("chatClaim"),
            uid_claim: claim("uidClaim"),
            rtc_by_account: match identity["rtc"].as_str() {
                None | Some("uid") => false,
                Some("account") => true,
                Some(_) => return Err(Broken),
            },
        })
    }

    fn grant(&self, caller: &Caller) -> &Grant {
        match caller {
            Caller::User { .. } => &self.user,
            _ => &self.anonymous,
        }
    }
}

impl Grant {
    fn read(document: &Value, user: bool) -> Result<Self, Broken> {
        let defaults = Self {
            token_types: (if user { &USER[..] } else { &USER[..1] })
                .iter()
                .map(|&kind| kind.to_owned())
                .collect(),
            publisher: user,
            channels: vec!["*".to_owned()],
            rooms: Vec::new(),
            education_roles: Some(BTreeSet::from([2])),
            max_lifetime: if user { 86_400 } else { 600 },
            wildcards: Wildcards::None,
            rtm_permissions: false,
            legacy_tokens: false,
            batches: false,
            projects: Vec::new(),
            within_jwt: false,
        };
        let mut grant = defaults;
        let mut rooms = None;
        for (name, value) in document.as_object().into_iter().flatten() {
            let flag = || value.as_bool().ok_or(Broken);
            match name.as_str() {
                "tokenTypes" => {
                    grant.token_types = texts(value)?;
                    for kind in &grant.token_types {
                        if kind != "*" && !kinds::grantable().contains(&kind.as_str()) {
                            return Err(Broken);
                        }
                    }
                }
                "roles" => {
                    let roles = texts(value)?;
                    if roles
                        .iter()
                        .any(|role| role != "publisher" && role != "subscriber")
                    {
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
                "projects" => grant.projects = texts(value)?,
                "withinJwt" if user => grant.within_jwt = flag()?,
                _ => return Err(Broken),
            }
        }
        grant.rooms = rooms.unwrap_or_else(|| grant.channels.clone());
        Ok(grant)
    }

    /// Whether this kind of token is granted.
    pub(crate) fn has_kind(&self, kind: &str) -> bool {
        let by_star = kinds::is_for_clients(kind);
        !kinds::administers(kind)
            && (self.token_types.iter())
                .any(|granted| granted == kind || (granted == "*" && by_star))
    }

    /// The project of a request that names none.
    pub(crate) fn usual_project<'a>(&'a self, default: &'a str) -> &'a str {
        match self.projects.first() {
            Some(first) if !self.has_project(default, default) => first,
            _ => default,
        }
    }

    fn has_project(&self, app_id: &str, default: &str) -> bool {
        match &self.projects[..] {
            [] => app_id == default,
            projects => projects.iter().any(|one| one == "*" || one == app_id),
        }
    }
}

fn texts(value: &Value) -> Result<Vec<String>, Broken> {
    let values = value.as_array().ok_or(Broken)?;
    let texts = values.iter().map(|value| value.as_str().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or(Broken)
}

fn education_roles(value: &Value) -> Result<Option<BTreeSet<i16>>, Broken> {
    let mut roles = BTreeSet::new();
    let mut all = false;
    for role in value.as_array().ok_or(Broken)? {
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

// ---- Patterns ----

const SUBJECT: &str = "{sub}";
/// What may stand beside a subject.
const NEIGHBOURS: &str = "!#$%&();<=>?[]^{}~, ";

fn patterns(value: &Value) -> Result<Vec<String>, Broken> {
    let patterns = texts(value)?;
    match patterns.iter().all(|pattern| is_pattern(pattern)) {
        true => Ok(patterns),
        false => Err(Broken),
    }
}

/// Each place of the subject, as what stands before it and after it.
fn around_subject(pattern: &str) -> impl Iterator<Item = (&str, &str)> {
    pattern
        .match_indices(SUBJECT)
        .map(|(place, _)| (&pattern[..place], &pattern[place + SUBJECT.len()..]))
}

fn is_pattern(pattern: &str) -> bool {
    around_subject(pattern).all(|(before, after)| {
        let ends_well = after.is_empty() || after.starts_with(|c| NEIGHBOURS.contains(c));
        let begins_well = !before.contains('*') || before.ends_with(|c| NEIGHBOURS.contains(c));
        ends_well && begins_well
    })
}

/// Whether a pattern fits a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    Maybe,
    Yes,
}

fn fits(pattern: &str, subject: Option<&str>, name: &str) -> Fit {
    if !pattern.contains(SUBJECT) {
        return if glob(pattern, name) {
            Fit::Yes
        } else {
            Fit::No
        };
    }
    let Some(subject) = subject else {
        return Fit::No;
    };
    if is_blank(subject) || subject.contains('*') {
        return Fit::No;
    }
    let mut fit = Fit::Yes;
    for (before, after) in around_subject(pattern) {
        let neighbour = |c: char| NEIGHBOURS.contains(c) && subject.contains(c);
        if after.chars().next().is_some_and(neighbour) {
            return Fit::No;
        }
        if before.chars().next_back().is_some_and(neighbour) {
            match before.contains('*') {
                true => return Fit::No,
                // It is a neighbour, and no harm comes of it.
                false => fit = Fit::Maybe,
            }
        }
    }
    match glob(&pattern.replace(SUBJECT, subject), name) {
        true => fit,
        false => Fit::No,
    }
}

/// `*` stands for any text.
fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn is_blank(name: &str) -> bool {
    name.trim().is_empty()
}

// ---- Who a user is ----

/// A user's own names, by their claims. What is missing cannot be asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    pub(crate) subject: String,
    pub(crate) account: Option<String>,
    pub(crate) chat: Option<String>,
    pub(crate) uid: Option<u32>,
    /// The name in an RTC service of a user who doesn't give one.
    pub(crate) rtc: Option<String>,
}

impl Policy {
    /// Who a user is by this policy.
    pub(crate) fn identity(&self, claims: &Value) -> Identity {
        let claim = |path: &str| path.split('.').fold(claims, |value, name| &value[name]);
        let text = |path: &str| claim(path).as_str().map(str::to_owned);
        let subject = text("sub").unwrap_or_default();
        let account = text(&self.account_claim);
        let uid = match &self.uid_claim {
            Some(path) => match claim(path) {
                Value::String(digits) => uid_of_digits(digits),
                value => value.as_u64().and_then(|uid| uid.try_into().ok()),
            },
            None => Some(derived_uid(&subject)),
        };
        Identity {
            chat: match &self.chat_claim {
                Some(path) => text(path),
                None => account.clone(),
            },
            rtc: match self.rtc_by_account {
                true => account.clone(),
                false => uid.map(rtc_name),
            },
            uid,
            account,
            subject,
        }
    }
}

/// How a uid is signed.
pub(crate) fn rtc_name(uid: u32) -> String {
    match uid {
        0 => String::new(),
        uid => uid.to_string(),
    }
}

/// The uid that signs to the same bytes as this account.
fn uid_of_digits(account: &str) -> Option<u32> {
    let uid: u32 = account.parse().ok()?;
    (uid.to_string() == account).then_some(uid)
}

fn derived_uid(subject: &str) -> u32 {
    let hash = digest(&SHA256, format!("agora-uid:{subject}").as_bytes());
    let first: Vec<u32> = hash.as_ref()[..4].iter().map(|&b| b.into()).collect();
    first[0] << 24 | first[1] << 16 | first[2] << 8 | first[3]
}

/// Chat's name of an Education user.
pub(crate) fn chat_of_education(user: &str) -> String {
    let hash = Md5::digest(user.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_rtc_account(name: &str) -> bool {
    const OTHERS: &str = " !#$%&()+-:;<=.>?@[]^_{}|~,";
    let fine = |c: char| c.is_ascii_alphanumeric() || OTHERS.contains(c);
    name.len() <= 255 && name.chars().all(|c| fine(c) || c == '*')
}

// ---- The judgement ----

/// What is wrong with granting this token to this caller at the time `now`, in Unix seconds.
pub(crate) fn judge(
    deployment: &Deployment,
    caller: &Caller,
    asked: Asked<'_>,
    token: &Token,
    now: u64,
) -> Verdict {
    let mut verdict = Verdict::default();
    let default = deployment.projects[0].app_id.as_str();
    if let Some(app_id) = asked.app_id {
        verdict.unless(token.app_id == app_id, || {
            format!("asked for project {app_id}, it is of {}", token.app_id)
        });
    }
    let grant = match caller {
        Caller::Stranger => {
            verdict.breaks.push("the credentials are wrong".to_owned());
            return verdict;
        }
        Caller::Service { project: Some(own) } => {
            verdict.unless(token.app_id == *own, || {
                format!(
                    "projects: the key is good for {own}, not for {}",
                    token.app_id
                )
            });
            if asked.app_id.is_none() {
                verdict.doubts.push("a project's key names no project");
            }
            return verdict;
        }
        Caller::Service { project: None } => {
            verdict.unless(asked.app_id.is_some() || token.app_id == default, || {
                format!("it is not of the default project but of {}", token.app_id)
            });
            return verdict;
        }
        Caller::Anonymous if !deployment.open => {
            verdict.breaks.push("the door is closed".to_owned());
            return verdict;
        }
        Caller::Anonymous | Caller::User { .. } => deployment.policy.grant(caller),
    };
    let kinds = kinds::made_of(&token.services);
    for kind in kinds.iter().filter(|kind| kinds::administers(kind)) {
        let why = format!("app privilege: {kind} is for services");
        verdict.breaks.push(why);
    }
    match deployment.policy.state {
        State::Good => {}
        State::Broken => {
            verdict.breaks.push("the policy breaks a rule".to_owned());
            return verdict;
        }
    }

    // Project, format, batch.
    verdict.unless(grant.has_project(&token.app_id, default), || {
        format!("projects: {} is not granted", token.app_id)
    });
    let usual = grant.usual_project(default);
    verdict.unless(asked.app_id.is_some() || token.app_id == usual, || {
        format!("projects: none was asked for, and {usual} is the usual one")
    });
    verdict.unless(token.format != Format::V006 || grant.legacy_tokens, || {
        "legacyTokens: the token is in the 006 format".to_owned()
    });
    verdict.unless(!asked.batch || grant.batches, || {
        "batches: the token came in a batch".to_owned()
    });

    // Lifetime. A privilege that outlives its token ends with it.
    verdict.unless(token.begins <= now + 1, || {
        format!("maxLifetime: it begins at {}", token.begins)
    });
    verdict.unless(token.ends <= token.begins + grant.max_lifetime, || {
        let life = token.ends - token.begins;
        format!(
            "maxLifetime: it lives for {life} of {} s",
            grant.max_lifetime
        )
    });
    if let (true, Caller::User { claims }) = (grant.within_jwt, caller) {
        let exp = claims["exp"].as_u64().unwrap_or(0);
        verdict.unless(token.ends <= exp, || {
            format!("withinJwt: it ends at {}, the JWT at {exp}", token.ends)
        });
        if exp < now + 5 {
            verdict.doubts.push("the JWT is about to end");
        }
    }

    for kind in kinds.iter().filter(|kind| !kinds::administers(kind)) {
        verdict.unless(grant.has_kind(kind), || {
            format!("tokenTypes: {kind} is not granted")
        });
    }
    judge_rights(grant, token, &mut verdict);
    let subject = match caller {
        Caller::User { claims } => claims["sub"].as_str(),
        _ => None,
    };
    judge_places(grant, subject, token, &mut verdict);
    match caller {
        Caller::User { claims } => {
            let identity = deployment.policy.identity(claims);
            judge_user(&identity, token, &mut verdict);
        }
        _ => judge_accounts(token, &mut verdict),
    }
    verdict
}

/// Whether a service is for many channels, rooms or users.
fn is_wildcard(service: &Service) -> bool {
    let many = |name: &str| name.contains('*') || is_blank(name);
    let place = |place: &Place<'_>| match place {
        Place::Channel(name) | Place::Room(name) => many(name),
        Place::EveryRoom => false,
    };
    let user = match service.user() {
        Some(User::Rtc(user)) => many(user) || user == "0",
        Some(User::Account(user) | User::Chat(user)) => many(user),
        None => false,
    };
    let mut listed = service.listed().iter().flat_map(|(.., names)| names);
    user || service.places().iter().any(place) || listed.any(|name| many(name))
}

fn judge_rights(grant: &Grant, token: &Token, verdict: &mut Verdict) {
    let publishing = token.services.iter().find(|service| service.publishes());
    if let Some(service) = publishing {
        verdict.unless(grant.publisher, || format!("roles: {service:?} may send"));
    }
    let many = token.services.iter().find(|service| is_wildcard(service));
    if let Some(service) = many {
        let why = || format!("wildcards: {service:?} is for many");
        verdict.unless(grant.wildcards != Wildcards::None, why);
        if grant.wildcards == Wildcards::Subscriber {
            verdict.unless(publishing.is_none(), || {
                format!("wildcards: {service:?} is for many, in a token that may send")
            });
            verdict.doubts.push("a wildcard may only receive");
        }
    }
    for service in &token.services {
        if let Service::RtmLists { .. } = service {
            verdict.unless(grant.rtm_permissions, || {
                format!("rtmPermissions: {service:?}")
            });
        }
        if let (Service::RoomUser { role, .. }, Some(roles)) = (service, &grant.education_roles) {
            verdict.unless(roles.contains(role), || {
                format!("educationRoles: {role} is not granted")
            });
        }
    }
}

fn judge_places(grant: &Grant, subject: Option<&str>, token: &Token, verdict: &mut Verdict) {
    let mut place = |patterns: &[String], what: &str, name: &str| {
        let fit = patterns.iter().map(|pattern| fits(pattern, subject, name));
        match fit.max().unwrap_or(Fit::No) {
            Fit::Yes => {}
            Fit::Maybe => verdict.doubts.push("a subject holds a neighbour"),
            Fit::No => verdict
                .breaks
                .push(format!("{what}: {name:?} fits none of {patterns:?}")),
        }
    };
    for service in &token.services {
        for one in service.places() {
            match one {
                Place::Channel(name) => place(&grant.channels, "channels", name),
                Place::Room(name) => place(&grant.rooms, "rooms", name),
                Place::EveryRoom => {}
            }
        }
    }
    let mut places = token.services.iter().flat_map(Service::places);
    if places.any(|place| matches!(place, Place::EveryRoom)) {
        verdict.unless(grant.rooms.iter().any(|pattern| pattern == "*"), || {
            "rooms: a user in every room needs the pattern *".to_owned()
        });
    }
}

fn judge_user(identity: &Identity, token: &Token, verdict: &mut Verdict) {
    judge_accounts(token, verdict);
    // A name of their own that could stand for others may be refused as such.
    let digits = |name: &str| name.chars().all(|c| c.is_ascii_digit());
    let clear = |name: &str| !is_blank(name) && !name.contains('*') && !digits(name);
    let usable = |name: &String| clear(name) && is_rtc_account(name);
    let is_chat = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.".contains(c);
    if !identity.account.as_ref().is_some_and(usable) {
        verdict.doubts.push("the account is not clear");
    }
    let chat = identity.chat.as_deref().unwrap_or_default();
    if chat.is_empty() || !chat.chars().all(is_chat) {
        verdict.doubts.push("the Chat name is none");
    }
    if identity.uid.is_none_or(|uid| uid == 0) {
        verdict.doubts.push("the uid is none");
    }
    let mut own = |what: &str, is_own: bool, name: &str| {
        verdict.unless(is_own, || {
            format!("identity: {name:?} is not the {what} of {identity:?}")
        });
    };
    let account = identity.account.as_deref();
    let room_chats: Vec<String> = (token.services.iter())
        .filter_map(|service| match service {
            Service::RoomUser { user, .. } => Some(chat_of_education(user)),
            _ => None,
        })
        .collect();
    for user in token.services.iter().filter_map(Service::user) {
        match user {
            User::Rtc(user) => {
                // Anybody at all is a matter of `wildcards`.
                let anybody = user.contains('*') || is_blank(user) || user == "0";
                let is_own = match uid_of_digits(user) {
                    Some(uid) => identity.uid == Some(uid),
                    None => account == Some(user),
                };
                own("RTC user", anybody || is_own, user);
            }
            User::Account(user) => {
                let anybody = user.contains('*') || is_blank(user);
                own("account", anybody || account == Some(user), user);
            }
            User::Chat(name) if room_chats.iter().any(|one| one == name) => {}
            User::Chat(name) => own("Chat name", identity.chat.as_deref() == Some(name), name),
        }
    }
}

/// The user of an RTC service has to be one that RTC knows.
fn judge_accounts(token: &Token, verdict: &mut Verdict) {
    for service in &token.services {
        if let Service::Rtc { user, .. } = service {
            verdict.unless(is_rtc_account(user), || {
                format!("identity: {user:?} is no RTC account")
            });
        }
    }
}

#[test]
fn what_is_left_out_is_as_the_documentation_says() {
    let page = include_str!("../../../docs/policy.md");
    let (_, section) = page.split_once("## The document").unwrap();
    let (_, block) = section.split_once("```json").unwrap();
    let (document, _) = block.split_once("```").unwrap();
    let stated = Policy::read(&serde_json::from_str(document).unwrap());
    assert_eq!(stated, Policy::read(&serde_json::json!({})));
    assert_eq!(stated.state, State::Good);
}

#[test]
fn patterns_are_read_as_the_documentation_says() {
    for good in [
        "*",
        "team-*",
        "dm-{sub}",
        "{sub}",
        "{sub}~*",
        "*~{sub}",
        "a*b (c){sub}, x*",
        "{sub} {sub}",
    ] {
        assert!(is_pattern(good), "{good}");
    }
    for bad in [
        "dm-{sub}-*",
        "*{sub}",
        "{sub}*",
        "*-{sub}",
        "*~x{sub}",
        "{sub}_{sub}",
        "{sub}.",
    ] {
        assert!(!is_pattern(bad), "{bad}");
    }
    let yes = |pattern, subject, name| fits(pattern, Some(subject), name) == Fit::Yes;
    assert!(yes("dm-{sub}", "ann", "dm-ann") && !yes("dm-{sub}", "ann", "dm-ann-marie"));
    assert!(yes("{sub}~*", "ann", "ann~1") && !yes("{sub}~*", "ann~b", "ann~b~1"));
    assert!(yes("*~{sub}", "b", "a~b") && !yes("*~{sub}", "a~b", "x~a~b"));
    assert!(!yes("dm-{sub}", "*", "dm-*") && !yes("{sub}", " ", " "));
    assert!(fits("dm-{sub}", None, "dm-{sub}") == Fit::No);
    for (pattern, name, does) in [
        ("a*b*c", "abc", true),
        ("a*b*c", "axbybzc", true),
        ("a*ab", "ab", false),
        ("a*", "a", true),
        ("*", "", true),
        ("a", "ab", false),
        ("*b*", "abc", true),
        ("a*bc*bc", "abcbc", true),
        ("a*bc*bc", "abc", false),
    ] {
        assert_eq!(glob(pattern, name), does, "{pattern} {name}");
    }
}

/// The rules that a token of these services breaks, which lives for ten minutes.
#[cfg(test)]
fn broken(policy: &Value, user: bool, services: Vec<Service>, change: fn(&mut Token)) -> String {
    let project = |app_id: &str| Project {
        app_id: app_id.to_owned(),
        whiteboard_key: String::new(),
    };
    let who = if user { "user" } else { "anonymous" };
    let deployment = Deployment {
        projects: vec![project("a"), project("b")],
        open: true,
        policy: Policy::read(&serde_json::json!({ who: policy })),
    };
    let claims = serde_json::json!({"sub": "alice", "exp": 1_300});
    let caller = match user {
        true => Caller::User { claims },
        false => Caller::Anonymous,
    };
    let mut token = Token {
        format: Format::V007,
        app_id: "a".to_owned(),
        begins: 1_000,
        ends: 1_600,
        services,
    };
    change(&mut token);
    let verdict = judge(&deployment, &caller, Asked::default(), &token, 1_000);
    let rules = verdict
        .breaks
        .iter()
        .filter_map(|rule| rule.split(':').next());
    rules
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn each_rule_is_found_broken() {
    use serde_json::json;
    let text = str::to_owned;
    let rtc = |channel: &str, user: &str, rights: &[u16]| Service::Rtc {
        channel: text(channel),
        user: text(user),
        rights: rights.iter().map(|id| (*id, 600)).collect(),
    };
    let rtm = |user: &str| Service::Rtm { user: text(user) };
    let room = |room: &str, user: &str, role| {
        let (room, user) = (text(room), text(user));
        let chat = Service::ChatUser(chat_of_education(&user));
        vec![
            Service::Rtm { user: user.clone() },
            chat,
            Service::RoomUser { room, user, role },
        ]
    };
    let board = |uuid: &str, role| Service::Whiteboard {
        kind: "whiteboard/room",
        uuid: text(uuid),
        role,
    };
    let lists = |resource, permission, name: &str| Service::RtmLists {
        user: text("alice"),
        lists: vec![(resource, permission, vec![text(name)])],
    };
    let all = json!({
        "tokenTypes": ["*"], "roles": ["publisher"], "educationRoles": ["*"], "wildcards": "any",
        "rtmPermissions": true, "legacyTokens": true, "batches": true, "projects": ["a", "b"],
        "maxLifetime": 600,
    });
    let but = |member: &str, value: Value| {
        let mut policy = all.clone();
        policy[member] = value;
        policy
    };
    let same = |_: &mut Token| {};
    let watch = || vec![rtc("c", "823578133", &[1])];
    let cases: [(&str, Value, Vec<Service>); 34] = [
        ("", all.clone(), watch()),
        ("", all.clone(), vec![rtc("*", "", &[1, 2, 3, 4])]),
        (
            "",
            all.clone(),
            vec![rtc("c", "alice", &[1, 4]), rtm("alice")],
        ),
        ("", all.clone(), room("r", "alice", 7)),
        ("identity", all.clone(), vec![rtc("c", "7", &[1])]),
        ("identity", all.clone(), vec![rtc("c", "ben", &[1])]),
        ("identity", all.clone(), vec![rtm("823578133")]),
        (
            "identity",
            all.clone(),
            vec![Service::ChatUser(text("ben"))],
        ),
        ("identity", all.clone(), room("r", "ben", 2)),
        ("app privilege", all.clone(), vec![Service::ChatApp]),
        (
            "tokenTypes",
            all.clone(),
            vec![watch().remove(0), rtm("alice"), Service::Agent("stt")],
        ),
        (
            "tokenTypes",
            but("tokenTypes", json!(["rtm"])),
            vec![rtc("c", "alice", &[1]), rtm("alice")],
        ),
        (
            "",
            but("tokenTypes", json!(["stt"])),
            vec![rtc("c", "alice", &[1]), rtm("alice"), Service::Agent("stt")],
        ),
        (
            "",
            but("tokenTypes", json!(["education/room-user"])),
            room("r", "alice", 2),
        ),
        (
            "roles",
            but("roles", json!(["subscriber"])),
            vec![rtc("c", "alice", &[1, 4])],
        ),
        (
            "roles",
            but("roles", json!(["subscriber"])),
            vec![lists(1, 1, "c")],
        ),
        (
            "",
            but("roles", json!(["subscriber"])),
            vec![lists(0, 1, "c")],
        ),
        (
            "roles",
            but("roles", json!(["subscriber"])),
            vec![board("r", 1)],
        ),
        ("", but("roles", json!(["subscriber"])), vec![board("r", 2)]),
        (
            "roles",
            but("roles", json!([])),
            vec![Service::EducationUser(text("alice"))],
        ),
        (
            "educationRoles",
            but("educationRoles", json!(["teacher"])),
            room("r", "alice", 2),
        ),
        (
            "channels",
            but("channels", json!(["c{sub}"])),
            vec![lists(2, 0, "c")],
        ),
        (
            "",
            but("channels", json!(["c{sub}"])),
            vec![lists(3, 0, "c"), lists(0, 0, "calice")],
        ),
        ("rooms", but("rooms", json!(["x*"])), vec![board("r", 2)]),
        (
            "rooms",
            but("rooms", json!(["x*"])),
            vec![Service::EducationUser(text("alice"))],
        ),
        ("", but("rooms", json!(["x*"])), watch()),
        (
            "rooms",
            but("channels", json!(["x*"])),
            room("r", "alice", 2),
        ),
        ("maxLifetime", but("maxLifetime", json!(599)), watch()),
        ("withinJwt", but("withinJwt", json!(true)), watch()),
        (
            "wildcards",
            but("wildcards", json!("none")),
            vec![rtc("c", "0", &[1])],
        ),
        (
            "wildcards",
            but("wildcards", json!("none")),
            vec![lists(4, 1, " ")],
        ),
        (
            "wildcards",
            but("wildcards", json!("subscriber")),
            vec![rtc("*", "alice", &[1, 4])],
        ),
        (
            "",
            but("wildcards", json!("subscriber")),
            vec![rtc("*", "alice", &[1])],
        ),
        (
            "rtmPermissions",
            but("rtmPermissions", json!(false)),
            vec![lists(0, 0, "c")],
        ),
    ];
    for (rules, policy, services) in cases {
        let what = format!("{services:?} by {policy}");
        assert_eq!(broken(&policy, true, services, same), rules, "{what}");
    }
    let legacy = |token: &mut Token| token.format = Format::V006;
    let policy = but("legacyTokens", json!(false));
    assert_eq!(broken(&policy, true, watch(), legacy), "legacyTokens");
    let other = |token: &mut Token| token.app_id = "b".to_owned();
    // None was asked for, and the default is one of the list.
    assert_eq!(broken(&all, true, watch(), other), "projects");
    assert_eq!(
        broken(&but("projects", json!(["b"])), true, watch(), other),
        ""
    );
    assert_eq!(
        broken(&but("projects", json!([])), true, watch(), other),
        "projects"
    );
    // Anonymous callers have no name of their own, no subject, and no `withinJwt`.
    assert_eq!(broken(&all, false, vec![rtm("ben")], same), "");
    let own = but("channels", json!(["{sub}"]));
    assert_eq!(
        broken(&own, false, vec![rtc("alice", "7", &[1])], same),
        "channels"
    );
    let wrong = but("channels", json!(["dm-{sub}-*"]));
    assert_eq!(
        broken(&wrong, true, watch(), same),
        "the policy breaks a rule"
    );
}

#[test]
fn a_uid_is_derived_as_the_readme_says() {
    assert_eq!(derived_uid("alice"), 823_578_133);
}
