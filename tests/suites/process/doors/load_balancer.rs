//! What only Application Load Balancers send and take.

use agora_token_tests::event::Event;
use agora_token_tests::sample::{CERTIFICATE, open, read_token};
use serde_json::{Value, json};

const TRACE: &str = "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520";

#[test]
fn the_answer_has_a_description_and_headers_of_both_kinds() {
    let function = open("rtc").start();
    let request = Event::get("/nowhere").header("x-amzn-trace-id", TRACE);
    for event in [
        request.clone().as_load_balancer(),
        request.as_load_balancer_with_lists(),
    ] {
        let invocation = function.invoke(&event.to_json());
        let response = invocation.response();
        assert_eq!(response["statusCode"], 404);
        assert_eq!(response["statusDescription"], "404 Not Found");
        assert_eq!(response["isBase64Encoded"], false);
        let headers = json!({
            "cache-control": "no-store",
            "content-type": "application/problem+json",
            "x-request-id": TRACE,
        });
        assert_eq!(response["headers"], headers);
        for (name, value) in headers.as_object().unwrap() {
            assert_eq!(response["multiValueHeaders"][name], json!([value]));
        }
        let body: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
        assert_eq!(body["requestId"], TRACE);
    }
}

/// Path and parameters arrive as they were sent.
#[test]
fn a_name_in_a_path_is_decoded_exactly_once() {
    let function = open("rtc").start();
    for (path, name) in [
        ("/rtc/live%20room/1/uid/1", "live room"),
        ("/rtc/100%25/1/uid/1", "100%"),
        ("/rtc/100%2525/1/uid/1/", "100%25"),
        ("/rtc/a+b/1/uid/1", "a+b"),
    ] {
        let event = Event::get(path).as_load_balancer();
        let answer = function.send(&event).json();
        let token = read_token(answer["rtcToken"].as_str().unwrap(), CERTIFICATE);
        let service = format!("{:?}", token.services[0].kind);
        assert!(service.contains(&format!("{name:?}")), "{path}: {service}");
    }
    for path in ["/rtc/%zz/1/uid/1", "/rtc/%ff/1/uid/1"] {
        let answer = function.send(&Event::get(path).as_load_balancer());
        assert_eq!(answer.json()["code"], "path_ambiguous", "{path}");
    }
    let encoded = Event::get("/v1/rtc").query("channelName=100%2525&%75id=1");
    for event in [
        encoded.clone().as_load_balancer(),
        encoded.as_load_balancer_with_lists(),
    ] {
        assert_eq!(function.send(&event).json()["channelName"], "100%25");
    }
    let malformed = Event::get("/v1/rtc").query("channelName=%zz&uid=1");
    let answer = function.send(&malformed.as_load_balancer());
    assert_eq!(answer.json()["code"], "parameter_characters");
}

/// A health check goes to each function by itself, whatever its routes.
#[test]
fn health_checks_are_answered_by_every_function() {
    let check = |path: &str| {
        json!({
            "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/rtc/6d0ecf831eec9f09"}},
            "httpMethod": "GET",
            "path": path,
            "queryStringParameters": {},
            "headers": {"user-agent": "ELB-HealthChecker/2.0"},
            "body": "",
            "isBase64Encoded": false,
        })
    };
    for name in ["rtc", "inspect", "openapi"] {
        let function = open(name).start();
        for path in ["/", "/health"] {
            let invocation = function.invoke(&check(path));
            let answer = invocation.answer();
            assert_eq!(
                (answer.status, answer.json()),
                (200, json!({"status": "ok"}))
            );
            assert_eq!(
                answer.header("x-request-id"),
                Some(invocation.request_id.as_str())
            );
        }
        // Nobody else gets it, and it opens no route.
        assert_eq!(
            function.send(&Event::get("/").as_load_balancer()).status,
            404
        );
        let http_api = Event::get("/").header("user-agent", "ELB-HealthChecker/2.0");
        assert_eq!(function.send(&http_api).status, 404);
        assert_eq!(
            function.invoke(&check("/v1/rtc")).answer().status,
            if name == "rtc" { 400 } else { 200 }
        );
    }
}
