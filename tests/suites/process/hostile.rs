//! Requests that are made to cost: none gets further than its bound, ends the process, or fills the log.

use std::collections::BTreeMap;

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::hostile::{self, Hostile};
use agora_token_tests::runtime::{Function, Outcome};
use agora_token_tests::sample::{API_KEY, closed};
use serde_json::{Value, json};

/// The longest line that a request leaves in the log, in bytes.
const LONGEST_LINE: usize = 8 * 1024;

/// What hides text or turns its direction.
const MARKS: &str = "\u{85}\u{9b}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}";

/// What a function logged, which must be JSON, line by line.
#[track_caller]
fn lines(logs: &[String]) -> Vec<Value> {
    logs.iter()
        .map(|line| {
            assert!(line.len() < LONGEST_LINE, "{} bytes: {line}", line.len());
            assert!(!line.contains(|c| MARKS.contains(c)), "{line}");
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        })
        .collect()
}

#[test]
fn no_request_gets_further_than_its_bound() {
    let mut by_function = BTreeMap::<_, Vec<Hostile>>::new();
    for request in hostile::requests() {
        by_function
            .entry(request.function)
            .or_default()
            .push(request);
    }
    let mut further = Vec::new();
    for (name, requests) in by_function {
        let function = closed(name).start();
        for request in &requests {
            let outcome = function.invoke_raw(request.event.as_str()).outcome;
            let as_it_should = match &outcome {
                Outcome::Response(response) => {
                    let answer = Answer::from_response(response);
                    answer.status == request.status && answer.body.contains(request.says)
                }
                _ => false,
            };
            if !as_it_should {
                let outcome: String = format!("{outcome:?}").chars().take(400).collect();
                further.push(format!("{name}, {}: {outcome}", request.what));
            }
        }
        let last = function.send(&Event::get("/nowhere").request_id("the-last"));
        assert_eq!(last.status, 404);
        function.wait_for_log("the-last");
        for line in function.logs() {
            if line.len() >= LONGEST_LINE {
                further.push(format!("{name}: a line of {} bytes", line.len()));
            }
        }
        assert!(function.is_alive());
        assert!(function.logs().len() > requests.len(), "{name}");
    }
    assert!(further.is_empty(), "{}", further.join("\n"));
}

fn send_batch(function: &Function, requests: &[Value], key: Option<&str>) -> Value {
    let event = Event::post("/v1/batch").json(&json!({ "requests": requests }));
    let answer = function.send(&match key {
        Some(key) => event.header("x-api-key", key),
        None => event,
    });
    assert_eq!(answer.status, 200, "{}", answer.body);
    lines(&[function.wait_for_log("\"audit\"")]).remove(0)
}

/// The first tokens of a batch are in its line, and all of them in its counters.
#[test]
fn the_line_of_a_batch_is_short_and_counts_everything() {
    let rtc = |n: usize| json!({"tokenType": "rtc", "channelName": format!("room-{n}"), "uid": n});
    let line = send_batch(
        &closed("bundle").start(),
        &(1..=100).map(rtc).collect::<Vec<_>>(),
        Some(API_KEY),
    );
    let tokens = line["tokens"].as_array().unwrap();
    assert!(tokens.len() >= 7, "{line}");
    assert_eq!(
        line["tokensOmitted"].as_u64().unwrap() + tokens.len() as u64,
        100
    );
    for (n, token) in tokens.iter().enumerate() {
        assert_eq!(token["channelName"], format!("room-{}", n + 1));
        assert_eq!(token["fingerprint"].as_str().unwrap().len(), 16);
    }
    assert_eq!(line["Issued.rtc"], 100);
    assert!(line.get("refused").is_none(), "{line}");

    let unknown = "0123456789abcdef0123456789abcdef";
    let refused = |n: usize| {
        let app_id = if n.is_multiple_of(2) {
            json!(unknown)
        } else {
            Value::Null
        };
        json!({"tokenType": "rtc", "channelName": "c".repeat(64), "account": "a".repeat(255), "appId": app_id})
    };
    let line = send_batch(
        &closed("bundle").start(),
        &(0..100).map(refused).collect::<Vec<_>>(),
        Some(API_KEY),
    );
    for (listed, omitted) in [("tokens", "tokensOmitted"), ("refused", "refusedOmitted")] {
        let listed = line[listed].as_array().unwrap().len() as u64;
        assert!(listed > 0, "{line}");
        assert_eq!(line[omitted].as_u64().unwrap() + listed, 50, "{line}");
    }
    assert_eq!(line["Issued.rtc"], 50);
}

/// A token whose description doesn't fit is in the line with the lengths of its lists.
#[test]
fn long_lists_are_shown_by_their_lengths() {
    let names = |count: usize| (0..count).map(|n| format!("user-{n}")).collect::<Vec<_>>();
    let shown = |read: usize| {
        let permissions =
            json!({"users": {"read": names(read)}, "groupChannels": {"write": ["g"]}});
        let function = closed("rtm").start();
        let event = Event::post("/v1/rtm")
            .header("x-api-key", API_KEY)
            .json(&json!({"userId": "ann", "permissions": permissions}));
        assert_eq!(function.send(&event).status, 200);
        let line = lines(&[function.wait_for_log("\"audit\"")]).remove(0);
        let token = &line["tokens"][0];
        assert_eq!(token["userId"], "ann");
        assert_eq!(token["fingerprint"].as_str().unwrap().len(), 16);
        assert!(line.get("tokensOmitted").is_none(), "{line}");
        token["permissions"].clone()
    };
    assert_eq!(
        shown(3),
        json!({"users": {"read": names(3)}, "groupChannels": {"write": ["g"]}})
    );
    assert_eq!(
        shown(900),
        json!({"users": {"read": 900}, "groupChannels": {"write": 1}})
    );
}

/// Names may hold such marks; whoever reads the log sees their numbers, and means the same.
#[test]
fn marks_that_hide_or_turn_text_are_numbers_in_the_log_and_not_in_errors() {
    let allowed: String = MARKS.chars().filter(|c| !c.is_control()).collect();
    for user in [allowed.as_str(), "频道 é"] {
        let function = closed("rtm").start();
        let event = Event::post("/v1/rtm").header("x-api-key", API_KEY);
        let answer = function.send(&event.json(&json!({ "userId": user })));
        assert_eq!(answer.status, 200, "{}", answer.body);
        let line = lines(&[function.wait_for_log("\"audit\"")]).remove(0);
        assert_eq!(line["tokens"][0]["userId"], *user);
    }

    let function = closed("rtm").start();
    let name = format!("a{MARKS}b");
    for event in [
        Event::post("/v1/rtm").json(&json!({ name.as_str(): 1 })),
        Event::post("/v1/rtm").json(&json!({ "permissions": { name.as_str(): 1 } })),
        Event::get(&format!("/{name}")).as_cargo_lambda(),
    ] {
        let event = event.header("x-api-key", API_KEY);
        let answer = function.send(&event);
        assert!(answer.status >= 400);
        assert!(
            !answer.body.contains(|c| MARKS.contains(c)) && answer.body.contains("ab"),
            "{}",
            answer.body
        );
    }
}

/// An id that is longer than any of the gateway's is not repeated.
#[test]
fn a_long_request_id_is_not_taken() {
    let function = closed("rtc").start();
    let long = "i".repeat(20_000);
    for (id, taken) in [("i", true), (long.as_str(), false)] {
        let answer = function.send(&Event::get("/v1/rtc").request_id(id));
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert_eq!(answer.header("x-request-id") == Some(id), taken);
    }
    function.wait_for_log("8476a536");
    lines(&function.logs());
}
