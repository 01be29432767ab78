//! Anybody, where the operator opened the door and said no more.

use crate::attack::{attack, rtc, try_all};
use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{CERTIFICATE, closed, read_token};
use serde_json::{Value, json};

fn opened(name: &str) -> Function {
    closed(name).env("AGORA_ANONYMOUS_ACCESS", "open").start()
}

#[test]
fn an_open_door_lets_people_watch_for_ten_minutes() {
    let function = opened("rtc");
    let ask = |more: Value| {
        let mut body = json!({"channelName": "demo", "uid": 1});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        rtc(&body)
    };
    let granted = function.send(&ask(json!({}))).json();
    assert_eq!(
        read_token(granted["token"].as_str().unwrap(), CERTIFICATE).expire,
        600
    );
    try_all(
        &function,
        vec![
            attack(
                "to publish",
                ask(json!({"role": "publisher"})),
                403,
                "denied_role",
            ),
            attack(
                "to stay longer",
                ask(json!({"tokenExpire": 601})),
                403,
                "denied_lifetime",
            ),
            attack("any user", ask(json!({"uid": 0})), 403, "denied_wildcard"),
            attack(
                "any channel",
                ask(json!({"channelName": "*"})),
                403,
                "denied_wildcard",
            ),
            attack(
                "a wrong key at an open door",
                ask(json!({})).header("x-api-key", "wrong-key-0123456789"),
                401,
                "credentials_unknown",
            ),
            attack(
                "a JWT of nobody at an open door",
                ask(json!({})).header("authorization", "Bearer eyJhbGciOiJub25lIn0.e30."),
                401,
                "credentials_no_issuer",
            ),
        ],
    );
}

#[test]
fn kinds_that_nobody_spoke_of_stay_closed() {
    let kinds = [
        ("rtm", "/v1/rtm", json!({"userId": "u"})),
        ("chat", "/v1/chat/user", json!({"userId": "u"})),
        ("education", "/v1/education/user", json!({"userUuid": "u"})),
        ("fpa", "/v1/fpa", json!({})),
        (
            "whiteboard",
            "/v1/whiteboard/room",
            json!({"uuid": "r", "role": "reader"}),
        ),
    ];
    for (name, path, body) in kinds {
        let ask = Event::post(path).json(&body);
        try_all(
            &opened(name),
            vec![attack(
                "a kind that the default policy leaves out",
                ask,
                403,
                "denied_token_type",
            )],
        );
    }
}
