//! `/v1/inspect`, `/health` and `/ping`.

use agora_token::token::builders::rtc::{self, RtcRole};
use agora_token::token::builders::rtc006::{self, Rtc006Role};
use agora_token::token::whiteboard::{WhiteboardResource, WhiteboardRole, WhiteboardToken};
use agora_token::token::{AccessToken, AccessToken2, Privileges, Service, ServiceKind};
use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE, OTHER_CERTIFICATE, closed};
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const PATH: &str = "/v1/inspect";

/// No answer is longer, whatever is sent.
const LONGEST_ANSWER: usize = 100_000;

fn now() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u32::try_from(since.as_secs()).unwrap()
}

fn token(services: Vec<Service>) -> AccessToken2 {
    AccessToken2 {
        app_id: APP_ID.parse().unwrap(),
        issue_ts: now(),
        expire: 3600,
        salt: 1,
        services,
    }
}

fn publisher() -> String {
    publisher_by(CERTIFICATE)
}

fn publisher_by(certificate: &str) -> String {
    token(vec![rtc::with_role(
        "lobby",
        "42",
        RtcRole::Publisher,
        3600,
    )])
    .build(&certificate.parse().unwrap())
    .unwrap()
}

fn post(function: &Function, body: &Value, key: Option<&str>) -> Answer {
    let event = Event::post(PATH).json(body);
    function.send(&match key {
        Some(key) => event.header("x-api-key", key),
        None => event,
    })
}

/// The report of a request that shows the API key, or none.
fn report(function: &Function, body: Value, key: Option<&str>) -> Value {
    let answer = post(function, &body, key);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

/// The door is closed, and anybody may decode what they hold; only a service learns who signed.
#[test]
fn anybody_may_decode_and_a_service_may_verify() {
    let function = closed("inspect").start();
    let body = json!({"token": publisher(), "appId": APP_ID, "channel": "lobby", "uid": 42, "role": "host"});

    let anybody = report(&function, body.clone(), None);
    assert_eq!(anybody["signature"], "unchecked");
    assert_eq!(
        (&anybody["verdict"], &anybody["unchecked"]),
        (&json!("unverified"), &json!(["signature"]))
    );
    assert_eq!(
        codes(&anybody),
        ["token_fits", "sample_app_id", "signature_unchecked"]
    );

    let service = report(&function, body.clone(), Some(API_KEY));
    assert_eq!(service["signature"], "primary");
    assert_eq!(
        (&service["verdict"], &service["unchecked"]),
        (&json!("valid"), &json!([]))
    );
    assert_eq!(codes(&service), ["sample_app_id"]);
    assert_eq!(
        (&service["format"], &service["appId"]),
        (&json!("007"), &json!(APP_ID))
    );
    assert_eq!(
        service["services"][0]["fields"],
        json!({"channelName": "lobby", "uid": "42"})
    );

    let forged = publisher_by(OTHER_CERTIFICATE);
    let service = report(&function, json!({"token": forged}), Some(API_KEY));
    assert_eq!(
        (&service["signature"], &service["verdict"]),
        (&json!("mismatch"), &json!("invalid"))
    );
    assert_eq!(
        service["findings"][0]["sdkErrors"][0],
        json!({"sdk": "RTC", "code": 110, "name": "ERR_INVALID_TOKEN"})
    );

    let answer = post(&function, &body, Some("not-the-key-0123456789"));
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (401, &json!("credentials_unknown"))
    );
    assert!(answer.header("www-authenticate").is_some());
}

#[test]
fn a_get_takes_the_same_names() {
    let function = closed("inspect").start();
    let text = publisher()
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let query = format!(
        "token={text}&channelName=hall&account=alice&userId=bob&at={}",
        now() + 7200
    );
    let answer = function.send(&Event::get(PATH).query(&query));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let report = answer.json();
    assert_eq!(report["verdict"], "invalid");
    assert_eq!(
        codes(&report),
        [
            "service_rtm_missing",
            "channel_mismatch",
            "user_mismatch",
            "token_expired",
            "sample_app_id",
            "signature_unchecked"
        ]
    );
}

