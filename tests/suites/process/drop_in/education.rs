//! The rows of the function `education`.

use agora_token_tests::sample::{APP_ID, open};
use serde_json::{Value, json};

use super::describe::token;
use super::{get, keys, ok, post};

/// The room, the user and the role that a token is for.
fn seat(text: &Value) -> Value {
    let granted = token(text.as_str().unwrap());
    assert_eq!(granted["expire"], 3600);
    let services = granted["services"].as_array().unwrap();
    assert_eq!(services.len(), 3, "RTM and Chat come with it");
    let mut services = services.iter();
    let service = services.find(|service| service["type"] == 7).unwrap();
    json!([service["room_uuid"], service["user_uuid"], service["role"]])
}

#[test]
fn a_user_enters_a_room_by_each_form() {
    let function = open("education").start();
    for (sent, role) in [
        (json!({"roomUuid": "room", "userUuid": "ann", "role": 1}), 1),
        (
            json!({"ROOMUUID": "room", "useruuid": "ann", "role": "2", "more": 1}),
            2,
        ),
    ] {
        let ours = ok(&post(&function, "/fetch_education_token", &sent));
        assert_eq!(
            (keys(&ours), &ours["code"]),
            (vec!["code", "token"], &json!("200"))
        );
        assert_eq!(seat(&ours["token"]), json!(["room", "ann", role]));
    }
    for target in [
        "/edu/v3/rooms/room/roles/1/users/ann/token",
        "/edu/v4/rooms/room/roles/1/users/ann/token/",
    ] {
        let ours = ok(&get(&function, target));
        assert_eq!(keys(&ours), ["code", "data", "msg"]);
        assert_eq!(
            (&ours["code"], &ours["msg"]),
            (&json!("0"), &json!("Success"))
        );
        let data = &ours["data"];
        assert_eq!(
            keys(data),
            ["appId", "role", "roomUuid", "token", "userUuid"]
        );
        assert_eq!(
            json!([
                data["appId"],
                data["roomUuid"],
                data["userUuid"],
                data["role"]
            ]),
            json!([APP_ID, "room", "ann", 1])
        );
        assert_eq!(seat(&data["token"]), json!(["room", "ann", 1]));
    }
}

#[test]
fn refusals_have_the_form_of_the_row() {
    let function = open("education").start();
    for sent in [
        json!({}),
        json!({"roomUuid": "room", "userUuid": "", "role": 1}),
        json!({"roomUuid": "room", "userUuid": "ann"}),
        json!({"roomUuid": "room", "userUuid": "ann", "role": 65_537}),
    ] {
        let answer = post(&function, "/fetch_education_token", &sent);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("400")),
            "{sent}"
        );
    }
    let refused = get(
        &function,
        "/edu/v3/rooms/room/roles/teacher/users/ann/token",
    );
    assert_eq!(
        (refused.status, keys(&refused.json())),
        (400, vec!["code", "msg"])
    );
    assert_eq!(refused.json()["code"], "400");
    assert_eq!(
        get(&function, "/edu/v2/rooms/r/roles/1/users/u/token").status,
        404
    );
}
