//! JWTs that nobody may be recognised by.

use crate::attack::{AUDIENCE, attack, claims, now, rtc, signed_in, try_all, with_users};
use agora_token_tests::issuer::{Algorithm, Issuer};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn no_forgery_makes_a_user() {
    let (issuer, stranger) = (Issuer::start(), Issuer::start());
    let function = with_users("rtc", &issuer).start();
    let good = claims(&issuer, "alice");
    let key = issuer.key(Algorithm::Es256);
    let header = |more: Value| {
        let mut header = json!({"alg": "ES256", "kid": key.id()});
        header
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        header
    };
    let bearer = |jwt: String| {
        rtc(&json!({"channelName": "demo"})).header("authorization", &format!("Bearer {jwt}"))
    };
    let changed = |claim: &str, value: Value| {
        let mut claims = good.clone();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(claim)),
            value => claims[claim] = value,
        }
        bearer(issuer.sign(Algorithm::Es256, &claims))
    };
    let unsigned = |alg: &str| bearer(format!("{}.{}.", part(&json!({"alg": alg})), part(&good)));
    let genuine = issuer.sign(Algorithm::Es256, &good);
    let parts: Vec<&str> = genuine.split('.').collect();
    let bob = part(&claims(&issuer, "bob"));

    let answer = function.send(
        &rtc(&json!({"channelName": "demo"})).header("authorization", &signed_in(&issuer, "alice")),
    );
    assert_eq!(answer.status, 200, "the genuine one: {}", answer.body);

    try_all(
        &function,
        vec![
            attack("alg none", unsigned("none"), 401, "jwt_algorithm"),
            attack("alg None", unsigned("None"), 401, "jwt_algorithm"),
            attack("alg nOnE", unsigned("nOnE"), 401, "jwt_algorithm"),
            attack(
                "alg HS256 over the published key",
                bearer(format!(
                    "{}.{}.{}",
                    part(&header(json!({"alg": "HS256"}))),
                    parts[1],
                    parts[2]
                )),
                401,
                "jwt_algorithm",
            ),
            attack(
                "alg RS256 with the ES256 key",
                bearer(issuer.sign_text(
                    Algorithm::Es256,
                    &header(json!({"alg": "RS256"})).to_string(),
                    &good.to_string(),
                )),
                401,
                "jwt_algorithm",
            ),
            attack(
                "the signature left out",
                bearer(format!("{}.{}.", parts[0], parts[1])),
                401,
                "jwt_malformed",
            ),
            attack(
                "another's payload under the signature",
                bearer(format!("{}.{bob}.{}", parts[0], parts[2])),
                401,
                "jwt_signature",
            ),
            attack(
                "a signature of zeros",
                bearer(format!(
                    "{}.{}.{}",
                    parts[0],
                    parts[1],
                    URL_SAFE_NO_PAD.encode([0; 64])
                )),
                401,
                "jwt_signature",
            ),
            attack(
                "a stranger's key under the issuer's key id",
                bearer(stranger.sign_text(
                    Algorithm::Es256,
                    &header(json!({})).to_string(),
                    &good.to_string(),
                )),
                401,
                "jwt_signature",
            ),
            attack(
                "a stranger's token",
                bearer(stranger.sign(Algorithm::Es256, &claims(&stranger, "alice"))),
                401,
                "jwt_issuer",
            ),
            attack(
                "a key that comes with the token",
                bearer(stranger.sign_text(
                    Algorithm::Es256,
                    &header(json!({"jwk": stranger.key(Algorithm::Es256).jwk()})).to_string(),
                    &good.to_string(),
                )),
                401,
                "jwt_signature",
            ),
            attack(
                "a key that the token points to",
                bearer(stranger.sign_text(
                    Algorithm::Es256,
                    &header(json!({"jku": stranger.jwks_url()})).to_string(),
                    &good.to_string(),
                )),
                401,
                "jwt_signature",
            ),
            attack(
                "an extension that must be understood",
                bearer(issuer.sign_text(
                    Algorithm::Es256,
                    &header(json!({"crit": ["x"], "x": 1})).to_string(),
                    &good.to_string(),
                )),
                401,
                "jwt_unsupported",
            ),
            attack(
                "an unknown key id",
                bearer(issuer.sign_text(
                    Algorithm::Es256,
                    &header(json!({"kid": "../../etc/passwd"})).to_string(),
                    &good.to_string(),
                )),
                401,
                "jwt_key_unknown",
            ),
            attack(
                "a token that has expired",
                changed("exp", json!(now() - 3600)),
                401,
                "jwt_expired",
            ),
            attack(
                "a token without an end",
                changed("exp", Value::Null),
                401,
                "jwt_claims",
            ),
            attack(
                "an end as text",
                changed("exp", json!("4102444800")),
                401,
                "jwt_claims",
            ),
            attack(
                "a token for later",
                changed("nbf", json!(now() + 3600)),
                401,
                "jwt_not_yet_valid",
            ),
            attack(
                "a token for another audience",
                changed("aud", json!("another-app")),
                401,
                "jwt_audience",
            ),
            attack(
                "an audience that only begins alike",
                changed("aud", json!(format!("{AUDIENCE}-2"))),
                401,
                "jwt_audience",
            ),
            attack(
                "no audience",
                changed("aud", Value::Null),
                401,
                "jwt_audience",
            ),
            attack(
                "an issuer with a slash more",
                changed("iss", json!(format!("{}/", issuer.issuer_url()))),
                401,
                "jwt_issuer",
            ),
            attack("no subject", changed("sub", Value::Null), 401, "jwt_claims"),
            attack(
                "an empty subject",
                changed("sub", json!("")),
                401,
                "jwt_claims",
            ),
            attack(
                "a subject that is a list",
                changed("sub", json!(["alice"])),
                401,
                "jwt_claims",
            ),
            attack(
                "two subjects",
                bearer(issuer.sign_text(
                    Algorithm::Es256,
                    &header(json!({})).to_string(),
                    &good.to_string().replacen('{', "{\"sub\":\"bob\",", 1),
                )),
                401,
                "jwt_malformed",
            ),
            attack(
                "an encrypted token of five parts",
                bearer(format!("{genuine}.x.y")),
                401,
                "jwt_unsupported",
            ),
            attack(
                "a token of 20,000 characters",
                bearer(format!("{}.{}.{}", parts[0], "a".repeat(20_000), parts[2])),
                401,
                "jwt_malformed",
            ),
            attack(
                "a genuine token as an API key",
                rtc(&json!({"channelName": "demo"})).header("x-api-key", &genuine),
                401,
                "credentials_unknown",
            ),
        ],
    );
}
