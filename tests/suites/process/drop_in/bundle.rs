//! The rows of the function `bundle`.

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, APP_ID, open, open_for_legacy};
use serde_json::{Value, json};

use super::describe::{chat, legacy, of, rtc, rtm, token};
use super::{ask, get, keys, ok, post};

fn stream(channel: &str, user: &str, life: u32) -> Value {
    let channel = json!({"type": 1, "channel_name": channel, "uid": user, "privileges": {"1": life, "4": life}});
    of([channel, rtm(user, life)], life)
}

#[test]
fn rte_gives_one_token_each_and_the_stream_channel_with_the_second() {
    let function = open("bundle").start();
    for (target, uid, rtm_user, life) in [
        ("/rte/demo/publisher/uid/7", "7", "7", 3600),
        ("/rte/demo/publisher/uid/7/?expiry=600", "7", "7", 600),
        ("/rte/demo/publisher/uid/0/alice", "", "alice", 3600),
        (
            "/rte/demo/publisher/uid/-1/",
            "4294967295",
            "4294967295",
            3600,
        ),
        (
            "/rte/demo/publisher/userAccount/ann/alice/",
            "ann",
            "alice",
            3600,
        ),
        ("/rte/demo/publisher/userAccount/ann", "ann", "ann", 3600),
    ] {
        let ours = ok(&get(&function, target));
        assert_eq!(keys(&ours), ["rtcToken", "rtmToken"], "{target}");
        let read = |name: &str| token(ours[name].as_str().unwrap());
        assert_eq!(
            read("rtcToken"),
            of([rtc("demo", uid, true, life)], life),
            "{target}"
        );
        assert_eq!(read("rtmToken"), stream("demo", rtm_user, life), "{target}");
    }
    for target in [
        "/rte/demo/publisher/uid/0",
        "/rte/demo/publisher/uid/0/0",
        "/rte/demo/publisher/uid/4294967296",
        "/rte/demo/boss/uid/7",
        "/rte/demo/publisher/name/7",
        "/rte/demo/publisher/uid/7?expiry=x",
        "/rte/%20/publisher/uid/7",
    ] {
        let answer = get(&function, target);
        assert_eq!(
            (answer.status, keys(&answer.json())),
            (400, vec!["message", "status"]),
            "{target}"
        );
    }
}

#[test]
fn get_token_issues_what_its_type_says() {
    let function = open("bundle").start();
    for (sent, expected) in [
        (
            json!({"tokenType": "rtc", "channel": "demo", "uid": "7", "role": "publisher", "expire": 60}),
            of([rtc("demo", "7", true, 60)], 60),
        ),
        (
            json!({"TOKENTYPE": "rtc", "Channel": "demo", "UID": 7, "expire": 0}),
            of([rtc("demo", "7", false, 3600)], 3600),
        ),
        (
            json!({"tokenType": "rtc", "channel": "demo", "uid": "0", "role": "HOST"}),
            of([rtc("demo", "", true, 3600)], 3600),
        ),
        (
            json!({"tokenType": "rtm", "uid": "alice", "more": []}),
            of([rtm("alice", 3600)], 3600),
        ),
        (
            json!({"tokenType": "rtm", "channel": "stage", "uid": "alice", "expire": 60}),
            stream("stage", "alice", 60),
        ),
        (
            json!({"tokenType": "chat", "uid": "alice"}),
            of([chat(Some("alice"), 3600)], 3600),
        ),
    ] {
        for path in ["/getToken", "/getToken/", "/token/getNew", "/token/getNew/"] {
            let ours = ok(&post(&function, path, &sent));
            assert_eq!(keys(&ours), ["token"]);
            assert_eq!(token(ours["token"].as_str().unwrap()), expected, "{sent}");
        }
    }
    for sent in [
        json!({}),
        json!({"tokenType": "fpa"}),
        json!({"tokenType": "rtc", "uid": "7"}),
        json!({"tokenType": "rtc", "channel": " ", "uid": "7"}),
        json!({"tokenType": "rtc", "channel": "demo"}),
        json!({"tokenType": "rtc", "channel": "demo", "uid": "4294967296"}),
        json!({"tokenType": "rtc", "channel": "demo", "uid": "7", "role": "boss"}),
        json!({"tokenType": "rtm", "uid": "0"}),
        json!({"tokenType": "rtm", "uid": "a", "expire": 86_401}),
        json!({"tokenType": "rtm", "uid": "a", "expire": 1_999_999_999}),
        json!({"tokenType": "rtm", "uid": "a", "expire": 4_294_967_297_u64}),
        json!({"tokenType": "chat", "uid": "Alice"}),
    ] {
        let answer = post(&function, "/getToken", &sent);
        assert_eq!(answer.status, 400, "{sent}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/plain; charset=utf-8")
        );
    }
    let app = json!({"tokenType": "chat"});
    assert_eq!(post(&function, "/getToken", &app).status, 403);
    let event = Event::post("/getToken")
        .header("x-api-key", API_KEY)
        .json(&app);
    let ours = ok(&function.send(&event));
    assert_eq!(
        token(ours["token"].as_str().unwrap()),
        of([chat(None, 3600)], 3600)
    );
}

