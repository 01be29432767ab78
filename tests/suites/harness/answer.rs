//! Responses, read as an HTTP API reads them.

use agora_token_tests::answer::Answer;
use serde_json::json;

#[test]
fn a_plain_response() {
    let answer = Answer::from_response(&json!({
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": "{\"token\":\"007\"}",
        "isBase64Encoded": false,
    }));

    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-TYPE"), Some("application/json"));
    assert_eq!(answer.json(), json!({"token": "007"}));
}

#[test]
fn an_encoded_body_and_none() {
    let encoded = json!({"statusCode": 200, "body": "aMOpbGxv", "isBase64Encoded": true});
    let none = json!({"statusCode": 204, "body": null});

    assert_eq!(Answer::from_response(&encoded).body, "héllo");
    assert_eq!(Answer::from_response(&none).body, "");
}

#[test]
fn repeated_headers_are_joined() {
    let answer = Answer::from_response(&json!({
        "statusCode": 405,
        "headers": {"allow": "GET", "x-one": "1"},
        "multiValueHeaders": {"allow": ["GET", "POST"]},
    }));

    assert_eq!(answer.header("allow"), Some("GET,POST"));
    assert_eq!(answer.header("x-one"), Some("1"));
}

#[test]
#[should_panic(expected = "no status code")]
fn a_response_that_only_a_guess_could_save() {
    let _ = Answer::from_response(&json!({"token": "007"}));
}
