//! The code of public clients, run by Node.js against the functions behind a gateway.

use std::process::Command;

use agora_token_tests::gateway::Gateway;
use agora_token_tests::sample::{APP_ID, open};
use serde_json::Value;

use super::describe::{chat, of, rtc, rtm, token};

const CLIENTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/suites/process/drop_in/clients.mjs"
);

/// Everything that the clients end up with.
fn run(gateway: &Gateway) -> Value {
    let base = format!("http://{}", gateway.address());
    let ran = Command::new("node")
        .args([CLIENTS, &base])
        .output()
        .expect("Node.js is there, as CONTRIBUTING.md asks");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told}");
    serde_json::from_slice(&ran.stdout).unwrap()
}

#[test]
fn public_clients_get_their_tokens_with_nothing_but_another_base_url() {
    let functions = ["rtc", "rtm", "chat", "bundle"];
    let gateway = Gateway::start(functions.map(|name| (name, open(name).start())));
    let results = run(&gateway);
    let granted = |name: &str| {
        let text = results[name].as_str();
        token(text.unwrap_or_else(|| panic!("{name}: {}", results[name])))
    };
    let publisher = of([rtc("demo", "7", true, 3600)], 3600);
    assert_eq!(granted("flutter"), of([rtc("demo", "7", true, 600)], 600));
    assert_eq!(
        granted("webTutorial"),
        of([rtc("demo room", "", false, 86_400)], 86_400)
    );
    assert_eq!(
        granted("videoUiKit"),
        of([rtc("demo", "", true, 3600)], 3600)
    );
    assert_eq!(granted("docsWeb"), publisher);
    assert_eq!(granted("docsGo"), of([rtc("demo", "7", false, 3600)], 3600));
    assert_eq!(granted("unityRtc"), publisher);
    assert_eq!(granted("unityRtm"), of([rtm("alice", 3600)], 3600));
    assert_eq!(granted("toolbox"), of([rtc("demo", "7", true, 900)], 900));
    assert_eq!(
        granted("toolboxBoth"),
        of([rtc("demo", "7", true, 900), rtm("7", 900)], 900)
    );
    for name in ["chatJava", "chatReact", "chatForm"] {
        assert_eq!(
            granted(name),
            of([chat(Some("alice"), 3600)], 3600),
            "{name}"
        );
    }

    let told = &results["docsGoRefused"]["error"];
    assert!(
        told.as_str().is_some_and(|told| told.contains("32 bits")),
        "{told}"
    );
    assert_eq!(results["toolboxRefused"], Value::Null);

    let joined = &results["conversation"];
    assert_eq!(joined["app_id"], APP_ID);
    let (uid, channel) = (
        joined["uid"].to_string(),
        joined["channel_name"].as_str().unwrap(),
    );
    let expected = of([rtc(channel, &uid, true, 3600), rtm(&uid, 3600)], 3600);
    assert_eq!(token(joined["token"].as_str().unwrap()), expected);
    assert!(joined["agent_uid"].as_u64().is_some_and(|agent| agent > 0));
}