fn generate(function: &Function, sent: &Value) -> Answer {
    function.send(
        &Event::post("/token/generate")
            .header("x-api-key", API_KEY)
            .json(sent),
    )
}

#[test]
fn token_generate_puts_every_enabled_service_into_one_token() {
    let function = open("bundle").start();
    let all = json!({
        "channelName": "demo", "uid": "u", "tokenExpireTs": 600, "privilegeExpireTs": 60,
        "serviceRtc": {"enable": true, "role": 2},
        "serviceRtm": {"enable": true},
        "serviceFpa": {"enable": true},
        "serviceChat": {"enableUser": true, "enableApp": true, "userUuid": "ann"},
        "serviceApaas": {"enableUser": true, "enableApp": true, "userUuid": "ben"},
    });
    let ours = ok(&generate(&function, &all));
    assert_eq!(
        (&ours["code"], &ours["message"]),
        (&json!(0), &json!("Success"))
    );
    assert_eq!(keys(&ours["data"]), ["token"]);
    let apaas = |user: &str, privilege: &str| json!({"type": 7, "room_uuid": "", "user_uuid": user, "role": -1, "privileges": {privilege: 600}});
    let expected = of(
        [
            rtc("demo", "u", false, 60),
            rtm("u", 600),
            json!({"type": 4, "privileges": {"1": 0}}),
            chat(Some("ann"), 600),
            chat(None, 600),
            apaas("ben", "2"),
            apaas("", "3"),
        ],
        600,
    );
    assert_eq!(token(ours["data"]["token"].as_str().unwrap()), expected);

    let one = |sent: Value| {
        let ours = ok(&generate(&function, &sent));
        token(ours["data"]["token"].as_str().unwrap())
    };
    let enabled =
        |role: Value| json!({"channelName": "demo", "serviceRtc": {"enable": true, "role": role}});
    assert_eq!(
        one(enabled(json!(1))),
        of([rtc("demo", "", true, 3600)], 3600)
    );
    assert_eq!(
        one(enabled(json!("host"))),
        of([rtc("demo", "", true, 3600)], 3600)
    );
    assert_eq!(
        one(enabled(json!(0))),
        of([rtc("demo", "", false, 3600)], 3600)
    );
    for uid in ["0", "007", "12345678901", "ann"] {
        let mut sent = enabled(json!(1));
        sent["uid"] = uid.into();
        assert_eq!(one(sent)["services"][0]["uid"], uid, "signed as it stands");
    }
    let off = json!({"uid": "u", "serviceRtc": {"enable": false}, "serviceRtm": {"Enable": true}, "serviceChat": {}});
    assert_eq!(one(off), of([rtm("u", 3600)], 3600));
}

