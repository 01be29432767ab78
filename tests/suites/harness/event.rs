//! The events, compared with those that were seen or are documented.

use agora_token_tests::event::Event;
use serde_json::{Value, json};

#[test]
fn a_whole_event_of_api_gateway() {
    let event = Event::get("/v1/rtc")
        .query("channelName=a%20b&uid=1&uid=2")
        .to_json();

    assert_eq!(
        event,
        json!({
            "version": "2.0",
            "routeKey": "GET /v1/rtc",
            "rawPath": "/v1/rtc",
            "rawQueryString": "channelName=a%20b&uid=1&uid=2",
            "headers": {
                "accept": "*/*",
                "host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
                "user-agent": "agora-token-tests",
                "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
                "x-forwarded-for": "192.0.2.1",
                "x-forwarded-port": "443",
                "x-forwarded-proto": "https",
            },
            "queryStringParameters": {"channelName": "a b", "uid": "1,2"},
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
                "domainPrefix": "a1b2c3d4e5",
                "http": {
                    "method": "GET",
                    "path": "/v1/rtc",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1",
                    "userAgent": "agora-token-tests",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "GET /v1/rtc",
                "stage": "$default",
                "time": "12/Mar/2020:19:03:58 +0000",
                "timeEpoch": 1_584_039_838_390_u64,
            },
            "isBase64Encoded": false,
        })
    );
}

#[test]
fn a_function_url_has_one_route_and_tells_the_path_twice() {
    let event = Event::get("/rtc/a%20b/1/uid/1")
        .query("expiry=60")
        .route_key("GET /rtc/{proxy+}")
        .path_parameter("proxy", "a b/1/uid/1")
        .as_function_url()
        .to_json();

    assert_eq!(event["version"], "2.0");
    assert_eq!(event["routeKey"], "$default");
    assert_eq!(event["rawPath"], "/rtc/a%20b/1/uid/1");
    assert_eq!(event["requestContext"]["http"]["path"], "/rtc/a b/1/uid/1");
    assert_eq!(event["rawQueryString"], "expiry=60");
    assert_eq!(event.get("pathParameters"), None);
    let domain = event["requestContext"]["domainName"].as_str().unwrap();
    assert!(domain.ends_with(".lambda-url.us-east-1.on.aws"), "{domain}");
    assert_eq!(event["headers"]["host"], domain);
}

#[test]
fn a_whole_event_of_cargo_lambda() {
    let event = Event::post("/v1/rtc")
        .request_id("beb69ad4-73af-4a01-a972-ccd2047fcc86")
        .form("a=b")
        .as_cargo_lambda()
        .to_json();

    assert_eq!(
        event,
        json!({
            "version": "2.0",
            "type": null,
            "methodArn": null,
            "httpMethod": "GET",
            "identitySource": null,
            "authorizationToken": null,
            "resource": null,
            "routeKey": "$default",
            "rawPath": "/v1/rtc",
            "rawQueryString": null,
            "headers": {
                "accept": "*/*",
                "content-length": "3",
                "content-type": "application/x-www-form-urlencoded",
                "host": "127.0.0.1:9000",
                "lambda-runtime-aws-request-id": "beb69ad4-73af-4a01-a972-ccd2047fcc86",
                "user-agent": "agora-token-tests",
            },
            "stageVariables": {},
            "requestContext": {
                "routeKey": "$default",
                "accountId": null,
                "stage": "$default",
                "requestId": "beb69ad4-73af-4a01-a972-ccd2047fcc86",
                "apiId": null,
                "domainName": "localhost",
                "domainPrefix": "_",
                "time": "12/Mar/2020:19:03:58 +0000",
                "timeEpoch": 1_584_039_838,
                "http": {
                    "method": "POST",
                    "path": "/v1/rtc",
                    "protocol": "http",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "cargo-lambda",
                },
            },
            "body": "YT1i",
            "isBase64Encoded": true,
        })
    );
}

