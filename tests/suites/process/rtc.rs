//! `/v1/rtc` and the path form.

use agora_token::token::{AccessToken, AppCertificate, Service, ServiceKind};
use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{
    API_KEY, APP_ID, CERTIFICATE, closed, open, open_for_legacy, read_token,
};
use serde_json::{Value, json};

use crate::api::refuses;

/// The one service of an RTC token: channel, user, and its privileges.
fn rtc_service(token: &str) -> (String, String, Vec<(u16, u32)>) {
    let parsed = read_token(token, CERTIFICATE);
    assert_eq!(parsed.app_id, APP_ID);
    match parsed.services.as_slice() {
        [
            Service {
                kind: ServiceKind::Rtc { channel_name, uid },
                privileges,
            },
        ] => (
            channel_name.clone(),
            uid.clone(),
            privileges.iter().collect(),
        ),
        other => panic!("not one RTC service: {other:?}"),
    }
}

fn post(function: &Function, body: Value) -> (u16, Value) {
    let answer = function.send(&Event::post("/v1/rtc").json(&body));
    (answer.status, answer.json())
}

#[test]
fn a_publisher_gets_all_four_privileges_for_the_life_of_the_token() {
    let function = open("rtc").start();
    let answer = function.send(&Event::post("/v1/rtc").json(&json!({
        "channelName": "demo", "uid": 4_294_967_295_u32, "role": "publisher", "tokenExpire": 600,
    })));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("x-request-id").is_some());
    assert!(
        answer
            .headers
            .keys()
            .all(|name| !name.starts_with("access-control-")),
        "CORS is the gateway's"
    );

    let body = answer.json();
    let (channel, uid, privileges) = rtc_service(body["token"].as_str().unwrap());
    assert_eq!((channel.as_str(), uid.as_str()), ("demo", "4294967295"));
    assert_eq!(privileges, [(1, 600), (2, 600), (3, 600), (4, 600)]);
    let issued_at = body["issuedAt"].as_u64().unwrap();
    assert_eq!(body["expiresAt"], issued_at + 600);
    assert_eq!(body["renewAt"], issued_at + 570);
    assert_eq!(body["tokenType"], "rtc");
    assert_eq!(body["appId"], APP_ID);
    assert_eq!(
        (&body["channelName"], &body["uid"], &body["uidSigned"]),
        (&json!("demo"), &json!(4_294_967_295_u32), &json!(-1))
    );
    assert_eq!(body["role"], "publisher");
    assert_eq!(body["warnings"], json!([]));
}

#[test]
fn a_get_takes_the_same_names_and_every_spelling_of_a_role() {
    let function = open("rtc").start();
    let get = |query: &str| {
        let answer = function.send(&Event::get("/v1/rtc").query(query));
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        rtc_service(answer.json()["token"].as_str().unwrap())
    };
    for role in ["publisher", "Publisher", "host", "broadcaster", "1"] {
        assert_eq!(
            get(&format!("channel=a+b&uid=7&role={role}")).2.len(),
            4,
            "{role}"
        );
    }
    for role in ["subscriber", "audience", "attendee", "ATTENDEE", "2"] {
        assert_eq!(
            get(&format!("channelName=a%20b&account=al%2Bice&role={role}")).2,
            [(1, 3600)],
            "{role}"
        );
    }
    assert_eq!(get("channel=a+b&uid=-1").1, "4294967295");
    assert_eq!(get("channel=%25&account=x@y.z").0, "%");
    assert_eq!(get("channel=a&uid=0").1, "");
    assert_eq!(get("channel=a&account=0").1, "0");
    assert_eq!(get("channel=<b>&uid=1").0, "<b>");
}

