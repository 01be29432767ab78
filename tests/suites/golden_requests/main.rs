//! Every golden vector goes through the handlers that serve requests: what a request can ask for is
//! signed to the official bytes, and what it cannot is refused and not signed otherwise.

mod service;

use std::collections::BTreeMap;

use agora_token::token::{AccessToken2, ServiceKind};
use agora_token_tests::sample::APP_ID;
use agora_token_tests::vectors::{
    self, InvalidVector, Operation, TokenVector, calls::TokenRequest, rebuild::Unsigned, unhex,
};
use serde_json::{Value, json};

use service::{answer, moment, project, whiteboard_keys};

/// Vectors that no request can ask for: the code and the field with which the service answers the
/// request that comes closest, and the reason.
const REFUSED: [(&str, &str, &str, &str); 23] = [
    (
        "pub-005-007-rtc",
        "lifetime_is_timestamp",
        "tokenExpire",
        "Agora's services end a token after 24 hours at the latest",
    ),
    (
        "pub-006-007-rtc",
        "parameter_range",
        "tokenExpire",
        "a token of 0 seconds is of no use; and the role 0 means another thing in version 006",
    ),
    (
        "pub-010-007-rtc",
        "parameter_characters",
        "channelName",
        NAMES,
    ),
    (
        "pub-019-007-rtc-rtm",
        "parameter_unknown",
        "services[1].privilegeExpire",
        LIVES,
    ),
    (
        "pub-020-007-rtc-rtm",
        "parameter_unknown",
        "services[1].privilegeExpire",
        LIVES,
    ),
    (
        "pub-022-007-rtm",
        "parameter_length",
        "userId",
        "nobody can log in to RTM without a name",
    ),
    (
        "pub-023-007-rtm",
        "lifetime_is_timestamp",
        "tokenExpire",
        "Agora's services end a token after 24 hours at the latest",
    ),
    ("pub-037-007-chat", "parameter_characters", "userId", NAMES),
    (
        "pub-048-007-stt",
        "parameter_unknown",
        "rtmTokenExpire",
        LIVES,
    ),
    (
        "pub-051-007-multi",
        "parameter_unknown",
        "services[0].privilegeExpire",
        LIVES,
    ),
    // The Education service alone is none of the official builders', either.
    (
        "pub-052-007-multi",
        "parameter_unknown",
        "services[0].privilegeExpire",
        LIVES,
    ),
    (
        "pub-053-007-repeat",
        "parameter_unknown",
        "services[1].privilegeExpire",
        LIVES,
    ),
    (
        "pub-054-006-rtc",
        "lifetime_is_timestamp",
        "tokenExpire",
        TIMES,
    ),
    ("pub-055-006-rtc", "parameter_range", "tokenExpire", TIMES),
    ("pub-056-006-rtc", "parameter_range", "tokenExpire", TIMES),
    ("pub-057-006-rtc", "parameter_range", "tokenExpire", TIMES),
    ("pub-058-006-rtc", "parameter_range", "tokenExpire", TIMES),
    ("pub-059-006-rtc", "parameter_range", "tokenExpire", TIMES),
    ("pub-060-006-rtm", "parameter_range", "tokenExpire", TIMES),
    (
        "pub-061-006-raw",
        "parameter_range",
        "privileges.joinChannel",
        TIMES,
    ),
    (
        "pub-075-netless-sdk",
        "parameter_range",
        "tokenExpire",
        ENDLESS,
    ),
    (
        "pub-078-netless-room",
        "parameter_range",
        "tokenExpire",
        ENDLESS,
    ),
    (
        "pub-080-netless-task",
        "parameter_range",
        "tokenExpire",
        ENDLESS,
    ),
];
const NAMES: &str = "Agora's services take no such character in this name";
const LIVES: &str = "RTM, Chat and Education rights last as long as their token";
const TIMES: &str = "the privileges end before the token was made, or years after";
const ENDLESS: &str = "a whiteboard token that never ends cannot be taken back";