#[test]
fn every_format_is_explained() {
    let function = closed("inspect")
        .env("AGORA_WHITEBOARD_ACCESS_KEY", "an-access-key")
        .env("AGORA_WHITEBOARD_SECRET_KEY", "a-secret-key")
        .start();
    let legacy = AccessToken {
        app_id: APP_ID.parse().unwrap(),
        channel_name: "lobby".to_owned(),
        uid: "42".to_owned(),
        salt: 1,
        ts: now() + 86_400,
        privileges: rtc006::privileges(Rtc006Role::Publisher, now() + 3600),
    };
    let legacy = legacy.build(&CERTIFICATE.parse().unwrap()).unwrap();
    let room = WhiteboardToken {
        access_key: "an-access-key".to_owned(),
        nonce: "n".to_owned(),
        role: WhiteboardRole::Reader,
        resource: WhiteboardResource::Room {
            uuid: "a room".to_owned(),
        },
        expire_at_ms: Some(u64::from(now() + 600) * 1000),
    };
    let room = room.build(&"a-secret-key".parse().unwrap());
    let names = json!({"channelName": "lobby", "uid": 42});
    for (text, with, format, signature, verdict) in [
        (publisher(), names.clone(), "007", "primary", "valid"),
        (legacy.clone(), names, "006", "primary", "valid"),
        (legacy, json!({}), "006", "unchecked", "unverified"),
        (room, json!({}), "whiteboard", "primary", "valid"),
    ] {
        let mut body = with;
        body["token"] = text.into();
        let report = report(&function, body, Some(API_KEY));
        assert_eq!(report["format"], format);
        assert_eq!(report["signature"], signature, "{report}");
        assert_eq!(report["verdict"], verdict, "{report}");
    }
    for (text, code) in [
        ("", "text_empty"),
        ("undefined", "placeholder_as_token"),
        (APP_ID, "app_id_as_token"),
        (CERTIFICATE, "certificate_as_token"),
        ("eyJhbGciOiJub25lIn0.e30.AAAA", "jwt_as_token"),
        ("YWMtHNPsAeZpEeS4dQ", "chat_server_token"),
        ("Hello", "not_a_token"),
    ] {
        let report = report(&function, json!({ "token": text }), None);
        assert_eq!(report["format"], "unknown");
        assert_eq!(report["verdict"], "invalid");
        assert!(codes(&report).contains(&code), "{text}: {report}");
    }
    let report = report(&function, json!({ "token": API_KEY }), Some(API_KEY));
    assert!(codes(&report).contains(&"api_key_as_token"), "{report}");
}

/// As apps have them, and as they paste what they got.
#[test]
fn a_request_may_hold_what_an_app_holds() {
    let function = closed("inspect").start();
    for (body, code) in [
        (json!({"token": null}), "text_empty"),
        (json!({"token": null, "uid": null}), "text_empty"),
        (json!({"token": {"token": publisher()}}), "nothing_compared"),
        (
            json!({"token": [{"data": {"rtcToken": publisher()}}], "channel": "lobby", "uid": 42}),
            "token_fits",
        ),
        (
            json!({"token": publisher(), "channel": "lobby", "uid": null}),
            "user_mismatch",
        ),
        (
            json!({"token": publisher(), "channel": "lobby", "uid": "alice"}),
            "user_mismatch",
        ),
        (
            json!({"token": publisher(), "channel": "lobby/1", "uid": 42}),
            "channel_name_malformed",
        ),
        (
            json!({"token": publisher(), "channel": "lobby", "uid": 42, "appId": format!("{APP_ID} ")}),
            "app_id_malformed",
        ),
        (
            json!({"token": {"error": "no such channel"}}),
            "error_as_token",
        ),
    ] {
        let report = report(&function, body, None);
        assert_eq!(codes(&report)[0], code, "{report}");
    }
}

#[test]
fn hostile_texts_get_short_answers_and_the_process_stays() {
    let function = closed("inspect").start();
    let pid = function.pid();
    let certificate = CERTIFICATE.parse().unwrap();
    let flood = token(vec![
        Service {
            kind: ServiceKind::Fpa,
            privileges: Privileges::new(),
        };
        4_000
    ]);
    let name = "\u{1}".repeat(10_000);
    let names = token(vec![rtc::with_role(&name, &name, RtcRole::Publisher, 3600)]);
    let zeros = token(vec![
        rtc::with_role(
            &"0".repeat(65_000),
            "",
            RtcRole::Publisher,
            1
        );
        3
    ]);
    let whole = publisher();
    let mut texts = vec![
        flood.build(&certificate).unwrap(),
        names.build(&certificate).unwrap(),
        zeros.build(&certificate).unwrap(),
        "007".to_owned() + &"A".repeat(65_000),
        "006".to_owned() + &"A".repeat(65_000),
        "NETLESSROOM_".to_owned() + &"A".repeat(65_000),
        "\u{0}".repeat(10_000),
        "频".repeat(20_000),
    ];
    texts.extend(
        (0..whole.len())
            .step_by(7)
            .map(|len| whole[..len].to_owned()),
    );
    for text in texts {
        let body = json!({"token": text, "channelName": "other", "uid": 1, "userId": "other"});
        let answer = post(&function, &body, None);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(
            answer.body.len() <= LONGEST_ANSWER,
            "{} bytes",
            answer.body.len()
        );
        assert!(text.is_empty() || !answer.body.contains(&text));
    }
    let answer = post(&function, &json!({"token": "A".repeat(70_000)}), None);
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("65536 bytes"), "{}", answer.body);
    assert_eq!(function.pid(), pid);
    assert!(function.is_alive());
}

