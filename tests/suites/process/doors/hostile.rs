//! Events of each door that would end a process that reads them with less care.

use agora_token_tests::event::Event;
use agora_token_tests::runtime::Outcome;
use agora_token_tests::sample::{API_KEY, closed};
use serde_json::{Value, json};

/// What is changed in an event, to what, and the status of the answer.
fn changes() -> Vec<(&'static str, Value, u16)> {
    let huge: String = "h".repeat(60_000);
    vec![
        ("/path", json!("/v1/rtc \"<>\u{0}"), 404),
        ("/path", json!("v1 rtc"), 404),
        ("/path", json!(""), 400),
        ("/path", Value::Null, 400),
        ("/path", json!(7), 400),
        ("/path", json!("/".repeat(10_000)), 404),
        ("/path", json!(format!("/rtc/{}", "a".repeat(11_000))), 414),
        ("/path", json!("/rtc/%"), 400),
        (
            "/path",
            json!("http://example.com:99999999/v1/rtc?a#b"),
            404,
        ),
        ("/httpMethod", json!("GE T\u{0}"), 400),
        ("/httpMethod", json!("PROPFIND"), 405),
        ("/httpMethod", json!("get"), 405),
        ("/httpMethod", json!(7), 400),
        ("/headers", json!({"host": 5}), 400),
        ("/headers", json!(["host"]), 400),
        ("/headers/a b\n", json!("x"), 400),
        ("/headers/user-agent", json!("x\r\ny\u{0}"), 400),
        ("/headers/host", json!("a b\"<>:99999999"), 400),
        ("/headers/x-forwarded-proto", json!("ht tp://"), 400),
        ("/headers/x-huge", json!(huge.as_str()), 400),
        ("/headers/x-amzn-trace-id", json!(huge.as_str()), 400),
        (
            "/multiValueHeaders",
            json!({"host": [], "x-api-key": []}),
            400,
        ),
        ("/multiValueHeaders", json!({"host": [["x"]]}), 400),
        ("/multiValueHeaders", json!({"x-api-key": [null]}), 400),
        ("/multiValueHeaders", json!(7), 400),
        ("/multiValueQueryStringParameters", json!({"uid": []}), 400),
        ("/multiValueQueryStringParameters", json!({"": [""]}), 400),
        ("/multiValueQueryStringParameters", json!({"uid": [7]}), 400),
        (
            "/multiValueQueryStringParameters",
            json!({"a\"<> &=": ["\"<> \u{0}"]}),
            400,
        ),
        (
            "/multiValueQueryStringParameters",
            json!({"a": vec![""; 20_000]}),
            414,
        ),
        ("/queryStringParameters", json!({"uid": {"a": 1}}), 400),
        ("/queryStringParameters", json!([]), 400),
        ("/body", json!({"a": 1}), 400),
        ("/body", json!("***"), 400),
        ("/isBase64Encoded", json!("true"), 400),
        ("/requestContext/elb/targetGroupArn", json!({"a": 1}), 400),
        ("/requestContext/requestId", json!({"a": 1}), 400),
        ("/requestContext/requestId", json!("a\r\nb"), 400),
        ("/pathParameters", json!({"proxy": 7}), 400),
        ("/resource", json!("/{proxy+}{proxy+}"), 400),
        ("/resource", json!(7), 400),
    ]
}

fn changed(mut event: Value, pointer: &str, value: Value) -> Option<Value> {
    match event.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/')?;
            let parent = event.pointer_mut(parent)?.as_object_mut()?;
            parent.insert(name.to_owned(), value);
        }
    }
    Some(event)
}

#[test]
fn no_event_ends_the_process_and_each_answer_has_the_shape_of_its_door() {
    let function = closed("rtc").start();
    let pid = function.pid();
    // Nothing is missing but the parameters.
    let request = Event::get("/v1/rtc").header("x-api-key", API_KEY);
    let doors = [
        ("cookies", request.clone()),
        ("multiValueHeaders", request.clone().as_rest_api()),
        ("statusDescription", request.clone().as_load_balancer()),
        ("statusDescription", request.as_load_balancer_with_lists()),
    ];
    let mut sent = 0;
    for (member, event) in &doors[1..] {
        for (pointer, value, status) in changes() {
            let Some(event) = changed(event.to_json(), pointer, value) else {
                continue;
            };
            let what: String = event.to_string().chars().take(2_000).collect();
            let invocation = function.invoke(&event);
            let response = match &invocation.outcome {
                Outcome::Response(response) => response,
                other => panic!("{what}: {other:?}"),
            };
            assert!(response.get(member).is_some(), "{what}: {response}");
            let answer = invocation.answer();
            // What one door reads, another may ignore; it then lacks its parameters.
            assert!(
                answer.status == status || answer.status == 400,
                "{pointer}: {} {}, not {status}: {what}",
                answer.status,
                answer.body
            );
            assert!(answer.json()["code"].is_string(), "{what}");
            sent += 1;
        }
    }
    assert!(sent > 100, "{sent}");

    // Larger than any that is read.
    for (member, event) in doors {
        let event = event.body(&"x".repeat(300_000)).to_json();
        let invocation = function.invoke(&event);
        assert!(invocation.response().get(member).is_some());
        assert_eq!(invocation.answer().status, 413);
    }
    // What is missing altogether.
    for event in [
        json!({"requestContext": {"elb": {}}}),
        json!({"requestContext": {"elb": {"targetGroupArn": "a"}}, "httpMethod": "GET"}),
        json!({"httpMethod": "GET", "path": "/v1/rtc", "requestContext": null}),
        json!({"httpMethod": "GET", "requestContext": {"elb": 1, "http": 1}}),
        json!({"httpMethod": 7, "requestContext": [1]}),
        json!({"version": {"a": 1}, "httpMethod": null}),
    ] {
        let answer = function.invoke(&event).answer();
        assert_eq!(answer.status, 400, "{event}");
        assert_eq!(answer.json()["code"], "event_malformed", "{event}");
    }
    let good = Event::get("/v1/rtc")
        .query("channelName=demo&uid=1")
        .header("x-api-key", API_KEY);
    assert_eq!(function.send(&good).status, 200);
    assert!(function.is_alive());
    assert_eq!(function.pid(), pid);
}