#[test]
fn privileges_one_by_one_and_their_warnings() {
    let function = open("rtc").start();
    let (status, body) = post(
        &function,
        json!({"channelName": "demo", "uid": 1, "tokenExpire": 100,
               "privileges": {"joinChannel": 50, "publishAudioStream": 200, "publishDataStream": 0}}),
    );
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        rtc_service(body["token"].as_str().unwrap()).2,
        [(1, 50), (2, 200), (4, 0)]
    );
    let codes: Vec<&str> = body["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "privilege_zero",
            "privilege_outlives_token",
            "join_ends_first"
        ]
    );

    let (_, body) = post(
        &function,
        json!({"channelName": "demo", "uid": 1, "role": 1, "privilegeExpire": 30}),
    );
    assert_eq!(
        rtc_service(body["token"].as_str().unwrap()).2,
        [(1, 30), (2, 30), (3, 30), (4, 30)]
    );
}

#[test]
fn version_006_has_absolute_times_that_we_computed() {
    let function = open_for_legacy("rtc").start();
    let (status, body) = post(
        &function,
        json!({"channelName": "demo", "uid": 0, "role": 1, "version": "006", "expire": 600, "privilegeExpire": 900}),
    );
    assert_eq!(status, 200, "{body}");
    let parsed = AccessToken::parse(body["token"].as_str().unwrap()).unwrap();
    let certificate: AppCertificate = CERTIFICATE.parse().unwrap();
    assert!(parsed.verify(&certificate, "demo", ""));
    let until = u32::try_from(body["expiresAt"].as_u64().unwrap()).unwrap();
    let privileges: Vec<(u16, u32)> = parsed.privileges.iter().collect();
    assert_eq!(privileges, [(1, until), (2, until), (3, until), (4, until)]);

    let (status, body) = post(
        &function,
        json!({"channelName": "demo", "uid": 1, "version": "006", "privilegeExpire": 0}),
    );
    assert_eq!((status, &body["field"]), (400, &json!("privilegeExpire")));
}

/// What is sent, the status, the code and the field of the answer.
#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = open("rtc").start();
    let good = json!({"channelName": "demo", "uid": 1});
    let cases = [
        (
            json!({"channelName": null}),
            "parameter_missing",
            "channelName",
        ),
        (
            json!({"channelName": "c".repeat(65)}),
            "parameter_length",
            "channelName",
        ),
        (
            json!({"channelName": "a/b"}),
            "parameter_characters",
            "channelName",
        ),
        (
            json!({"channelName": "频道"}),
            "parameter_characters",
            "channelName",
        ),
        (
            json!({"channelName": "a\u{0}b"}),
            "parameter_characters",
            "channelName",
        ),
        (json!({"channelName": 123}), "parameter_type", "channelName"),
        (json!({"channel": "other"}), "parameter_repeated", "channel"),
        (json!({"uid": null}), "parameter_missing", "uid"),
        (json!({"uid": 4_294_967_296_u64}), "parameter_range", "uid"),
        (json!({"uid": -2_147_483_649_i64}), "parameter_range", "uid"),
        (json!({"uid": 1.5}), "parameter_type", "uid"),
        (json!({"uid": true}), "parameter_type", "uid"),
        (json!({"uid": "00"}), "parameter_type", "uid"),
        (json!({"uid": "+1"}), "parameter_type", "uid"),
        (json!({"uid": " 1"}), "parameter_type", "uid"),
        (json!({"uid": "alice"}), "parameter_type", "uid"),
        (json!({"account": "alice"}), "parameter_conflict", "account"),
        (
            json!({"uid": null, "account": ""}),
            "parameter_length",
            "account",
        ),
        (
            json!({"uid": null, "account": "a".repeat(256)}),
            "parameter_length",
            "account",
        ),
        (json!({"role": "boss"}), "parameter_choice", "role"),
        (json!({"role": 3}), "parameter_choice", "role"),
        (json!({"tokenExpire": 0}), "parameter_range", "tokenExpire"),
        (
            json!({"tokenExpire": 86_401}),
            "parameter_range",
            "tokenExpire",
        ),
        (json!({"tokenExpire": -1}), "parameter_range", "tokenExpire"),
        (
            json!({"expire": 1_700_000_000}),
            "lifetime_is_timestamp",
            "expire",
        ),
        (
            json!({"expire": 4_294_967_296_u64}),
            "lifetime_is_timestamp",
            "expire",
        ),
        (
            json!({"privilegeExpire": 1_700_000_000}),
            "lifetime_is_timestamp",
            "privilegeExpire",
        ),
        (
            json!({"tokenExpire": "3600s"}),
            "parameter_type",
            "tokenExpire",
        ),
        (
            json!({"privileges": {"joinChannel": 1}, "role": 1}),
            "parameter_conflict",
            "privileges",
        ),
        (
            json!({"privileges": {"joinChanel": 1}}),
            "parameter_unknown",
            "privileges.joinChanel",
        ),
        (json!({"privileges": 600}), "parameter_type", "privileges"),
        (json!({"version": "005"}), "parameter_choice", "version"),
        (json!({"appId": "x"}), "parameter_characters", "appId"),
        (
            json!({"appId": "0123456789abcdef0123456789abcdef"}),
            "parameter_choice",
            "appId",
        ),
        (
            json!({"chanelName": "x"}),
            "parameter_unknown",
            "chanelName",
        ),
        (
            json!({"appCertificate": "x"}),
            "parameter_unknown",
            "appCertificate",
        ),
    ];
    refuses(&function, "/v1/rtc", &good, &cases);
}

