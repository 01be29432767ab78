//! `/v1/education/room-user`, `/v1/education/user` and `/v1/education/app`.

use agora_token::token::builders::{chat, education, rtm};
use agora_token::token::{ApaasPrivilege, Privileges, Service, ServiceKind};
use agora_token_tests::sample::{closed, open};
use serde_json::{Value, json};

use crate::api::{
    denies_anonymous, get, issued, open_by_default, refuses, refuses_what_none_takes, services,
    warnings,
};

const ROOM_USER: &str = "/v1/education/room-user";
const USER: &str = "/v1/education/user";
const APP: &str = "/v1/education/app";

/// The MD5 of `alice` in lower-case hexadecimal.
const ALICE: &str = "6384e2b2184bcbf58eccf10ca7a6563c";

fn apaas(room: &str, role: i16, expire: u32) -> Service {
    Service {
        kind: ServiceKind::Apaas {
            room_uuid: room.to_owned(),
            user_uuid: "alice".to_owned(),
            role,
        },
        privileges: Privileges::new().with(ApaasPrivilege::RoomUser, expire),
    }
}

#[test]
fn a_user_in_a_room_may_log_in_to_rtm_and_chat_as_well() {
    let function = closed("education").start();
    let ask = |role: Value| {
        let body = json!({"roomUuid": "room-é", "userUuid": "alice", "role": role, "expire": 600});
        issued(&function, ROOM_USER, &body)
    };
    let answer = ask(json!(1));
    assert_eq!(
        services(&answer),
        [
            rtm::login("alice", 600),
            chat::user(ALICE, 600),
            apaas("room-é", 1, 600)
        ]
    );
    assert_eq!(answer["tokenType"], "education/room-user");
    assert_eq!(
        (&answer["roomUuid"], &answer["userUuid"], &answer["role"]),
        (&json!("room-é"), &json!("alice"), &json!(1))
    );
    assert_eq!(answer["warnings"], json!([]));

    for (sent, signed) in [
        (json!(0), 0),
        (json!(-1), -1),
        (json!("3"), 3),
        (json!(i16::MAX), i16::MAX),
        (json!(i16::MIN), i16::MIN),
    ] {
        assert_eq!(services(&ask(sent))[2], apaas("room-é", signed, 600));
    }
    let (status, answer) = get(&function, ROOM_USER, "roomUuid=r&userUuid=alice&role=2");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(services(&answer)[2], apaas("r", 2, 3600));
}

#[test]
fn a_user_in_every_room_and_the_whole_app() {
    let function = closed("education").start();
    let answer = issued(
        &function,
        USER,
        &json!({"userUuid": "alice", "tokenExpire": 60}),
    );
    assert_eq!(services(&answer), [education::user("alice", 60)]);
    assert_eq!(
        (&answer["tokenType"], &answer["userUuid"]),
        (&json!("education/user"), &json!("alice"))
    );
    let answer = issued(&function, USER, &json!({"userUuid": "*"}));
    assert_eq!(warnings(&answer), ["wildcard_user"]);

    let answer = issued(&function, APP, &json!({"tokenExpire": 60}));
    assert_eq!(services(&answer), [education::app(60)]);
    assert_eq!(answer["tokenType"], "education/app");
}

#[test]
fn only_a_service_gets_an_app_token() {
    denies_anonymous(open("education"), APP, &json!({}), "denied_app_privilege");
    let user = json!({"userUuid": "alice"});
    denies_anonymous(
        open_by_default("education"),
        USER,
        &user,
        "denied_token_type",
    );
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = closed("education").start();
    let user = [
        (json!({"userUuid": null}), "parameter_missing", "userUuid"),
        (json!({"userUuid": ""}), "parameter_length", "userUuid"),
        (
            json!({"userUuid": "u".repeat(65)}),
            "parameter_length",
            "userUuid",
        ),
        (
            json!({"userUuid": "a\u{7f}"}),
            "parameter_characters",
            "userUuid",
        ),
        (json!({"userUuid": 7}), "parameter_type", "userUuid"),
        (json!({"uuid": "u"}), "parameter_unknown", "uuid"),
    ];
    let room = [
        (json!({"roomUuid": null}), "parameter_missing", "roomUuid"),
        (json!({"roomUuid": ""}), "parameter_length", "roomUuid"),
        (
            json!({"roomUuid": "é".repeat(33)}),
            "parameter_length",
            "roomUuid",
        ),
        (
            json!({"roomUuid": "a\u{0}"}),
            "parameter_characters",
            "roomUuid",
        ),
        (json!({"roomUuid": 7}), "parameter_type", "roomUuid"),
        (json!({"role": null}), "parameter_missing", "role"),
        (json!({"role": 32_768}), "parameter_range", "role"),
        (json!({"role": -32_769}), "parameter_range", "role"),
        (json!({"role": 1.5}), "parameter_type", "role"),
        (json!({"role": "teacher"}), "parameter_type", "role"),
        (json!({"role": true}), "parameter_type", "role"),
    ];
    let good = json!({"roomUuid": "r", "userUuid": "alice", "role": 1});
    refuses(&function, ROOM_USER, &good, &user);
    refuses(&function, ROOM_USER, &good, &room);
    refuses_what_none_takes(&function, ROOM_USER, &good);

    let good = json!({"userUuid": "alice"});
    refuses(&function, USER, &good, &user);
    let in_a_room = [
        (json!({"roomUuid": "r"}), "parameter_unknown", "roomUuid"),
        (json!({"role": 1}), "parameter_unknown", "role"),
    ];
    refuses(&function, USER, &good, &in_a_room);
    refuses_what_none_takes(&function, USER, &good);

    let named = [(json!({"userUuid": "u"}), "parameter_unknown", "userUuid")];
    refuses(&function, APP, &json!({}), &named);
    refuses_what_none_takes(&function, APP, &json!({}));
}
