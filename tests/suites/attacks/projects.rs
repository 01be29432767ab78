//! A deployment with several projects.

use crate::attack::{attack, signed_in, try_all, with_users};
use agora_token_tests::event::Event;
use agora_token_tests::issuer::Issuer;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE, OTHER_CERTIFICATE};
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};

const OTHER_APP_ID: &str = "11111111111111111111111111111111";
const THIRD_APP_ID: &str = "22222222222222222222222222222222";

fn start(name: &str, issuer: &Issuer, manager: &SecretsManager, policy: &Value) -> Function {
    manager.set(
        "two",
        &json!({"defaultAppId": APP_ID, "apiKey": API_KEY, "projects": [
            {"appId": APP_ID, "appCertificate": CERTIFICATE},
            {"appId": OTHER_APP_ID, "appCertificate": OTHER_CERTIFICATE},
        ]})
        .to_string(),
    );
    with_users(name, issuer)
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .env("AGORA_SECRET_ID", "two")
        .env("AGORA_POLICY", &policy.to_string())
        .secrets_manager(manager)
        .start()
}

fn ask(app_id: Option<&str>) -> Event {
    Event::post("/v1/rtc").json(&json!({"channelName": "c", "appId": app_id}))
}

#[test]
fn a_caller_gets_the_projects_that_the_policy_names() {
    let issuer = Issuer::start();
    let alice = signed_in(&issuer, "alice");
    let by = |event: Event| event.header("authorization", &alice);
    let anybody = |app_id| {
        Event::post("/v1/rtc").json(&json!({"channelName": "c", "uid": 1, "appId": app_id}))
    };
    let manager = SecretsManager::start();
    let denied = "denied_project";

    let function = start("rtc", &issuer, &manager, &json!({}));
    try_all(
        &function,
        vec![
            attack(
                "another project, as a user",
                by(ask(Some(OTHER_APP_ID))),
                403,
                denied,
            ),
            attack(
                "another project, as anybody",
                anybody(OTHER_APP_ID),
                403,
                denied,
            ),
            attack(
                "a project that isn't there",
                by(ask(Some(THIRD_APP_ID))),
                403,
                denied,
            ),
        ],
    );
    for event in [by(ask(None)), by(ask(Some(APP_ID))), anybody(APP_ID)] {
        assert_eq!(function.send(&event).json()["appId"], APP_ID);
    }
    let service = ask(Some(OTHER_APP_ID)).header("x-api-key", API_KEY);
    assert_eq!(function.send(&service).status, 400, "only `uid` is missing");

    let toolbox = json!({"appId": OTHER_APP_ID, "channelName": "c", "type": 1, "uid": "823578133"});
    let toolbox = by(Event::post("/v2/token/generate").json(&toolbox));
    let bundle = start("bundle", &issuer, &manager, &json!({}));
    assert_eq!(bundle.send(&toolbox).status, 403);

    let listed = json!({"user": {"projects": [OTHER_APP_ID]}});
    let function = start("rtc", &issuer, &manager, &listed);
    assert_eq!(function.send(&by(ask(None))).json()["appId"], OTHER_APP_ID);
    try_all(
        &function,
        vec![
            attack(
                "the default project where it is not listed",
                by(ask(Some(APP_ID))),
                403,
                denied,
            ),
            attack(
                "what users have, as anybody",
                anybody(OTHER_APP_ID),
                403,
                denied,
            ),
        ],
    );
    let all = start(
        "rtc",
        &issuer,
        &manager,
        &json!({"user": {"projects": ["*"]}}),
    );
    for (app_id, signed) in [(None, APP_ID), (Some(OTHER_APP_ID), OTHER_APP_ID)] {
        assert_eq!(all.send(&by(ask(app_id))).json()["appId"], signed);
    }
}
