//! Whether a guess is right: `/v1/inspect` tells nobody but a service.

use crate::attack::with_users;
use agora_token::token::{AccessToken2, Privileges, Service, ServiceKind};
use agora_token_tests::event::Event;
use agora_token_tests::issuer::Issuer;
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE, OTHER_CERTIFICATE};
use serde_json::{Value, json};

/// A token in which a channel is called like this.
fn naming(text: &str) -> String {
    let kind = ServiceKind::Rtc {
        channel_name: text.to_owned(),
        uid: "7".to_owned(),
    };
    let token = AccessToken2 {
        app_id: APP_ID.parse().unwrap(),
        issue_ts: 1_700_000_000,
        expire: 600,
        salt: 1,
        services: vec![Service {
            kind,
            privileges: Privileges::new().with(1_u16, 600),
        }],
    };
    token.build(&OTHER_CERTIFICATE.parse().unwrap()).unwrap()
}

#[test]
fn a_right_guess_looks_like_a_wrong_one_to_anybody_but_a_service() {
    let issuer = Issuer::start();
    let function = with_users("inspect", &issuer)
        .env("AGORA_SECONDARY_CERTIFICATE", OTHER_CERTIFICATE)
        .env("AGORA_WHITEBOARD_ACCESS_KEY", "access-key-01234567")
        .env("AGORA_WHITEBOARD_SECRET_KEY", "secret-key-01234567")
        .start();
    let alice = crate::attack::signed_in(&issuer, "alice");
    let inspect = |text: &str| Event::post("/v1/inspect").json(&json!({"token": text}));
    let wrong_key = "sample-api-key-9876543210";
    let wrong_certificate = "00fd2fd1755d40ecb72977518be15d00";
    // What a service is told of a right guess: as it is, and as a name in a token. Bare hex may be an App
    // ID as well, and is warned of in any case.
    for (right, wrong, told_bare, told_named) in [
        (API_KEY, wrong_key, true, false),
        (CERTIFICATE, wrong_certificate, false, true),
        (OTHER_CERTIFICATE, wrong_certificate, false, true),
        ("secret-key-01234567", "secret-key-76543210", false, true),
    ] {
        for (wrap, told) in [
            (str::to_owned as fn(&str) -> String, told_bare),
            (naming, told_named),
        ] {
            let seen = |text: &str, header: Option<(&str, &str)>| {
                let event = inspect(&wrap(text));
                let event = match header {
                    Some((name, value)) => event.header(name, value),
                    None => event,
                };
                let answer = function.send(&event);
                assert_eq!(answer.status, 200, "{}", answer.body);
                // The text that was sent may stand in the answer, and is all that may differ.
                answer.body.replace(text, "TEXT")
            };
            assert_eq!(seen(right, None), seen(wrong, None));
            let user = Some(("authorization", alice.as_str()));
            assert_eq!(seen(right, user), seen(wrong, user));
            let service = Some(("x-api-key", API_KEY));
            assert_eq!(
                seen(right, service) != seen(wrong, service),
                told,
                "{right}"
            );
        }
    }
    let lines = function.logs();
    let outcomes: Vec<Value> = lines
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["type"] == "audit")
        .map(|line| line["outcome"].clone())
        .collect();
    assert!(!outcomes.is_empty());
    assert!(
        outcomes.iter().all(|outcome| outcome == "explained"),
        "{outcomes:?}"
    );
}
