//! API keys: what a service shows to be let in.

use super::PolicyRule;
use super::moment;
use super::rule::Holder;
use crate::params::{FromValue, Invalid, Parameters, Value};
use crate::token::{AppId, hex};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// The shortest API key that is accepted, in characters. A generated one has 40.
const SHORTEST: usize = 16;

/// The longest name of a key, in bytes.
const LONGEST_NAME: usize = 64;

/// The most origins of a key.
const MOST_ORIGINS: usize = 20;

/// One API key. Only its SHA-256 digest is kept, so nothing that prints memory can show the key.
#[derive(Clone)]
pub(super) struct ApiKey {
    digest: Digest256,
    name: Option<String>,
    reach: Reach,
    /// What it is granted; everything where absent.
    pub(super) rule: Option<Arc<PolicyRule>>,
    /// The Unix times, in seconds, from which on it is good, and from which on it is no longer.
    not_before: u64,
    expires: u64,
    /// Whether it may stand in an app.
    publishable: bool,
    /// The origins that it is good for; any where there are none.
    origins: Vec<String>,
}

/// A SHA-256 digest, in words: four comparisons that take the same time whatever they compare, where bytes
/// would need 32.
type Digest256 = [u64; 4];

/// The projects that a key is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All of the deployment.
    All,
    /// These.
    Listed(Vec<AppId>),
}

impl Reach {
    /// Whether it holds a project.
    pub fn holds(&self, app_id: AppId) -> bool {
        match self {
            Self::All => true,
            Self::Listed(listed) => listed.contains(&app_id),
        }
    }

    /// The project that is meant where a request names none: the default one if it is here.
    pub(super) fn first(&self, default: AppId) -> Option<AppId> {
        match self {
            Self::Listed(listed) if !self.holds(default) => listed.first().copied(),
            Self::All | Self::Listed(_) => Some(default),
        }
    }

    /// Whether it holds all that another one does.
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Listed(_), Self::All) => false,
            (Self::Listed(_), Self::Listed(listed)) => listed.iter().all(|id| self.holds(*id)),
        }
    }
}

/// Why a key that is known is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotGood {
    Expired,
    NotYet,
    Origin,
}

impl ApiKey {
    /// A short name of the key for the audit line: the first 8 hex digits of its digest.
    pub(super) fn id(&self) -> String {
        let [first, ..] = self.digest;
        hex::encode(first.to_be_bytes().get(..4).unwrap_or_default())
    }

    /// The name that the operator gave it.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The projects that the key is good for.
    pub(super) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Whether it may stand in an app.
    pub(super) fn is_publishable(&self) -> bool {
        self.publishable
    }

    /// Whether it is good at `now`, a Unix time in seconds, in a request with this header `Origin`.
    pub(super) fn check(&self, now: u64, origin: Option<&str>) -> Result<(), NotGood> {
        if now >= self.expires {
            return Err(NotGood::Expired);
        }
        if now < self.not_before {
            return Err(NotGood::NotYet);
        }
        let listed = |origin: &str| self.origins.iter().any(|listed| listed == origin);
        if !self.origins.is_empty() && !origin.is_some_and(listed) {
            return Err(NotGood::Origin);
        }
        Ok(())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id())
            .field("name", &self.name)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

/// The API keys of a deployment.
#[derive(Debug, Clone, Default)]
pub struct ApiKeys(Vec<Arc<ApiKey>>);

/// A key with a purpose, as it stands in the secret document.
pub struct KeyEntry<'a> {
    /// `name`
    pub name: &'a str,
    /// `key`
    pub key: Option<&'a str>,
    /// `sha256`: its digest instead, as 64 hexadecimal digits.
    pub sha256: Option<&'a str>,
    /// `policy`: what it is granted; everything where absent.
    pub policy: Option<Value>,
    /// `projects`, read.
    pub projects: Option<Vec<AppId>>,
    /// `notBefore`
    pub not_before: Option<Value>,
    /// `expires`
    pub expires: Option<Value>,
    /// `publishable`
    pub publishable: bool,
    /// `origins`
    pub origins: Option<Vec<String>>,
}

