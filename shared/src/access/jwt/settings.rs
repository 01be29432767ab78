//! Whose tokens count.

use super::address;
use super::key_set::KeySet;
use super::rules::{AudienceClaim, Rules, TokenUse};
use http::Uri;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Where the issuer's keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksSource {
    /// Where the issuer's configuration says: `<issuer>/.well-known/openid-configuration`
    /// (OpenID Connect Discovery 1.0, 4).
    Discover,
    /// At this URL.
    Url(String),
    /// Here, as the JSON text of a JWK set: nothing is ever fetched, and a new key is a new setting.
    Inline(String),
}

/// Whose tokens count. Only valid settings can be made.
#[derive(Debug, Clone)]
pub struct JwtSettings {
    pub(super) rules: Rules,
    pub(super) keys: Keys,
}

/// [`JwksSource`], read.
#[derive(Debug, Clone)]
pub(super) enum Keys {
    Remote(Place),
    Inline(Arc<KeySet>),
}

/// What to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The issuer's configuration, which says where the keys are.
    Configuration(Uri),
    /// The keys.
    KeySet(Uri),
}

/// A setting is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtSettingError {
    /// The field of [`JwtSettings::new`]: `issuer`, `audiences`, `jwks` or `leeway`.
    pub field: &'static str,
    /// The rule that it breaks, to be read after the field's name.
    pub rule: &'static str,
}

impl fmt::Display for JwtSettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the JWT setting `{}` {}", self.field, self.rule)
    }
}

impl std::error::Error for JwtSettingError {}

impl JwtSettings {
    /// The leeway that suits machines whose clocks are set by the network.
    pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);
    /// The longest leeway.
    pub const LONGEST_LEEWAY: Duration = Duration::from_secs(300);

    /// Reads settings.
    ///
    /// * `issuer`: what `iss` must be, letter by letter. A URL where keys are discovered, any text
    ///   otherwise.
    /// * `audiences`: at least one. A token must name one of them in `aud`; one of Cognito without `aud`
    ///   in `client_id`, one of Clerk in `azp`. [`with_audience_in`](Self::with_audience_in) says it
    ///   for other issuers.
    /// * `jwks`: where the keys are. URLs are `https`, or `http` to this very machine.
    /// * `leeway`: by how much `exp`, `nbf` and `iat` may be missed, 0 to 300 s.
    ///
    /// # Errors
    /// [`JwtSettingError`] names the field and the rule.
    pub fn new(
        issuer: String,
        audiences: Vec<String>,
        jwks: JwksSource,
        leeway: Duration,
    ) -> Result<Self, JwtSettingError> {
        let wrong = |field| move |rule| JwtSettingError { field, rule };
        if issuer.trim().is_empty() || issuer.trim() != issuer {
            return Err(wrong("issuer")(
                "must be text without blanks around it: the claim `iss` of the tokens",
            ));
        }
        if audiences.is_empty() || audiences.iter().any(|one| one.trim().is_empty()) {
            return Err(wrong("audiences")(
                "must hold at least one audience, and none that is blank",
            ));
        }
        if leeway > Self::LONGEST_LEEWAY {
            return Err(wrong("leeway")("must be 0 to 300 seconds"));
        }
        let keys = match jwks {
            JwksSource::Discover => {
                let url = configuration(&issuer).map_err(wrong("issuer"))?;
                Keys::Remote(Place::Configuration(url))
            }
            JwksSource::Url(url) => {
                let url = address::checked(&url).map_err(wrong("jwks"))?;
                Keys::Remote(Place::KeySet(url))
            }
            JwksSource::Inline(text) => Keys::Inline(Arc::new(
                KeySet::parse(text.as_bytes()).map_err(wrong("jwks"))?,
            )),
        };
        let audience_claim = AudienceClaim::of_issuer(&issuer);
        Ok(Self {
            rules: Rules {
                issuer,
                audiences,
                leeway,
                audience_claim,
                token_use: None,
            },
            keys,
        })
    }

    /// The same, where a token without `aud` names its audience in this claim; where absent, in the one
    /// that its issuer uses.
    pub fn with_audience_in(mut self, claim: Option<AudienceClaim>) -> Self {
        if let Some(claim) = claim {
            self.rules.audience_claim = claim;
        }
        self
    }

    /// The issuer.
    pub(crate) fn issuer(&self) -> &str {
        &self.rules.issuer
    }

    /// Whether these are the same settings, with keys that are fetched from the same place.
    pub(crate) fn fetch_alike(&self, other: &Self) -> bool {
        match (&self.keys, &other.keys) {
            (Keys::Remote(ours), Keys::Remote(theirs)) => {
                ours == theirs && self.rules == other.rules
            }
            _ => false,
        }
    }

    /// The same, taking tokens for this use only; for any where absent.
    pub fn for_use(mut self, token_use: Option<TokenUse>) -> Self {
        self.rules.token_use = token_use;
        self
    }
}

