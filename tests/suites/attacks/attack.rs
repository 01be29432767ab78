//! One attack, and the deployments that are attacked.

use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::{Builder, Function};
use agora_token_tests::sample::{API_KEY, CERTIFICATE, closed};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the JWTs are made for.
pub(crate) const AUDIENCE: &str = "the-app";

/// An attack and how it must end.
pub(crate) struct Attack {
    pub(crate) what: &'static str,
    pub(crate) event: Event,
    pub(crate) status: u16,
    pub(crate) code: &'static str,
}

pub(crate) fn attack(what: &'static str, event: Event, status: u16, code: &'static str) -> Attack {
    Attack {
        what,
        event,
        status,
        code,
    }
}

/// Tries each attack. The process must be the same one afterwards, no answer may hold a token, and
/// neither answers nor the log may hold a secret.
#[track_caller]
pub(crate) fn try_all(function: &Function, attacks: Vec<Attack>) {
    let pid = function.pid();
    let mut failures = Vec::new();
    for Attack {
        what,
        event,
        status,
        code,
    } in attacks
    {
        let answer = function.send(&event);
        let answered = answer.json()["code"].as_str().unwrap_or("-").to_owned();
        println!("{what:<72} {} {answered}", answer.status);
        if (answer.status, answered.as_str()) != (status, code) {
            failures.push(format!("{what}: {} {}", answer.status, answer.body));
        }
        for secret in ["\"007", "\"006", "NETLESS", API_KEY, CERTIFICATE] {
            assert!(!answer.body.contains(secret), "{what}: {}", answer.body);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(function.is_alive());
    assert_eq!(function.pid(), pid);
    let log = function.logs().join("\n");
    assert!(
        !log.contains(API_KEY) && !log.contains(CERTIFICATE) && !log.contains("eyJ"),
        "{log}"
    );
}

/// A function with a closed door that knows one issuer, whose keys it was given inline.
pub(crate) fn with_users(name: &str, issuer: &Issuer) -> Builder {
    closed(name)
        .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
        .env("AGORA_JWT_AUDIENCE", AUDIENCE)
        .env("AGORA_JWT_JWKS", &issuer.jwks_json())
}

/// The Unix time in seconds.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// The claims of a user whose JWT is good for an hour.
pub(crate) fn claims(issuer: &Issuer, subject: &str) -> Value {
    json!({"iss": issuer.issuer_url(), "aud": AUDIENCE, "sub": subject, "exp": now() + 3600})
}

/// The header of a user who is signed in.
pub(crate) fn signed_in(issuer: &Issuer, subject: &str) -> String {
    format!(
        "Bearer {}",
        issuer.sign(Algorithm::Es256, &claims(issuer, subject))
    )
}

/// A request for an RTC token.
pub(crate) fn rtc(body: &Value) -> Event {
    Event::post("/v1/rtc").json(body)
}
