//! What holds for every row: who may have what, the format of the Node.js servers' routes, and a
//! certificate that comes along.

use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::sample::{API_KEY, CERTIFICATE, WIDE_POLICY, closed, open, open_for_legacy};
use serde_json::{Value, json};

use super::describe::{legacy, of, rtc, rtm, token};
use super::{ask, get, keys, ok, post};

/// A request of each row's form, and the names in its refusal: none for a text.
fn requests(function: &str) -> Vec<(Event, Vec<&'static str>)> {
    let get = |target: &str| ask(&format!("GET {target}"), None);
    let post = |path: &str, body: Value| ask(&format!("POST {path}"), Some(&body));
    match function {
        "rtc" => vec![
            (get("/rtc/demo/host/uid/7/"), vec!["error", "status"]),
            (get("/rtc/demo/7/1/token"), vec![]),
            (get("/access_token?channel=demo&uid=7"), vec!["error"]),
            (get("/rtcToken?channelName=demo&uid=7"), vec!["error"]),
            (
                post(
                    "/fetch_rtc_token",
                    json!({"uid": 7, "ChannelName": "demo", "role": 1}),
                ),
                vec!["code", "token"],
            ),
            (get("/v1/token?channel_name=demo"), vec![]),
        ],
        "rtm" => vec![
            (get("/rtm/alice/"), vec!["message", "status"]),
            (get("/rtmToken?account=alice"), vec!["error"]),
            (
                post("/fetch_rtm_token", json!({"uid": "alice"})),
                vec!["code", "token"],
            ),
        ],
        "chat" => vec![
            (get("/chat/account/alice"), vec!["message", "status"]),
            (get("/chat/app"), vec!["message", "status"]),
            (get("/chat/user/alice/token"), vec![]),
            (get("/chat/app/token"), vec![]),
            (
                get("/api/token/generateUserToken?account=alice"),
                vec!["error"],
            ),
            (get("/api/token/generateAppToken"), vec!["error"]),
            (
                post("/generate-user-token", json!({"userId": "alice"})),
                vec!["error", "token"],
            ),
            (
                post("/generate-app-token", json!({})),
                vec!["error", "token"],
            ),
        ],
        "education" => vec![
            (
                post(
                    "/fetch_education_token",
                    json!({"roomUuid": "r", "userUuid": "u", "role": 1}),
                ),
                vec!["code", "token"],
            ),
            (
                get("/edu/v3/rooms/r/roles/1/users/u/token"),
                vec!["code", "msg"],
            ),
        ],
        "bundle" => vec![
            (get("/rte/demo/host/uid/7"), vec!["message", "status"]),
            (
                post("/getToken", json!({"tokenType": "rtm", "uid": "alice"})),
                vec![],
            ),
            (
                post(
                    "/token/generate",
                    json!({"uid": "u", "serviceRtm": {"enable": true}}),
                ),
                vec!["code", "data", "message"],
            ),
            (
                Event::post("/token/generate").form("userId=a&tokenType=user"),
                vec![],
            ),
            (
                post(
                    "/v2/token/generate",
                    json!({"channelName": "demo", "type": 1, "uid": "7"}),
                ),
                vec!["code", "message"],
            ),
            (
                post(
                    "/v2/token006/generate",
                    json!({"channelName": "demo", "type": 1, "uid": "7"}),
                ),
                vec!["code", "message"],
            ),
            (
                post("/api/token", json!({"channel": "demo", "uid": 7})),
                vec!["error"],
            ),
            (
                post(
                    "/api/token",
                    json!({"request_id": "1", "channel_name": "demo", "uid": 7}),
                ),
                vec!["code", "msg"],
            ),
            (get("/api/generate-agora-token"), vec!["details", "error"]),
            (get("/get_config"), vec!["code", "msg"]),
        ],
        other => panic!("{other}"),
    }
}

/// Asks every row of every function that `builder` makes, and expects one status.
fn all_refuse(
    builder: impl Fn(&str) -> agora_token_tests::runtime::Builder,
    status: u16,
    header: &str,
) {
    for name in ["rtc", "rtm", "chat", "education", "bundle"] {
        let function = builder(name).start();
        for (event, names) in requests(name) {
            let answer = function.send(&event);
            assert_eq!(answer.status, status, "{event:?}: {}", answer.body);
            assert!(
                header.is_empty() || answer.header(header).is_some(),
                "{event:?}"
            );
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            if names.is_empty() {
                assert!(!answer.body.is_empty() && !answer.body.starts_with('{'));
            } else {
                let ours = answer.json();
                assert_eq!(keys(&ours), names, "{event:?}");
                for code in [&ours["status"], &ours["code"]] {
                    let same = [
                        json!(status),
                        json!(status.to_string()),
                        json!(1),
                        json!(-2),
                    ];
                    assert!(code.is_null() || same.contains(code), "{event:?}: {code}");
                }
            }
        }
    }
}

