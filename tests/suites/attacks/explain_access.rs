//! Whoever asks what is granted, and would rather know what is granted to others.

use crate::attack::{AUDIENCE, attack, claims, signed_in, try_all, with_users};
use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::sample::{API_KEY, CERTIFICATE};
use serde_json::json;

/// What must be told to nobody but those whom it is about.
const OTHERS: [&str; 6] = [
    "rule-of-bob",
    "bobs-channel",
    "value-of-staff",
    "staff-channel",
    "anonymous-channel",
    "other-issuer",
];

fn policy() -> String {
    json!({
        "user": {"channels": ["lobby"]},
        "rules": [
            {"name": "rule-of-bob", "when": {"sub": "bob"}, "channels": ["bobs-channel"]},
            {"name": "staff", "when": {"groups": {"contains": "value-of-staff"}}, "channels": ["staff-channel"]},
        ],
        "anonymous": {"channels": ["anonymous-channel"]},
        "issuers": [{"issuer": "https://other-issuer.example", "audience": "a", "subjectPrefix": "o~",
                     "user": {"channels": ["other-issuer"]}}],
    })
    .to_string()
}

fn ask() -> Event {
    Event::post("/v1/explain-access").json(&json!({}))
}

#[test]
fn nobody_is_told_anything_without_credentials_that_count() {
    let issuer = Issuer::start();
    let function = with_users("access", &issuer)
        .env("AGORA_POLICY", &policy())
        .start();
    let stranger = Issuer::start();
    let mut stale = claims(&issuer, "alice");
    stale["exp"] = json!(1_600_000_000);
    let stale = format!("Bearer {}", issuer.sign(Algorithm::Es256, &stale));
    let mut elsewhere = claims(&issuer, "alice");
    elsewhere["aud"] = json!([format!("{AUDIENCE}-2")]);
    let elsewhere = format!("Bearer {}", issuer.sign(Algorithm::Es256, &elsewhere));
    let as_user = |header: &str| ask().header("authorization", header);
    let alice = signed_in(&issuer, "alice");
    try_all(
        &function,
        vec![
            attack("nothing shown", ask(), 401, "credentials_missing"),
            attack(
                "nothing shown, by GET",
                Event::get("/v1/explain-access"),
                401,
                "credentials_missing",
            ),
            attack(
                "a wrong key",
                ask().header("x-api-key", "Xample-api-key-0123456789"),
                401,
                "credentials_unknown",
            ),
            attack(
                "the JWT of another issuer",
                as_user(&signed_in(&stranger, "alice")),
                401,
                "jwt_issuer",
            ),
            attack("a JWT that ended", as_user(&stale), 401, "jwt_expired"),
            attack(
                "a JWT for somebody else",
                as_user(&elsewhere),
                401,
                "jwt_audience",
            ),
            attack(
                "a JWT to be explained in the body",
                Event::post("/v1/explain-access")
                    .header("authorization", &alice)
                    .json(&json!({"jwt": alice})),
                400,
                "parameter_unknown",
            ),
            attack(
                "claims to be tried in the body",
                Event::post("/v1/explain-access")
                    .header("authorization", &alice)
                    .json(&json!({"claims": {"groups": ["value-of-staff"]}})),
                400,
                "parameter_unknown",
            ),
            attack(
                "another's name in the query",
                Event::get("/v1/explain-access")
                    .header("authorization", &alice)
                    .query("sub=bob"),
                400,
                "parameter_unknown",
            ),
            attack(
                "a body beyond all bounds",
                Event::post("/v1/explain-access")
                    .header("authorization", &alice)
                    .header("content-type", "application/json")
                    .body(&" ".repeat(70_000)),
                413,
                "body_too_large",
            ),
        ],
    );
}

#[test]
fn a_user_is_told_nothing_that_is_about_others() {
    let issuer = Issuer::start();
    let function = with_users("access", &issuer)
        .env("AGORA_POLICY", &policy())
        .start();
    let mut guess = claims(&issuer, "alice");
    // What the user sets at the identity provider.
    guess["name"] = json!("value-of-staff");
    guess["groups"] = json!("value");
    for header in [
        signed_in(&issuer, "alice"),
        format!("Bearer {}", issuer.sign(Algorithm::Es256, &guess)),
    ] {
        let answer = function.send(&ask().header("authorization", &header));
        assert_eq!(answer.status, 200, "{}", answer.body);
        for secret in OTHERS.iter().chain(&[API_KEY, CERTIFICATE, "eyJ"]) {
            assert!(!answer.body.contains(secret), "{secret}: {}", answer.body);
        }
        assert_eq!(answer.json()["rules"][1]["name"], "staff");
    }
    let bob = function.send(&ask().header("authorization", &signed_in(&issuer, "bob")));
    assert!(bob.body.contains("rule-of-bob") && bob.body.contains("bobs-channel"));
    let log = function.logs().join("\n");
    for secret in OTHERS.iter().chain(&["alice", "bob", "eyJ"]) {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
