//! Documents that break a rule of their own grant nothing, and those that only just keep to all of them do.

use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};

use crate::model::deployment::{Caller, Deployment};
use crate::setting::policies::{self, merge};
use crate::setting::secrets::{self, KEYS};

const ISSUER: &str = "https://main.example";

/// What somebody without credentials is answered, and what a service is: the status, and the code of a
/// refusal.
fn answers(stand_in: &SecretsManager, secret: &Value, policy: &Value) -> [(u16, String); 2] {
    stand_in.set("agora", &secret.to_string());
    let function = Function::builder("rtc")
        .secrets_manager(stand_in)
        .env("AGORA_SECRET_ID", "agora")
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .env("AGORA_JWT_ISSUER", ISSUER)
        .env("AGORA_JWT_AUDIENCE", "a")
        .env("AGORA_JWT_JWKS", &policies::jwks().to_string())
        .env("AGORA_POLICY", &policy.to_string())
        .start();
    [None, Some(KEYS[0])].map(|key| {
        let event = Event::get("/v1/rtc").query("channelName=lobby&uid=9");
        let event = match key {
            Some(key) => event.header("x-api-key", key),
            None => event,
        };
        let answer = function.send(&event);
        let json: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        (
            answer.status,
            json["code"].as_str().unwrap_or_default().to_owned(),
        )
    })
}

/// What the model foresees.
fn foreseen(secret: &Value, policy: &Value) -> [(u16, String); 2] {
    let deployment = Deployment::read(secret, Some(policy), true, Some(ISSUER));
    [Caller::Anonymous, Caller::Key(KEYS[0].to_owned())].map(|caller| {
        let standing = deployment.standing(&caller, None, 0);
        let fault = standing.faults.first();
        fault.map_or((200, String::new()), |(status, code)| {
            (*status, (*code).to_owned())
        })
    })
}

#[test]
fn a_document_that_breaks_a_rule_grants_nothing() {
    let stand_in = SecretsManager::start();
    let fine = [(200, String::new()), (200, String::new())];
    let misconfigured = [
        (503, "access_misconfigured".to_owned()),
        (200, String::new()),
    ];
    let unavailable = (503, "project_unavailable".to_owned());
    let unavailable = [unavailable.clone(), unavailable];
    let mut cases = Vec::new();
    for (policies, expected) in [
        (policies::broken(), &misconfigured),
        (policies::widest(), &fine),
    ] {
        cases.extend(
            policies
                .into_iter()
                .map(|policy| (json!({}), policy, expected)),
        );
    }
    for (secrets, expected) in [
        (secrets::broken(), &unavailable),
        (secrets::widest(), &fine),
    ] {
        cases.extend(
            secrets
                .into_iter()
                .map(|change| (change, json!({}), expected)),
        );
    }
    let wrong = cases.into_iter().filter_map(|(change, policy, expected)| {
        let mut secret = secrets::plain();
        merge(&mut secret, change.clone());
        let foreseen = foreseen(&secret, &policy);
        let answers = answers(&stand_in, &secret, &policy);
        let agreed = foreseen == *expected && answers == *expected;
        (!agreed).then(|| format!("{policy} {change}: foreseen {foreseen:?}, answered {answers:?}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn inspect_takes_the_holder_of_a_publishable_key_for_nobody() {
    let stand_in = SecretsManager::start();
    let mut secret = secrets::plain();
    let limited = json!({"name": "recorder", "key": "the-key-of-the-recorder", "policy": {}});
    let publishable = json!({"name": "lobby", "key": "the-key-of-the-lobby", "publishable": true});
    merge(&mut secret, json!({"apiKeys": [limited, publishable]}));
    stand_in.set("agora", &secret.to_string());
    let start = |function: &str, policy: &Value| {
        Function::builder(function)
            .secrets_manager(&stand_in)
            .env("AGORA_SECRET_ID", "agora")
            .env("AGORA_POLICY", &policy.to_string())
            .start()
    };
    let rtc = Event::get("/v1/rtc").query("channelName=lobby&uid=9");
    let token = start("rtc", &json!({}))
        .send(&rtc.header("x-api-key", KEYS[0]))
        .json()["token"]
        .clone();
    for open in [true, false] {
        let inspect = start("inspect", &json!({"switches": {"anonymousInspect": open}}));
        for (key, is_service) in [
            (None, false),
            (Some("the-key-of-the-lobby"), false),
            (Some("the-key-of-the-recorder"), true),
            (Some(KEYS[0]), true),
        ] {
            let event = Event::post("/v1/inspect").json(&json!({ "token": token }));
            let event = match key {
                Some(key) => event.header("x-api-key", key),
                None => event,
            };
            let answer = inspect.send(&event);
            let json: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            let found = (answer.status, &json["code"], &json["signature"]);
            let nothing = Value::Null;
            let expected = match (open, is_service) {
                (_, true) => (200, &nothing, &json!("primary")),
                (true, false) => (200, &nothing, &json!("unchecked")),
                (false, false) => (401, &json!("credentials_missing"), &nothing),
            };
            assert_eq!(found, expected, "{key:?}, open: {open}");
        }
    }
}