#[test]
fn token_generate_refuses_with_its_two_codes() {
    let function = open("bundle").start();
    let rtc = json!({"enable": true, "role": 1});
    for (sent, code) in [
        (json!({}), -2),
        (json!({"serviceRtc": {"enable": false}}), -2),
        (json!({"serviceRtc": rtc}), -2),
        (json!({"channelName": "", "serviceRtc": rtc}), -2),
        (json!({"serviceRtm": {"enable": true}}), -2),
        (json!({"serviceChat": {"enableUser": true}}), -2),
        (
            json!({"channelName": "demo", "serviceRtc": [], "uid": "u"}),
            -1,
        ),
        (
            json!({"channelName": "demo", "serviceRtc": rtc, "tokenExpireTs": 86_401}),
            -1,
        ),
        (
            json!({"channelName": "demo", "serviceRtc": rtc, "tokenExpireTs": 1_999_999_999}),
            -1,
        ),
        (
            json!({"channelName": "demo", "serviceRtc": {"enable": true, "Enable": false}}),
            -1,
        ),
    ] {
        let answer = generate(&function, &sent);
        let ours = answer.json();
        assert_eq!(
            (answer.status, keys(&ours)),
            (400, vec!["code", "data", "message"]),
            "{sent}"
        );
        assert_eq!(
            (&ours["code"], &ours["data"]),
            (&json!(code), &json!("")),
            "{sent}: {ours}"
        );
    }
    let app = json!({"serviceChat": {"enableApp": true}});
    let refused = post(&function, "/token/generate", &app);
    assert_eq!((refused.status, &refused.json()["code"]), (403, &json!(-2)));
}

