//! API keys, as the secret lists them.

use serde_json::Value;

use crate::model::names::sha256;
use crate::model::policy::{Broken, Grant, To, list, object, texts};
use crate::model::time::moment;

#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: Option<String>,
    /// In hexadecimal digits.
    sha256: String,
    /// What it may have, and in which projects.
    pub(crate) grant: Grant,
    /// Whether it may have everything there.
    pub(crate) unlimited: bool,
    not_before: Option<u64>,
    expires: Option<u64>,
    origins: Vec<String>,
}

impl Key {
    /// Reads `apiKey` and `apiKeys` of the document, or of one of its projects.
    pub(crate) fn read_all(document: &Value, project: Option<&str>) -> Result<Vec<Self>, Broken> {
        let single = Some(&document["apiKey"]).filter(|key| !key.is_null());
        let several = list(&document["apiKeys"])?.iter();
        let documents = single.into_iter().chain(several);
        documents.map(|key| Self::read(key, project)).collect()
    }

    fn read(document: &Value, project: Option<&str>) -> Result<Self, Broken> {
        let everywhere = || vec![project.unwrap_or("*").to_owned()];
        if let Some(text) = document.as_str() {
            return Ok(Self {
                name: None,
                sha256: hash(text)?,
                grant: Grant::everything(everywhere()),
                unlimited: true,
                not_before: None,
                expires: None,
                origins: Vec::new(),
            });
        }
        let known = [
            "name",
            "key",
            "sha256",
            "policy",
            "projects",
            "notBefore",
            "expires",
            "publishable",
            "origins",
        ];
        object(document, &known)?;
        let name = document["name"].as_str().ok_or(Broken)?;
        let fine = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.len() > 64 || !name.chars().all(fine) {
            return Err(Broken);
        }
        let sha256 = match (document["key"].as_str(), document["sha256"].as_str()) {
            (Some(text), None) => hash(text)?,
            (None, Some(digits)) if is_sha256(digits) => digits.to_ascii_lowercase(),
            _ => return Err(Broken),
        };
        let publishable = match &document["publishable"] {
            Value::Null => false,
            value => value.as_bool().ok_or(Broken)?,
        };
        let projects = match &document["projects"] {
            Value::Null => everywhere(),
            _ if project.is_some() => return Err(Broken),
            projects => texts(projects)?,
        };
        let origins = texts(&document["origins"])?;
        if origins.len() > 20 || !(publishable || origins.is_empty()) {
            return Err(Broken);
        }
        let to = if publishable {
            To::PublishableKey
        } else {
            To::Key
        };
        let unlimited = document["policy"].is_null() && !publishable;
        let grant = match unlimited {
            true => Grant::everything(projects),
            false => Grant {
                projects,
                ..Grant::read(&document["policy"], to)?
            },
        };
        let time = |name: &str| match &document[name] {
            Value::Null => Ok(None),
            time => moment(time).map(Some).ok_or(Broken),
        };
        Ok(Self {
            name: Some(name.to_owned()),
            sha256,
            grant,
            unlimited,
            not_before: time("notBefore")?,
            expires: time("expires")?,
            origins,
        })
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        self.sha256 == sha256(text)
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let named = self.name.is_some() && self.name == other.name;
        named || self.sha256 == other.sha256
    }

    /// What the audit line calls it.
    pub(crate) fn id(&self) -> &str {
        &self.sha256[..8]
    }

    /// Why it is no good at this time, in Unix seconds, or for a request with this `Origin`: status and code.
    pub(crate) fn faults(&self, now: u64, origin: Option<&str>) -> Vec<(u16, &'static str)> {
        let mut faults = Vec::new();
        if self.not_before.is_some_and(|begin| now < begin) {
            faults.push((401, "credentials_not_yet_valid"));
        }
        if self.expires.is_some_and(|end| end <= now) {
            faults.push((401, "credentials_expired"));
        }
        let comes_from = |known: &String| origin == Some(known);
        if !self.origins.is_empty() && !self.origins.iter().any(comes_from) {
            faults.push((403, "credentials_origin"));
        }
        faults
    }
}

fn hash(text: &str) -> Result<String, Broken> {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    match visible && text.len() >= 16 {
        true => Ok(sha256(text)),
        false => Err(Broken),
    }
}

fn is_sha256(digits: &str) -> bool {
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[test]
fn a_key_is_good_for_a_time_and_for_its_origins() {
    use serde_json::json;
    let read = |document| Key::read(&document, None);
    let lobby = read(json!({
        "name": "lobby", "key": "a-key-for-the-lobby", "publishable": true, "origins": ["https://a.example"],
        "notBefore": 1_000, "expires": "1970-01-01T00:30:00Z",
    }));
    let lobby = lobby.unwrap();
    assert!(lobby.is("a-key-for-the-lobby") && !lobby.unlimited && !lobby.grant.publisher);
    let codes = |now, origin| {
        let faults = lobby.faults(now, origin);
        faults.into_iter().map(|(_, code)| code).collect::<Vec<_>>()
    };
    assert!(codes(1_000, Some("https://a.example")).is_empty());
    assert_eq!(
        codes(999, Some("https://a.example")),
        ["credentials_not_yet_valid"]
    );
    assert_eq!(
        codes(1_800, Some("https://a.example")),
        ["credentials_expired"]
    );
    assert_eq!(
        codes(1_000, Some("https://A.example")),
        ["credentials_origin"]
    );
    assert_eq!(codes(1_000, None), ["credentials_origin"]);
    for wrong in [
        json!({"name": "a", "key": "a-key-for-the-lobby", "policy": {"projects": []}}),
        json!({"name": "a", "key": "a-key-for-the-lobby", "policy": {"channels": ["*{sub}"]}}),
        json!({"name": "a", "key": "too-short"}),
        json!({"name": "a"}),
        json!({"name": "a b", "key": "a-key-for-the-lobby"}),
        json!({"name": "a", "key": "a-key-for-the-lobby", "publishable": true, "policy": {"wildcards": "any"}}),
        json!({"name": "a", "key": "a-key-for-the-lobby", "origins": ["https://a.example"]}),
    ] {
        assert!(read(wrong.clone()).is_err(), "{wrong}");
    }
}