/// Whoever looks for the reason of a failure may paste what nobody should see.
#[test]
fn neither_answers_nor_logs_repeat_a_secret() {
    let function = closed("inspect").start();
    let swapped = token(vec![rtc::with_role(
        CERTIFICATE,
        "42",
        RtcRole::Publisher,
        3600,
    )])
    .build(&CERTIFICATE.parse().unwrap())
    .unwrap();
    let texts = [
        publisher(),
        swapped.clone(),
        CERTIFICATE.to_owned(),
        API_KEY.to_owned(),
    ];
    for text in &texts {
        for key in [None, Some(API_KEY)] {
            if *text == swapped && key.is_none() {
                // Only a service is told which of the names in a token is a secret.
                continue;
            }
            let answer = post(
                &function,
                &json!({"token": text, "appId": OTHER_CERTIFICATE}),
                key,
            );
            assert_eq!(answer.status, 200, "{}", answer.body);
            for hidden in [text.as_str(), CERTIFICATE, OTHER_CERTIFICATE, API_KEY] {
                assert!(!answer.body.contains(hidden), "{}", answer.body);
            }
        }
    }
    function.wait_for_log("\"outcome\":\"explained\"");
    let logs = function.logs().join("\n");
    for hidden in texts
        .iter()
        .map(String::as_str)
        .chain([CERTIFICATE, API_KEY])
    {
        assert!(!logs.contains(hidden), "{logs}");
    }
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = closed("inspect").start();
    for (body, code, field) in [
        (json!({}), "parameter_missing", "token"),
        (json!({"token": 7}), "parameter_type", "token"),
        (
            json!({"token": "", "uid": 1, "account": "a"}),
            "parameter_conflict",
            "account",
        ),
        (
            json!({"token": "", "uid": "a/b"}),
            "parameter_characters",
            "uid",
        ),
        (json!({"token": "", "uid": 1.5}), "parameter_type", "uid"),
        (
            json!({"token": "", "role": "king"}),
            "parameter_choice",
            "role",
        ),
        (json!({"token": "", "at": -1}), "parameter_range", "at"),
        (
            json!({"token": "", "at": 1_700_000_000_000_u64}),
            "parameter_range",
            "at",
        ),
        (
            json!({"token": "", "chanel": "a"}),
            "parameter_unknown",
            "chanel",
        ),
    ] {
        let answer = post(&function, &body, None);
        let problem = answer.json();
        assert_eq!(
            (answer.status, &problem["code"], &problem["field"]),
            (400, &json!(code), &json!(field)),
            "{body}: {problem}"
        );
    }
}

#[test]
fn without_the_secret_a_token_is_still_read() {
    let manager = SecretsManager::start();
    manager.fail_with("AccessDeniedException", 400);
    let function = Function::builder("inspect")
        .env("AGORA_SECRET_ID", "agora/project")
        .secrets_manager(&manager)
        .start();
    let read = report(
        &function,
        json!({"token": publisher(), "channelName": "lobby"}),
        None,
    );
    assert_eq!(
        (&read["verdict"], &read["appId"]),
        (&json!("unverified"), &json!(APP_ID))
    );
    assert_eq!(read["signature"], "unchecked");
    let answer = post(&function, &json!({"token": publisher()}), Some(API_KEY));
    assert_eq!(answer.status, 503);

    for (path, body) in [
        ("/health", json!({"status": "ok"})),
        ("/ping", json!({"message": "pong"})),
    ] {
        for event in [Event::get(path), Event::get(path).as_cargo_lambda()] {
            let answer = function.send(&event);
            assert_eq!((answer.status, answer.json()), (200, body.clone()));
        }
        assert_eq!(function.send(&Event::post(path)).status, 405);
    }
}
