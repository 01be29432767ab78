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

/// The same by every route of another server. Each answers in its original's own form.
fn foreign_ways() -> Vec<(&'static str, Event)> {
    let post = |path: &str, body: Value| Event::post(path).json(&body);
    let form = |path: &str, body: &str| Event::post(path).form(body);
    vec![
        ("chat", Event::get("/chat/app")),
        ("chat", Event::get("/chat/app/")),
        ("chat", Event::get("/chat/app/token")),
        ("chat", Event::get("/api/token/generateAppToken")),
        ("chat", post("/generate-app-token", json!({"expire": 60}))),
        ("bundle", post("/getToken", json!({"tokenType": "chat"}))),
        (
            "bundle",
            post("/token/getNew", json!({"tokenType": "chat"})),
        ),
        (
            "bundle",
            form("/token/generate", "userId=u&expireSeconds=60&tokenType=app"),
        ),
        (
            "bundle",
            post(
                "/token/generate",
                json!({"channelName": "c", "uid": "u", "tokenExpireTs": 60, "serviceChat": {"enableApp": true}}),
            ),
        ),
        (
            "bundle",
            post(
                "/token/generate",
                json!({"channelName": "c", "uid": "u", "tokenExpireTs": 60, "serviceApaas": {"enableApp": true}}),
            ),
        ),
    ]
}

#[test]
fn no_route_of_another_server_gives_one_to_anybody_either() {
    let issuer = Issuer::start();
    for (name, way) in foreign_ways() {
        let function = with_users(name, &issuer)
            .env("AGORA_ANONYMOUS_ACCESS", "open")
            .env("AGORA_POLICY", &WIDE_POLICY)
            .start();
        let event = way.to_json();
        let what = format!("an app token by {}", event["rawPath"]);
        let user = way
            .clone()
            .header("authorization", &signed_in(&issuer, "alice"));
        for (who, event) in [("anybody", way.clone()), ("a user", user)] {
            let answer = function.send(&event);
            println!(
                "{:<72} {} {}",
                format!("{what} for {who}"),
                answer.status,
                answer.body
            );
            assert_eq!(answer.status, 403, "{what} for {who}: {}", answer.body);
            assert!(!answer.body.contains("007"), "{what}: {}", answer.body);
        }
        let served = function.send(&way.header("x-api-key", API_KEY));
        assert_eq!(served.status, 200, "{what}: {}", served.body);
        assert!(served.body.contains("007"), "{what}: {}", served.body);
    }
}
