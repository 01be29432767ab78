//! What it costs to recognise a caller, and to judge what they ask for.

use crate::report::{Bar, Report, Row};
use crate::sample::Sample;
use agora_token::access::jwt::{Fetching, JwksSource, JwtSettings, JwtVerifier, KeySet, KeySource};
use agora_token::access::{Access, ApiKeys, Circumstances, Credentials, Policy, SecretRules};
use agora_token::clock_and_randomness::System;
use agora_token::grant::{Rtc, TokenRequest};
use agora_token::params::{Parameters, Value};
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::sample::APP_ID;
use serde_json::json;
use std::time::{Duration, Instant, SystemTime};

const ROUNDS: usize = 9;
const KEY: &str = "sample-api-key-0123456789";
const KEYS: usize = 100;
const RULES: usize = 50;

/// A policy of 50 rules, of which each applies and the last one grants what is asked for.
fn rules() -> String {
    let rule = |place: usize| {
        json!({
            "name": format!("rule {place}"),
            "when": {"permissions": {"contains": "write:rooms"}, "email": ["ann@example.com", "ben@example.com"]},
            "channels": [format!("other-{place}-*"), format!("class-{{school}}-{place}-*")],
        })
    };
    let rules: Vec<_> = (2..=RULES).map(rule).collect();
    json!({"user": {"channels": ["lobby"]}, "rules": rules}).to_string()
}

fn request(channel: &str) -> TokenRequest {
    let parameters = vec![
        ("channelName".to_owned(), Value::Text(channel.to_owned())),
        ("role".to_owned(), Value::Text("publisher".to_owned())),
    ];
    let read = Parameters::new(parameters).and_then(TokenRequest::read::<Rtc>);
    read.expect("the request is good")
}

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
    let policy = Policy::parse(&rules()).expect("the policy is good");
    let access = Access::new(false, Ok(Some(verifier)), Ok(Some(policy)));
    let mut keys = ApiKeys::default();
    for other in 1..KEYS {
        let key = format!("another-api-key-{other:010}");
        keys.push(&key, None).expect("the key is long enough");
    }
    keys.push(KEY, None).expect("the key is long enough");
    let secret = SecretRules::of_keys(keys);

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
        "school": "st",
    });
    let header = |algorithm| format!("Bearer {}", issuer.sign(algorithm, &claims));
    let tokens = [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa].map(header);

    let key = Credentials {
        api_key: Some(KEY),
        authorization: None,
        origin: None,
    };
    let bearer = |token| Credentials {
        api_key: None,
        authorization: Some(token),
        origin: None,
    };
    let cases = [
        ("authentication by API key, 100 keys", key, 20_000, 1.0),
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
                    let principal = access.identify(shown, &secret, now).await;
                    assert!(principal.is_ok(), "{principal:?}");
                }
            });
            started.elapsed() / count
        };
        time();
        let times: Vec<_> = (0..ROUNDS).map(|_| time()).collect();
        report.row(Row::new(what, "us", &Sample::of_micros(&times)).bar(Bar::AtMost(bar)));
    }

    let principal = runtime.block_on(access.identify(bearer(tokens[0].as_str()), &secret, now));
    let principal = principal.expect("the token is good");
    let circumstances = Circumstances {
        secret: &secret,
        default_app_id: APP_ID.parse().expect("the App ID is good"),
        now,
    };
    let channel = format!("class-st-{RULES}-1");
    let time = || {
        let requests: Vec<_> = (0..2_000).map(|_| request(&channel)).collect();
        let count = requests.len();
        let started = Instant::now();
        for request in requests {
            let authorised = access.authorise(&principal, request, circumstances);
            assert!(authorised.is_ok(), "{authorised:?}");
        }
        started.elapsed() / u32::try_from(count).unwrap_or(1)
    };
    time();
    let times: Vec<_> = (0..ROUNDS).map(|_| time()).collect();
    let row = Row::new(
        "a decision, 50 rules, by the last",
        "us",
        &Sample::of_micros(&times),
    );
    report.row(row.bar(Bar::AtMost(5.0)));
}
