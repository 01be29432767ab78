//! `/v1/bundle` and `/v1/batch`.

use agora_token::token::builders::rtc::RtcRole;
use agora_token::token::builders::{chat, education, fpa, rtc, rtm};
use agora_token_tests::event::Event;
use agora_token_tests::sample::{API_KEY, CERTIFICATE, closed, read_token};
use serde_json::{Value, json};

use crate::api::{
    issued, open_by_default, post, refuses, refuses_what_none_takes, services, warnings,
};

const BUNDLE: &str = "/v1/bundle";
const BATCH: &str = "/v1/batch";

#[test]
fn several_services_share_a_token_in_the_order_of_their_types_and_then_as_asked() {
    let function = closed("bundle").start();
    let body = json!({"tokenExpire": 600, "services": [
        {"type": "chat/user", "userId": "alice"},
        {"type": "rtc", "channelName": "b", "uid": 1, "role": "publisher"},
        {"type": "fpa"},
        {"type": "rtm", "userId": "alice"},
        {"type": "education/room-user", "roomUuid": "r", "userUuid": "alice", "role": 2},
        {"type": "rtc", "channelName": "a", "account": "al", "role": 2, "privilegeExpire": 60},
        {"type": "rtc", "channelName": "b", "uid": 0, "privileges": {"joinChannel": 1}},
    ]});
    let answer = issued(&function, BUNDLE, &body);
    let [apaas, rtm_of_room, chat_of_room]: [_; 3] = education::room_user("r", "alice", 2, 600)
        .try_into()
        .unwrap();
    assert_eq!(
        services(&answer),
        [
            rtc::with_role("b", "1", RtcRole::Publisher, 600),
            rtc::with_role("a", "al", RtcRole::Subscriber, 60),
            rtc::with_role("b", "", RtcRole::Subscriber, 1),
            rtm::login("alice", 600),
            rtm_of_room,
            fpa::login(),
            chat::user("alice", 600),
            chat_of_room,
            apaas,
        ]
    );
    assert_eq!(answer["tokenType"], "bundle");
    let described = answer["services"].as_array().unwrap();
    assert_eq!(described.len(), 7, "{answer}");
    assert_eq!(
        described[1],
        json!({"type": "rtc", "channelName": "b", "uid": 1, "role": "publisher"})
    );
    assert_eq!(
        warnings(&answer),
        ["wildcard_user", "subscriber_needs_cohost_authentication"]
    );
}

#[test]
fn a_bundle_is_sent_as_json() {
    let function = closed("bundle").start();
    let answer = function.send(&Event::get(BUNDLE).query("services=rtc"));
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), Some("POST"));
}

#[test]
fn a_bad_service_is_named_by_its_place() {
    let function = closed("bundle").start();
    let good = json!({"services": [{"type": "rtm", "userId": "alice"}]});
    let with = |service: Value| json!({"services": [{"type": "rtm", "userId": "alice"}, service]});
    let many = |count: usize| vec![json!({"type": "rtm", "userId": "alice"}); count];
    let cases = [
        (json!({"services": null}), "parameter_missing", "services"),
        (json!({"services": []}), "parameter_length", "services"),
        (
            json!({"services": many(21)}),
            "parameter_length",
            "services",
        ),
        (json!({"services": {}}), "parameter_type", "services"),
        (with(json!("rtc")), "parameter_type", "services[1]"),
        (with(json!(null)), "parameter_type", "services[1]"),
        (with(json!({})), "parameter_missing", "services[1].type"),
        (
            with(json!({"type": "rtd"})),
            "parameter_choice",
            "services[1].type",
        ),
        (
            with(json!({"type": 1})),
            "parameter_type",
            "services[1].type",
        ),
        (
            with(json!({"type": "rtc", "uid": 1})),
            "parameter_missing",
            "services[1].channelName",
        ),
        (
            with(json!({"type": "rtc", "channelName": "c"})),
            "parameter_missing",
            "services[1].uid",
        ),
        (
            with(json!({"type": "rtc", "channelName": "c", "uid": -3_000_000_000_i64})),
            "parameter_range",
            "services[1].uid",
        ),
        (
            with(json!({"type": "rtm", "userId": "alice", "tokenExpire": 60})),
            "parameter_unknown",
            "services[1].tokenExpire",
        ),
        (
            with(json!({"type": "rtm", "userId": "alice", "version": "006"})),
            "parameter_conflict",
            "services[1]",
        ),
        (
            with(json!({"type": "whiteboard/room", "uuid": "r", "role": "reader"})),
            "parameter_conflict",
            "services[1]",
        ),
        (
            with(json!({"type": "bundle", "services": [{"type": "fpa"}]})),
            "parameter_choice",
            "services[1]",
        ),
        (json!({"requests": []}), "parameter_unknown", "requests"),
    ];
    refuses(&function, BUNDLE, &good, &cases);
    refuses_what_none_takes(&function, BUNDLE, &good);
    issued(&function, BUNDLE, &json!({"services": many(20)}));
}

