//! What the functions write, as CloudWatch reads it.

use agora_token_tests::cloudwatch::{keeps, level};
use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE, closed, open};
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};
use std::time::Duration;

/// A request of a service for a token.
fn issues() -> Event {
    Event::get("/v1/rtc")
        .query("channelName=demo&uid=7")
        .header("x-api-key", API_KEY)
}

/// The same of nobody.
fn nobody_asks() -> Event {
    Event::get("/v1/rtc").query("channelName=demo&uid=7")
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

/// The namespace in which a line counts, and its counters with their numbers; `ColdStart` is left out.
fn counted(line: &str) -> (String, Vec<(String, u64)>) {
    let line = parsed(line);
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    assert!(line["_aws"]["Timestamp"].is_u64());
    assert_eq!(directive["Dimensions"], json!([[]]));
    let names = directive["Metrics"].as_array().unwrap().iter();
    let names = names.map(|metric| metric["Name"].as_str().unwrap());
    let counters = names.filter(|name| *name != "ColdStart");
    (
        directive["Namespace"].as_str().unwrap().to_owned(),
        counters
            .map(|name| (name.to_owned(), line[name].as_u64().unwrap()))
            .collect(),
    )
}

fn once(names: &[&str]) -> Vec<(String, u64)> {
    names.iter().map(|name| ((*name).to_owned(), 1)).collect()
}

#[test]
fn the_audit_line_counts_where_the_operator_wants_it() {
    let stack = "AgoraToken/video-eu.1";
    for (namespace, counts_in) in [(None, "AgoraToken"), (Some(stack), stack)] {
        let function = match namespace {
            None => closed("rtc"),
            Some(namespace) => closed("rtc").env("AGORA_METRICS_NAMESPACE", namespace),
        };
        let function = function.start();
        assert_eq!(function.send(&issues()).status, 200);
        assert_eq!(
            counted(&function.wait_for_log("\"audit\"")),
            (counts_in.to_owned(), once(&["Issued.rtc"]))
        );
        assert_eq!(function.send(&nobody_asks()).status, 401);
        assert_eq!(
            counted(&function.wait_for_log("\"status\":401")),
            (
                counts_in.to_owned(),
                once(&["Denied.credentials_missing", "Answered.4xx", "Answered.401"])
            )
        );
        assert_eq!(function.send(&Event::get("/v1/rtc")).status, 400);
        assert_eq!(
            counted(&function.wait_for_log("\"status\":400")),
            (counts_in.to_owned(), once(&["Answered.4xx"]))
        );
    }
    let long = "n".repeat(256);
    for wrong in ["AWS:Lambda", "Agora Token", long.as_str()] {
        let function = closed("rtc").env("AGORA_METRICS_NAMESPACE", wrong).start();
        assert_eq!(function.send(&issues()).status, 503);
        function.wait_for_log("AGORA_METRICS_NAMESPACE");
    }
}

/// Each line of a function so far has the level that it names, and says nothing twice.
fn holds_to_the_rules(function: &Function) {
    for line in function.logs() {
        assert_eq!(parsed(&line)["level"], level(&line), "{line}");
        // A member that stands there twice is one when it is written again.
        let again = serde_json::to_string(&parsed(&line)).unwrap();
        assert_eq!(again.len(), line.len(), "{line}");
    }
}

#[test]
fn lambda_reads_the_level_of_every_line() {
    let manager = SecretsManager::start();
    let secret = json!({"appId": APP_ID, "appCertificate": CERTIFICATE, "apiKey": API_KEY});
    manager.set("agora", &secret.to_string());
    let function = Function::builder("rtc")
        .env("AGORA_SECRET_ID", "agora")
        .env("AGORA_SECRET_TTL_SECONDS", "1")
        .secrets_manager(&manager)
        .start();
    assert_eq!(function.send(&issues()).status, 200);
    assert_eq!(function.send(&nobody_asks()).status, 401);
    manager.fail_with("InternalServiceError", 500);
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(function.send(&issues()).status, 200);
    let stale = function.wait_for_log("secret_refused");
    let issued = function.wait_for_log("\"status\":200");
    let denied = function.wait_for_log("\"status\":401");
    for (line, wanted) in [(&issued, "INFO"), (&denied, "WARN"), (&stale, "WARN")] {
        assert_eq!(level(line), wanted, "{line}");
    }
    // `ApplicationLogLevel: WARN`, to pay for fewer lines.
    assert!(!keeps("WARN", &issued) && keeps("WARN", &denied) && keeps("WARN", &stale));
    holds_to_the_rules(&function);

    let broken = closed("rtc").env("AGORA_SECRET_TTL_SECONDS", "0").start();
    assert_eq!(broken.send(&issues()).status, 503);
    let (reason, answered) = (
        broken.wait_for_log("setting_invalid"),
        broken.wait_for_log("\"status\":503"),
    );
    assert!(keeps("ERROR", &reason) && keeps("ERROR", &answered));
    holds_to_the_rules(&broken);

    let noticing = open("bundle").start();
    noticing.send(&Event::post("/v2/token/generate").json(&json!({
        "appCertificate": "fedcba9876543210fedcba9876543210", "channelName": "demo",
        "expire": 900, "type": 1, "uid": "7",
    })));
    assert_eq!(
        level(&noticing.wait_for_log("certificate_in_request")),
        "WARN"
    );
    holds_to_the_rules(&noticing);
}

#[test]
fn the_audit_line_says_what_lambdas_own_lines_would() {
    let function = closed("rtc").start();
    for _ in 0..3 {
        assert_eq!(function.send(&issues()).status, 200);
    }
    function.wait_for_log("\"audit\"");
    while function.logs().len() < 3 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let lines: Vec<_> = function.logs().iter().map(|line| parsed(line)).collect();
    for line in &lines {
        assert!(line["durationMicros"].is_u64(), "{line}");
        assert_eq!(line.get("time"), None, "it is in the timestamp");
    }
    assert!((1..100).contains(&lines[0]["memoryMB"].as_u64().unwrap()));
    let told: Vec<_> = lines
        .iter()
        .filter_map(|line| line["memoryMB"].as_u64())
        .collect();
    assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
    // The start is that of a process, so one line has it.
    let micros = lines[0]["ColdStart"].as_u64().unwrap();
    assert!((1..60_000_000).contains(&micros));
    let metrics = &lines[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"];
    assert_eq!(
        metrics[1],
        json!({"Name": "ColdStart", "Unit": "Microseconds"})
    );
    assert!(
        lines[1..]
            .iter()
            .all(|line| line.get("ColdStart").is_none())
    );
}

/// What CloudWatch bills beyond the text of a line, in bytes.
const AROUND_A_LINE: usize = 26;

#[test]
fn the_line_of_a_token_is_short() {
    let function = closed("rtc")
        .env("AGORA_METRICS_NAMESPACE", "AgoraToken/agora-token")
        .start();
    let body = json!({"channelName": "demo", "uid": 1, "role": "publisher"});
    let asks = Event::post("/v1/rtc")
        .json(&body)
        .header("x-api-key", API_KEY);
    for _ in 0..20 {
        assert_eq!(function.send(&asks).status, 200);
    }
    while function.logs().len() < 20 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let line = &function.logs()[19];
    // CloudWatch takes half a dollar for a gigabyte, so that this is 0.29 USD for a million lines.
    assert!(line.len() + AROUND_A_LINE <= 580, "{} {line}", line.len());
}
