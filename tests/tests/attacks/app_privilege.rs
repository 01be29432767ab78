//! Tokens that administer a whole project: for services only, whatever the policy says.

use crate::attack::{attack, signed_in, try_all, with_users};
use agora_token_tests::event::Event;
use agora_token_tests::issuer::Issuer;
use agora_token_tests::sample::{API_KEY, WIDE_POLICY};
use serde_json::{Value, json};

/// Every way to ask for one: function, method, path, body.
fn ways() -> Vec<(&'static str, Event)> {
    let post = |path: &str, body: Value| Event::post(path).json(&body);
    vec![
        ("chat", post("/v1/chat/app", json!({}))),
        ("chat", Event::get("/v1/chat/app")),
        ("education", post("/v1/education/app", json!({}))),
        (
            "whiteboard",
            post("/v1/whiteboard/sdk", json!({"role": "admin"})),
        ),
        (
            "bundle",
            post("/v1/bundle", json!({"services": [{"type": "chat/app"}]})),
        ),
        (
            "bundle",
            post(
                "/v1/bundle",
                json!({"services": [{"type": "rtc", "channelName": "c", "uid": 1}, {"type": "education/app"}]}),
            ),
        ),
    ]
}

#[test]
fn nobody_but_a_service_gets_one_even_by_the_widest_policy() {
    let issuer = Issuer::start();
    for (name, way) in ways() {
        let function = with_users(name, &issuer)
            .env("AGORA_ANONYMOUS_ACCESS", "open")
            .env("AGORA_POLICY", &WIDE_POLICY.replace("anonymous", "user"))
            .env("AGORA_WHITEBOARD_ACCESS_KEY", "access")
            .env("AGORA_WHITEBOARD_SECRET_KEY", "secret")
            .start();
        try_all(
            &function,
            vec![
                attack(
                    "an app token for anybody",
                    way.clone(),
                    403,
                    "denied_app_privilege",
                ),
                attack(
                    "an app token for a user",
                    way.clone()
                        .header("authorization", &signed_in(&issuer, "alice")),
                    403,
                    "denied_app_privilege",
                ),
            ],
        );
        let served = function.send(&way.header("x-api-key", API_KEY));
        assert_eq!(served.status, 200, "{name}: {}", served.body);
    }
}