#[test]
fn a_parameter_that_is_sent_twice_is_refused_wherever_it_stands() {
    let function = open("rtc").start();
    let twice = [
        Event::get("/v1/rtc").query("channelName=a&uid=1&uid=0"),
        Event::get("/v1/rtc").query("channelName=a&channel=a&uid=1"),
        Event::post("/v1/rtc")
            .header("content-type", "application/json")
            .body(r#"{"channelName":"a","uid":1,"uid":0}"#),
    ];
    for event in twice {
        let answer = function.send(&event);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("parameter_repeated")),
            "{}",
            answer.body
        );
    }
    let both = function.send(
        &Event::post("/v1/rtc")
            .query("uid=0")
            .json(&json!({"channelName": "a", "uid": 1})),
    );
    assert_eq!(
        (both.status, &both.json()["code"]),
        (400, &json!("parameter_conflict"))
    );
}

#[test]
fn bodies_that_are_no_json_object_are_refused() {
    let function = open("rtc").start();
    let json = |body: &str| {
        Event::post("/v1/rtc")
            .header("content-type", "application/json; charset=utf-8")
            .body(body)
    };
    for body in [
        "{",
        "[]",
        "\"a\"",
        "1",
        "nul",
        "{\"channelName\":\"a\"} x",
        "\u{feff}{}",
    ] {
        let answer = function.send(&json(body));
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &serde_json::json!("body_not_json")),
            "{body}"
        );
    }
    let form = function.send(&Event::post("/v1/rtc").form("channelName=a&uid=1"));
    assert_eq!(
        (form.status, &form.json()["code"]),
        (415, &serde_json::json!("body_media_type"))
    );
    let empty = function.send(&Event::post("/v1/rtc"));
    assert_eq!(
        (empty.status, &empty.json()["code"]),
        (400, &serde_json::json!("parameter_missing"))
    );
    let encoded = function.send(
        &Event::post("/v1/rtc")
            .header("content-type", "application/json")
            .body_base64(br#"{"channelName":"a","uid":1}"#),
    );
    assert_eq!(encoded.status, 200, "{}", encoded.body);
}

