//! Rooms of Education and of the whiteboard, and the roles in them.

use crate::attack::{attack, signed_in, try_all, with_users};
use agora_token_tests::event::Event;
use agora_token_tests::issuer::Issuer;
use agora_token_tests::runtime::Function;
use serde_json::{Value, json};

fn start(name: &str, issuer: &Issuer, user: &Value) -> Function {
    with_users(name, issuer)
        .env("AGORA_WHITEBOARD_ACCESS_KEY", "access")
        .env("AGORA_WHITEBOARD_SECRET_KEY", "secret")
        .env("AGORA_POLICY", &json!({"user": user}).to_string())
        .start()
}

fn room_user(room: &str, role: i32) -> Event {
    Event::post("/v1/education/room-user").json(&json!({"roomUuid": room, "role": role}))
}

#[test]
fn a_room_is_in_the_policy_as_a_channel_is() {
    let issuer = Issuer::start();
    let alice = signed_in(&issuer, "alice");
    let by = |event: Event| event.header("authorization", &alice);
    let get = |path: &str| by(Event::get(path));
    let policy = json!({"tokenTypes": ["*"], "channels": ["class-{sub}"]});
    let education = start("education", &issuer, &policy);
    let (room, role) = ("denied_room", "denied_education_role");
    try_all(
        &education,
        vec![
            attack("another room", by(room_user("principal", 2)), 403, room),
            attack("any room", by(room_user("*", 2)), 403, "denied_wildcard"),
            attack("the teacher", by(room_user("class-alice", 1)), 403, role),
            attack(
                "a role that nobody named",
                by(room_user("class-alice", 32767)),
                403,
                role,
            ),
            attack("no role", by(room_user("class-alice", -1)), 403, role),
            attack(
                "every room",
                by(Event::post("/v1/education/user").json(&json!({}))),
                403,
                room,
            ),
            attack(
                "another room by the path form",
                get("/edu/v3/rooms/principal/roles/2/users/alice/token"),
                403,
                "403",
            ),
            attack(
                "the teacher by the path form",
                get("/edu/v4/rooms/class-alice/roles/1/users/alice/token"),
                403,
                "403",
            ),
            attack(
                "another room by the form of the docs",
                by(Event::post("/fetch_education_token")
                    .json(&json!({"roomUuid": "principal", "userUuid": "alice", "role": 2}))),
                403,
                "403",
            ),
        ],
    );
    assert_eq!(education.send(&by(room_user("class-alice", 2))).status, 200);

    let whiteboard = start("whiteboard", &issuer, &policy);
    let uuid = |path: &str, uuid: &str| {
        by(Event::post(path).json(&json!({"uuid": uuid, "role": "reader"})))
    };
    try_all(
        &whiteboard,
        vec![
            attack(
                "any room of the whiteboard",
                uuid("/v1/whiteboard/room", "a7e04250"),
                403,
                room,
            ),
            attack(
                "any task of the whiteboard",
                uuid("/v1/whiteboard/task", "a7e04250"),
                403,
                room,
            ),
        ],
    );
    assert_eq!(
        whiteboard
            .send(&uuid("/v1/whiteboard/room", "class-alice"))
            .status,
        200
    );
}

#[test]
fn rooms_and_roles_are_granted_by_name_or_number() {
    let issuer = Issuer::start();
    let alice = signed_in(&issuer, "alice");
    let by = |event: Event| event.header("authorization", &alice);
    let policy = json!({
        "tokenTypes": ["education/room-user", "education/user"], "channels": [],
        "rooms": ["school-*"], "educationRoles": ["teacher", "assistant", 101],
    });
    let education = start("education", &issuer, &policy);
    for role in [1, 3, 101] {
        assert_eq!(education.send(&by(room_user("school-1", role))).status, 200);
    }
    try_all(
        &education,
        vec![
            attack(
                "a student",
                by(room_user("school-1", 2)),
                403,
                "denied_education_role",
            ),
            attack(
                "a room outside",
                by(room_user("school", 1)),
                403,
                "denied_room",
            ),
        ],
    );
    let all = json!({"tokenTypes": ["*"], "educationRoles": ["*"], "wildcards": "any"});
    let education = start("education", &issuer, &all);
    assert_eq!(education.send(&by(room_user("*", -32768))).status, 200);
    let every_room = Event::post("/v1/education/user").json(&json!({}));
    assert_eq!(education.send(&by(every_room.clone())).status, 200);

    let watching = json!({"tokenTypes": ["*"], "roles": ["subscriber"]});
    let education = start("education", &issuer, &watching);
    try_all(
        &education,
        vec![
            attack(
                "to be called upon",
                by(room_user("r", 2)),
                403,
                "denied_role",
            ),
            attack(
                "to be called upon anywhere",
                by(every_room),
                403,
                "denied_role",
            ),
        ],
    );
}

/// What servers use is granted by name, and never by `*`.
#[test]
fn all_kinds_are_those_that_clients_use() {
    let issuer = Issuer::start();
    let alice = signed_in(&issuer, "alice");
    for name in ["convoai", "stt"] {
        let ask = Event::post(&format!("/v1/{name}"))
            .json(&json!({"channelName": "c"}))
            .header("authorization", &alice);
        let function = start(name, &issuer, &json!({"tokenTypes": ["*"]}));
        try_all(
            &function,
            vec![attack(name, ask.clone(), 403, "denied_token_type")],
        );
        for types in [json!([name]), json!(["*", name])] {
            let named = start(name, &issuer, &json!({"tokenTypes": types}));
            assert_eq!(named.send(&ask).status, 200);
        }
    }
}
