//! `/v1/whiteboard/room`, `/v1/whiteboard/task` and `/v1/whiteboard/sdk`.

use std::time::{SystemTime, UNIX_EPOCH};

use agora_token::token::whiteboard::{WhiteboardResource, WhiteboardRole, WhiteboardToken};
use agora_token_tests::runtime::Builder;
use agora_token_tests::sample::{closed, open};
use serde_json::{Value, json};

use crate::api::{
    denies_anonymous, get, issued, open_by_default, post, refuses, refuses_what_none_takes,
};

const ROOM: &str = "/v1/whiteboard/room";
const TASK: &str = "/v1/whiteboard/task";
const SDK: &str = "/v1/whiteboard/sdk";

const ACCESS_KEY: &str = "sampleAccessKey01";
const SECRET_KEY: &str = "sampleSecretKey+/=01";

fn keys(builder: Builder) -> Builder {
    builder
        .env("AGORA_WHITEBOARD_ACCESS_KEY", ACCESS_KEY)
        .env("AGORA_WHITEBOARD_SECRET_KEY", SECRET_KEY)
}

/// The token in an answer, after checking who signed it and that it ends when the answer says.
#[track_caller]
fn token(answer: &Value) -> WhiteboardToken {
    let parsed = WhiteboardToken::parse(answer["token"].as_str().unwrap()).unwrap();
    assert!(parsed.verify(&SECRET_KEY.parse().unwrap()));
    let token = parsed.token;
    assert_eq!(token.access_key, ACCESS_KEY);
    let ends = token.expire_at_ms.expect("no token lasts for ever");
    assert_eq!(ends / 1000, answer["expiresAt"].as_u64().unwrap());
    token
}

/// Whether `text` is a UUID of version 4.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.chars().enumerate().all(|(place, c)| match place {
            8 | 13 | 18 | 23 => c == '-',
            14 => c == '4',
            19 => "89ab".contains(c),
            _ => matches!(c, '0'..='9' | 'a'..='f'),
        })
}

#[test]
fn a_room_token_is_signed_with_the_whiteboard_keys_and_ends() {
    let function = keys(closed("whiteboard")).start();
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let body =
        json!({"uuid": "a7e04250e7a711eb8e1f7b4b0d6b5c1a", "role": "writer", "tokenExpire": 600});
    let answer = issued(&function, ROOM, &body);
    let after = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();

    let signed = token(&answer);
    let uuid = "a7e04250e7a711eb8e1f7b4b0d6b5c1a".to_owned();
    assert_eq!(signed.resource, WhiteboardResource::Room { uuid });
    assert_eq!(signed.role, WhiteboardRole::Writer);
    let ends = answer["expiresAt"].as_u64().unwrap();
    assert_eq!(signed.expire_at_ms, Some(ends * 1000));
    assert!((before.as_secs()..=after.as_secs()).contains(&(ends - 600)));
    assert_eq!(answer["tokenType"], "whiteboard/room");
    assert_eq!(
        (&answer["uuid"], &answer["role"]),
        (&body["uuid"], &json!("writer"))
    );
    assert_eq!(answer["warnings"], json!([]));

    assert!(is_uuid(&signed.nonce), "{}", signed.nonce);
    let again = token(&issued(&function, ROOM, &body));
    assert_ne!(signed.nonce, again.nonce, "a nonce is used once");
}

#[test]
fn a_role_goes_by_its_name_or_its_number() {
    let function = keys(closed("whiteboard")).start();
    let admin = WhiteboardRole::Admin;
    let writer = WhiteboardRole::Writer;
    let reader = WhiteboardRole::Reader;
    for (sent, role, name) in [
        (json!("admin"), admin, "admin"),
        (json!(0), admin, "admin"),
        (json!("writer"), writer, "writer"),
        (json!("1"), writer, "writer"),
        (json!("reader"), reader, "reader"),
        (json!(2), reader, "reader"),
    ] {
        let answer = issued(&function, TASK, &json!({"uuid": "task 1", "role": sent}));
        let signed = token(&answer);
        let uuid = "task 1".to_owned();
        assert_eq!(signed.resource, WhiteboardResource::Task { uuid });
        assert_eq!((signed.role, &answer["role"]), (role, &json!(name)));

        let answer = issued(&function, SDK, &json!({"role": sent}));
        let signed = token(&answer);
        assert_eq!(signed.resource, WhiteboardResource::Sdk);
        assert_eq!((signed.role, &answer["role"]), (role, &json!(name)));
    }
    let (status, answer) = get(&function, ROOM, "uuid=r&role=reader&expire=86400");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(token(&answer).role, reader);
}

#[test]
fn without_whiteboard_keys_the_operator_has_something_to_do() {
    let function = closed("whiteboard").start();
    for (path, body) in [
        (ROOM, json!({"uuid": "r", "role": "reader"})),
        (TASK, json!({"uuid": "r", "role": "reader"})),
        (SDK, json!({"role": "admin"})),
    ] {
        let (status, problem) = post(&function, path, &body);
        assert_eq!(
            (status, &problem["code"], &problem["field"]),
            (501, &json!("whiteboard_unconfigured"), &Value::Null)
        );
        let detail = problem["detail"].as_str().unwrap();
        for name in ["`whiteboard`", "`accessKey`", "`secretKey`"] {
            assert!(detail.contains(name), "{detail}");
        }
    }
    // A request that is wrong is told so first.
    let (status, _) = post(&function, ROOM, &json!({"uuid": "r", "role": "boss"}));
    assert_eq!(status, 400);
}

#[test]
fn only_a_service_gets_a_token_for_the_whole_app() {
    let sdk = json!({"role": "reader"});
    let wide = keys(open("whiteboard"));
    denies_anonymous(wide, SDK, &sdk, "denied_app_privilege");
    let room = json!({"uuid": "r", "role": "reader"});
    let default = keys(open_by_default("whiteboard"));
    denies_anonymous(default, ROOM, &room, "denied_token_type");
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = keys(closed("whiteboard")).start();
    let role = [
        (json!({"role": null}), "parameter_missing", "role"),
        (json!({"role": "boss"}), "parameter_choice", "role"),
        (json!({"role": ""}), "parameter_choice", "role"),
        (json!({"role": 3}), "parameter_choice", "role"),
        (json!({"role": -1}), "parameter_choice", "role"),
        (json!({"role": "01"}), "parameter_choice", "role"),
        (json!({"role": true}), "parameter_type", "role"),
        (json!({"lifespan": 600}), "parameter_unknown", "lifespan"),
    ];
    let uuid = [
        (json!({"uuid": null}), "parameter_missing", "uuid"),
        (json!({"uuid": ""}), "parameter_length", "uuid"),
        (json!({"uuid": "u".repeat(65)}), "parameter_length", "uuid"),
        (json!({"uuid": "a\tb"}), "parameter_characters", "uuid"),
        (json!({"uuid": 7}), "parameter_type", "uuid"),
    ];
    for path in [ROOM, TASK] {
        let good = json!({"uuid": "r", "role": "reader"});
        refuses(&function, path, &good, &role);
        refuses(&function, path, &good, &uuid);
        refuses_what_none_takes(&function, path, &good);
    }
    let good = json!({"role": "reader"});
    refuses(&function, SDK, &good, &role);
    let named = [(json!({"uuid": "r"}), "parameter_unknown", "uuid")];
    refuses(&function, SDK, &good, &named);
    refuses_what_none_takes(&function, SDK, &good);
}
