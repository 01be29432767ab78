//! What an answer says, and what it never says.

use super::*;
use crate::token::builders::rtm;
use serde_json::{Value, json};

fn value(report: &Report) -> Value {
    serde_json::to_value(report).unwrap()
}

#[test]
fn a_report_has_everything_that_the_token_says() {
    let join = given().channel("lobby").uid(42);
    let mut report = value(&join.explain(&signed(&good())));
    report["findings"].as_array_mut().unwrap().clear();
    assert_eq!(
        report,
        json!({
            "verdict": "valid",
            "unchecked": [],
            "format": "007",
            "appId": APP_ID,
            "issuedAt": ISSUED,
            "expiresAt": ISSUED + 3600,
            "services": [{
                "type": 1,
                "name": "rtc",
                "fields": {"channelName": "lobby", "uid": "42"},
                "privileges": [
                    {"id": 1, "name": "join channel", "lifetime": 3600, "expiresAt": ISSUED + 3600},
                    {"id": 2, "name": "publish audio stream", "lifetime": 3600, "expiresAt": ISSUED + 3600},
                    {"id": 3, "name": "publish video stream", "lifetime": 3600, "expiresAt": ISSUED + 3600},
                    {"id": 4, "name": "publish data stream", "lifetime": 3600, "expiresAt": ISSUED + 3600},
                ],
            }],
            "signature": "primary",
            "findings": [],
        })
    );
    let report = value(&given().explain(&signed_room(&room())));
    assert_eq!(report["expiresAt"], NOW + 600);
    assert_eq!(
        report["services"],
        json!([{
            "type": null,
            "name": "whiteboard/room",
            "fields": {"accessKey": ACCESS_KEY, "role": "writer", "uuid": "a room"},
            "privileges": [],
        }])
    );
}

#[test]
fn a_finding_names_the_errors_of_the_sdks_that_take_the_token() {
    let late = given().at(NOW + 11_000 + 3590 + 525);
    let report = value(&late.explain(&signed(&good())));
    let finding = &report["findings"][0];
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["code"], "token_expired");
    assert_eq!(
        finding["message"],
        "the token ended 3 hours and 12 minutes ago, on 2023-11-14 23:13 UTC"
    );
    let errors = |report: &Value| -> Vec<(String, i64)> {
        let errors = report["findings"][0]["sdkErrors"].as_array().unwrap();
        let pair = |error: &Value| {
            let sdk = error["sdk"].as_str().unwrap().to_owned();
            (sdk, error["code"].as_i64().unwrap())
        };
        errors.iter().map(pair).collect()
    };
    let named = |pairs: &[(&str, i64)]| -> Vec<(String, i64)> {
        pairs
            .iter()
            .map(|(sdk, code)| ((*sdk).to_owned(), *code))
            .collect()
    };
    assert_eq!(
        errors(&report),
        named(&[("RTC", 109), ("RTC Web", 109), ("RTC Web", 118)])
    );

    let login = signed(&token(vec![rtm::login("alice", 3600)]));
    let report = value(&late.explain(&login));
    assert_eq!(
        errors(&report),
        named(&[("RTM 1.x", 6), ("RTM 2.x", -10009)])
    );

    let report = value(&given().channel("lobby").explain(&login));
    assert_eq!(report["findings"][0]["code"], "service_rtc_missing");
    assert_eq!(errors(&report), named(&[("RTC", 110), ("RTC Web", 110)]));

    let report = value(&given().user_id("alice").explain(&signed(&good())));
    assert_eq!(report["findings"][0]["code"], "service_rtm_missing");
    assert_eq!(
        errors(&report),
        named(&[
            ("RTM 1.x", 5),
            ("RTM 2.x", -10005),
            ("Chat", 104),
            ("Chat", 202)
        ])
    );

    let report = value(&given().explain(""));
    assert!(errors(&report).contains(&("RTC Web".to_owned(), 120)));
}

/// Certificates, keys and the text itself, wherever they come in. A name in a token is shown to anybody
/// who holds it, for to withhold it would say that it is a secret of this deployment.
#[test]
fn no_answer_repeats_a_secret_or_the_token() {
    let hidden = [
        CERTIFICATE,
        SECONDARY,
        OTHER_CERTIFICATE,
        SECRET_KEY,
        API_KEY,
    ];
    let swapped_room = signed_room(&WhiteboardToken {
        access_key: SECRET_KEY.to_owned(),
        ..room()
    });
    let texts = [
        (signed(&good()), vec![]),
        (signed_room(&room()), vec![]),
        (raw(&head(CERTIFICATE, 0)), vec![CERTIFICATE]),
        (
            rtc_for(SECONDARY, OTHER_CERTIFICATE),
            vec![SECONDARY, OTHER_CERTIFICATE],
        ),
        (
            signed(&token(vec![rtm::login(CERTIFICATE, 3600)])),
            vec![CERTIFICATE],
        ),
        (swapped_room, vec![SECRET_KEY]),
    ];
    let pasted = hidden.iter().map(|secret| ((*secret).to_owned(), vec![]));
    for (text, named) in texts.into_iter().chain(pasted) {
        let question = || given().channel("other").uid(1).user_id("other");
        let answer = |given: Given| {
            let answer = json(&given.explain(&text));
            assert!(!answer.contains(&text), "{answer}");
            answer
        };
        let (service, anybody) = (
            answer(question()),
            answer(question().asked_by(Asker::Anybody)),
        );
        for secret in hidden {
            assert!(!service.contains(secret), "{service}");
            assert_eq!(
                anybody.contains(secret),
                named.contains(&secret),
                "{anybody}"
            );
        }
    }
    // What may be somebody else's certificate is not repeated either.
    let answer = json(&given().app_id(OTHER_CERTIFICATE).explain(STRANGE_APP_ID));
    assert!(!answer.contains(STRANGE_APP_ID) && !answer.contains(OTHER_CERTIFICATE));
}

#[test]
fn small_differences_are_named() {
    for (signed, given, words) in [
        ("lobby", given().channel("Lobby"), "letter case"),
        ("lobby ", given().channel("lobby"), "white space"),
        ("undefined", given().channel("lobby"), "without a value"),
    ] {
        let answer = json(&given.explain(&rtc_for(signed, "42")));
        assert!(answer.contains(words), "{answer}");
    }
    for (signed, given, words) in [
        ("42", given().uid(0), "the SDK chooses a number"),
        ("-1", given().uid(u32::MAX), "the same 32 bits"),
        ("alice", given().uid(7), "the token is for an account"),
        ("undefined", given().account("alice"), "without a value"),
        ("7", given().account("alice"), "the token is for a number"),
    ] {
        let answer = json(&given.explain(&rtc_for("lobby", signed)));
        assert!(answer.contains(words), "{answer}");
    }
}