#[test]
fn an_event_of_a_rest_api() {
    let event = Event::get("/rtc/a%20b/1/uid/1")
        .query("expiry=60&expiry=a%20b")
        .header("x-api-key", "open sesame")
        .route_key("GET /rtc/{proxy+}")
        .path_parameter("proxy", "a%20b/1/uid/1")
        .as_rest_api()
        .to_json();

    assert_eq!(event["resource"], "/rtc/{proxy+}");
    assert_eq!(event["path"], "/rtc/a%20b/1/uid/1");
    assert_eq!(event["httpMethod"], "GET");
    assert_eq!(event["pathParameters"], json!({"proxy": "a%20b/1/uid/1"}));
    assert_eq!(event["queryStringParameters"], json!({"expiry": "a b"}));
    assert_eq!(
        event["multiValueQueryStringParameters"],
        json!({"expiry": ["60", "a b"]})
    );
    assert_eq!(event["headers"]["X-Api-Key"], "open sesame");
    assert_eq!(
        event["multiValueHeaders"]["X-Api-Key"],
        json!(["open sesame"])
    );
    let context = &event["requestContext"];
    assert_eq!(context["path"], "/prod/rtc/a%20b/1/uid/1");
    assert_eq!(context["resourcePath"], "/rtc/{proxy+}");
    assert_eq!(
        (&event["body"], &event["isBase64Encoded"]),
        (&Value::Null, &json!(false))
    );
    let none = Event::get("/").as_rest_api().to_json();
    assert_eq!(none["queryStringParameters"], Value::Null);
    assert_eq!(none["pathParameters"], Value::Null);
}

#[test]
fn an_event_of_a_load_balancer_has_single_values_or_lists() {
    let event = Event::get("/rtc/a%20b/1/uid/1")
        .query("expiry=60&expiry=a%20b")
        .header("X-A", "1")
        .header("X-A", "2");
    let single = event.clone().as_load_balancer().to_json();
    assert_eq!(single["path"], "/rtc/a%20b/1/uid/1");
    assert_eq!(single["queryStringParameters"], json!({"expiry": "a%20b"}));
    assert_eq!(single["headers"]["x-a"], "2");
    assert_eq!(single["body"], "");
    assert!(single["requestContext"]["elb"]["targetGroupArn"].is_string());

    let lists = event.as_load_balancer_with_lists().to_json();
    assert_eq!(
        lists["multiValueQueryStringParameters"],
        json!({"expiry": ["60", "a%20b"]})
    );
    assert_eq!(lists["multiValueHeaders"]["x-a"], json!(["1", "2"]));
    for event in [&single, &lists] {
        let both = event.get("headers").is_some() && event.get("multiValueHeaders").is_some();
        assert!(!both, "{event}");
    }
}

#[test]
fn only_an_http_api_decodes_the_path() {
    let event = Event::get("/rtc/a%20b%3Fc/publisher/uid/1");

    let deployed = event.to_json();
    assert_eq!(deployed["rawPath"], "/rtc/a b");
    assert_eq!(deployed["requestContext"]["http"]["path"], "/rtc/a b");
    let local = event.as_cargo_lambda().to_json();
    assert_eq!(local["rawPath"], "/rtc/a%20b%3Fc/publisher/uid/1");
}

#[test]
fn the_route_and_its_parameters() {
    let event = Event::get("/rtc/a/publisher/uid/1")
        .route_key("GET /rtc/{proxy+}")
        .path_parameter("proxy", "a/publisher/uid/1")
        .to_json();

    assert_eq!(event["routeKey"], "GET /rtc/{proxy+}");
    assert_eq!(event["requestContext"]["routeKey"], "GET /rtc/{proxy+}");
    assert_eq!(
        event["pathParameters"],
        json!({"proxy": "a/publisher/uid/1"})
    );
}

#[test]
fn repeated_headers() {
    let event = Event::get("/").header("X-A", "1").header("x-a", "2");

    assert_eq!(event.to_json()["headers"]["x-a"], "1,2");
    assert_eq!(event.as_cargo_lambda().to_json()["headers"]["x-a"], "1");
}

#[test]
fn a_header_takes_the_place_of_the_default() {
    let event = Event::get("/")
        .header("Host", "tokens.example.com")
        .to_json();

    assert_eq!(event["headers"]["host"], "tokens.example.com");
}

#[test]
fn bodies() {
    let json = Event::post("/").json(&json!({"uid": 1})).to_json();
    assert_eq!(json["body"], "{\"uid\":1}");
    assert_eq!(json["headers"]["content-type"], "application/json");
    assert_eq!(json["headers"]["content-length"], "9");
    assert_eq!(json["isBase64Encoded"], false);

    let bytes = Event::post("/").body_base64([0xff, 0xfe]).to_json();
    assert_eq!(bytes["body"], "//4=");
    assert_eq!(bytes["headers"]["content-length"], "2");
    assert_eq!(bytes["isBase64Encoded"], true);

    let none = Event::post("/").to_json();
    assert_eq!(none.get("body"), None::<&Value>);
}
