//! An RTM token with a stream channel holds an RTC service: it is judged as one too.

use crate::attack::{attack, claims, signed_in, try_all, with_users};
use agora_token::token::ServiceKind;
use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, CERTIFICATE, read_token};
use serde_json::{Value, json};

/// The uid that is derived from `bob`.
const BOBS_UID: &str = "3702952913";

fn with_policy(name: &str, issuer: &Issuer, user: Value) -> Function {
    let policy = json!({"user": user, "anonymous": user}).to_string();
    with_users(name, issuer)
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .env("AGORA_POLICY", &policy)
        .start()
}

fn rtm(body: Value) -> Event {
    Event::post("/v1/rtm").json(&body)
}

#[test]
fn a_name_of_digits_is_nobody_elses_uid() {
    let issuer = Issuer::start();
    let bob = signed_in(&issuer, BOBS_UID);
    let unusable = "denied_identity_unusable";
    let function = with_users("rtm", &issuer).start();
    let as_digits = |event: Event| event.header("authorization", &bob);
    try_all(
        &function,
        vec![
            attack(
                "a subject that is somebody's uid",
                as_digits(rtm(json!({"channelName": "room"}))),
                403,
                unusable,
            ),
            attack(
                "the same, named",
                as_digits(rtm(json!({"channelName": "room", "userId": BOBS_UID}))),
                403,
                unusable,
            ),
            attack(
                "a subject that no account can be",
                rtm(json!({"channelName": "room"}))
                    .header("authorization", &signed_in(&issuer, "auth0/ann")),
                403,
                unusable,
            ),
            attack(
                "zeros, which are anybody",
                rtm(json!({"channelName": "room"}))
                    .header("authorization", &signed_in(&issuer, "0")),
                403,
                unusable,
            ),
            attack(
                "another's name",
                rtm(json!({"channelName": "room", "userId": "bob"}))
                    .header("authorization", &signed_in(&issuer, "alice")),
                403,
                "denied_identity",
            ),
        ],
    );
    // A login names nobody in a channel.
    assert_eq!(function.send(&as_digits(rtm(json!({})))).status, 200);
    // Their own number may stand there.
    let mut own = claims(&issuer, "7");
    own["uid"] = 7.into();
    let own = format!("Bearer {}", issuer.sign(Algorithm::Es256, &own));
    let by_claim = with_users("rtm", &issuer)
        .env("AGORA_POLICY", r#"{"identity": {"uidClaim": "uid"}}"#)
        .start();
    let granted = by_claim.send(&rtm(json!({"channelName": "room"})).header("authorization", &own));
    let token = read_token(granted.json()["token"].as_str().unwrap(), CERTIFICATE);
    assert!(token.services.iter().any(|service| service.kind
        == ServiceKind::Rtc {
            channel_name: "room".to_owned(),
            uid: "7".to_owned(),
        }));

    let bundle = with_users("bundle", &issuer).start();
    let services = json!({"services": [{"type": "rtm", "channelName": "room"}]});
    try_all(
        &bundle,
        vec![attack(
            "the same in a bundle",
            as_digits(Event::post("/v1/bundle").json(&services)),
            403,
            unusable,
        )],
    );
    for way in [
        Event::get(&format!("/rte/room/audience/userAccount/{BOBS_UID}")),
        Event::get(&format!(
            "/rte/room/audience/userAccount/{BOBS_UID}/{BOBS_UID}"
        )),
        Event::post("/getToken")
            .json(&json!({"tokenType": "rtm", "channel": "room", "uid": BOBS_UID})),
    ] {
        let refused = bundle.send(&as_digits(way));
        assert_eq!(refused.status, 403, "{}", refused.body);
    }
}

#[test]
fn its_rtc_service_is_no_way_past_the_policy() {
    let issuer = Issuer::start();
    let channel = json!({"userId": "alice", "channelName": "room"});
    let permissions = |resource: &str, verb: &str, name: &str| json!({"userId": "alice", "permissions": {resource: {verb: [name]}}});
    let rules = |more: Value| {
        let mut rules =
            json!({"tokenTypes": ["rtc", "rtm"], "roles": ["publisher"], "rtmPermissions": true});
        let more = more.as_object().unwrap().clone();
        rules.as_object_mut().unwrap().extend(more);
        rules
    };
    for (what, user, body, code) in [
        (
            "data past `roles`",
            json!({"roles": ["subscriber"]}),
            channel.clone(),
            "denied_role",
        ),
        (
            "an RTC service past `tokenTypes`",
            json!({"tokenTypes": ["rtm"]}),
            channel.clone(),
            "denied_token_type",
        ),
        (
            "a channel past `channels`",
            json!({"channels": ["lobby"]}),
            channel.clone(),
            "denied_channel",
        ),
        (
            "any channel, to send in",
            json!({"wildcards": "subscriber"}),
            json!({"userId": "alice", "channelName": "*"}),
            "denied_wildcard_role",
        ),
        (
            "any user, to send as",
            json!({"wildcards": "subscriber"}),
            json!({"userId": "*", "channelName": "room"}),
            "denied_wildcard_role",
        ),
        (
            "uid 0 by name",
            json!({"wildcards": "none"}),
            json!({"userId": "0", "channelName": "room"}),
            "denied_wildcard",
        ),
        (
            "data by permission past `roles`",
            json!({"roles": ["subscriber"]}),
            permissions("streamChannels", "write", "room"),
            "denied_role",
        ),
        (
            "a pattern of channels",
            json!({}),
            permissions("messageChannels", "read", "a*"),
            "denied_wildcard",
        ),
        (
            "a pattern of users",
            json!({}),
            permissions("users", "read", "*"),
            "denied_wildcard",
        ),
        (
            "a pattern to write to",
            json!({"wildcards": "subscriber"}),
            permissions("serverGroups", "write", "*"),
            "denied_wildcard_role",
        ),
        (
            "a permission's channel past `channels`",
            json!({"channels": ["lobby"]}),
            permissions("groupChannels", "read", "room"),
            "denied_channel",
        ),
    ] {
        let function = with_policy("rtm", &issuer, rules(user));
        try_all(&function, vec![attack(what, rtm(body.clone()), 403, code)]);
        if body["userId"] == "alice" {
            let alice = rtm(body).header("authorization", &signed_in(&issuer, "alice"));
            try_all(&function, vec![attack(what, alice, 403, code)]);
        }
    }
    let all = with_policy("rtm", &issuer, rules(json!({"wildcards": "any"})));
    for body in [channel, permissions("streamChannels", "write", "*")] {
        let granted = all.send(&rtm(body));
        assert_eq!(granted.status, 200, "{}", granted.body);
    }
}

/// A service may name anybody, but nobody who cannot be in a channel.
#[test]
fn its_user_is_a_possible_account() {
    let issuer = Issuer::start();
    let function = with_users("rtm", &issuer).start();
    let sent = |user: &str| {
        rtm(json!({"channelName": "room", "userId": user})).header("x-api-key", API_KEY)
    };
    let refused = function.send(&sent("ユ"));
    assert_eq!(
        (
            refused.status,
            &refused.json()["code"],
            &refused.json()["field"]
        ),
        (400, &json!("parameter_characters"), &json!("userId"))
    );
    assert_eq!(function.send(&sent(BOBS_UID)).status, 200);
}