/// Where the issuer's configuration is (OpenID Connect Discovery 1.0, 4.1).
fn configuration(issuer: &str) -> Result<Uri, &'static str> {
    if address::checked(issuer)?.query().is_some() {
        return Err("must be a URL without a query");
    }
    let bare = issuer.strip_suffix('/').unwrap_or(issuer);
    address::checked(&format!("{bare}/.well-known/openid-configuration"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}]}"#;

    fn settings(
        issuer: &str,
        audiences: &[&str],
        jwks: JwksSource,
        leeway: u64,
    ) -> Result<JwtSettings, &'static str> {
        JwtSettings::new(
            issuer.to_owned(),
            audiences.iter().map(|one| (*one).to_owned()).collect(),
            jwks,
            Duration::from_secs(leeway),
        )
        .map_err(|error| error.field)
    }

    fn discovered(issuer: &str) -> Result<String, &'static str> {
        match settings(issuer, &["app"], JwksSource::Discover, 60)?.keys {
            Keys::Remote(Place::Configuration(url)) => Ok(url.to_string()),
            _ => panic!("the keys are to be discovered"),
        }
    }

    #[test]
    fn the_configuration_is_found_below_the_issuer() {
        for (issuer, url) in [
            (
                "https://a.example",
                "https://a.example/.well-known/openid-configuration",
            ),
            (
                "https://a.example/",
                "https://a.example/.well-known/openid-configuration",
            ),
            (
                "https://a.example/auth/v1",
                "https://a.example/auth/v1/.well-known/openid-configuration",
            ),
        ] {
            assert_eq!(discovered(issuer).unwrap(), url);
        }
        for issuer in [
            "a.example",
            "http://a.example",
            "https://a.example?b",
            "https://a#b",
            "",
        ] {
            assert_eq!(discovered(issuer), Err("issuer"), "{issuer}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let inline = || JwksSource::Inline(KEYS.to_owned());
        assert!(settings("me", &["app"], inline(), 300).is_ok());
        let url = |url: &str| JwksSource::Url(url.to_owned());
        assert!(settings("me", &["app"], url("https://a.example/keys?a=b"), 0).is_ok());
        for (field, outcome) in [
            ("issuer", settings("", &["app"], inline(), 60)),
            ("issuer", settings("me ", &["app"], inline(), 60)),
            ("audiences", settings("me", &[], inline(), 60)),
            ("audiences", settings("me", &["app", " "], inline(), 60)),
            (
                "jwks",
                settings("me", &["app"], url("http://a.example/"), 60),
            ),
            ("jwks", settings("me", &["app"], url("/keys"), 60)),
            (
                "jwks",
                settings("me", &["app"], JwksSource::Inline("{}".to_owned()), 60),
            ),
            ("leeway", settings("me", &["app"], inline(), 301)),
        ] {
            assert_eq!(outcome.err(), Some(field));
        }
    }

    #[test]
    fn an_error_reads_as_a_sentence() {
        let error = JwtSettings::new(
            "me".to_owned(),
            Vec::new(),
            JwksSource::Discover,
            Duration::ZERO,
        );
        assert_eq!(
            error.unwrap_err().to_string(),
            "the JWT setting `audiences` must hold at least one audience, and none that is blank"
        );
    }
}