#[test]
fn nobody_gets_a_token_without_showing_who_they_are() {
    all_refuse(closed, 401, "www-authenticate");
}

#[test]
fn nobody_gets_what_the_policy_does_not_grant() {
    let nothing = r#"{"anonymous":{"tokenTypes":[]}}"#;
    let narrow = |name: &str| {
        closed(name)
            .env("AGORA_ANONYMOUS_ACCESS", "open")
            .env("AGORA_POLICY", nothing)
    };
    all_refuse(narrow, 403, "");
}

#[test]
fn without_a_project_every_row_says_so_in_its_form() {
    all_refuse(
        |name| open(name).env("AGORA_APP_ID", "x"),
        503,
        "retry-after",
    );
}

#[test]
fn a_service_gets_what_it_asks_for_by_every_row() {
    for name in ["rtc", "rtm", "chat", "education", "bundle"] {
        let function = closed(name).start();
        for (event, _) in requests(name) {
            let answer = function.send(&event.header("x-api-key", API_KEY));
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
    }
}

/// What an original gives to anybody is shortened to what the policy grants, and what it asks for itself
/// is not.
#[test]
fn usual_lifetimes_bend_to_the_policy_and_asked_ones_do_not() {
    let policy = r#"{"anonymous":{"roles":["publisher"],"wildcards":"any","maxLifetime":300}}"#;
    let function = closed("rtc")
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .env("AGORA_POLICY", policy)
        .start();
    let text = get(&function, "/v1/token?channel_name=demo");
    assert_eq!(token(&text.body), of([rtc("demo", "", true, 300)], 300));
    let ours = ok(&get(&function, "/access_token?channel=demo&uid=7"));
    assert_eq!(token(ours["token"].as_str().unwrap())["expire"], 300);
    assert_eq!(
        get(&function, "/access_token?channel=demo&expiredTs=301").status,
        403
    );

    let no_wildcards = r#"{"anonymous":{"roles":["publisher"]}}"#;
    let function = closed("rtc")
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .env("AGORA_POLICY", no_wildcards)
        .start();
    for target in [
        "/v1/token?channel_name=demo",
        "/rtcToken?channelName=demo",
        "/rtc/demo/host/uid/0/",
    ] {
        assert_eq!(get(&function, target).status, 403, "{target}");
    }
    assert_eq!(
        get(&function, "/rtcToken?channelName=demo&uid=7").status,
        200
    );
}

#[test]
fn a_user_who_leaves_themselves_out_gets_a_token_of_their_own() {
    let issuer = Issuer::start();
    let claims = json!({
        "iss": issuer.issuer_url(), "aud": "app", "sub": "alice", "agora_uid": 7, "exp": 4_102_444_800_u64,
    });
    let jwt = format!("Bearer {}", issuer.sign(Algorithm::Es256, &claims));
    let policy = r#"{"user":{"tokenTypes":["*"]},"identity":{"uidClaim":"agora_uid"}}"#;
    let start = |name: &str| {
        closed(name)
            .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
            .env("AGORA_JWT_AUDIENCE", "app")
            .env("AGORA_JWT_JWKS", &issuer.jwks_json())
            .env("AGORA_POLICY", policy)
            .start()
    };
    let function = start("rtc");
    let send = |target: &str| {
        function.send(&ask(&format!("GET {target}"), None).header("authorization", &jwt))
    };
    for target in [
        "/rtcToken?channelName=demo",
        "/rtcToken?channelName=demo&uid=7",
    ] {
        let ours = ok(&send(target));
        assert_eq!(
            token(ours["key"].as_str().unwrap()),
            of([rtc("demo", "7", true, 3600)], 3600)
        );
    }
    for target in ["/rtcToken?channelName=demo&uid=8", "/rtc/demo/host/uid/0/"] {
        let refused = send(target);
        assert_eq!(refused.status, 403, "{target}");
    }

    let function = start("bundle");
    let event = Event::get("/api/generate-agora-token").query("channel=demo");
    let ours = ok(&function.send(&event.header("authorization", &jwt)));
    assert_eq!(ours["uid"], "7");
    let expected = of([rtc("demo", "7", true, 3600), rtm("alice", 3600)], 3600);
    assert_eq!(token(ours["token"].as_str().unwrap()), expected);
}

#[test]
fn routes_of_node_servers_sign_006_where_the_operator_says_so() {
    let legacy_of = |name: &str| {
        open_for_legacy(name)
            .env("AGORA_NODE_ROUTES_VERSION", "006")
            .start()
    };
    let function = legacy_of("rtc");
    let text = |target: &str, name: &str| {
        let ours = ok(&get(&function, target));
        ours[name].as_str().unwrap().to_owned()
    };
    assert_eq!(
        legacy(&text("/rtc/demo/host/uid/7/", "rtcToken"), "demo", "7"),
        [1, 2, 3, 4]
    );
    assert_eq!(
        legacy(&text("/access_token?channel=demo", "token"), "demo", ""),
        [1]
    );
    assert_eq!(
        legacy(
            &text("/rtcToken?channelName=demo&uid=7", "key"),
            "demo",
            "7"
        ),
        [1, 2, 3, 4]
    );
    // Go's and Python's servers sign 007 whatever the setting.
    let sent = json!({"uid": 7, "channelName": "demo"});
    let ours = ok(&post(&function, "/fetch_rtc_token", &sent));
    assert_eq!(ours["token"].as_str().unwrap().get(..3), Some("007"));
    assert_eq!(
        get(&function, "/v1/token?channel_name=demo").body.get(..3),
        Some("007")
    );

    let function = legacy_of("rtm");
    for (target, name) in [
        ("/rtm/alice/", "rtmToken"),
        ("/rtmToken?account=alice", "key"),
    ] {
        let ours = ok(&get(&function, target));
        assert_eq!(legacy(ours[name].as_str().unwrap(), "alice", ""), [1000]);
    }
    let function = legacy_of("bundle");
    let ours = ok(&get(&function, "/rte/demo/audience/uid/7/"));
    assert_eq!(legacy(ours["rtcToken"].as_str().unwrap(), "demo", "7"), [1]);
    assert_eq!(legacy(ours["rtmToken"].as_str().unwrap(), "7", ""), [1000]);

    let wrong = open("rtc").env("AGORA_NODE_ROUTES_VERSION", "005").start();
    assert_eq!(get(&wrong, "/rtcToken?channelName=demo&uid=7").status, 503);
    wrong.wait_for_log("AGORA_NODE_ROUTES_VERSION");
}

#[test]
fn a_certificate_in_a_request_is_never_used_and_always_noticed() {
    let function = open("bundle").start();
    let other = "fedcba9876543210fedcba9876543210";
    let sent = json!({
        "appCertificate": other, "channelName": "demo", "expire": 900, "type": 1, "uid": "7",
    });
    let ours = ok(&post(&function, "/v2/token/generate", &sent));
    // Read with the deployment's own certificate.
    assert_eq!(
        token(ours["data"]["token"].as_str().unwrap()),
        of([rtc("demo", "7", true, 900)], 900)
    );
    let line: Value =
        serde_json::from_str(&function.wait_for_log("certificate_in_request")).unwrap();
    assert_eq!(
        (&line["level"], &line["requestId"]),
        (&json!("WARN"), &json!("JKJaXmPLvHcESHA="))
    );
    assert!(line["message"].as_str().unwrap().contains("ignored"));
    let logs = function.logs().join("\n");
    assert!(
        !logs.contains(other) && !logs.contains(CERTIFICATE),
        "{logs}"
    );
    assert_eq!(logs.matches("certificate_in_request").count(), 1);

    let wide = closed("rtc")
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .env("AGORA_POLICY", &WIDE_POLICY)
        .start();
    ok(&get(
        &wide,
        &format!("/access_token?channel=demo&APP_CERTIFICATE={other}"),
    ));
    wide.wait_for_log("certificate_in_request");
    ok(&get(&wide, "/access_token?channel=demo"));
    wide.wait_for_log("issued");
    assert_eq!(
        wide.logs()
            .join("\n")
            .matches("certificate_in_request")
            .count(),
        1
    );
}
