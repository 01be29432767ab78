//! `/v1/fcdn`, whose parameters are read as those of `/v1/streaming` but for the privileges.

use agora_token::token::builders::fcdn::{FcdnPrivileges, service};
use agora_token_tests::event::Event;
use agora_token_tests::sample::{closed, open};
use serde_json::{Value, json};

use crate::api::{issued, refuses, refuses_what_none_takes, services};

const PATH: &str = "/v1/fcdn";

#[test]
fn privileges_are_granted_one_by_one() {
    let function = closed("fcdn").start();
    let cases = [
        (json!({"publish": 600}), Some(600), None),
        (json!({"play": 60}), None, Some(60)),
        (json!({"play": 60, "publish": 600}), Some(600), Some(60)),
    ];
    for (sent, publish, play) in cases {
        let body = json!({"channelName": "live", "account": "viewer-7", "privileges": sent, "tokenExpire": 600});
        let answer = issued(&function, PATH, &body);
        let granted = FcdnPrivileges { publish, play };
        assert_eq!(services(&answer), [service("live", "viewer-7", granted)]);
        assert_eq!(answer["tokenType"], "fcdn");
        assert_eq!(
            (&answer["channelName"], &answer["account"]),
            (&json!("live"), &json!("viewer-7"))
        );
        assert_eq!(answer["privileges"], sent);
        assert_eq!(answer["warnings"], json!([]));
    }
}

/// To publish takes more than to play, where the policy tells the two apart.
#[test]
fn who_may_only_watch_may_not_publish() {
    let function = open("fcdn")
        .env("AGORA_POLICY", r#"{"anonymous": {"tokenTypes": ["fcdn"]}}"#)
        .start();
    let ask = |privileges: Value| {
        let body = json!({"channelName": "live", "uid": 1, "privileges": privileges});
        let answer = function.send(&Event::post(PATH).json(&body));
        (answer.status, answer.json()["code"].clone())
    };
    assert_eq!(ask(json!({"play": 60})), (200, Value::Null));
    assert_eq!(
        ask(json!({"play": 60, "publish": 60})),
        (403, json!("denied_role"))
    );
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = closed("fcdn").start();
    let good = json!({"channelName": "live", "uid": 1, "privileges": {"play": 60}});
    let cases = [
        (
            json!({"channelName": null}),
            "parameter_missing",
            "channelName",
        ),
        (json!({"uid": null}), "parameter_missing", "uid"),
        (
            json!({"privileges": null}),
            "parameter_missing",
            "privileges",
        ),
        (json!({"privileges": {}}), "parameter_missing", "privileges"),
        (
            json!({"privileges": {"joinChannel": 60}}),
            "parameter_unknown",
            "privileges.joinChannel",
        ),
        (
            json!({"privileges": {"play": -1}}),
            "parameter_range",
            "privileges.play",
        ),
        (json!({"role": 1}), "parameter_unknown", "role"),
    ];
    refuses(&function, PATH, &good, &cases);
    refuses_what_none_takes(&function, PATH, &good);
}
