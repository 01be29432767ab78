//! The rows of the function `rtc`.

use std::time::{SystemTime, UNIX_EPOCH};

use agora_token_tests::event::Event;
use agora_token_tests::sample::open;
use serde_json::{Value, json};

use super::describe::{of, rtc, token};
use super::{get, keys, ok, post};

#[test]
fn the_path_form_takes_every_role_and_refuses_in_the_names_of_the_go_edition() {
    let function = open("rtc").start();
    for (role, publishes) in [
        ("publisher", true),
        ("host", true),
        ("broadcaster", true),
        ("PUBLISHER", true),
        ("1", true),
        ("subscriber", false),
        ("audience", false),
        ("attendee", false),
        ("2", false),
    ] {
        for slash in ["", "/"] {
            let answer = get(
                &function,
                &format!("/rtc/demo/{role}/uid/7{slash}?tokenVersion=9"),
            );
            let ours = ok(&answer);
            assert_eq!(keys(&ours), ["rtcToken"]);
            let granted = token(ours["rtcToken"].as_str().unwrap());
            assert_eq!(
                granted,
                of([rtc("demo", "7", publishes, 3600)], 3600),
                "{role}"
            );
        }
    }
    let signed = |target: &str| {
        let ours = ok(&get(&function, target));
        token(ours["rtcToken"].as_str().unwrap())["services"][0]["uid"].clone()
    };
    assert_eq!(signed("/rtc/demo/host/uid/-1/"), "4294967295");
    assert_eq!(signed("/rtc/demo/host/uid/0/"), "");
    assert_eq!(signed("/rtc/demo/host/userAccount/0/"), "0");
    assert_eq!(signed("/rtc/demo/host/userAccount/token/"), "token");
    assert_eq!(signed("/rtc/demo/host/uid/7/?expiry="), "7");

    for (target, name) in [
        ("/rtc/demo/host/uid/4294967296/", "error"),
        ("/rtc/demo/host/uid/007/", "error"),
        ("/rtc/demo/boss/uid/7/", "error"),
        ("/rtc/demo/host/name/7/", "error"),
        ("/rtc/%20/host/uid/7/", "error"),
        ("/rtc/demo/host/uid/7/?expiry=86401", "message"),
        ("/rtc/demo/host/uid/7/?expiry=1999999999", "message"),
        ("/rtc/demo/host/uid/7/?expiry=4294967896", "message"),
        ("/rtc/demo/host/uid/7/?expiry=60&EXPIRY=60", "message"),
    ] {
        let answer = get(&function, target);
        assert_eq!(answer.status, 400, "{target}");
        assert_eq!(keys(&answer.json()), [name, "status"], "{target}");
    }
}

#[test]
fn the_text_form_is_told_from_the_path_form_by_its_third_segment() {
    let function = open("rtc").start();
    for (role, publishes) in [("1", true), ("2", false)] {
        let answer = get(&function, &format!("/rtc/demo/7/{role}/token"));
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
        assert_eq!(
            token(&answer.body),
            of([rtc("demo", "7", publishes, 3600)], 3600)
        );
    }
    let refused = get(&function, "/rtc/demo/alice/1/token");
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("`uid`"), "{}", refused.body);
}

