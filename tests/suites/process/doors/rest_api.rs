//! What only REST APIs send and take.

use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{CERTIFICATE, open, read_token};
use serde_json::{Value, json};

/// The service that a token is for, or the code of the refusal.
fn issued(function: &Function, event: &Value) -> Result<String, String> {
    let answer = function.invoke(event).answer().json();
    match answer["rtcToken"].as_str() {
        Some(token) => {
            let service = &read_token(token, CERTIFICATE).services[0].kind;
            Ok(format!("{service:?}"))
        }
        None => Err(answer["code"].as_str().unwrap_or_default().to_owned()),
    }
}

/// An event of the resource below which the drop-in paths are.
fn event(path: &str, proxy: &str) -> Value {
    let mut event = Event::get(path)
        .route_key("GET /rtc/{proxy+}")
        .path_parameter("proxy", proxy)
        .as_rest_api()
        .to_json();
    event["requestContext"]["path"] = path.into();
    event
}

#[test]
fn the_answer_has_the_members_of_payload_format_1_0() {
    let function = open("rtc").start();
    let request = Event::get("/v1/rtc").request_id("c6af9ac6-7b61-11e6-9a41-93e8deadbeef");
    let response = function.invoke(&request.as_rest_api().to_json());
    let response = response.response().as_object().unwrap();
    assert_eq!(
        response.keys().collect::<Vec<_>>(),
        [
            "body",
            "headers",
            "isBase64Encoded",
            "multiValueHeaders",
            "statusCode"
        ]
    );
    assert_eq!(response["statusCode"], 400);
    assert_eq!(response["headers"], json!({}));
    assert_eq!(response["isBase64Encoded"], false);
    assert_eq!(
        response["multiValueHeaders"],
        json!({
            "cache-control": ["no-store"],
            "content-type": ["application/problem+json"],
            "x-request-id": ["c6af9ac6-7b61-11e6-9a41-93e8deadbeef"],
        })
    );
    let body: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["requestId"], "c6af9ac6-7b61-11e6-9a41-93e8deadbeef");
}

#[test]
fn a_name_in_a_path_is_decoded_exactly_once_or_refused() {
    let function = open("rtc").start();
    for (path, proxy, name) in [
        (
            "/rtc/live%20room/1/uid/1",
            "live%20room/1/uid/1",
            "live room",
        ),
        ("/rtc/live%20room/1/uid/1", "live room/1/uid/1", "live room"),
        ("/rtc/100%25/1/uid/1/", "100%25/1/uid/1", "100%"),
        ("/rtc/100%2525/1/uid/1", "100%2525/1/uid/1", "100%25"),
        ("/rtc/a+b/1/uid/1", "a+b/1/uid/1", "a+b"),
        ("/rtc/a%3Fb/1/uid/1", "a?b/1/uid/1", "a?b"),
    ] {
        let service = issued(&function, &event(path, proxy)).unwrap();
        assert!(service.contains(&format!("{name:?}")), "{path}: {service}");
    }
    for (path, proxy) in [
        ("/rtc/%zz/1/uid/1", "%zz/1/uid/1"),
        ("/rtc/%ff/1/uid/1", "%ff/1/uid/1"),
        ("/rtc/demo/1/userAccount/al", "demo/1/userAccount/al?ice"),
        ("/rtc/a%2Fb/1/uid/1", "a/b/1/uid/1"),
        ("/rtc/demo/1/uid/1", "other/1/uid/1"),
    ] {
        let refused = issued(&function, &event(path, proxy));
        assert_eq!(refused, Err("path_ambiguous".to_owned()), "{path}");
    }
}

/// A custom domain puts its base path before the resource, and where it names no stage the stage too.
#[test]
fn the_base_path_of_a_custom_domain_is_left_out() {
    let function = open("rtc").start();
    for base in ["", "/tokens", "/tokens/prod", "/rtc"] {
        let path = format!("{base}/rtc/live%20room/1/uid/1");
        let event = event(&path, "live%20room/1/uid/1");
        let service = issued(&function, &event).unwrap();
        assert!(service.contains("\"live room\""), "{path}: {service}");

        let get = Event::get(&format!("{base}/v1/rtc"))
            .query("channelName=demo&uid=1")
            .as_rest_api();
        let whole = get.clone().route_key("GET /v1/rtc");
        let below = get
            .route_key("ANY /{proxy+}")
            .path_parameter("proxy", "v1/rtc");
        for event in [whole, below] {
            assert_eq!(function.send(&event).status, 200, "{}", event.to_json());
        }
    }
}

/// Those hand over a decoded path in this format too, and number it.
#[test]
fn an_http_api_may_send_this_format() {
    let function = open("rtc").start();
    let numbered = |path: &str, proxy: &str| {
        let mut event = event(path, proxy);
        event["version"] = "1.0".into();
        issued(&function, &event)
    };
    let decoded = numbered("/rtc/live room/1/uid/1", "live room/1/uid/1").unwrap();
    assert!(decoded.contains("\"live room\""), "{decoded}");
    let decoded = numbered("/rtc/live room/1/uid/1", "live%20room/1/uid/1").unwrap();
    assert!(decoded.contains("\"live room\""), "{decoded}");
    let ambiguous = Err("path_ambiguous".to_owned());
    assert_eq!(numbered("/rtc/100%25/1/uid/1", "100%25/1/uid/1"), ambiguous);
    assert_eq!(
        numbered("/rtc/demo/1/userAccount/al", "demo/1/userAccount/al?ice"),
        ambiguous
    );
}

/// As the console's test and the local server of the SAM CLI send it.
#[test]
fn everything_that_there_is_none_of_may_be_null() {
    let function = open("rtc").start();
    let mut event = Event::get("/v1/rtc")
        .route_key("GET /v1/rtc")
        .as_rest_api()
        .to_json();
    for name in ["headers", "multiValueHeaders", "pathParameters", "body"] {
        event[name] = Value::Null;
    }
    event["queryStringParameters"] = json!({"channelName": "live room", "uid": "1"});
    let answer = function.invoke(&event).answer();
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["channelName"], "live room");
}
