//! A user who is signed in and wants more.

use crate::attack::{attack, rtc, signed_in, try_all, with_users};
use agora_token_tests::event::Event;
use agora_token_tests::issuer::Issuer;
use agora_token_tests::sample::API_KEY;
use serde_json::{Value, json};

const POLICY: &str = r#"{"user": {"channels": ["team-*", "dm-{sub}"], "roles": ["subscriber"], "maxLifetime": 600}}"#;

#[test]
fn a_user_gets_their_own_and_nobody_elses() {
    let issuer = Issuer::start();
    let function = with_users("rtc", &issuer).start();
    let alice = |body: Value| rtc(&body).header("authorization", &signed_in(&issuer, "alice"));
    let channel = |more: Value| {
        let mut body = json!({"channelName": "demo"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        alice(body)
    };
    let own = function.send(&channel(json!({}))).json();
    assert_eq!(
        own["uid"], 823_578_133,
        "the uid that is derived from `alice`"
    );
    assert_eq!(
        function.send(&channel(json!({"uid": 823_578_133}))).status,
        200
    );
    let (identity, wildcard) = ("denied_identity", "denied_wildcard");
    try_all(
        &function,
        vec![
            attack("another's uid", channel(json!({"uid": 1})), 403, identity),
            attack(
                "another's uid in its signed form",
                channel(json!({"uid": -1})),
                403,
                identity,
            ),
            attack(
                "another's account",
                channel(json!({"account": "bob"})),
                403,
                identity,
            ),
            attack(
                "one's own name in another letter case",
                channel(json!({"account": "Alice"})),
                403,
                identity,
            ),
            attack(
                "one's own name with a space behind it",
                channel(json!({"account": "alice "})),
                403,
                identity,
            ),
            attack(
                "one's own name in look-alike letters",
                channel(json!({"account": "аlice"})),
                400,
                "parameter_characters",
            ),
            attack(
                "another's uid as an account",
                channel(json!({"account": "1"})),
                403,
                identity,
            ),
            attack("any user, as 0", channel(json!({"uid": 0})), 403, wildcard),
            attack(
                "any user, as \"0\"",
                channel(json!({"uid": "0"})),
                403,
                wildcard,
            ),
            attack(
                "any user, as \"00\"",
                channel(json!({"uid": "00"})),
                400,
                "parameter_type",
            ),
            attack(
                "any user, as \"+0\"",
                channel(json!({"uid": "+0"})),
                400,
                "parameter_type",
            ),
            attack(
                "any user, as \" 0\"",
                channel(json!({"uid": " 0"})),
                400,
                "parameter_type",
            ),
            attack(
                "any user, as \"-0\"",
                channel(json!({"uid": "-0"})),
                400,
                "parameter_type",
            ),
            attack(
                "any user, as 0.0",
                channel(json!({"uid": 0.0})),
                400,
                "parameter_type",
            ),
            attack(
                "any user, as 2^32",
                channel(json!({"uid": 4_294_967_296_u64})),
                400,
                "parameter_range",
            ),
            attack(
                "any user, as an empty account",
                channel(json!({"account": ""})),
                400,
                "parameter_length",
            ),
            attack(
                "any user, as *",
                channel(json!({"account": "*"})),
                403,
                wildcard,
            ),
            attack(
                "any user, as a pattern",
                channel(json!({"account": "a*e"})),
                403,
                wildcard,
            ),
            attack(
                "any channel, as *",
                alice(json!({"channelName": "*"})),
                403,
                wildcard,
            ),
            attack(
                "any channel, as nothing",
                alice(json!({"channelName": ""})),
                403,
                wildcard,
            ),
            attack(
                "any channel, as blanks",
                alice(json!({"channelName": "  "})),
                403,
                wildcard,
            ),
            attack(
                "any channel, as a full-width asterisk",
                alice(json!({"channelName": "＊"})),
                400,
                "parameter_characters",
            ),
            attack(
                "any channel, with a NUL",
                alice(json!({"channelName": "*\u{0}"})),
                400,
                "parameter_characters",
            ),
            attack(
                "another project",
                channel(json!({"appId": "0123456789abcdef0123456789abcdef"})),
                403,
                "denied_project",
            ),
        ],
    );
}

#[test]
fn a_user_stays_within_the_policy() {
    let issuer = Issuer::start();
    let function = with_users("rtc", &issuer)
        .env("AGORA_POLICY", POLICY)
        .start();
    let alice = |body: Value| rtc(&body).header("authorization", &signed_in(&issuer, "alice"));
    for body in [
        json!({"channelName": "team-1"}),
        json!({"channelName": "dm-alice", "tokenExpire": 600}),
    ] {
        let answer = function.send(&alice(body));
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let (channel, role) = ("denied_channel", "denied_role");
    try_all(
        &function,
        vec![
            attack(
                "a channel outside the policy",
                alice(json!({"channelName": "boardroom"})),
                403,
                channel,
            ),
            attack(
                "a channel that ends like one inside",
                alice(json!({"channelName": "x-team-1"})),
                403,
                channel,
            ),
            attack(
                "a channel in another letter case",
                alice(json!({"channelName": "Team-1"})),
                403,
                channel,
            ),
            attack(
                "another's own channel",
                alice(json!({"channelName": "dm-bob"})),
                403,
                channel,
            ),
            attack(
                "the placeholder itself",
                alice(json!({"channelName": "dm-{sub}"})),
                403,
                channel,
            ),
            attack(
                "to publish",
                alice(json!({"channelName": "team-1", "role": "publisher"})),
                403,
                role,
            ),
            attack(
                "to publish, as a host",
                alice(json!({"channelName": "team-1", "role": "HOST"})),
                403,
                role,
            ),
            attack(
                "to publish data only",
                alice(json!({"channelName": "team-1", "privileges": {"publishDataStream": 1}})),
                403,
                role,
            ),
            attack(
                "to publish, in the old format",
                alice(json!({"channelName": "team-1", "role": 1, "version": "006"})),
                403,
                "denied_legacy_token",
            ),
            attack(
                "to stay longer",
                alice(json!({"channelName": "team-1", "tokenExpire": 601})),
                403,
                "denied_lifetime",
            ),
            attack(
                "to stay until a date",
                alice(json!({"channelName": "team-1", "tokenExpire": now_plus_a_year()})),
                400,
                "lifetime_is_timestamp",
            ),
            attack(
                "to publish, by the path form's route",
                Event::get("/rtc/team-1/publisher/uid/823578133/")
                    .header("authorization", &signed_in(&issuer, "alice")),
                403,
                "-",
            ),
        ],
    );
}

fn now_plus_a_year() -> u64 {
    crate::attack::now() + 365 * 86_400
}

#[test]
fn a_kind_of_token_outside_the_policy_is_refused_in_every_wrapping() {
    let issuer = Issuer::start();
    let function = with_users("bundle", &issuer)
        .env("AGORA_POLICY", r#"{"user": {"batches": true}}"#)
        .start();
    let alice = |path: &str, body: Value| {
        Event::post(path)
            .json(&body)
            .header("authorization", &signed_in(&issuer, "alice"))
    };
    try_all(
        &function,
        vec![
            attack(
                "a bundle with a kind that is not granted",
                alice(
                    "/v1/bundle",
                    json!({"services": [{"type": "rtc", "channelName": "c"}, {"type": "fpa"}]}),
                ),
                403,
                "denied_token_type",
            ),
            attack(
                "a bundle with another's name in one of its services",
                alice(
                    "/v1/bundle",
                    json!({"services": [{"type": "rtc", "channelName": "c"}, {"type": "rtm", "userId": "bob"}]}),
                ),
                403,
                "denied_identity",
            ),
            attack(
                "a bundle with a wildcard in one of its services",
                alice(
                    "/v1/bundle",
                    json!({"services": [{"type": "rtc", "channelName": "c"}, {"type": "rtc", "channelName": "*"}]}),
                ),
                403,
                "denied_wildcard",
            ),
            attack(
                "a bundle in a bundle",
                alice(
                    "/v1/bundle",
                    json!({"services": [{"type": "bundle", "services": [{"type": "fpa"}]}]}),
                ),
                400,
                "parameter_choice",
            ),
            attack(
                "a batch of 101",
                alice(
                    "/v1/batch",
                    json!({"requests": vec![json!({"tokenType": "rtc", "channelName": "c"}); 101]}),
                ),
                400,
                "parameter_length",
            ),
        ],
    );
    let batch = function.send(&alice(
        "/v1/batch",
        json!({"requests": [
            {"tokenType": "rtc", "channelName": "c"},
            {"tokenType": "rtc", "channelName": "c", "uid": 0},
            {"tokenType": "chat/app"},
            {"tokenType": "rtm", "userId": "bob"},
        ]}),
    ));
    let results = batch.json()["results"].as_array().unwrap().clone();
    assert!(results[0]["token"].is_string(), "{}", batch.body);
    for (place, code) in [
        (1, "denied_wildcard"),
        (2, "denied_app_privilege"),
        (3, "denied_identity"),
    ] {
        assert_eq!(results[place]["problem"]["code"], code, "{}", batch.body);
    }
}

/// Its bearer has all parts of a token at once.
#[test]
fn a_wildcard_beside_a_right_to_publish_is_one_that_may_send() {
    let issuer = Issuer::start();
    let function = with_users("bundle", &issuer)
        .env("AGORA_POLICY", r#"{"user": {"wildcards": "subscriber"}}"#)
        .start();
    let bundle = |role: &str| {
        let services = json!({"services": [
            {"type": "rtc", "channelName": "*"},
            {"type": "rtc", "channelName": "c", "role": role},
        ]});
        Event::post("/v1/bundle")
            .json(&services)
            .header("authorization", &signed_in(&issuer, "alice"))
    };
    try_all(
        &function,
        vec![attack(
            "to publish beside a wildcard",
            bundle("publisher"),
            403,
            "denied_wildcard_role",
        )],
    );
    assert_eq!(function.send(&bundle("subscriber")).status, 200);
}

#[test]
fn a_batch_is_for_services_unless_the_policy_grants_it() {
    let issuer = Issuer::start();
    let function = with_users("bundle", &issuer)
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .start();
    let requests = json!({"requests": [{"tokenType": "rtc", "channelName": "c", "uid": 1}]});
    let batch = Event::post("/v1/batch").json(&requests);
    let alice = batch
        .clone()
        .header("authorization", &signed_in(&issuer, "alice"));
    try_all(
        &function,
        vec![
            attack("as a user", alice, 403, "denied_batch"),
            attack("as anybody", batch.clone(), 403, "denied_batch"),
        ],
    );
    assert_eq!(
        function.send(&batch.header("x-api-key", API_KEY)).status,
        200
    );
}

#[test]
fn a_name_that_claims_give_cannot_stand_for_others() {
    let issuer = Issuer::start();
    let function = with_users("rtc", &issuer)
        .env("AGORA_POLICY", r#"{"identity": {"rtc": "account"}}"#)
        .start();
    let somebody = |subject: &str| {
        rtc(&json!({"channelName": "demo"})).header("authorization", &signed_in(&issuer, subject))
    };
    let unusable = "denied_identity_unusable";
    try_all(
        &function,
        vec![
            attack(
                "an account that is a wildcard",
                somebody("*"),
                403,
                unusable,
            ),
            attack(
                "an account that is a pattern",
                somebody("al*ice"),
                403,
                unusable,
            ),
            attack(
                "an account that is somebody's uid",
                somebody("12345"),
                403,
                unusable,
            ),
        ],
    );
    // What RTC cannot take is replaced by what nobody else is called.
    let uid = "12345\u{0}".to_owned();
    let names = [
        "alice\r\n{\"level\":\"INFO\"}".to_owned(),
        "a".repeat(300),
        uid,
    ];
    let accounts = names.map(|name| {
        let answer = function.send(&somebody(&name));
        assert_eq!(answer.status, 200, "{name:?}: {}", answer.body);
        answer.json()["account"].as_str().unwrap().to_owned()
    });
    for (index, account) in accounts.iter().enumerate() {
        assert!(
            account.starts_with("u-") && account.len() == 34,
            "{account}"
        );
        assert!(!accounts[index + 1..].contains(account));
        try_all(
            &function,
            vec![attack(
                "the subject of a replaced account",
                rtc(&json!({"channelName": "demo", "account": account}))
                    .header("authorization", &signed_in(&issuer, account)),
                403,
                "denied_identity",
            )],
        );
    }
    assert!(!function.logs().join("\n").contains('\r'));
}