#[test]
fn access_token_takes_an_end_or_a_life() {
    let function = open("rtc").start();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let life = |query: &str| {
        let ours = ok(&get(
            &function,
            &format!("/access_token?channel=demo&uid=7{query}"),
        ));
        assert_eq!(keys(&ours), ["token"]);
        token(ours["token"].as_str().unwrap())["expire"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(life(""), 86_400);
    assert_eq!(life("&expiredTs="), 86_400);
    assert_eq!(life("&expiredTs=3600"), 3600);
    assert_eq!(life("&expiredTs=86400"), 86_400);
    assert!((590..=600).contains(&life(&format!("&expiredTs={}", now + 600))));
    for bad in [
        "0",
        "-1",
        "86401",
        "4294967896",
        "soon",
        &(now - 1).to_string(),
        &(now + 86_500).to_string(),
        &(now * 1000).to_string(),
    ] {
        let answer = get(
            &function,
            &format!("/access_token?channel=demo&expiredTs={bad}"),
        );
        assert_eq!(
            (answer.status, keys(&answer.json())),
            (400, vec!["error"]),
            "{bad}"
        );
    }
    for (query, uid) in [
        ("channelName=demo&uid=alice", "alice"),
        ("CHANNEL=demo&UID=7", "7"),
        ("channel=demo", ""),
        ("channel=demo&uid=", ""),
    ] {
        let ours = ok(&get(
            &function,
            &format!("/access_token/?{query}&unknown=1"),
        ));
        let granted = token(ours["token"].as_str().unwrap());
        assert_eq!(
            granted,
            of([rtc("demo", uid, false, 86_400)], 86_400),
            "{query}"
        );
    }
    for query in [
        "",
        "channel=%20",
        "channel=demo&uid=4294967296",
        "channel=demo&channelName=demo",
        "channel=a&channel=b",
    ] {
        let answer = get(&function, &format!("/access_token?{query}"));
        assert_eq!(
            (answer.status, keys(&answer.json())),
            (400, vec!["error"]),
            "{query}"
        );
    }
}

#[test]
fn rtc_token_publishes_and_python_token_is_for_anybody() {
    let function = open("rtc").start();
    let ours = ok(&get(&function, "/rtcToken?channelName=demo&uid=7"));
    assert_eq!(keys(&ours), ["key"]);
    assert_eq!(
        token(ours["key"].as_str().unwrap()),
        of([rtc("demo", "7", true, 3600)], 3600)
    );
    for target in [
        "/rtcToken?channelName=",
        "/rtcToken?channelName=demo&uid=4294967296",
    ] {
        assert_eq!(get(&function, target).status, 400, "{target}");
    }
    let text = get(&function, "/v1/token?channel_name=demo&uid=7");
    assert_eq!(token(&text.body), of([rtc("demo", "", true, 900)], 900));
    assert_eq!(get(&function, "/v1/token").status, 400);
}

#[test]
fn fetch_rtc_token_has_its_code_as_text() {
    let function = open("rtc").start();
    for (sent, uid, publishes) in [
        (
            json!({"uid": 7, "ChannelName": "demo", "role": 1}),
            "7",
            true,
        ),
        (
            json!({"uid": "7", "channelName": "demo", "role": 2}),
            "7",
            false,
        ),
        (
            json!({"UID": -1, "channelname": "demo", "role": "host"}),
            "4294967295",
            true,
        ),
        (json!({"CHANNELNAME": "demo"}), "", false),
        (
            json!({"uid": null, "channelName": "demo", "more": {"a": [1]}}),
            "",
            false,
        ),
    ] {
        let ours = ok(&post(&function, "/fetch_rtc_token", &sent));
        assert_eq!(keys(&ours), ["code", "token"]);
        assert_eq!(ours["code"], "200");
        let granted = token(ours["token"].as_str().unwrap());
        assert_eq!(
            granted,
            of([rtc("demo", uid, publishes, 3600)], 3600),
            "{sent}"
        );
    }
    for sent in [
        json!({"uid": 7}),
        json!({"uid": 7, "channelName": ""}),
        json!({"uid": 4_294_967_296_u64, "channelName": "demo"}),
        json!({"uid": "alice", "channelName": "demo"}),
        json!({"uid": 1.5, "channelName": "demo"}),
        json!({"uid": 7, "channelName": "demo", "role": 3}),
        json!({"uid": 7, "channelName": 5}),
        json!({"channelName": "a", "ChannelName": "b"}),
    ] {
        let answer = post(&function, "/fetch_rtc_token", &sent);
        let ours = answer.json();
        assert_eq!(
            (answer.status, keys(&ours)),
            (400, vec!["code", "token"]),
            "{sent}"
        );
        assert_eq!(ours["code"], "400");
        assert!(
            ours["token"]
                .as_str()
                .is_some_and(|text| text.contains(' ')),
            "{sent}: a message"
        );
    }
    for body in ["", "{", "[]", "uid=7&channelName=demo"] {
        let answer = function.send(&Event::post("/fetch_rtc_token").body(body));
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("400")),
            "{body}"
        );
    }
    let plain = Event::post("/fetch_rtc_token/")
        .header("content-type", "text/plain;charset=UTF-8")
        .body(r#"{"uid":7,"channelName":"demo"}"#);
    let encoded = Event::post("/fetch_rtc_token").body_base64(br#"{"uid":7,"channelName":"demo"}"#);
    for event in [plain, encoded] {
        assert_eq!(function.send(&event).json()["code"], "200");
    }
}

#[test]
fn deep_and_large_bodies_are_refused_in_the_form_of_the_row() {
    let function = open("rtc").start();
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(8_000), "]".repeat(8_000));
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(16 * 1024));
    for (body, status) in [(deep, 400), (large, 413)] {
        let answer = function.send(&Event::post("/fetch_rtc_token").body(&body));
        assert_eq!(answer.status, status);
        assert_eq!(answer.json()["code"], Value::from(status.to_string()));
    }
}