#[test]
fn unknown_paths_list_the_routes_and_wrong_methods_the_right_ones() {
    let function = open("rtc").start();
    let unknown = function.send(&Event::get("/v1/rtcc"));
    assert_eq!(
        (unknown.status, &unknown.json()["code"]),
        (404, &json!("route_unknown"))
    );
    assert!(
        unknown.json()["detail"]
            .as_str()
            .unwrap()
            .contains("/v1/rtc"),
        "{}",
        unknown.body
    );
    for path in [
        "/",
        "/rtc/demo/publisher/uid",
        "/rtc/demo/publisher/uid/",
        "/rtc/demo/publisher/uid/1/2",
        "//v1/rtc",
    ] {
        assert_eq!(function.send(&Event::get(path)).status, 404, "{path}");
    }
    let wrong = function.send(&Event::new("DELETE", "/v1/rtc"));
    assert_eq!(
        (wrong.status, wrong.header("allow")),
        (405, Some("GET, POST"))
    );
    // The forms of other servers are there for one method.
    let wrong = function.send(&Event::post("/rtc/demo/publisher/uid/1"));
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET")));
}

#[test]
fn the_path_form_answers_as_its_clients_expect() {
    let function = open("rtc").start();
    let get = |path: &str, query: &str| {
        let answer = function.send(&Event::get(path).query(query).route_key("GET /rtc/{proxy+}"));
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let body = answer.json();
        assert_eq!(
            body.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["rtcToken"]
        );
        rtc_service(body["rtcToken"].as_str().unwrap())
    };
    for path in [
        "/rtc/demo/publisher/uid/1234",
        "/rtc/demo/publisher/uid/1234/",
    ] {
        assert_eq!(
            get(path, ""),
            (
                "demo".into(),
                "1234".into(),
                vec![(1, 3600), (2, 3600), (3, 3600), (4, 3600)]
            )
        );
    }
    assert_eq!(
        get("/rtc/demo/audience/userAccount/alice/", "expiry=600"),
        ("demo".into(), "alice".into(), vec![(1, 600)])
    );
    assert_eq!(get("/rtc/live%20room/host/uid/0/", "").0, "live room");

    for (path, query) in [
        ("/rtc/demo/publisher/uid/4294967301/", ""),
        ("/rtc/demo/publisher/uid/abc/", ""),
        ("/rtc/demo/boss/uid/1/", ""),
        ("/rtc/demo/publisher/name/1/", ""),
        ("/rtc/demo/publisher/uid/1/", "expiry=0"),
        ("/rtc/demo/publisher/uid/1/", "expiry=abc"),
        ("/rtc/demo/publisher/uid/1/", "expiry=1999999999"),
        ("/rtc/demo/publisher/uid/1/", "expiry=1&expiry=2"),
    ] {
        let answer = function.send(&Event::get(path).query(query));
        assert_eq!(
            (answer.status, &answer.json()["status"]),
            (400, &json!(400)),
            "{path}?{query}"
        );
        // As the Go server calls it.
        let name = if query.is_empty() { "error" } else { "message" };
        assert!(answer.json()[name].is_string(), "{}", answer.body);
    }
}

#[test]
fn nobody_gets_a_token_without_a_key() {
    let function = closed("rtc").start();
    let ask = || Event::get("/v1/rtc").query("channelName=demo&uid=1");
    let refused = [
        (ask(), "credentials_missing"),
        (ask().header("x-api-key", ""), "credentials_unknown"),
        (
            ask().header("x-api-key", "sample-api-key-012345678"),
            "credentials_unknown",
        ),
        (ask().header("authorization", API_KEY), "credentials_scheme"),
        (
            ask().header("authorization", &format!("Basic {API_KEY}")),
            "credentials_scheme",
        ),
        (
            ask().header("authorization", "Bearer wrong-key-0123456789"),
            "credentials_unknown",
        ),
    ];
    for (event, code) in refused {
        let answer = function.send(&event);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (401, &json!(code)),
            "{}",
            answer.body
        );
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer realm=\"agora-token\"")
        );
    }
    let path_form = function.send(&Event::get("/rtc/demo/publisher/uid/1/"));
    assert_eq!(
        (path_form.status, &path_form.json()["status"]),
        (401, &json!(401))
    );
    for event in [
        ask().header("x-api-key", API_KEY),
        ask().header("authorization", &format!("Bearer {API_KEY}")),
    ] {
        assert_eq!(function.send(&event).status, 200);
    }
}