/// What is denied alone is denied in company.
#[test]
fn a_bundle_takes_the_rights_of_all_its_services() {
    let function = open_by_default("bundle").start();
    let ask = |services: Value| {
        let event = Event::post(BUNDLE).json(&json!({ "services": services }));
        let answer = function.send(&event);
        (answer.status, answer.json()["code"].clone())
    };
    let watching = json!({"type": "rtc", "channelName": "c", "uid": 1});
    let denied = |code: &str| (403, json!(code));
    assert_eq!(ask(json!([watching])).0, 200);
    assert_eq!(
        ask(json!([watching, {"type": "chat/app"}])),
        denied("denied_app_privilege")
    );
    assert_eq!(
        ask(json!([watching, {"type": "fpa"}])),
        denied("denied_token_type")
    );
    assert_eq!(
        ask(json!([watching, {"type": "rtc", "channelName": "c", "uid": 1, "role": "host"}])),
        denied("denied_role")
    );
    assert_eq!(
        ask(json!([watching, {"type": "rtc", "channelName": "c", "uid": 0}])),
        denied("denied_wildcard")
    );
}

#[test]
fn a_batch_answers_each_request_by_itself_and_in_order() {
    let function = closed("bundle").start();
    let requests = json!([
        {"tokenType": "rtc", "channelName": "demo", "uid": 7, "role": 1, "expire": 60},
        {"tokenType": "rtc", "channelName": "a/b", "uid": 7},
        {"tokenType": "chat/app"},
        {"tokenType": "rtm"},
        "rtc",
        {"tokenType": "rtd"},
        {"channelName": "demo", "uid": 7},
        {"tokenType": "rtm", "userId": "alice", "appId": "0123456789abcdef0123456789abcdef"},
        {"tokenType": "rtm", "userId": "alice", "userid": "bob"},
        {"tokenType": "whiteboard/sdk", "role": "admin"},
        {"tokenType": "bundle", "services": [{"type": "fpa"}, {"type": "rtc", "channelName": "c"}]},
        {"tokenType": "bundle", "services": [{"type": "rtm", "userId": "u"}, {"type": "fpa"}]},
        null,
    ]);
    let event = Event::post(BATCH)
        .header("x-api-key", API_KEY)
        .json(&json!({ "requests": requests }));
    let answer = function.send(&event);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json")),
        "{}",
        answer.body
    );
    let body = answer.json();
    let results = body["results"].as_array().unwrap();
    assert_eq!(results.len(), 13);

    let token = |place: usize| read_token(results[place]["token"].as_str().unwrap(), CERTIFICATE);
    let rtc = token(0);
    assert_eq!(rtc.expire, 60);
    assert_eq!(
        rtc.services,
        [rtc::with_role("demo", "7", RtcRole::Publisher, 60)]
    );
    assert_eq!(
        (&results[0]["tokenType"], &results[0]["uid"]),
        (&json!("rtc"), &json!(7))
    );
    assert_eq!(results[0]["warnings"], json!([]));
    assert_eq!(token(2).services, [chat::app(3600)]);
    assert_eq!(token(11).services, [rtm::login("u", 3600), fpa::login()]);

    for (place, status, code, field) in [
        (
            1,
            400,
            "parameter_characters",
            Some("requests[1].channelName"),
        ),
        (3, 400, "parameter_missing", Some("requests[3].userId")),
        (4, 400, "parameter_type", Some("requests[4]")),
        (5, 400, "parameter_choice", Some("requests[5].tokenType")),
        (6, 400, "parameter_missing", Some("requests[6].tokenType")),
        (7, 400, "parameter_choice", Some("requests[7].appId")),
        (8, 400, "parameter_unknown", Some("requests[8].userid")),
        (9, 501, "whiteboard_unconfigured", None),
        (
            10,
            400,
            "parameter_missing",
            Some("requests[10].services[1].uid"),
        ),
        (12, 400, "parameter_type", Some("requests[12]")),
    ] {
        let result = results[place].as_object().unwrap();
        assert_eq!(result.keys().collect::<Vec<_>>(), ["problem"]);
        let problem = &result["problem"];
        assert_eq!(
            (&problem["status"], &problem["code"], &problem["field"]),
            (&json!(status), &json!(code), &json!(field)),
            "{place}: {problem}"
        );
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        assert_eq!(problem["requestId"].as_str(), answer.header("x-request-id"));
    }
}

