//! Key names, keys that change, and when keys are fetched.

use std::sync::Arc;
use std::time::Duration;

use agora_token::access::jwt::{JwksSource, JwtError};
use agora_token_tests::issuer::Algorithm;
use serde_json::json;

use crate::fixture::{Fixture, NOW, changed, logged};

#[tokio::test]
async fn a_key_that_does_not_exist_signs_nothing_whatever_its_name() {
    let fixture = Fixture::new();
    let own = fixture.issuer.key(Algorithm::Es256).id().to_owned();
    for kid in [
        "unknown",
        "",
        "../../../../dev/null",
        "/proc/sys/kernel/randomize_va_space",
        "x' UNION SELECT 'secret' --",
        "'; DROP TABLE keys; --",
        "| whoami",
        "$(id)",
        "http://127.0.0.1/keys",
        "*",
        "0",
        &own.to_lowercase(),
        &format!("{own} "),
        &format!("{own}\0"),
        &"k".repeat(4000),
    ] {
        let token = fixture.signed(Algorithm::Es256, json!({ "kid": kid }), json!({}));
        fixture.refuses(&token, "jwt_key_unknown").await;
    }
    for kid in [json!(0), json!([own]), json!({ "id": own }), json!(true)] {
        let token = fixture.signed(Algorithm::Es256, json!({ "kid": kid }), json!({}));
        fixture.refuses(&token, "jwt_malformed").await;
    }
    // Once for the keys, once more for all the names together.
    assert_eq!(fixture.issuer.key_set_requests(), 2);
}

#[tokio::test]
async fn without_a_name_the_only_key_of_the_algorithm_counts() {
    let fixture = Fixture::new();
    for algorithm in Algorithm::ALL {
        let token = fixture.signed(algorithm, json!({"kid": null}), json!({}));
        fixture.accepts(&token).await;
    }
    let fixture = Fixture::new();
    let key = fixture.issuer.key(Algorithm::Es256).jwk();
    let second = changed(key.clone(), json!({"kid": "second"}));
    fixture.issuer.publish(&[key, second]);
    let token = fixture.signed(Algorithm::Es256, json!({"kid": null}), json!({}));
    fixture.refuses(&token, "jwt_key_unknown").await;
    let token = fixture.signed(Algorithm::EdDsa, json!({"kid": null}), json!({}));
    fixture.refuses(&token, "jwt_key_unknown").await;
    fixture.accepts(&fixture.token(Algorithm::Es256)).await;
}

#[tokio::test]
async fn keys_are_fetched_by_the_first_token_that_needs_them_and_kept() {
    let fixture = Fixture::new();
    assert_eq!(fixture.issuer.requests(), 0);
    for _ in 0..3 {
        fixture.accepts(&fixture.token(Algorithm::Rs256)).await;
        fixture.accepts(&fixture.token(Algorithm::EdDsa)).await;
    }
    assert_eq!(fixture.issuer.requests(), 2, "configuration and key set");
}

#[tokio::test]
async fn a_primed_verifier_fetches_nothing_more() {
    let fixture = Fixture::with(|issuer| JwksSource::Url(issuer.jwks_url()));
    fixture.verifier.prime(NOW * 1000).await;
    assert_eq!(fixture.issuer.requests(), 1);
    fixture.accepts(&fixture.token(Algorithm::Rs256)).await;
    assert_eq!(fixture.issuer.requests(), 1);
}

#[tokio::test]
async fn inline_keys_are_never_fetched() {
    let fixture = Fixture::with(|issuer| JwksSource::Inline(issuer.jwks_json()));
    fixture.verifier.prime(NOW * 1000).await;
    for algorithm in Algorithm::ALL {
        fixture.accepts(&fixture.token(algorithm)).await;
    }
    fixture.issuer.rotate();
    let token = fixture.token(Algorithm::Es256);
    fixture.refuses(&token, "jwt_key_unknown").await;
    assert_eq!(fixture.issuer.requests(), 0);
}

