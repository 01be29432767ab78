//! Tokens of the issuer's own making that do not let in here or now.

use agora_token::access::jwt::AudienceClaim;
use agora_token_tests::issuer::Algorithm;
use serde_json::{Value, json};

use crate::fixture::{Fixture, NOW, changed};

async fn refused(fixture: &Fixture, name: &str, values: &[Value], code: &str) {
    for value in values {
        let claims = json!({name: value});
        let token = fixture.signed(Algorithm::Es256, json!({}), claims);
        fixture.refuses(&token, code).await;
    }
}

/// A token with one claim set to a value, null included, which is not the same as leaving it out.
fn with(fixture: &Fixture, name: &str, value: Value) -> String {
    let mut claims = fixture.claims();
    claims[name] = value;
    fixture.issuer.sign(Algorithm::Es256, &claims)
}

#[tokio::test]
async fn a_token_ends() {
    let fixture = Fixture::new();
    refused(&fixture, "exp", &[json!(null)], "jwt_claims").await;
    let past = [json!(NOW - 60), json!(NOW - 86_400), json!(0), json!(1.5)];
    refused(&fixture, "exp", &past, "jwt_expired").await;
    let malformed = [
        json!((NOW + 600).to_string()),
        json!(""),
        json!("never"),
        json!(-1),
        json!(-1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!((NOW + 600) * 1000),
        json!(true),
        json!([NOW + 600]),
        json!({"$numberLong": "9999999999"}),
    ];
    refused(&fixture, "exp", &malformed, "jwt_claims").await;
    fixture
        .refuses(&with(&fixture, "exp", Value::Null), "jwt_claims")
        .await;
    for good in [
        json!(NOW - 59),
        json!(NOW as f64 + 0.25),
        json!(NOW + 1_000_000_000),
    ] {
        fixture.accepts(&with(&fixture, "exp", good)).await;
    }
    // Digits without end are a number to some and infinity to others.
    let huge = fixture
        .claims()
        .to_string()
        .replace(&(NOW + 600).to_string(), &"9".repeat(400));
    let header = fixture.header(Algorithm::Es256).to_string();
    let token = fixture.issuer.sign_text(Algorithm::Es256, &header, &huge);
    fixture.refuses(&token, "jwt_malformed").await;
}

#[tokio::test]
async fn a_token_lives_on_no_longer_than_it_says() {
    let fixture = Fixture::new();
    let token = fixture.token(Algorithm::Es256);
    assert_eq!(
        fixture.verify_at(&token, 659).await.unwrap().exp(),
        NOW + 600
    );
    let error = fixture.verify_at(&token, 660).await.unwrap_err();
    assert_eq!(error.code(), "jwt_expired");
}

#[tokio::test]
async fn a_token_begins() {
    let fixture = Fixture::new();
    for name in ["nbf", "iat"] {
        let future = [
            json!(NOW + 61),
            json!(NOW + 86_400),
            json!(NOW as f64 + 60.5),
        ];
        refused(&fixture, name, &future, "jwt_not_yet_valid").await;
        let malformed = [
            json!(NOW.to_string()),
            json!(-1),
            json!(1e300),
            json!(NOW * 1000),
        ];
        refused(&fixture, name, &malformed, "jwt_claims").await;
        fixture
            .refuses(&with(&fixture, name, Value::Null), "jwt_claims")
            .await;
        for good in [json!(0), json!(NOW), json!(NOW + 60)] {
            fixture.accepts(&with(&fixture, name, good)).await;
        }
        // Neither is required.
        let token = fixture.signed(Algorithm::Es256, json!({}), json!({name: null}));
        fixture.accepts(&token).await;
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_does_not_let_in() {
    let fixture = Fixture::new();
    let own = fixture.issuer.issuer_url();
    let others = [
        json!(null),
        json!(format!("{own}/")),
        json!(format!("{own}.evil.example")),
        json!(format!("{own}@evil.example")),
        json!(own[..own.len() - 1]),
        json!(own.to_uppercase()),
        json!(own.replace("http:", "https:")),
        json!(own.replace("127.0.0.1", "localhost")),
        json!(format!(" {own}")),
        json!(format!("{own}\u{200b}")),
        json!(""),
        json!([own]),
        json!({"url": own}),
        json!(1),
    ];
    refused(&fixture, "iss", &others, "jwt_issuer").await;
    fixture
        .refuses(&with(&fixture, "iss", Value::Null), "jwt_issuer")
        .await;
    // Its keys are of no interest.
    assert_eq!(fixture.issuer.requests(), 0);
}

#[tokio::test]
async fn a_token_for_somebody_else_does_not_let_in() {
    let fixture = Fixture::new();
    let others = [
        json!(null),
        json!("App"),
        json!("app "),
        json!("ap"),
        json!("app,other"),
        json!("\u{430}pp"),
        json!("*"),
        json!(""),
        json!([]),
        json!([""]),
        json!(["evil"]),
        json!([["app"]]),
        json!({"app": true}),
        json!(0),
    ];
    refused(&fixture, "aud", &others, "jwt_audience").await;
    for good in [json!("other"), json!(["evil", "app"]), json!(["app"])] {
        fixture.accepts(&with(&fixture, "aud", good)).await;
    }
}

#[tokio::test]
async fn a_client_stands_for_the_audience_only_where_that_is_set_and_there_is_none() {
    for (name, claim) in [
        ("client_id", AudienceClaim::ClientId),
        ("azp", AudienceClaim::Azp),
    ] {
        let unset = Fixture::new();
        let claims = json!({"aud": null, name: "app"});
        let token = unset.signed(Algorithm::Es256, json!({}), claims);
        unset.refuses(&token, "jwt_audience").await;

        let fixture = Fixture::set(|settings| settings.with_audience_in(Some(claim)));
        let claims = json!({"aud": null, name: "app"});
        fixture
            .accepts(&fixture.signed(Algorithm::Es256, json!({}), claims))
            .await;
        let claims = json!({"aud": "evil", name: "app"});
        let token = fixture.signed(Algorithm::Es256, json!({}), claims);
        fixture.refuses(&token, "jwt_audience").await;
        let claims = json!({"aud": [], name: "app"});
        let token = fixture.signed(Algorithm::Es256, json!({}), claims);
        fixture.refuses(&token, "jwt_audience").await;
        let claims = changed(fixture.claims(), json!({name: "app"}));
        let mut claims = changed(claims, json!({}));
        claims["aud"] = Value::Null;
        let token = fixture.issuer.sign(Algorithm::Es256, &claims);
        fixture.refuses(&token, "jwt_audience").await;
    }
}

#[tokio::test]
async fn a_token_says_whose_it_is() {
    let fixture = Fixture::new();
    let nobody = [
        json!(null),
        json!(""),
        json!(" \t"),
        json!("\u{3000}"),
        json!(7),
        json!(true),
        json!(["ann"]),
        json!({"id": "ann"}),
    ];
    refused(&fixture, "sub", &nobody, "jwt_claims").await;
    fixture
        .refuses(&with(&fixture, "sub", Value::Null), "jwt_claims")
        .await;
}

#[tokio::test]
async fn claims_are_found_as_issuers_write_them_and_never_shown() {
    let fixture = Fixture::new();
    let claims = json!({
        "cognito:username": "ann",
        "https://example.com/uid": 42,
        "app_metadata": {"agora": {"id": "a-1"}},
        "email": "ann@example.com",
    });
    let token = fixture.signed(Algorithm::Es256, json!({}), claims);
    let claims = fixture.verify(&token).await.unwrap();
    assert_eq!(claims.claim("cognito:username"), Some(&json!("ann")));
    assert_eq!(claims.claim("https://example.com/uid"), Some(&json!(42)));
    assert_eq!(claims.claim("app_metadata.agora.id"), Some(&json!("a-1")));
    assert_eq!(claims.claim("app_metadata.agora.none"), None);
    assert!(!format!("{claims:?}").contains("ann"));
}
