//! Events that would end a process that reads them with less care. The process must be the same one
//! afterwards, and still sign.

use agora_token_tests::event::Event;
use agora_token_tests::runtime::{Function, Outcome};
use agora_token_tests::sample::{CERTIFICATE, LOCAL_PATHS, open, read_token};
use serde_json::{Value, json};

fn with(pointer: &str, value: Value) -> Value {
    let mut event = Event::get("/v1/rtc")
        .query("channelName=demo&uid=1")
        .to_json();
    match event.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            event.pointer_mut(parent).unwrap()[name] = value;
        }
    }
    event
}

#[test]
fn no_event_ends_the_process() {
    let function = open("rtc").start();
    let pid = function.pid();
    let events: Vec<(&str, Value, &[u16])> = vec![
        (
            "raw quotation marks, angle brackets and spaces in the query",
            with(
                "/rawQueryString",
                json!("channelName=a b&account=x\"<>y&uid="),
            ),
            &[400],
        ),
        (
            "a raw space in a value that may hold one",
            with("/rawQueryString", json!("channelName=live room&uid=1")),
            &[200],
        ),
        (
            "angle brackets in a channel that may hold them",
            with("/rawQueryString", json!("channelName=a<b>c&uid=1")),
            &[200],
        ),
        (
            "raw control characters in the query",
            with("/rawQueryString", json!("channelName=a\u{0}\r\n&uid=1")),
            &[400],
        ),
        (
            "raw non-ASCII in the query",
            with("/rawQueryString", json!("channelName=频道&uid=1")),
            &[400],
        ),
        (
            "a query of more than 10 KiB",
            with(
                "/rawQueryString",
                json!(format!("channelName={}&uid=1", "a".repeat(10_240))),
            ),
            &[414],
        ),
        (
            "a query of nothing but separators",
            with("/rawQueryString", json!("&".repeat(10_000))),
            &[400],
        ),
        (
            "many parameters",
            with("/rawQueryString", json!("a=1&".repeat(2_500))),
            &[400],
        ),
        (
            "a path of more than 10 KiB",
            with("/rawPath", json!(format!("/rtc/{}", "a".repeat(10_240)))),
            &[414],
        ),
        (
            "a path that is no path",
            with("/rawPath", json!("v1 rtc \"<>\u{0}")),
            &[404],
        ),
        ("an empty path", with("/rawPath", json!("")), &[400]),
        (
            "a Base64 body that isn't",
            json!({"requestContext": {"http": {"method": "POST"}}, "rawPath": "/v1/rtc", "isBase64Encoded": true, "body": "***"}),
            &[400],
        ),
        (
            "a Base64 body that is no text",
            json!({"requestContext": {"http": {"method": "POST"}}, "rawPath": "/v1/rtc", "isBase64Encoded": true, "body": "/////w=="}),
            &[400],
        ),
        (
            "an odd host",
            with("/headers/host", json!("a b\"<>:99999999\u{0}")),
            &[200],
        ),
        ("no host", with("/headers/host", json!("")), &[200]),
        (
            "an odd protocol",
            with("/headers/x-forwarded-proto", json!("ht tp://\u{0}")),
            &[200],
        ),
        (
            "an odd header name",
            with("/headers/a b\u{0}\n", json!("x")),
            &[200],
        ),
        (
            "an odd header value",
            with("/headers/user-agent", json!("x\r\ny\u{0}")),
            &[200],
        ),
        (
            "an odd key",
            with("/headers/x-api-key", json!("a\r\nb\u{0}")),
            &[401],
        ),
        (
            "an odd method",
            with("/requestContext/http/method", json!("GE T\u{0}")),
            &[405],
        ),
        (
            "no method",
            with("/requestContext/http/method", json!("")),
            &[400],
        ),
        (
            "headers that are no texts",
            with("/headers", json!({"host": 5})),
            &[400],
        ),
        ("no headers", with("/headers", json!({})), &[200]),
        (
            "null for the query",
            with("/rawQueryString", Value::Null),
            &[400],
        ),
        ("numbers for texts", with("/rawPath", json!(7)), &[400]),
        (
            "another event altogether",
            json!({"Records": [{"eventSource": "aws:s3"}]}),
            &[400],
        ),
        (
            "an event of payload format 1.0",
            json!({"version": "1.0", "httpMethod": "GET", "path": "/v1/rtc", "resource": "/v1/rtc"}),
            &[400],
        ),
        ("an empty object", json!({}), &[400]),
        ("null", Value::Null, &[400]),
        ("a list", json!([1, 2]), &[400]),
    ];
    for (what, event, statuses) in events {
        let invocation = function.invoke(&event);
        let answer = match &invocation.outcome {
            Outcome::Response(_) => invocation.answer(),
            other => panic!("{what}: {other:?}"),
        };
        assert!(
            statuses.contains(&answer.status),
            "{what}: {} {}",
            answer.status,
            answer.body
        );
        assert!(answer.json().is_object(), "{what}");
    }
    let good = function.send(&Event::get("/v1/rtc").query("channelName=demo&uid=1"));
    read_token(good.json()["token"].as_str().unwrap(), CERTIFICATE);
    assert!(function.is_alive());
    assert_eq!(function.pid(), pid);
}