#[test]
fn what_a_request_can_ask_for_is_signed_to_the_official_bytes() {
    let mut unasked = 0;
    for vector in vectors::tokens() {
        let ask = TokenRequest::for_call(&vector.method, &vector.inputs);
        let (status, body) = send(&vector, &vector.inputs, &ask);
        let refused = REFUSED.iter().find(|(id, ..)| *id == vector.id);
        if let Some((id, code, field, reason)) = refused {
            assert_eq!(
                (status, &body["code"], &body["field"]),
                (400, &json!(code), &json!(field)),
                "{id} ({reason}): {ask:?} was answered {body}"
            );
            unasked += 1;
            continue;
        }
        assert_eq!(status, 200, "{}: {ask:?} was answered {body}", vector.id);
        let token = body["token"].as_str().unwrap();
        let unsigned = rebuilt(&vector, &vector.inputs);
        let message = unhex(&vector.signing_message_hex);
        unsigned
            .is_read_from(token, &message, &unhex(&vector.signature_hex))
            .unwrap_or_else(|fault| panic!("{}: {ask:?}: {fault}", vector.id));
        // A 007 text is compressed, and every library compresses in its own way.
        if !matches!(unsigned, Unsigned::V007(..)) {
            assert_eq!(token, vector.token, "{}", vector.id);
        }
    }
    assert_eq!(unasked, REFUSED.len());
}

/// Most of the vectors that are out of reach are so because of their times (and one has no role). With
/// times that a request can name, the handlers sign the rest of them as our own builders do, which are
/// held against the official ones elsewhere.
#[test]
fn with_other_times_the_refused_ones_are_signed_too() {
    let login = |life: u32| json!([[1, life]]);
    let cases: [(&str, &[(&str, Value)]); 17] = [
        (
            "pub-005-007-rtc",
            &[
                ("/token_expire", json!(86_400)),
                ("/privilege_expire", json!(86_400)),
            ],
        ),
        (
            "pub-006-007-rtc",
            &[("/token_expire", json!(1)), ("/role", json!(2))],
        ),
        ("pub-019-007-rtc-rtm", &[("/rtm_token_expire", json!(3600))]),
        ("pub-020-007-rtc-rtm", &[("/rtm_token_expire", json!(3600))]),
        ("pub-023-007-rtm", &[("/expire", json!(86_400))]),
        ("pub-048-007-stt", &[("/rtm_token_expire", json!(3600))]),
        (
            "pub-051-007-multi",
            &[
                ("/services/0/privileges", login(3600)),
                ("/services/2/privileges", login(3600)),
            ],
        ),
        (
            "pub-053-007-repeat",
            &[("/services/1/privileges", login(3600))],
        ),
        // These are seconds after `ts` less a day, which is when a 006 token is made.
        ("pub-054-006-rtc", &[ends(1_111_111, 86_400)]),
        ("pub-055-006-rtc", &[ends(1_634_721_863, 3600)]),
        ("pub-056-006-rtc", &[ends(1_526_205_070, 3600)]),
        ("pub-057-006-rtc", &[ends(1_896_681_862, 1)]),
        ("pub-058-006-rtc", &[ends(1_796_831_896, 3600)]),
        ("pub-060-006-rtm", &[ends(1_825_695_617, 3600)]),
        ("pub-075-netless-sdk", &[("/lifespan", json!(1000))]),
        ("pub-078-netless-room", &[("/lifespan", json!(86_400_000))]),
        ("pub-080-netless-task", &[("/lifespan", json!(3_600_000))]),
    ];
    let vectors = vectors::tokens();
    for (id, changes) in cases {
        let vector = vectors.iter().find(|vector| vector.id == id).unwrap();
        let mut inputs = vector.inputs.clone();
        for (pointer, value) in changes {
            *inputs.pointer_mut(pointer).unwrap() = value.clone();
        }
        let ask = TokenRequest::for_call(&vector.method, &inputs);
        let (status, body) = send(vector, &inputs, &ask);
        assert_eq!(status, 200, "{id}: {ask:?} was answered {body}");
        let unsigned = rebuilt(vector, &inputs);
        let signed = unsigned.sign().unwrap();
        unsigned
            .is_read_from(
                body["token"].as_str().unwrap(),
                signed.message(),
                signed.signature(),
            )
            .unwrap_or_else(|fault| panic!("{id}: {ask:?}: {fault}"));
    }
}

/// The absolute end of the privileges of a 006 token with this `ts`.
fn ends(ts: u32, life: u32) -> (&'static str, Value) {
    ("/privilege_expired_ts", json!(ts - 86_400 + life))
}

