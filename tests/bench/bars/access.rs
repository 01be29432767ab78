//! What it costs to recognise a caller.

use crate::report::{Bar, Report, Row};
use crate::sample::Sample;
use agora_token::access::jwt::{Fetching, JwksSource, JwtSettings, JwtVerifier, KeySet, KeySource};
use agora_token::access::{Access, ApiKeys, Credentials, Policy};
use agora_token::clock_and_randomness::System;

use agora_token_tests::issuer::{Algorithm, Issuer};
use serde_json::json;
use std::time::{Duration, Instant, SystemTime};

const ROUNDS: usize = 9;
const KEY: &str = "sample-api-key-0123456789";

/// Keys that are fetched once and then kept, as those of an issuer are.
struct Published(String);

impl KeySource for Published {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(async {
            let keys = KeySet::parse(self.0.as_bytes());
            Ok(keys.expect("the issuer's keys are good"))
        })
    }
}

pub fn run(report: &mut Report) {
    let issuer = Issuer::start();
    let settings = JwtSettings::new(
        issuer.issuer_url(),
        vec!["app".to_owned()],
        JwksSource::Discover,
        Duration::from_secs(60),
    );
    let settings = settings.expect("the settings are good");
    let source = Box::new(Published(issuer.jwks_json()));
    let verifier = JwtVerifier::with_source(settings, source, Box::new(System), |_, _| {});
    let access = Access::new(false, Ok(Some(verifier)), Ok(Policy::default()));
    let mut keys = ApiKeys::default();
    for key in ["another-api-key-0123456789", KEY] {
        keys.push(key, None).expect("the key is long enough");
    }

    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let claims = json!({
        "iss": issuer.issuer_url(),
        "sub": "auth0|6553f1a0c2b14e0f8a9d7c21",
        "aud": ["app", "https://api.example"],
        "iat": now.as_secs(),
        "exp": now.as_secs() + 3600,
        "email": "ann@example.com",
        "name": "Ann Example",
        "scope": "openid profile email offline_access",
        "permissions": ["read:rooms", "write:rooms", "read:messages", "write:messages"],
    });
    let header = |algorithm| format!("Bearer {}", issuer.sign(algorithm, &claims));
    let tokens = [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa].map(header);

    let key = Credentials {
        api_key: Some(KEY),
        authorization: None,
    };
    let bearer = |token| Credentials {
        api_key: None,
        authorization: Some(token),
    };
    let cases = [
        ("authentication by API key", key, 20_000, 5.0),
        (
            "authentication by JWT, ES256, key cached",
            bearer(tokens[0].as_str()),
            500,
            150.0,
        ),
        (
            "authentication by JWT, RS256, key cached",
            bearer(tokens[1].as_str()),
            500,
            150.0,
        ),
        (
            "authentication by JWT, EdDSA, key cached",
            bearer(tokens[2].as_str()),
            500,
            150.0,
        ),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime starts");
    let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
    for (what, shown, count, bar) in cases {
        let time = || {
            let started = Instant::now();
            runtime.block_on(async {
                for _ in 0..count {
                    let principal = access.identify(shown, &keys, now).await;
                    assert!(principal.is_ok(), "{principal:?}");
                }
            });
            started.elapsed() / count
        };
        time();
        let times: Vec<_> = (0..ROUNDS).map(|_| time()).collect();
        report.row(Row::new(what, "us", &Sample::of_micros(&times)).bar(Bar::AtMost(bar)));
    }
}