#[test]
fn an_invocation_that_is_no_json_is_an_error_of_that_invocation_only() {
    let function = open("rtc").start();
    for raw in ["", "{", "\u{0}", "{\"rawPath\": \"\\ud800\"}"] {
        let outcome = function.invoke_raw(raw).outcome;
        assert!(
            matches!(outcome, Outcome::Failed(_) | Outcome::Response(_)),
            "{raw:?}: {outcome:?}"
        );
    }
    assert_eq!(
        function
            .send(&Event::get("/v1/rtc").query("channelName=demo&uid=1"))
            .status,
        200
    );
}

/// The service that a token is for, or the status of the refusal.
fn issued(function: &Function, event: &Value) -> Result<String, u16> {
    let answer = function.invoke(event).answer();
    match answer.status {
        200 => {
            let parsed = read_token(answer.json()["rtcToken"].as_str().unwrap(), CERTIFICATE);
            Ok(format!("{:?}", parsed.services[0].kind))
        }
        status => Err(status),
    }
}

/// An HTTP API hands over a path decoded, a local server as it was sent.
#[test]
fn a_name_in_a_path_is_decoded_exactly_once_or_refused() {
    let (name, value) = LOCAL_PATHS;
    let function = open("rtc").env(name, value).start();
    let channel = |event: Value| issued(&function, &event);
    let gateway = |raw_path: &str, proxy: &str| {
        let mut event = Event::get("/rtc/x")
            .route_key("GET /rtc/{proxy+}")
            .to_json();
        event["rawPath"] = json!(raw_path);
        event["pathParameters"] = json!({"proxy": proxy});
        event
    };
    let local = |raw_path: &str| Event::get(raw_path).as_cargo_lambda().to_json();

    assert!(
        channel(gateway("/rtc/live room/1/uid/1", "live room/1/uid/1"))
            .unwrap()
            .contains("\"live room\"")
    );
    assert!(
        channel(gateway("/rtc/live room/1/uid/1/", "live%20room/1/uid/1"))
            .unwrap()
            .contains("\"live room\"")
    );
    assert!(
        channel(local("/rtc/live%20room/1/uid/1"))
            .unwrap()
            .contains("\"live room\"")
    );
    assert!(
        channel(local("/rtc/100%25/1/uid/1"))
            .unwrap()
            .contains("\"100%\"")
    );
    assert!(
        channel(local("/rtc/a+b/1/uid/1"))
            .unwrap()
            .contains("\"a+b\"")
    );

    // A `%` in a decoded path: whether it stood there or is encoding that is left, nobody can tell.
    assert_eq!(
        channel(gateway("/rtc/100%/1/uid/1", "100%/1/uid/1")),
        Err(400)
    );
    assert_eq!(
        channel(gateway("/rtc/a%20b/1/uid/1", "a%20b/1/uid/1")),
        Err(400)
    );
    // The gateway cuts a decoded path at its `?`.
    assert_eq!(
        channel(gateway(
            "/rtc/demo/1/userAccount/al",
            "demo/1/userAccount/al?ice"
        )),
        Err(400)
    );
    assert_eq!(
        channel(gateway(
            "/rtc/demo/1/userAccount/al",
            "demo/1/userAccount/al%3Fice"
        )),
        Err(400)
    );
    assert_eq!(channel(local("/rtc/%zz/1/uid/1")), Err(400));
    assert_eq!(channel(local("/rtc/%ff/1/uid/1")), Err(400));
    assert_eq!(channel(local("/rtc/a%2Fb/1/uid/1")), Err(400));
}

