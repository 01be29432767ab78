//! Issuers that answer badly, slowly, or with somebody else's keys.

use std::time::{Duration, Instant};

use agora_token::access::jwt::{JwksSource, JwtError};
use agora_token_tests::issuer::{Algorithm, Issuer};
use serde_json::json;

use crate::fixture::{Fixture, NOW, changed, logged};

/// Makes sure that tokens cannot be judged and that the operator is told why.
async fn unavailable(fixture: &Fixture, code: &str) {
    let token = fixture.token(Algorithm::Es256);
    let error = fixture.verify(&token).await.unwrap_err();
    // The first pause: a second, and up to half as much by chance.
    let seconds = 1..=2;
    assert!(
        matches!(error, JwtError::KeysUnavailable { retry_after } if seconds.contains(&retry_after))
    );
    assert_eq!(error.code(), "jwt_keys_unavailable");
    assert_eq!(logged(), [code]);
    // The next request does not try again at once.
    let requests = fixture.issuer.requests();
    assert!(fixture.verify(&token).await.is_err());
    assert_eq!(fixture.issuer.requests(), requests);
}

/// Makes sure that it heals by itself.
async fn heals(fixture: &Fixture) {
    fixture.issuer.recover();
    let token = fixture.token(Algorithm::Es256);
    assert!(fixture.verify_at(&token, 5).await.is_ok());
}

#[tokio::test]
async fn an_issuer_that_fails() {
    for status in [204, 400, 401, 403, 404, 429, 500, 503] {
        let fixture = Fixture::new();
        fixture.issuer.fail_with(status);
        unavailable(&fixture, "jwks_refused").await;
        heals(&fixture).await;
    }
}

#[tokio::test]
async fn an_issuer_that_hangs_up() {
    let fixture = Fixture::new();
    fixture.issuer.close_connections();
    unavailable(&fixture, "jwks_unreachable").await;
    heals(&fixture).await;
}

#[tokio::test]
async fn an_issuer_that_is_not_there() {
    let gone = Issuer::start().jwks_url();
    let fixture = Fixture::with(|_| JwksSource::Url(gone));
    unavailable(&fixture, "jwks_unreachable").await;
}

#[tokio::test]
async fn an_issuer_that_takes_too_long() {
    let fixture = Fixture::new();
    fixture.issuer.delay(Duration::from_secs(20));
    let started = Instant::now();
    unavailable(&fixture, "jwks_unreachable").await;
    assert!(started.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn an_issuer_that_answers_with_something_else() {
    for text in [
        "",
        "<!doctype html>",
        "{}",
        "[]",
        "null",
        r#"{"keys":[]}"#,
        r#"{"keys":{}}"#,
        r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#,
    ] {
        let fixture = Fixture::with(|issuer| JwksSource::Url(issuer.jwks_url()));
        fixture.issuer.answer(text.to_owned());
        unavailable(&fixture, "jwks_malformed").await;
        heals(&fixture).await;
    }
}

#[tokio::test]
async fn an_issuer_that_never_ends() {
    let fixture = Fixture::with(|issuer| JwksSource::Url(issuer.jwks_url()));
    let keys = fixture.issuer.jwks_json();
    let pad = |bytes: usize| format!("{}{}", " ".repeat(bytes - keys.len()), keys);
    fixture.issuer.answer(pad(256 * 1024 + 1));
    unavailable(&fixture, "jwks_malformed").await;
    fixture.issuer.answer(pad(256 * 1024));
    let token = fixture.token(Algorithm::Es256);
    assert!(fixture.verify_at(&token, 5).await.is_ok());
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let fixture = Fixture::new();
    let evil = Issuer::start();
    fixture.issuer.redirect_to(&evil.issuer_url());
    unavailable(&fixture, "jwks_refused").await;
    fixture.issuer.redirect_to("");
    assert!(
        fixture
            .verify_at(&fixture.token(Algorithm::Es256), 5)
            .await
            .is_err()
    );
    assert_eq!(evil.requests(), 0);
    heals_later(&fixture).await;
}

async fn heals_later(fixture: &Fixture) {
    fixture.issuer.recover();
    let token = fixture.token(Algorithm::Es256);
    assert!(fixture.verify_at(&token, 10).await.is_ok());
}

#[tokio::test]
async fn a_configuration_of_another_issuer_is_not_believed() {
    for (member, value) in [
        ("issuer", "https://evil.example"),
        ("issuer", ""),
        ("jwks_uri", ""),
        ("jwks_uri", "/keys"),
        ("jwks_uri", "https://example.com/keys"),
        ("jwks_uri", "http://169.254.169.254/latest/meta-data/"),
        ("jwks_uri", "http://10.0.0.1/keys"),
        ("jwks_uri", "file:///etc/passwd"),
    ] {
        let fixture = Fixture::new();
        fixture.issuer.configure(member, value);
        unavailable(&fixture, "jwks_malformed").await;
        assert_eq!(fixture.issuer.key_set_requests(), 0);
    }
    let fixture = Fixture::new();
    let slash = format!("{}/", fixture.issuer.issuer_url());
    fixture.issuer.configure("issuer", &slash);
    unavailable(&fixture, "jwks_malformed").await;
}

#[tokio::test]
async fn keys_may_be_elsewhere_if_the_configuration_says_so() {
    let fixture = Fixture::new();
    let elsewhere = Issuer::start();
    elsewhere.publish(&[fixture.issuer.key(Algorithm::Es256).jwk()]);
    fixture.issuer.configure("jwks_uri", &elsewhere.jwks_url());
    fixture.accepts(&fixture.token(Algorithm::Es256)).await;
    assert_eq!(fixture.issuer.requests(), 1);
    assert_eq!(elsewhere.requests(), 1);
}

#[tokio::test]
async fn a_failed_start_is_no_end() {
    let fixture = Fixture::new();
    fixture.issuer.fail_with(500);
    fixture.verifier.prime(NOW * 1000).await;
    assert_eq!(logged(), ["jwks_refused"]);
    fixture.issuer.recover();
    let token = fixture.token(Algorithm::Es256);
    assert!(fixture.verify(&token).await.is_err());
    assert!(fixture.verify_at(&token, 5).await.is_ok());
}

#[tokio::test]
async fn while_there_are_keys_one_request_waits_a_moment_for_an_issuer_that_hangs() {
    const HOUR: u64 = 3600;
    let fixture = Fixture::new();
    let claims = changed(fixture.claims(), json!({"exp": NOW + 24 * HOUR}));
    let token = fixture.issuer.sign(Algorithm::Es256, &claims);
    fixture.accepts(&token).await;
    let requests = fixture.issuer.requests();

    fixture.issuer.delay(Duration::from_secs(20));
    let mut waits = Duration::ZERO;
    for request in 0..20 {
        let started = Instant::now();
        assert!(fixture.verify_at(&token, HOUR).await.is_ok());
        assert!(started.elapsed() < Duration::from_secs(1), "{request}");
        waits += started.elapsed();
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    // 250 ms, with time for a slow machine.
    assert!(waits < Duration::from_secs(1), "{waits:?}");
    assert_eq!(fixture.issuer.requests(), requests + 1);
    assert_eq!(logged(), ["jwks_unreachable"]);

    // They serve until they are six hours old.
    assert!(fixture.verify_at(&token, 6 * HOUR - 1).await.is_ok());
    assert!(fixture.verify_at(&token, 6 * HOUR).await.is_err());
}