#[test]
fn the_audit_line_has_everything_but_the_token() {
    let function = closed("rtc").start();
    let answer = function.send(
        &Event::get("/v1/rtc")
            .query("channelName=demo&account=alice&expire=60")
            .header("x-api-key", API_KEY),
    );
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let line: Value = serde_json::from_str(&function.wait_for_log("\"audit\"")).unwrap();
    assert_eq!(
        (&line["principal"], &line["outcome"], &line["status"]),
        (&json!("service"), &json!("issued"), &json!(200))
    );
    assert_eq!(line["route"], "GET /v1/rtc");
    let noted = &line["tokens"][0];
    assert_eq!(
        (
            &noted["tokenType"],
            &noted["channelName"],
            &noted["account"]
        ),
        (&json!("rtc"), &json!("demo"), &json!("alice"))
    );
    assert_eq!(
        (&noted["lifetime"], &noted["appId"]),
        (&json!(60), &json!(APP_ID))
    );
    let everything = function.logs().join("\n");
    for secret in [token.as_str(), API_KEY, CERTIFICATE] {
        assert!(!everything.contains(secret), "{everything}");
    }
}

#[test]
fn the_audit_line_names_the_route_and_not_the_path() {
    let function = closed("rtc").start();
    function.send(&Event::get("/rtc/secret-channel/publisher/uid/7/"));
    let line = function.wait_for_log("credentials_missing");
    let audited: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(audited["route"], "GET /rtc/{channel}/{role}/{type}/{id}");
    assert!(audited.get("method").is_none() && audited.get("path").is_none());
    assert!(!line.contains("secret-channel"), "{line}");
}

/// The gateway hands over all that is below `/rtc`, so a function sees what no route takes as well.
#[test]
fn a_near_miss_leaves_its_method_and_path_without_what_could_be_secret() {
    let function = closed("rtc").start();
    let token = format!("007eJx{}", "a".repeat(200));
    let near = [
        ("GET", "/rtc/lobby", "/rtc/lobby", 404),
        ("POST", "/rtc/lobby/1/uid/7", "/rtc/lobby/1/uid/7", 405),
        ("GET", &format!("/rtc/{token}/1"), "/rtc/…/1", 404),
        (
            "GET",
            &format!("/rtc/{CERTIFICATE}/{API_KEY}/lobby/1/uid/7/8"),
            "/rtc/…/…/lobby/1/uid/7/8",
            404,
        ),
    ];
    for (method, path, shown, status) in near {
        let event = Event::new(method, path).query(&format!("token={token}"));
        for (door, event) in [event.clone(), event.as_rest_api()].into_iter().enumerate() {
            let id = format!("{door} {shown}");
            let answer = function.send(&event.request_id(&id));
            assert_eq!(answer.status, status, "{path}");
            let line = function.wait_for_log(&format!("\"requestId\":\"{id}\""));
            let line: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(
                (&line["method"], &line["path"]),
                (&json!(method), &json!(shown))
            );
            assert_eq!((&line["status"], line.get("route")), (&json!(status), None));
        }
    }
    let everything = function.logs().join("\n");
    for secret in [token.as_str(), API_KEY, CERTIFICATE] {
        assert!(!everything.contains(secret), "{everything}");
    }
    // A load balancer asks each function for a path that it has not, by itself.
    let check = Event::get("/").header("user-agent", "ELB-HealthChecker/2.0");
    assert_eq!(function.send(&check.as_load_balancer()).status, 200);
    let line = function.wait_for_log("greeted");
    assert!(!line.contains("\"path\""), "{line}");
}
