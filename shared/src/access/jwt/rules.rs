//! Which claims a token must make.

use super::error::JwtError;
use serde_json::{Map, Value};
use std::time::Duration;

/// The end of the year 9999 as a Unix time in seconds. A larger number is none in seconds.
const LAST_DATE: u64 = 253_402_300_799;

/// The claim in which a token without `aud` (RFC 7519, 4.1.3) says for whom it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceClaim {
    /// None: a token says it in `aud` or is refused.
    Aud,
    /// `client_id`, as in access tokens of Cognito.
    ClientId,
    /// `azp`, as in session tokens of Clerk.
    Azp,
}

impl AudienceClaim {
    /// The claims by their names.
    pub(crate) const WORDS: [(&'static str, Self); 3] = [
        ("aud", Self::Aud),
        ("client_id", Self::ClientId),
        ("azp", Self::Azp),
    ];

    /// The claim that this issuer uses: `client_id` for Cognito, `azp` for Clerk, none for others.
    pub(super) fn of_issuer(issuer: &str) -> Self {
        let host = issuer
            .strip_prefix("https://")
            .and_then(|rest| rest.split('/').next());
        let host = host.unwrap_or_default();
        let amazon = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
        if host.starts_with("cognito-idp.") && amazon {
            Self::ClientId
        } else if host.ends_with(".clerk.accounts.dev") {
            Self::Azp
        } else {
            Self::Aud
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Aud => "aud",
            Self::ClientId => "client_id",
            Self::Azp => "azp",
        }
    }
}

/// What a token is meant for (RFC 8725, 3.12): tokens of one kind are not taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// ID tokens: whatever does not say that it is another kind.
    Id,
    /// Access tokens that say so: by the header `typ`, `at+jwt` (RFC 9068), or by Cognito's claim
    /// `token_use`.
    Access,
}

impl TokenUse {
    /// The uses by their names.
    pub(crate) const WORDS: [(&'static str, Self); 2] =
        [("id", Self::Id), ("access", Self::Access)];
}

/// The rules of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rules {
    /// What `iss` must be, letter by letter.
    pub(super) issuer: String,
    /// One of these must be in `aud`, or in what stands for it.
    pub(super) audiences: Vec<String>,
    /// Where a token without `aud` names its audience.
    pub(super) audience_claim: AudienceClaim,
    /// What a token must be meant for; anything where absent.
    pub(super) token_use: Option<TokenUse>,
    /// By how much the issuer's clock may differ from ours.
    pub(super) leeway: Duration,
}

/// What else is read on the way.
pub(super) struct Essentials {
    pub(super) subject: String,
    /// A Unix time in seconds.
    pub(super) expires: u64,
}

impl Rules {
    /// Judges claims at `now`, a Unix time in milliseconds. `access_typ`: whether the token's header
    /// calls it an access token.
    pub(super) fn judge(
        &self,
        claims: &Map<String, Value>,
        access_typ: bool,
        now: u64,
    ) -> Result<Essentials, JwtError> {
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(JwtError::Issuer);
        }
        if !self.is_for_us(claims) {
            return Err(JwtError::Audience);
        }
        if !self.is_for_this_use(claims, access_typ) {
            return Err(JwtError::TokenUse);
        }
        let subject = claims
            .get("sub")
            .and_then(Value::as_str)
            .filter(|subject| !subject.trim().is_empty())
            .ok_or(JwtError::Claims("`sub` must be text that is not blank"))?;
        let leeway = u64::try_from(self.leeway.as_millis()).unwrap_or(u64::MAX);
        let expires = date(claims, "exp")?.ok_or(JwtError::Claims("`exp` is missing"))?;
        if now >= expires.saturating_add(leeway) {
            return Err(JwtError::Expired);
        }
        for begin in ["nbf", "iat"] {
            if date(claims, begin)?.is_some_and(|begin| begin > now.saturating_add(leeway)) {
                return Err(JwtError::NotYetValid);
            }
        }
        Ok(Essentials {
            subject: subject.to_owned(),
            expires: expires / 1000,
        })
    }

    fn is_for_us(&self, claims: &Map<String, Value>) -> bool {
        let ours = |value: &Value| {
            let accepted = |one: &str| self.audiences.iter().any(|ours| ours == one);
            value.as_str().is_some_and(accepted)
        };
        let fallback = || claims.get(self.audience_claim.name());
        match claims.get("aud").or_else(fallback) {
            Some(Value::Array(audiences)) => audiences.iter().any(ours),
            Some(audience) => ours(audience),
            None => false,
        }
    }
}