impl ApiKeys {
    /// The key that `shown` is, if it is one.
    ///
    /// Every key is compared, and all 32 bytes of each digest, so the time taken tells nothing about
    /// how close a guess was or which key it resembles.
    pub(super) fn find(&self, shown: &str) -> Option<&Arc<ApiKey>> {
        let digest = words(Sha256::digest(shown).into());
        let mut place = 0_u32;
        let mut found = Choice::from(0);
        for (index, key) in (0_u32..).zip(&self.0) {
            let pairs = key.digest.iter().zip(digest);
            let differing = pairs.fold(0, |bits, (ours, theirs)| bits | (ours ^ theirs));
            let same = differing.ct_eq(&0);
            place.conditional_assign(&index, same);
            found |= same;
        }
        if found.into() {
            self.0.get(usize::try_from(place).ok()?)
        } else {
            None
        }
    }

    /// Adds a key that may have everything, and is good for this project, or for all of them.
    ///
    /// # Errors
    /// The rule that is broken, to be read after the key's name: a key has 16 or more visible ASCII
    /// characters, and one reach only, or it would depend on its place what it is good for.
    pub fn push(&mut self, key: &str, project: Option<AppId>) -> Result<(), String> {
        self.add(ApiKey {
            digest: digest(key)?,
            name: None,
            reach: project.map_or(Reach::All, |own| Reach::Listed(vec![own])),
            rule: None,
            not_before: 0,
            expires: u64::MAX,
            publishable: false,
            origins: Vec::new(),
        })
    }

    /// Adds a key with a purpose, which stands at `field` in the list of this project, or of all.
    ///
    /// # Errors
    /// The member, by its path, and the rule that it breaks, to be read after it.
    pub fn push_entry(
        &mut self,
        entry: KeyEntry<'_>,
        field: &str,
        project: Option<AppId>,
    ) -> Result<(), (String, String)> {
        let wrong = |name: &str, rule: &str| (format!("{field}.{name}"), rule.to_owned());
        let possible = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let name = entry.name;
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(possible) {
            return Err(wrong(
                "name",
                "must be 1 to 64 letters, digits, `-`, `_` or `.`",
            ));
        }
        if self.0.iter().any(|key| key.name() == Some(name)) {
            return Err(wrong("name", "is the name of another key"));
        }
        let digest = match (entry.key, entry.sha256) {
            (Some(key), None) => digest(key).map_err(|rule| wrong("key", &rule))?,
            (None, Some(digits)) => hex::decode(&digits.to_ascii_lowercase())
                .map(words)
                .ok_or_else(|| wrong("sha256", "must be 64 hexadecimal digits"))?,
            (None, None) => return Err(wrong("key", "is missing; give it, or its `sha256`")),
            (Some(_), Some(_)) => {
                return Err(wrong("sha256", "says the same as `key`; give one of them"));
            }
        };
        let reach = match (entry.projects, project) {
            (None, None) => Reach::All,
            (None, Some(own)) => Reach::Listed(vec![own]),
            (Some(_), Some(_)) => {
                return Err(wrong(
                    "projects",
                    "cannot stand in a project: the key is good for that one",
                ));
            }
            (Some(listed), None) if listed.is_empty() => {
                return Err(wrong("projects", "is empty; leave it out for all projects"));
            }
            (Some(listed), None) => Reach::Listed(listed),
        };
        let (holder, default) = match entry.publishable {
            true => (Holder::PublishableKey, PolicyRule::of_anonymous()),
            false => (Holder::Key, PolicyRule::of_users()),
        };
        let policy = match (entry.policy, entry.publishable) {
            (None, false) => None,
            (None, true) => Some(Parameters::new(Vec::new())),
            (Some(value), _) => Some(Parameters::from_value(value, &format!("{field}.policy"))),
        };
        let read =
            |object: Result<Parameters, Invalid>| PolicyRule::read(object?, &default, holder);
        let rule = policy
            .map(read)
            .transpose()
            .map_err(|invalid| (invalid.field.clone(), format!("is wrong: {invalid}")))?;
        let time = |name: &str, value: Option<Value>, default| match value {
            None => Ok(default),
            Some(value) => unix_seconds(value).ok_or_else(|| {
                wrong(
                    name,
                    "must be a time as 2031-01-31T00:00:00Z, or as Unix seconds",
                )
            }),
        };
        if entry.origins.is_some() && !entry.publishable {
            return Err(wrong(
                "origins",
                "goes with `publishable`: an origin is no proof",
            ));
        }
        let origins = entry.origins.unwrap_or_default();
        if origins.len() > MOST_ORIGINS || origins.iter().any(|origin| !is_origin(origin)) {
            return Err(wrong(
                "origins",
                "must be at most 20 origins as browsers send them: scheme and host in lower case, a port unless it is the usual one, and no path",
            ));
        }
        let key = ApiKey {
            digest,
            name: Some(name.to_owned()),
            reach,
            rule: rule.map(|rule| {
                Arc::new(PolicyRule {
                    name: name.to_owned(),
                    ..rule
                })
            }),
            not_before: time("notBefore", entry.not_before, 0)?,
            expires: time("expires", entry.expires, u64::MAX)?,
            publishable: entry.publishable,
            origins,
        };
        if key.not_before >= key.expires {
            return Err(wrong("expires", "must be after `notBefore`"));
        }
        self.add(key).map_err(|rule| (field.to_owned(), rule))
    }