/// A function URL tells the path as it was sent and decoded: where the two fit together, nothing is in doubt.
#[test]
fn a_name_in_the_path_of_a_function_url_is_decoded_exactly_once() {
    let function = open("rtc").start();
    let channel = |path: &str| issued(&function, &Event::get(path).as_function_url().to_json());
    for (path, name) in [
        ("/rtc/live%20room/1/uid/1", "live room"),
        ("/rtc/live%20room/1/uid/1/", "live room"),
        ("/rtc/100%25/1/uid/1", "100%"),
        ("/rtc/100%2525/1/uid/1", "100%25"),
        ("/rtc/a+b%5B%5D/1/uid/1", "a+b[]"),
        ("/rtc/demo/1/uid/1", "demo"),
    ] {
        let issued = channel(path).unwrap();
        assert!(issued.contains(&format!("{name:?}")), "{path}: {issued}");
    }
    for path in ["/rtc/%zz/1/uid/1", "/rtc/%ff/1/uid/1", "/rtc/a%2Fb/1/uid/1"] {
        assert_eq!(channel(path), Err(400), "{path}");
    }
    // What is no proof.
    for decoded in ["/rtc/100%25/1/uid/1", "/rtc/x", ""] {
        let mut event = Event::get("/rtc/100%25/1/uid/1")
            .as_function_url()
            .to_json();
        event["requestContext"]["http"]["path"] = decoded.into();
        assert_eq!(issued(&function, &event), Err(400), "{decoded}");
    }
}

/// `$default` routes of an HTTP API name no route either; whether their path is decoded is not known.
#[test]
fn in_the_cloud_no_path_counts_as_one_of_a_local_server() {
    let function = open("rtc").start();
    let channel = |raw_path: &str| {
        let event = Event::get("/rtc/x").route_key("$default").to_json();
        issued(&function, &with_path(event, raw_path))
    };
    assert!(
        channel("/rtc/live room/1/uid/1")
            .unwrap()
            .contains("\"live room\"")
    );
    assert_eq!(channel("/rtc/live%20room/1/uid/1"), Err(400));
    assert_eq!(channel("/rtc/100%25/1/uid/1"), Err(400));
    let mut unnamed = with_path(Event::get("/rtc/x").to_json(), "/rtc/100%25/1/uid/1");
    unnamed.as_object_mut().unwrap().remove("routeKey");
    assert_eq!(issued(&function, &unnamed), Err(400));
}

/// Nor does the setting change what a route of an HTTP API hands over.
#[test]
fn a_path_of_a_named_route_is_never_decoded() {
    let (name, value) = LOCAL_PATHS;
    let function = open("rtc").env(name, value).start();
    let event = Event::get("/rtc/x").route_key("GET /rtc/{proxy+}");
    let event = with_path(event.to_json(), "/rtc/100%25/1/uid/1");
    assert_eq!(issued(&function, &event), Err(400));
}

fn with_path(mut event: Value, raw_path: &str) -> Value {
    event["rawPath"] = raw_path.into();
    event["requestContext"]["http"]["path"] = raw_path.into();
    event
}