#[test]
fn token_generate_tells_its_two_forms_apart() {
    let function = open("bundle").start();
    let form = |text: &str| Event::post("/token/generate").form(text);
    for event in [
        form("userId=ann&expireSeconds=600&tokenType=user"),
        form("userId=ann&expireSeconds=600&tokenType=user&more=1"),
        Event::post("/token/generate/").body("userId=ann&expireSeconds=600&tokenType=user"),
    ] {
        let answer = function.send(&event);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(token(&answer.body), of([chat(Some("ann"), 600)], 600));
    }
    let app = function.send(&form("tokenType=app").header("x-api-key", API_KEY));
    assert_eq!(token(&app.body), of([chat(None, 3600)], 3600));
    assert_eq!(function.send(&form("tokenType=app")).status, 403);
    for bad in [
        "userId=ann",
        "tokenType=user",
        "tokenType=both&userId=ann",
        "tokenType=user&userId=ann&expireSeconds=0",
        "tokenType=user&userId=ann&expireSeconds=1999999999",
        "tokenType=user&userId=%zz",
        "tokenType=user&userId=a&userId=b",
    ] {
        let answer = function.send(&form(bad));
        assert_eq!(answer.status, 400, "{bad}");
        assert!(!answer.body.starts_with('{'), "{bad}: {}", answer.body);
    }
    // JSON under a form's name, as jQuery announces it.
    let mislabelled = form(r#"{"uid":"u","serviceRtm":{"enable":true}}"#);
    assert_eq!(function.send(&mislabelled).json()["code"], 0);

    let both = |answer: Answer| {
        assert_eq!(answer.status, 400, "{}", answer.body);
        for form in ["serviceRtc", "tokenType=user"] {
            assert!(answer.body.contains(form), "{}", answer.body);
        }
    };
    both(function.send(&form("tokenType=user&userId=ann&channelName=demo")));
    both(post(
        &function,
        "/token/generate",
        &json!({"userId": "ann", "tokenType": "user"}),
    ));
    both(post(
        &function,
        "/token/generate",
        &json!({"uid": "u", "serviceRtm": {"enable": true}, "tokenType": "user"}),
    ));
    both(function.send(&Event::post("/token/generate")));
    both(function.send(&Event::post("/token/generate").body("hello")));
}

#[test]
fn the_toolbox_puts_a_list_of_types_into_one_token() {
    let function = open_for_legacy("bundle").start();
    let sent = json!({
        "appId": APP_ID, "appCertificate": "", "channelName": "demo", "expire": 900, "src": "iOS",
        "ts": "1700000000000", "uid": "7",
    });
    let with = |more: Value| {
        let mut sent = sent.clone();
        let more = more.as_object().unwrap().clone();
        sent.as_object_mut().unwrap().extend(more);
        sent
    };
    let read = |path: &str, sent: &Value| {
        let ours = ok(&post(&function, path, sent));
        assert_eq!(
            (&ours["code"], &ours["message"]),
            (&json!(0), &json!("success"))
        );
        assert_eq!(keys(&ours["data"]), ["token"]);
        ours["data"]["token"].as_str().unwrap().to_owned()
    };
    let v2 = |more| token(&read("/v2/token/generate", &with(more)));
    assert_eq!(
        v2(json!({"type": 1})),
        of([rtc("demo", "7", true, 900)], 900)
    );
    assert_eq!(v2(json!({"type": "2"})), of([rtm("7", 900)], 900));
    assert_eq!(
        v2(json!({"type": 3, "uid": "ann"})),
        of([chat(Some("ann"), 900)], 900)
    );
    let pair = of([rtc("demo", "7", true, 900), rtm("7", 900)], 900);
    assert_eq!(v2(json!({"types": [1, 2]})), pair);
    assert_eq!(v2(json!({"type": [2, 1], "uid": 7})), pair);
    assert_eq!(
        v2(json!({"type": 1, "uid": "0", "appId": ""})),
        of([rtc("demo", "", true, 900)], 900)
    );
    assert_eq!(
        v2(json!({"type": 1, "uid": ""})),
        of([rtc("demo", "", true, 900)], 900)
    );
    assert_eq!(
        v2(json!({"types": [2], "channelName": ""})),
        of([rtm("7", 900)], 900)
    );
    for path in [
        "/v1/token/generate/",
        "/toolbox/v1/token/generate",
        "/toolbox/v2/token/generate/",
    ] {
        assert_eq!(
            token(&read(path, &sent)),
            of([rtc("demo", "7", true, 900)], 900)
        );
    }
    for path in [
        "/v2/token006/generate",
        "/v1/token006/generate",
        "/toolbox/v2/token006/generate",
    ] {
        assert_eq!(legacy(&read(path, &sent), "demo", "7"), [1, 2, 3, 4]);
        assert_eq!(
            legacy(&read(path, &with(json!({"type": 2}))), "7", ""),
            [1000]
        );
    }
    for (path, more) in [
        ("/v2/token/generate", json!({"channelName": ""})),
        ("/v2/token/generate", json!({"type": 4})),
        ("/v2/token/generate", json!({"types": []})),
        ("/v2/token/generate", json!({"types": [1, 1]})),
        ("/v2/token/generate", json!({"types": [1], "type": 1})),
        ("/v2/token/generate", json!({"type": 2, "uid": "0"})),
        ("/v2/token/generate", json!({"type": 2, "uid": ""})),
        ("/v2/token/generate", json!({"uid": "4294967296"})),
        ("/v2/token/generate", json!({"expire": 1_999_999_999})),
        ("/v2/token006/generate", json!({"types": [1, 2]})),
        ("/v2/token006/generate", json!({"type": 3})),
    ] {
        let answer = post(&function, path, &with(more.clone()));
        let ours = answer.json();
        assert_eq!(
            (answer.status, keys(&ours)),
            (400, vec!["code", "message"]),
            "{more}: {ours}"
        );
        assert_eq!(ours["code"], 1);
    }
    let other = with(json!({"appId": "0123456789abcdef0123456789abcdef"}));
    assert_eq!(post(&function, "/v2/token/generate", &other).status, 403);
    let event = ask("POST /v2/token/generate", Some(&other)).header("x-api-key", API_KEY);
    assert_eq!(function.send(&event).status, 400);
}

#[test]
fn api_token_tells_its_two_forms_apart() {
    let function = open("bundle").start();
    for sent in [
        json!({"channel": "demo", "uid": 7}),
        json!({"channel_name": "demo", "uid": "7", "more": 1}),
    ] {
        for path in ["/api/token", "/api/token/"] {
            let ours = ok(&post(&function, path, &sent));
            assert_eq!(keys(&ours), ["expireAt", "rtcToken", "rtmToken"]);
            let read = |name: &str| token(ours[name].as_str().unwrap());
            assert_eq!(read("rtcToken"), of([rtc("demo", "7", true, 3600)], 3600));
            assert_eq!(read("rtmToken"), of([rtm("7", 3600)], 3600));
            assert!(ours["expireAt"].as_u64().unwrap() > 1_700_000_000);
        }
    }
    for (sent, expected) in [
        (
            json!({"request_id": "1", "channel_name": "demo", "uid": 7}),
            of([rtc("demo", "7", true, 3600), rtm("7", 3600)], 3600),
        ),
        (
            json!({"request_id": "1", "channel_name": "demo"}),
            of([rtc("demo", "", true, 3600)], 3600),
        ),
    ] {
        let ours = ok(&post(&function, "/api/token", &sent));
        assert_eq!(
            (keys(&ours), &ours["code"]),
            (vec!["code", "data"], &json!(0))
        );
        assert_eq!(keys(&ours["data"]), ["appId", "token"]);
        assert_eq!(ours["data"]["appId"], APP_ID);
        assert_eq!(token(ours["data"]["token"].as_str().unwrap()), expected);
    }
    for (sent, names, named) in [
        (json!({}), vec!["error"], true),
        (json!({"uid": 7}), vec!["error"], true),
        (
            json!({"channel": "a", "channel_name": "b", "uid": 7}),
            vec!["error"],
            true,
        ),
        (json!({"channel": "demo"}), vec!["error"], false),
        (json!({"channel": "demo", "uid": 0}), vec!["error"], false),
        (
            json!({"request_id": "", "channel": "demo", "uid": 0}),
            vec!["error"],
            false,
        ),
        (
            json!({"channel": "demo", "uid": "4294967296"}),
            vec!["error"],
            false,
        ),
        (
            json!({"request_id": "1", "uid": 7}),
            vec!["code", "msg"],
            true,
        ),
        (
            json!({"request_id": "1", "channel": "a", "channel_name": "b"}),
            vec!["code", "msg"],
            true,
        ),
        (
            json!({"request_id": "1", "channel_name": "a", "uid": "ann"}),
            vec!["code", "msg"],
            false,
        ),
    ] {
        let answer = post(&function, "/api/token", &sent);
        assert_eq!(
            (answer.status, keys(&answer.json())),
            (400, names),
            "{sent}"
        );
        let both = answer.body.contains("rtm") || answer.body.contains("request_id");
        assert_eq!(
            both && answer.body.contains("two forms"),
            named,
            "{sent}: {}",
            answer.body
        );
    }
}

#[test]
fn quickstarts_are_given_what_they_leave_out() {
    let function = open("bundle").start();
    let config = |query: &str| ok(&get(&function, &format!("/get_config{query}")))["data"].clone();
    let simple = |query: &str| {
        ok(&get(
            &function,
            &format!("/api/generate-agora-token{query}"),
        ))
    };

    let data = config("/?channel=demo&uid=7");
    assert_eq!(
        keys(&data),
        ["agent_uid", "app_id", "channel_name", "token", "uid"]
    );
    assert_eq!(
        json!([data["app_id"], data["channel_name"], data["uid"]]),
        json!([APP_ID, "demo", "7"])
    );
    let expected = of([rtc("demo", "7", true, 3600), rtm("7", 3600)], 3600);
    assert_eq!(token(data["token"].as_str().unwrap()), expected);
    let ours = simple("?channel=demo&uid=7");
    assert_eq!(keys(&ours), ["channel", "token", "uid"]);
    assert_eq!(token(ours["token"].as_str().unwrap()), expected);

    // Made up, and signed as the answer says.
    for (ours, channel) in [
        (simple(""), "channel"),
        (simple("?uid=0"), "channel"),
        (config(""), "channel_name"),
    ] {
        let uid: u32 = ours["uid"].as_str().unwrap().parse().unwrap();
        assert!((1..1 << 31).contains(&uid));
        let channel = ours[channel].as_str().unwrap();
        assert!(channel.len() > 10, "{channel}");
        let uid = uid.to_string();
        let expected = of([rtc(channel, &uid, true, 3600), rtm(&uid, 3600)], 3600);
        assert_eq!(token(ours["token"].as_str().unwrap()), expected);
    }
    assert_ne!(config("")["uid"], config("")["uid"]);
    let data = config("");
    assert_ne!(data["uid"], data["agent_uid"]);

    let refused = get(&function, "/get_config?uid=4294967296");
    assert_eq!(
        (refused.status, keys(&refused.json())),
        (400, vec!["code", "msg"])
    );
    let refused = get(&function, "/api/generate-agora-token?channel=a%2Fb");
    assert_eq!(
        (refused.status, keys(&refused.json())),
        (400, vec!["details", "error"])
    );
}