    fn add(&mut self, key: ApiKey) -> Result<(), String> {
        match self.0.iter().find(|known| known.digest == key.digest) {
            None => self.0.push(Arc::new(key)),
            Some(known) if known.name.is_some() || key.name.is_some() => {
                return Err("is the same key as another; give it once".to_owned());
            }
            Some(known) if known.reach == key.reach => {}
            Some(_) => {
                return Err("stands in the document for other projects too; a key is good for all of them or for one, so give it once".to_owned());
            }
        }
        Ok(())
    }

    /// Whether a text is a key, as far as somebody may know whose own key has this reach.
    pub(crate) fn is_key(&self, text: &str, own: &Reach) -> bool {
        self.find(text).is_some_and(|key| own.covers(&key.reach))
    }

    /// The first project that a key is good for and that is not `known`, and the key's name.
    pub(crate) fn stray_project(&self, known: impl Fn(AppId) -> bool) -> Option<String> {
        let stray = |key: &&Arc<ApiKey>| match &key.reach {
            Reach::All => false,
            Reach::Listed(listed) => !listed.iter().all(|id| known(*id)),
        };
        let key = self.0.iter().find(stray)?;
        Some(key.name.clone().unwrap_or_default())
    }
}

fn words(digest: [u8; 32]) -> Digest256 {
    let (words, _) = digest.as_chunks::<8>();
    let mut words = words.iter().map(|word| u64::from_be_bytes(*word));
    std::array::from_fn(|_| words.next().unwrap_or_default())
}

fn digest(key: &str) -> Result<Digest256, String> {
    if key.len() < SHORTEST || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!(
            "must be {SHORTEST} or more visible ASCII characters without spaces"
        ));
    }
    Ok(words(Sha256::digest(key).into()))
}

/// A Unix time in seconds, from RFC 3339 text or from a number.
fn unix_seconds(value: Value) -> Option<u64> {
    match value {
        Value::Integer(seconds) => u64::try_from(seconds).ok(),
        Value::Text(text) => moment::unix_seconds(&text),
        _ => None,
    }
}