/// What becomes of a wrong builder call as a request.
enum Outcome {
    /// Refused with this status, code and field.
    Refused(u16, &'static str, Option<&'static str>),
    /// Signed for this uid with this lifetime: the request means something, and says so.
    Signed(&'static str, u32),
}

#[test]
fn wrong_builder_calls_are_refused_unless_the_api_gives_them_a_meaning() {
    use Outcome::{Refused, Signed};
    // The project itself is wrong: its secret is never taken.
    let no_project = || Refused(503, "project_unavailable", None);
    let refused = |code, field| Refused(400, code, Some(field));
    let cases = BTreeMap::from([
        ("inv-01", no_project()),
        ("inv-03", no_project()),
        ("inv-05", no_project()),
        ("inv-07", no_project()),
        ("inv-09", no_project()),
        ("inv-11", refused("parameter_length", "services")),
        // A channel of 70,000 bytes.
        ("inv-13", Refused(413, "body_too_large", None)),
        // -1 is how Java and C# print this uid.
        ("inv-15", Signed("4294967295", 600)),
        ("inv-17", refused("parameter_type", "uid")),
        // Digits are a number, the only form that a query has: "0" is uid 0, any user. The account
        // "0" is sent as `account`.
        ("inv-19", Signed("", 600)),
        // So are these.
        ("inv-21", Signed("7", 600)),
        ("inv-27", Signed("7", 3600)),
        ("inv-23", refused("parameter_range", "role")),
        ("inv-25", refused("lifetime_is_timestamp", "tokenExpire")),
        // A null is a parameter that was left out.
        ("inv-29", Signed("7", 3600)),
        ("inv-31", Signed("7", 60)),
        ("inv-33", refused("parameter_type", "channelName")),
        ("inv-35", refused("parameter_type", "userId")),
    ]);
    let mut seen = Vec::new();
    let vectors = vectors::invalid();
    let builds = vectors.iter().filter(|v| v.op == Operation::Build);
    for InvalidVector {
        id,
        method,
        inputs,
        app_id,
        app_certificate,
        note,
        ..
    } in builds
    {
        let inputs = written_out(inputs);
        let ask = TokenRequest::for_call(method, &inputs);
        let project = project(app_id, app_certificate, None);
        let answer = answer(&project, moment(method, &inputs), &ask);
        let body = answer.json();
        match cases.get(id.as_str()) {
            Some(Refused(status, code, field)) => assert_eq!(
                (answer.status, &body["code"], &body["field"]),
                (*status, &json!(code), &json!(field)),
                "{id} ({note}): {body}"
            ),
            Some(Signed(user, lifetime)) => {
                assert_eq!(answer.status, 200, "{id} ({note}): {body}");
                let token = AccessToken2::parse(body["token"].as_str().unwrap()).unwrap();
                assert_eq!((token.app_id.as_str(), token.expire), (APP_ID, *lifetime));
                let [service] = token.services.as_slice() else {
                    panic!("{id} ({note}): {:?}", token.services);
                };
                let kind = ServiceKind::Rtc {
                    channel_name: "demo".to_owned(),
                    uid: (*user).to_owned(),
                };
                assert_eq!(service.kind, kind, "{id} ({note})");
                let privileges: Vec<(u16, u32)> = service.privileges.iter().collect();
                assert_eq!(privileges, [(1, 600), (2, 600), (3, 600), (4, 600)]);
            }
            None => panic!("no test knows {id} ({note})"),
        }
        seen.push(id.as_str());
    }
    seen.sort_unstable();
    assert!(seen.iter().eq(cases.keys()), "{seen:?}");
}

/// A text that a vector abbreviates as `{"repeat": "c", "count": 70000}`, in full.
fn written_out(inputs: &Value) -> Value {
    let mut inputs = inputs.clone();
    for (_, value) in inputs.as_object_mut().unwrap() {
        if let (Some(text), Some(count)) = (value["repeat"].as_str(), value["count"].as_u64()) {
            *value = text.repeat(usize::try_from(count).unwrap()).into();
        }
    }
    inputs
}

/// The status and the body of the answer to a vector's request.
fn send(vector: &TokenVector, inputs: &Value, ask: &TokenRequest) -> (u16, Value) {
    let project = project(
        &vector.app_id,
        &vector.app_certificate,
        whiteboard_keys(vector),
    );
    let answer = answer(&project, moment(&vector.method, inputs), ask);
    (answer.status, answer.json())
}

fn rebuilt(vector: &TokenVector, inputs: &Value) -> Unsigned {
    let TokenVector {
        method,
        app_id,
        app_certificate,
        ..
    } = vector;
    Unsigned::from_call(method, inputs, app_id, app_certificate).unwrap()
}
