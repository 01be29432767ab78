//! What fails although it should not be able to: the caller learns that, and the operator why.

use std::process::Command;
use std::time::Duration;

use agora_token::access::Access;
use agora_token::clock_and_randomness::{ClockAndRandomness, System};
use agora_token::grant::{Rtc, WhiteboardRoom};
use agora_token::http::{App, Routes};
use agora_token::secret::{Environment, SecretStore};
use agora_token_tests::event::Event;
use agora_token_tests::sample::{API_KEY, CERTIFICATE, PROJECT};
use serde_json::{Value, json};

/// Set where the test runs as its own child, whose standard output is the log.
const CHILD: &str = "INTERNAL_TEST_CHILD";

/// Surroundings without randomness, at this Unix time in milliseconds.
struct Exhausted(u64);

impl ClockAndRandomness for Exhausted {
    fn unix_millis(&self) -> u64 {
        self.0
    }

    fn random(&self) -> Option<[u8; 16]> {
        None
    }
}

const NOW: u64 = 1_800_000_000_000;
const YEAR_2128: u64 = 5_000_000_000_000;

fn requests() -> [(&'static str, u64, Event, &'static str); 3] {
    let rtc = Event::post("/v1/rtc").json(&json!({"channelName": "demo", "uid": 7}));
    let room = Event::post("/v1/whiteboard/room").json(&json!({"uuid": "r", "role": "reader"}));
    [
        ("no-salt", NOW, rtc.clone(), "random bytes"),
        ("no-uuid", NOW, room, "random bytes"),
        ("late", YEAR_2128, rtc, "the year 2106"),
    ]
}

/// Sends the requests and says what is answered.
fn answer() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    for (id, now, event, _) in requests() {
        let hour = Duration::from_secs(3600);
        let store = SecretStore::new(Ok(Box::new(Environment)), hour, Box::new(System), |_, _| {});
        let routes = Routes::new()
            .api::<Rtc>("/v1/rtc")
            .api::<WhiteboardRoom>("/v1/whiteboard/room");
        let app = App::new(routes, store, Access::default(), Box::new(Exhausted(now)));
        let event = event.header("x-api-key", API_KEY).request_id(id);
        let event = event.to_json().to_string();
        let answer = app.answer(&event, "an invocation");
        let response = runtime.as_ref().unwrap().block_on(answer);
        println!("\n{}", json!({"answer": id, "response": response}));
    }
}

#[test]
fn an_internal_problem_has_its_reason_in_the_log() {
    if std::env::var_os(CHILD).is_some() {
        return answer();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--nocapture", "an_internal_problem"])
        .env(CHILD, "1")
        .envs(PROJECT)
        .env("AGORA_WHITEBOARD_ACCESS_KEY", "an-access-key")
        .env("AGORA_WHITEBOARD_SECRET_KEY", "a-secret-key")
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    // The harness writes the test's name before the first line.
    let lines: Vec<Value> = output
        .lines()
        .filter_map(|line| serde_json::from_str(line.get(line.find('{')?..)?).ok())
        .collect();
    let find = |name: &str, id: &str, also: &str| {
        let found = lines
            .iter()
            .find(|line| line[name] == *id && line.get(also).is_some());
        found.unwrap_or_else(|| panic!("{name} {id} {also}: {output}"))
    };
    for (id, _, _, reason) in requests() {
        let answer = &find("answer", id, "response")["response"];
        assert_eq!(answer["statusCode"], 500, "{answer}");
        let body = answer["body"].as_str().unwrap();
        assert!(body.contains("\"code\":\"internal\"") && body.contains(id));
        assert!(!body.contains(reason), "{body}");

        let told = find("requestId", id, "message");
        assert_eq!(
            (&told["level"], &told["code"]),
            (&json!("ERROR"), &json!("internal"))
        );
        assert!(told["message"].as_str().unwrap().contains(reason), "{told}");

        let audit = find("requestId", id, "outcome");
        assert_eq!(
            (&audit["outcome"], &audit["status"], &audit["Errors"]),
            (&json!("internal"), &json!(500), &json!(1))
        );
        assert_eq!(audit["refused"][0]["code"], "internal");
    }
    for secret in [CERTIFICATE, API_KEY, "a-secret-key"] {
        assert!(!output.contains(secret));
    }
}
