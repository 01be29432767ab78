//! Nobody: no credentials, or ones that aren't.

use crate::attack::{attack, rtc, try_all};
use agora_token_tests::sample::{API_KEY, closed};
use serde_json::json;

#[test]
fn without_a_key_there_is_no_token() {
    let function = closed("rtc").start();
    let ask = || rtc(&json!({"channelName": "demo", "uid": 1}));
    let shown = |name: &str, value: &str| ask().header(name, value);
    let (missing, unknown, scheme) = (
        "credentials_missing",
        "credentials_unknown",
        "credentials_scheme",
    );
    try_all(
        &function,
        vec![
            attack("nothing shown", ask(), 401, missing),
            attack("an empty key", shown("x-api-key", ""), 401, unknown),
            attack("a blank key", shown("x-api-key", " "), 401, unknown),
            attack(
                "a key that differs in its first character",
                shown("x-api-key", "Xample-api-key-0123456789"),
                401,
                unknown,
            ),
            attack(
                "a key that differs in its last character",
                shown("x-api-key", "sample-api-key-012345678X"),
                401,
                unknown,
            ),
            attack(
                "the beginning of the key",
                shown("x-api-key", "sample-api-key"),
                401,
                unknown,
            ),
            attack(
                "the key in another letter case",
                shown("x-api-key", &API_KEY.to_uppercase()),
                401,
                unknown,
            ),
            attack(
                "the key with a NUL behind it",
                shown("x-api-key", &format!("{API_KEY}\0")),
                401,
                unknown,
            ),
            attack(
                "the key twice in one header",
                shown("x-api-key", &format!("{API_KEY},{API_KEY}")),
                401,
                unknown,
            ),
            attack(
                "a key of 8,000 characters",
                shown("x-api-key", &"a".repeat(8000)),
                401,
                unknown,
            ),
            attack(
                "a wrong key beside a good one",
                shown("x-api-key", "wrong-key-0123456789")
                    .header("authorization", &format!("Bearer {API_KEY}")),
                401,
                unknown,
            ),
            attack(
                "the key as a password",
                shown("authorization", &format!("Basic {API_KEY}")),
                401,
                scheme,
            ),
            attack(
                "the key without a scheme",
                shown("authorization", API_KEY),
                401,
                scheme,
            ),
            attack(
                "a scheme without a key",
                shown("authorization", "Bearer"),
                401,
                scheme,
            ),
            attack(
                "an empty bearer",
                shown("authorization", "Bearer "),
                401,
                unknown,
            ),
            attack(
                "two bearers",
                shown("authorization", &format!("Bearer x, Bearer {API_KEY}")),
                401,
                unknown,
            ),
            attack(
                "the key as a cookie",
                shown("cookie", &format!("x-api-key={API_KEY}")),
                401,
                missing,
            ),
            attack(
                "a principal in a header of a load balancer",
                shown("x-amzn-oidc-identity", "admin").header("x-amzn-oidc-data", "e30.e30."),
                401,
                missing,
            ),
            attack(
                "a principal in headers of a proxy",
                shown("x-forwarded-user", "admin").header("x-remote-user", "admin"),
                401,
                missing,
            ),
            attack(
                "the key's digest instead of the key",
                shown("x-api-key", "7c4a8d09ca3762af61e59520943dc26494f8941b"),
                401,
                unknown,
            ),
            attack(
                "a JWT where no issuer is known",
                shown(
                    "authorization",
                    "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
                ),
                401,
                "credentials_no_issuer",
            ),
        ],
    );
}

#[test]
fn a_principal_cannot_be_put_into_the_request() {
    let function = closed("rtc").start();
    let body = |more: serde_json::Value| {
        let mut body = json!({"channelName": "demo", "uid": 1});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        rtc(&body)
    };
    let unknown = "parameter_unknown";
    try_all(
        &function,
        vec![
            attack(
                "the key in the body",
                body(json!({"apiKey": "x"})),
                400,
                unknown,
            ),
            attack(
                "a forged request context in the body",
                body(
                    json!({"requestContext": {"authorizer": {"jwt": {"claims": {"sub": "admin"}}}}}),
                ),
                400,
                unknown,
            ),
            attack(
                "a principal in the body",
                body(json!({"principal": "service"})),
                400,
                unknown,
            ),
            attack(
                "a prototype in the body",
                body(json!({"__proto__": {"principal": "service"}})),
                400,
                unknown,
            ),
            attack(
                "the key in the query",
                agora_token_tests::event::Event::get("/v1/rtc")
                    .query("channelName=a&uid=1&x-api-key=k"),
                400,
                unknown,
            ),
        ],
    );
}