#[tokio::test]
async fn tokens_that_no_key_could_save_fetch_nothing() {
    let fixture = Fixture::new();
    for changes in [
        json!({"exp": 1}),
        json!({"iss": "https://example.com"}),
        json!({"aud": "evil"}),
        json!({"sub": ""}),
    ] {
        let token = fixture.signed(Algorithm::Es256, json!({"kid": "new"}), changes);
        assert!(fixture.verify(&token).await.is_err());
    }
    assert_eq!(fixture.issuer.requests(), 0);
}

#[tokio::test]
async fn a_new_key_is_fetched_once_when_a_token_names_it() {
    let fixture = Fixture::new();
    let old = fixture.token(Algorithm::Es256);
    fixture.accepts(&old).await;
    fixture.issuer.rotate();
    // The old key serves until the new set is here.
    fixture.accepts(&old).await;
    assert_eq!(fixture.issuer.key_set_requests(), 1);
    for algorithm in Algorithm::ALL {
        fixture.accepts(&fixture.token(algorithm)).await;
    }
    assert_eq!(fixture.issuer.key_set_requests(), 2);
    fixture.refuses(&old, "jwt_key_unknown").await;
    assert_eq!(fixture.issuer.key_set_requests(), 2);
}

#[tokio::test]
async fn a_flood_of_unknown_keys_fetches_once_a_minute() {
    let fixture = Fixture::new();
    fixture.verifier.prime(NOW * 1000).await;
    for (minute, fetches) in [(0, 2), (1, 3), (2, 4)] {
        for number in 0..100 {
            let header = json!({"kid": format!("k{minute}-{number}")});
            let token = fixture.signed(Algorithm::EdDsa, header, json!({}));
            let error = fixture.verify_at(&token, minute * 60 + number / 2).await;
            assert_eq!(error.unwrap_err().code(), "jwt_key_unknown");
        }
        assert_eq!(fixture.issuer.key_set_requests(), fetches);
    }
}

#[tokio::test]
async fn fifty_requests_at_once_fetch_once() {
    let fixture = Arc::new(Fixture::new());
    for (round, rotated) in [(1, false), (2, true)] {
        if rotated {
            fixture.issuer.rotate();
        }
        fixture.issuer.delay(Duration::from_millis(50));
        let token = Arc::new(fixture.token(Algorithm::Es256));
        let requests = (0..50).map(|_| {
            let (fixture, token) = (Arc::clone(&fixture), Arc::clone(&token));
            tokio::spawn(async move { fixture.accepts(&token).await })
        });
        for request in requests.collect::<Vec<_>>() {
            request.await.unwrap();
        }
        assert_eq!(fixture.issuer.key_set_requests(), round);
    }
}

#[tokio::test]
async fn while_the_issuer_is_down_the_last_good_keys_serve() {
    let fixture = Fixture::new();
    let token = fixture.issuer.sign(
        Algorithm::Rs256,
        &changed(fixture.claims(), json!({"exp": NOW + 86_400})),
    );
    fixture.accepts(&token).await;
    fixture.issuer.fail_with(503);
    for hours in [1, 2, 5] {
        assert!(fixture.verify_at(&token, hours * 3600).await.is_ok());
        assert_eq!(logged(), ["jwks_refused"]);
    }
    // A day-old key may have been withdrawn for a reason.
    let error = fixture.verify_at(&token, 7 * 3600).await.unwrap_err();
    let JwtError::KeysUnavailable { retry_after } = error else {
        panic!("{error:?}");
    };
    fixture.issuer.recover();
    let later = 7 * 3600 + retry_after;
    assert!(fixture.verify_at(&token, later).await.is_ok());
}

#[tokio::test]
async fn while_the_issuer_is_down_a_new_key_is_not_called_unknown() {
    let fixture = Fixture::new();
    fixture.accepts(&fixture.token(Algorithm::Es256)).await;
    fixture.issuer.rotate();
    fixture.issuer.close_connections();
    let token = fixture.token(Algorithm::Es256);
    // From the second after on, for fetching the first keys took a moment.
    for later in [1, 2, 60] {
        let error = fixture.verify_at(&token, later).await.unwrap_err();
        let retry_after = 61 - later;
        assert_eq!(error, JwtError::KeysUnavailable { retry_after });
    }
    fixture.issuer.recover();
    assert!(fixture.verify_at(&token, 61).await.is_ok());
    assert_eq!(logged(), ["jwks_unreachable"]);
}