#[test]
fn each_request_of_a_batch_is_judged_by_itself() {
    let function = open_by_default("bundle")
        .env("AGORA_POLICY", r#"{"anonymous": {"batches": true}}"#)
        .start();
    let body = json!({"requests": [
        {"tokenType": "rtc", "channelName": "demo", "uid": 7},
        {"tokenType": "rtc", "channelName": "demo", "uid": 7, "role": "publisher"},
        {"tokenType": "rtc", "channelName": "*", "uid": 7},
        {"tokenType": "chat/app"},
        {"tokenType": "rtm", "userId": "alice"},
    ]});
    let answer = function.send(&Event::post(BATCH).json(&body));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    let codes: Vec<&Value> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["problem"]["code"])
        .collect();
    assert_eq!(
        codes,
        [
            &Value::Null,
            &json!("denied_role"),
            &json!("denied_wildcard"),
            &json!("denied_app_privilege"),
            &json!("denied_token_type"),
        ]
    );
}

#[test]
fn a_batch_as_a_whole_has_rules_too() {
    let function = closed("bundle").start();
    let many = |count: usize| json!(vec![json!({"tokenType": "fpa"}); count]);
    let good = json!({"requests": [{"tokenType": "fpa"}]});
    let cases = [
        (json!({"requests": null}), "parameter_missing", "requests"),
        (json!({"requests": []}), "parameter_length", "requests"),
        (
            json!({"requests": many(101)}),
            "parameter_length",
            "requests",
        ),
        (json!({"requests": {}}), "parameter_type", "requests"),
        (
            json!({"tokenExpire": 60}),
            "parameter_unknown",
            "tokenExpire",
        ),
        (json!({"services": []}), "parameter_unknown", "services"),
    ];
    refuses(&function, BATCH, &good, &cases);

    let (status, answer) = post(&function, BATCH, &json!({"requests": many(100)}));
    assert_eq!(status, 200, "{answer}");
    let mut tokens: Vec<&str> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["token"].as_str().unwrap())
        .collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), 100, "each token has a salt of its own");

    let get = function.send(&Event::get(BATCH).header("x-api-key", API_KEY));
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
    let nobody = function.send(&Event::post(BATCH).json(&good));
    assert_eq!(
        (nobody.status, &nobody.json()["code"]),
        (401, &json!("credentials_missing"))
    );
}