impl Rules {
    fn is_for_this_use(&self, claims: &Map<String, Value>, access_typ: bool) -> bool {
        let claimed = claims.get("token_use");
        let says = |kind| claimed.is_some_and(|claimed| claimed == kind);
        match self.token_use {
            None => true,
            Some(TokenUse::Access) => (access_typ && claimed.is_none()) || says("access"),
            Some(TokenUse::Id) => !access_typ && (claimed.is_none() || says("id")),
        }
    }
}

/// The date in the claim `name`, as a Unix time in milliseconds. A fraction of a second is allowed
/// (RFC 7519, 2); anything before 1970 or after 9999 is not, and least of all text.
fn date(claims: &Map<String, Value>, name: &str) -> Result<Option<u64>, JwtError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let whole = value.as_u64().filter(|seconds| *seconds <= LAST_DATE);
    let milliseconds = match whole {
        Some(seconds) => Some(seconds * 1000),
        None => value
            .as_f64()
            .filter(|seconds| value.is_f64() && (0.0..=LAST_DATE as f64).contains(seconds))
            .map(|seconds| (seconds * 1000.0) as u64),
    };
    milliseconds.map(Some).ok_or(JwtError::Claims(match name {
        "exp" => "`exp` must be a Unix time in seconds",
        "nbf" => "`nbf` must be a Unix time in seconds",
        _ => "`iat` must be a Unix time in seconds",
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: u64 = 1_700_000_000;

    fn rules() -> Rules {
        Rules {
            issuer: "https://example.com".to_owned(),
            audiences: vec!["app".to_owned(), "web".to_owned()],
            audience_claim: AudienceClaim::Aud,
            token_use: None,
            leeway: Duration::from_secs(60),
        }
    }

    fn judge(changes: Value) -> Result<Essentials, &'static str> {
        judge_by(&rules(), false, changes)
    }

    fn judge_by(
        rules: &Rules,
        access_typ: bool,
        changes: Value,
    ) -> Result<Essentials, &'static str> {
        let mut claims = json!({
            "iss": "https://example.com", "aud": "app", "sub": "u1", "exp": NOW + 600,
        });
        for (name, value) in changes.as_object().unwrap() {
            if value == "(none)" {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        rules
            .judge(claims.as_object().unwrap(), access_typ, NOW * 1000)
            .map_err(|error| error.code())
    }

    fn code(changes: Value) -> &'static str {
        judge(changes).err().unwrap_or("good")
    }

    #[test]
    fn who_and_until_when() {
        let good = judge(json!({})).unwrap();
        assert_eq!((good.subject.as_str(), good.expires), ("u1", NOW + 600));
        for sub in [
            json!("(none)"),
            json!(""),
            json!(" "),
            json!(7),
            json!(null),
            json!(["u1"]),
        ] {
            assert_eq!(code(json!({"sub": sub})), "jwt_claims", "{sub}");
        }
    }

    #[test]
    fn the_issuer_is_the_same_letter_by_letter() {
        for iss in [
            json!("(none)"),
            json!("https://example.com/"),
            json!("https://example.co"),
            json!("https://example.com.evil.example"),
            json!("https://EXAMPLE.com"),
            json!("http://example.com"),
            json!(" https://example.com"),
            json!(["https://example.com"]),
            json!(null),
        ] {
            assert_eq!(code(json!({"iss": iss})), "jwt_issuer", "{iss}");
        }
    }

    #[test]
    fn the_audience_is_ours() {
        for aud in [json!("web"), json!(["x", "app"]), json!(["web"])] {
            assert_eq!(code(json!({"aud": aud})), "good", "{aud}");
        }
        for aud in [
            json!("(none)"),
            json!("App"),
            json!("app "),
            json!("ap"),
            json!("app,web"),
            json!(""),
            json!([]),
            json!(["x"]),
            json!([["app"]]),
            json!({"app": 1}),
            json!(7),
            json!(null),
        ] {
            assert_eq!(code(json!({"aud": aud})), "jwt_audience", "{aud}");
        }
    }

    #[test]
    fn without_aud_a_claim_of_the_issuers_counts_and_only_where_it_is_set() {
        let code = |audience_claim, changes: Value| {
            let rules = Rules {
                audience_claim,
                ..rules()
            };
            judge_by(&rules, false, changes).err().unwrap_or("good")
        };
        use AudienceClaim::{Aud, Azp, ClientId};
        for (claim, changes, outcome) in [
            (
                Aud,
                json!({"aud": "(none)", "client_id": "app"}),
                "jwt_audience",
            ),
            (Aud, json!({"aud": "(none)", "azp": "app"}), "jwt_audience"),
            (
                ClientId,
                json!({"aud": "(none)", "client_id": "app"}),
                "good",
            ),
            (
                ClientId,
                json!({"aud": "(none)", "azp": "app"}),
                "jwt_audience",
            ),
            (Azp, json!({"aud": "(none)", "azp": "web"}), "good"),
            (
                Azp,
                json!({"aud": "(none)", "client_id": "app"}),
                "jwt_audience",
            ),
            (Azp, json!({"aud": "(none)", "azp": ""}), "jwt_audience"),
            (
                ClientId,
                json!({"aud": "x", "client_id": "app"}),
                "jwt_audience",
            ),
            (
                ClientId,
                json!({"aud": [], "client_id": "app"}),
                "jwt_audience",
            ),
            (
                ClientId,
                json!({"aud": null, "client_id": "app"}),
                "jwt_audience",
            ),
            (Azp, json!({"azp": "x"}), "good"),
        ] {
            assert_eq!(code(claim, changes.clone()), outcome, "{claim:?} {changes}");
        }
    }

    #[test]
    fn the_claim_is_the_one_that_the_issuer_uses() {
        use AudienceClaim::{Aud, Azp, ClientId};
        for (issuer, claim) in [
            (
                "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x",
                ClientId,
            ),
            (
                "https://cognito-idp.cn-north-1.amazonaws.com.cn/p",
                ClientId,
            ),
            ("https://quick-fox-1.clerk.accounts.dev", Azp),
            ("https://tenant.auth0.com/", Aud),
            ("https://cognito-idp.evil.example/", Aud),
            ("https://evil.example/cognito-idp.x.amazonaws.com", Aud),
            ("http://a.clerk.accounts.dev", Aud),
            ("https://evil.example/a.clerk.accounts.dev", Aud),
        ] {
            assert_eq!(AudienceClaim::of_issuer(issuer), claim, "{issuer}");
        }
    }

    #[test]
    fn a_token_for_another_use_is_refused_where_one_is_required() {
        let code = |token_use, access_typ, changes: Value| {
            let rules = Rules {
                token_use,
                ..rules()
            };
            judge_by(&rules, access_typ, changes)
                .err()
                .unwrap_or("good")
        };
        let (id, access) = (Some(TokenUse::Id), Some(TokenUse::Access));
        for (required, access_typ, changes, outcome) in [
            (None, true, json!({"token_use": "id"}), "good"),
            (id, false, json!({}), "good"),
            (id, false, json!({"token_use": "id"}), "good"),
            (id, true, json!({}), "jwt_token_use"),
            (id, true, json!({"token_use": "id"}), "jwt_token_use"),
            (id, false, json!({"token_use": "access"}), "jwt_token_use"),
            (id, false, json!({"token_use": null}), "jwt_token_use"),
            (access, true, json!({}), "good"),
            (access, false, json!({"token_use": "access"}), "good"),
            (access, false, json!({}), "jwt_token_use"),
            (access, true, json!({"token_use": "id"}), "jwt_token_use"),
            (
                access,
                false,
                json!({"token_use": ["access"]}),
                "jwt_token_use",
            ),
        ] {
            assert_eq!(
                code(required, access_typ, changes.clone()),
                outcome,
                "{changes}"
            );
        }
    }

    #[test]
    fn times_count_with_a_leeway() {
        for (changes, outcome) in [
            (json!({"exp": NOW - 59}), "good"),
            (json!({"exp": NOW - 60}), "jwt_expired"),
            (json!({"exp": 0}), "jwt_expired"),
            (json!({"exp": NOW as f64 + 0.5}), "good"),
            (json!({"exp": LAST_DATE}), "good"),
            (json!({"nbf": NOW + 60}), "good"),
            (json!({"nbf": NOW + 61}), "jwt_not_yet_valid"),
            (json!({"nbf": NOW as f64 + 60.5}), "jwt_not_yet_valid"),
            (json!({"iat": NOW + 60}), "good"),
            (json!({"iat": NOW + 61}), "jwt_not_yet_valid"),
            (json!({"iat": LAST_DATE}), "jwt_not_yet_valid"),
        ] {
            assert_eq!(code(changes.clone()), outcome, "{changes}");
        }
    }

    #[test]
    fn a_time_is_a_number_of_seconds() {
        for name in ["exp", "nbf", "iat"] {
            for value in [
                json!("1700000600"),
                json!(-1),
                json!(-0.5),
                json!(1e300),
                json!(u64::MAX),
                json!(i64::MIN),
                json!(LAST_DATE + 1),
                // Milliseconds, a common mistake.
                json!(1_700_000_600_000_u64),
                json!(null),
                json!(true),
                json!([NOW + 600]),
            ] {
                assert_eq!(code(json!({name: value})), "jwt_claims", "{name} {value}");
            }
        }
        assert_eq!(code(json!({"exp": "(none)"})), "jwt_claims");
    }
}
