//! `/v1/chat/user` and `/v1/chat/app`.

use agora_token::token::builders::chat;
use agora_token_tests::sample::{closed, open};
use serde_json::json;

use crate::api::{
    denies_anonymous, get, issued, open_by_default, refuses, refuses_what_none_takes, services,
};

const USER: &str = "/v1/chat/user";
const APP: &str = "/v1/chat/app";

#[test]
fn a_user_goes_by_any_of_three_names() {
    let function = closed("chat").start();
    for name in ["userId", "username", "userUuid"] {
        let answer = issued(
            &function,
            USER,
            &json!({name: "alice_1-2.3", "tokenExpire": 600}),
        );
        assert_eq!(services(&answer), [chat::user("alice_1-2.3", 600)]);
        assert_eq!(
            (&answer["tokenType"], &answer["userId"]),
            (&json!("chat/user"), &json!("alice_1-2.3"))
        );
        assert_eq!(answer["warnings"], json!([]));
    }
    let (status, answer) = get(&function, USER, "username=alice");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(services(&answer), [chat::user("alice", 3600)]);
}

#[test]
fn an_app_token_names_nobody() {
    let function = closed("chat").start();
    let answer = issued(&function, APP, &json!({"expire": 600}));
    assert_eq!(services(&answer), [chat::app(600)]);
    assert_eq!(answer["tokenType"], "chat/app");
    let (status, answer) = get(&function, APP, "");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(services(&answer), [chat::app(3600)]);
}

#[test]
fn only_a_service_gets_an_app_token() {
    denies_anonymous(open("chat"), APP, &json!({}), "denied_app_privilege");
    let user = json!({"userId": "alice"});
    denies_anonymous(open_by_default("chat"), USER, &user, "denied_token_type");
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = closed("chat").start();
    let good = json!({"userId": "alice"});
    let cases = [
        (json!({"userId": null}), "parameter_missing", "userId"),
        (json!({"userId": ""}), "parameter_length", "userId"),
        (
            json!({"userId": "u".repeat(65)}),
            "parameter_length",
            "userId",
        ),
        (json!({"userId": "Alice"}), "parameter_characters", "userId"),
        (json!({"userId": "a b"}), "parameter_characters", "userId"),
        (json!({"userId": "*"}), "parameter_characters", "userId"),
        (json!({"userId": "ä"}), "parameter_characters", "userId"),
        (json!({"userId": 7}), "parameter_type", "userId"),
        (json!({"username": "bob"}), "parameter_repeated", "username"),
        (json!({"user": "bob"}), "parameter_unknown", "user"),
        (
            json!({"privilegeExpire": 60}),
            "parameter_unknown",
            "privilegeExpire",
        ),
    ];
    refuses(&function, USER, &good, &cases);
    refuses_what_none_takes(&function, USER, &good);

    let named = [(json!({"userId": "alice"}), "parameter_unknown", "userId")];
    refuses(&function, APP, &json!({}), &named);
    refuses_what_none_takes(&function, APP, &json!({}));
}
