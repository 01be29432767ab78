//! The module that the console loads: it answers what the service does.

use super::module;
use agora_token::KnownProjects;
use agora_token::explain::{Joins, Speaker, explain, pasted};
use agora_token::params::{Parameters, Value};
use agora_token_tests::vectors;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

const NOW: u64 = 1_700_000_010;

/// The largest that it may become on its way to a browser, in bytes.
const LARGEST: usize = 160_000;

/// The module, built as `make console` builds it.
static MODULE: LazyLock<PathBuf> = LazyLock::new(|| {
    module("console-explain", &["--profile", "console"]).join("console/console_explain.wasm")
});

/// What the module answers to these requests.
fn answers(requests: &[String]) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/suites/wasm/console.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .arg(&*MODULE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = requests
        .iter()
        .map(|text| format!("{}\n", json!(text)))
        .collect();
    let mut sent = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || sent.write_all(lines.as_bytes()).unwrap());
    let done = node.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(done.status.success());
    let answers = String::from_utf8(done.stdout).unwrap();
    let answers: Vec<String> = answers.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), requests.len());
    answers
}

/// What the crate says here, and the service answers.
fn here(request: &serde_json::Value) -> String {
    let Ok(Value::Object(sent)) = serde_json::from_value(request.clone()) else {
        panic!("no object: {request}");
    };
    let mut parameters = Parameters::new(sent).unwrap();
    let text = pasted(&mut parameters).unwrap();
    let joins = Joins::read(&mut parameters).unwrap();
    let known = KnownProjects::new().with_speaker(Speaker::Service);
    let report = explain(&text, &joins, &known, NOW * 1000);
    serde_json::to_string(&report).unwrap()
}

#[test]
fn it_explains_as_the_service_does() {
    let all = vectors::tokens();
    let of = |method: &str| {
        let found = all.iter().find(|vector| vector.method == method);
        &found.unwrap_or_else(|| panic!("no {method}")).token
    };
    let token = of("rtc.build_token_with_uid");
    let mut requests = vec![
        json!({"token": "flutter: token is null"}),
        json!({"token": null, "channelName": "lobby"}),
        json!({"token": ""}),
        json!({"token": format!("flutter: token is {token}"), "channelName": "lobby", "uid": 7}),
        json!({"token": {"data": {"token": token}}, "at": 1_111_112}),
        json!({"token": token, "uid": null, "role": "publisher"}),
        json!({"token": token.get(..60)}),
        json!({"token": token.to_lowercase()}),
        json!({"token": format!("{token} and {token}"), "appId": "x"}),
        json!({"token": "https://a.example/?token=007eJx%2B&channel=频道"}),
        json!({"token": "5CFd2fd1755d40ecb72977518be15d3b"}),
        json!({"token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.AAAA"}),
        json!({"token": "\u{0}\u{2028}\"\\👩‍🚀"}),
        json!({"token": token, "channelName": "a/b", "account": "Ann "}),
    ];
    // One of each builder, among them 006 tokens and the whiteboard's.
    let mut methods: Vec<&str> = all.iter().map(|vector| vector.method.as_str()).collect();
    methods.sort_unstable();
    methods.dedup();
    assert!(methods.len() > 12, "{methods:?}");
    requests.extend(methods.iter().map(
        |method| json!({"token": of(method), "channelName": "demo", "uid": 7, "userId": "ann"}),
    ));
    let sent: Vec<String> = requests
        .iter()
        .map(|request| {
            let mut sent = request.clone();
            sent["now"] = NOW.into();
            sent.to_string()
        })
        .collect();
    for (request, answer) in requests.iter().zip(answers(&sent)) {
        assert_eq!(answer, here(request), "{request}");
    }
}

/// What the page is told of a request that no form of it sends.
#[test]
fn a_wrong_request_is_answered_with_what_is_wrong() {
    let requests = [
        ("no JSON", "parameter_type", "(request)"),
        ("", "parameter_type", "(request)"),
        ("[]", "parameter_type", "(request)"),
        ("{}", "parameter_missing", "now"),
        (r#"{"now": 1}"#, "parameter_missing", "token"),
        (r#"{"now": "soon", "token": ""}"#, "parameter_type", "now"),
        (
            r#"{"now": 1, "token": "", "chanel": "a"}"#,
            "parameter_unknown",
            "chanel",
        ),
        (
            r#"{"now": 1, "token": "", "token": ""}"#,
            "parameter_repeated",
            "token",
        ),
    ];
    let sent = requests.map(|(text, ..)| text.to_owned());
    for ((text, code, field), answer) in requests.into_iter().zip(answers(&sent)) {
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(
            (&answer["code"], &answer["field"], &answer["status"]),
            (&json!(code), &json!(field), &json!(400)),
            "{text}"
        );
    }
}

#[test]
fn it_is_small_and_asks_for_nothing() {
    let bytes = std::fs::read(&*MODULE).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes).unwrap();
    let travels = gzip.finish().unwrap().len();
    println!("{} bytes, {travels} on their way", bytes.len());
    assert!(travels < LARGEST, "{travels}");
    // An import would be something that the page has to hand in.
    let script = "const m = await WebAssembly.compile(require('fs').readFileSync(process.argv[1]));\
                  console.log(WebAssembly.Module.imports(m).length,\
                  WebAssembly.Module.exports(m).map((e) => e.name).filter((n) => !n.startsWith('__')).sort().join())";
    let script = format!("(async () => {{ {script} }})()");
    let node = Command::new("node")
        .args(["-e", &script])
        .arg(&*MODULE)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&node.stdout).trim(),
        "0 alloc,explain,free,memory"
    );
}