/// Whether a text is an origin as the header of that name has it (RFC 6454, 6.2).
fn is_origin(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase())
    };
    plain(scheme) && plain(rest) && !rest.contains(['/', '?', '#', '@', '*'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_only_whole_and_never_shown() {
        let mut keys = ApiKeys::default();
        for key in ["first-key-0123456789", "second-key-0123456789"] {
            keys.push(key, None).unwrap();
        }
        assert_eq!(
            keys.find("second-key-0123456789").unwrap().id(),
            keys.0[1].id()
        );
        assert_eq!(
            keys.find("first-key-0123456789").unwrap().id(),
            keys.0[0].id()
        );
        for wrong in [
            "",
            "first-key-012345678",
            "first-key-01234567890",
            "FIRST-KEY-0123456789",
        ] {
            assert!(keys.find(wrong).is_none(), "{wrong}");
        }
        assert!(!format!("{keys:?}").contains("first-key"));
    }

    #[test]
    fn a_weak_key_is_refused_without_its_text() {
        for weak in [
            "",
            "short",
            "fifteen-letters",
            "with space 0123456789",
            "ünïcode-key-0123456789",
        ] {
            let refused = ApiKeys::default().push(weak, None).unwrap_err();
            assert!(weak.is_empty() || !refused.contains(weak));
        }
    }

    const KEY: &str = "a-key-of-the-operator";
    const DIGEST: &str = "ab739054ec305b6a3993a84d572bf3c5e3cab84f459bd9155f6ae9ebda7c93c6";

    fn entry() -> KeyEntry<'static> {
        KeyEntry {
            name: "one",
            key: Some(KEY),
            sha256: None,
            policy: None,
            projects: None,
            not_before: None,
            expires: None,
            publishable: false,
            origins: None,
        }
    }

    fn app_id(digit: &str) -> AppId {
        digit.repeat(32).parse().unwrap()
    }

    fn json(text: &str) -> Option<Value> {
        Some(serde_json::from_str(text).unwrap())
    }

    /// The entry as the only key of all projects.
    fn only(entry: KeyEntry<'_>) -> Result<Arc<ApiKey>, (String, String)> {
        let mut keys = ApiKeys::default();
        keys.push_entry(entry, "apiKeys[3]", None)?;
        Ok(Arc::clone(&keys.0[0]))
    }

    #[test]
    fn each_rule_of_an_entry_is_told_with_its_member() {
        let long = "n".repeat(65);
        let cases: Vec<(KeyEntry<'_>, &str, &str)> = vec![
            (
                KeyEntry {
                    name: "",
                    ..entry()
                },
                "name",
                "1 to 64",
            ),
            (
                KeyEntry {
                    name: &long,
                    ..entry()
                },
                "name",
                "1 to 64",
            ),
            (
                KeyEntry {
                    name: "two words",
                    ..entry()
                },
                "name",
                "1 to 64",
            ),
            (
                KeyEntry {
                    name: "ü",
                    ..entry()
                },
                "name",
                "1 to 64",
            ),
            (
                KeyEntry {
                    key: Some("short"),
                    ..entry()
                },
                "key",
                "16 or more",
            ),
            (
                KeyEntry {
                    key: None,
                    ..entry()
                },
                "key",
                "is missing",
            ),
            (
                KeyEntry {
                    sha256: Some(DIGEST),
                    ..entry()
                },
                "sha256",
                "give one of them",
            ),
            (
                KeyEntry {
                    key: None,
                    sha256: Some(&DIGEST[1..]),
                    ..entry()
                },
                "sha256",
                "64 hexadecimal digits",
            ),
            (
                KeyEntry {
                    key: None,
                    sha256: Some(KEY),
                    ..entry()
                },
                "sha256",
                "64 hexadecimal digits",
            ),
            (
                KeyEntry {
                    projects: Some(Vec::new()),
                    ..entry()
                },
                "projects",
                "is empty",
            ),
            (
                KeyEntry {
                    policy: json("[]"),
                    ..entry()
                },
                "policy",
                "object",
            ),
            (
                KeyEntry {
                    policy: json(r#"{"rolez": []}"#),
                    ..entry()
                },
                "policy.rolez",
                "`roles`",
            ),
            (
                KeyEntry {
                    policy: json(r#"{"projects": ["*"]}"#),
                    ..entry()
                },
                "policy.projects",
                "known",
            ),
            (
                KeyEntry {
                    policy: json(r#"{"withinJwt": true}"#),
                    ..entry()
                },
                "policy.withinJwt",
                "known",
            ),
            (
                KeyEntry {
                    policy: json(r#"{"maxLifetime": 86401}"#),
                    ..entry()
                },
                "policy.maxLifetime",
                "86400",
            ),
            (
                KeyEntry {
                    expires: json(r#""tomorrow""#),
                    ..entry()
                },
                "expires",
                "2031-01-31T00:00:00Z",
            ),
            (
                KeyEntry {
                    expires: json("-1"),
                    ..entry()
                },
                "expires",
                "must be a time",
            ),
            (
                KeyEntry {
                    expires: json("1.5"),
                    ..entry()
                },
                "expires",
                "must be a time",
            ),
            (
                KeyEntry {
                    not_before: json("true"),
                    ..entry()
                },
                "notBefore",
                "must be a time",
            ),
            (
                KeyEntry {
                    not_before: json("100"),
                    expires: json("100"),
                    ..entry()
                },
                "expires",
                "after `notBefore`",
            ),
            (
                KeyEntry {
                    origins: Some(vec!["https://a.example".to_owned()]),
                    ..entry()
                },
                "origins",
                "goes with `publishable`",
            ),
        ];
        for (entry, member, rule) in cases {
            let (field, told) = only(entry).unwrap_err();
            assert_eq!(field, format!("apiKeys[3].{member}"), "{told}");
            assert!(told.contains(rule), "{field} {told}");
            assert!(!told.contains(KEY), "{told}");
        }
        let mut keys = ApiKeys::default();
        let listed = KeyEntry {
            projects: Some(vec![app_id("1")]),
            ..entry()
        };
        let (field, told) = keys
            .push_entry(listed, "projects[0].apiKeys[3]", Some(app_id("1")))
            .unwrap_err();
        assert_eq!(field, "projects[0].apiKeys[3].projects");
        assert!(told.contains("cannot stand in a project"), "{told}");
    }

    #[test]
    fn a_publishable_key_cannot_have_much() {
        let with = |policy: &str| {
            only(KeyEntry {
                publishable: true,
                policy: json(policy),
                ..entry()
            })
        };
        for (policy, member) in [
            (r#"{"wildcards": "any"}"#, "wildcards"),
            (r#"{"legacyTokens": true}"#, "legacyTokens"),
            (r#"{"maxLifetime": 3601}"#, "maxLifetime"),
            (r#"{"tokenTypes": ["chat/app"]}"#, "tokenTypes"),
        ] {
            let (field, told) = with(policy).unwrap_err();
            assert_eq!(field, format!("apiKeys[3].policy.{member}"), "{told}");
        }
        let most = with(r#"{"wildcards": "subscriber", "maxLifetime": 3600}"#).unwrap();
        assert_eq!(most.rule.as_ref().unwrap().max_lifetime.seconds(), 3600);
        let least = only(KeyEntry {
            publishable: true,
            ..entry()
        })
        .unwrap();
        let rule = least.rule.as_ref().unwrap();
        assert_eq!((rule.name.as_str(), rule.publisher), ("one", false));
        assert_eq!(rule.max_lifetime.seconds(), 600);
        // A key that stands on a server may be given what administers a project, by name alone.
        let named = only(KeyEntry {
            policy: json(r#"{"tokenTypes": ["chat/app"]}"#),
            ..entry()
        });
        assert_eq!(
            named.unwrap().rule.as_ref().unwrap().token_types,
            ["chat/app"]
        );
        let all = only(KeyEntry {
            policy: json(r#"{"tokenTypes": ["*"]}"#),
            ..entry()
        })
        .unwrap();
        let types = &all.rule.as_ref().unwrap().token_types;
        assert!(!types.iter().any(|name| name == "chat/app"), "{types:?}");
    }

    #[test]
    fn an_origin_is_one_as_browsers_send_it() {
        let with = |origins: &[&str]| {
            let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
            only(KeyEntry {
                publishable: true,
                origins: Some(origins),
                ..entry()
            })
        };
        for wrong in [
            "",
            "game.example.com",
            "https://",
            "://game.example.com",
            "https://game.example.com/",
            "https://game.example.com/page",
            "https://game.example.com?x",
            "https://Game.example.com",
            "HTTPS://game.example.com",
            "https://*.example.com",
            "https://user@game.example.com",
            "https://game example.com",
            "null",
        ] {
            let (field, told) = with(&[wrong]).unwrap_err();
            assert_eq!(field, "apiKeys[3].origins", "{wrong}");
            assert!(told.contains("as browsers send them"), "{told}");
        }
        assert!(with(&["https://a.example"; 21]).is_err());
        let key = with(&["https://game.example.com", "http://localhost:3000"]).unwrap();
        for (origin, good) in [
            (Some("https://game.example.com"), true),
            (Some("http://localhost:3000"), true),
            (Some("https://game.example.com:443"), false),
            (Some("http://game.example.com"), false),
            (Some("https://GAME.example.com"), false),
            (Some("https://game.example.com.evil.example"), false),
            (Some("https://game.example.co"), false),
            (Some(""), false),
            (None, false),
        ] {
            let expected = if good { Ok(()) } else { Err(NotGood::Origin) };
            assert_eq!(key.check(0, origin), expected, "{origin:?}");
        }
        assert_eq!(with(&[]).unwrap().check(0, None), Ok(()));
    }

    #[test]
    fn a_key_is_good_from_its_first_second_until_its_last() {
        let times = |not_before: &str, expires: &str| {
            let (not_before, expires) = (json(not_before), json(expires));
            only(KeyEntry {
                not_before,
                expires,
                ..entry()
            })
            .unwrap()
        };
        for key in [
            times("1893456000", "1893456002"),
            times(r#""2030-01-01T00:00:00Z""#, r#""2030-01-01T00:00:02Z""#),
            times(
                r#""2030-01-01T01:00:00+01:00""#,
                r#""2029-12-31T22:00:02-02:00""#,
            ),
        ] {
            for (now, expected) in [
                (0, Err(NotGood::NotYet)),
                (1_893_455_999, Err(NotGood::NotYet)),
                (1_893_456_000, Ok(())),
                (1_893_456_001, Ok(())),
                (1_893_456_002, Err(NotGood::Expired)),
                (u64::MAX, Err(NotGood::Expired)),
            ] {
                assert_eq!(key.check(now, None), expected, "{now}");
            }
        }
        assert_eq!(only(entry()).unwrap().check(u64::MAX - 1, None), Ok(()));
    }

    #[test]
    fn a_key_and_a_name_stand_in_the_document_once() {
        let digest = hex::encode(&Sha256::digest(KEY));
        let capitals = digest.to_uppercase();
        let by_digest = |name, digest| KeyEntry {
            name,
            key: None,
            sha256: Some(digest),
            ..entry()
        };
        let mut keys = ApiKeys::default();
        keys.push_entry(entry(), "apiKeys[0]", None).unwrap();
        for again in [
            KeyEntry {
                name: "two",
                ..entry()
            },
            by_digest("two", &digest),
            by_digest("two", &capitals),
        ] {
            let (field, told) = keys.push_entry(again, "apiKeys[1]", None).unwrap_err();
            assert_eq!(field, "apiKeys[1]");
            assert!(told.contains("the same key as another"), "{told}");
        }
        assert!(keys.push(KEY, None).unwrap_err().contains("the same key"));
        let other = KeyEntry {
            key: Some("another-key-0123456789"),
            ..entry()
        };
        let (field, told) = keys.push_entry(other, "apiKeys[1]", None).unwrap_err();
        assert_eq!(
            (field.as_str(), told.as_str()),
            ("apiKeys[1].name", "is the name of another key")
        );
        // What was refused is not there.
        assert!(keys.find("another-key-0123456789").is_none());
        assert_eq!(keys.find(KEY).unwrap().name(), Some("one"));

        let mut keys = ApiKeys::default();
        keys.push_entry(by_digest("one", &digest), "apiKeys[0]", None)
            .unwrap();
        assert_eq!(keys.find(KEY).unwrap().id(), digest[..8]);
        assert!(keys.find(&digest).is_none());
    }

    #[test]
    fn a_key_is_good_for_its_projects() {
        let [one, two] = ["1", "2"].map(app_id);
        let mut keys = ApiKeys::default();
        let listed = KeyEntry {
            projects: Some(vec![two]),
            ..entry()
        };
        keys.push_entry(listed, "apiKeys[0]", None).unwrap();
        let within = KeyEntry {
            name: "two",
            key: Some("another-key-0123456789"),
            ..entry()
        };
        keys.push_entry(within, "projects[0].apiKeys[0]", Some(one))
            .unwrap();
        assert_eq!(keys.find(KEY).unwrap().reach(), &Reach::Listed(vec![two]));
        assert_eq!(
            keys.find("another-key-0123456789").unwrap().reach(),
            &Reach::Listed(vec![one])
        );
        assert_eq!(keys.stray_project(|_| true), None);
        assert_eq!(keys.stray_project(|id| id == one).as_deref(), Some("one"));
        assert_eq!(keys.stray_project(|id| id == two).as_deref(), Some("two"));
    }
}
