//! 006 tokens: their signature covers channel and user as one text, so that whoever holds one can cut it
//! anew. No policy about channels or users holds for them.

use crate::attack::{attack, claims, try_all, with_users};
use agora_token::token::{AccessToken, AppCertificate};
use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE, closed};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// Everything but 006 tokens, for users and for anonymous callers.
fn wide(legacy: bool) -> String {
    let rules = json!({
        "tokenTypes": ["*"], "roles": ["publisher"], "wildcards": "any", "maxLifetime": 86400,
        "batches": true, "legacyTokens": legacy,
    });
    json!({"user": rules, "anonymous": rules, "identity": {"uidClaim": "uid"}}).to_string()
}

fn start(name: &str, issuer: &Issuer, policy: &str) -> Function {
    with_users(name, issuer)
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .env("AGORA_NODE_ROUTES_VERSION", "006")
        .env("AGORA_POLICY", policy)
        .start()
}

/// Signed in as uid 7, called `7`.
fn signed_in(issuer: &Issuer) -> String {
    let mut claims = claims(issuer, "7");
    claims["uid"] = 7.into();
    format!("Bearer {}", issuer.sign(Algorithm::Es256, &claims))
}

/// Every way to ask for a 006 token: function, request, and the code where the answer has one.
fn ways() -> Vec<(&'static str, Event, &'static str)> {
    let post = |path: &str, body: Value| Event::post(path).json(&body);
    let get = |path: &str, query: &str| Event::get(path).query(query);
    let own = "denied_legacy_token";
    let rtc = json!({"channelName": "team-a-1", "uid": 7, "version": "006"});
    vec![
        ("rtc", post("/v1/rtc", rtc.clone()), own),
        (
            "rtc",
            get(
                "/v1/rtc",
                "channel=team-a-1&uid=7&version=006&role=publisher",
            ),
            own,
        ),
        (
            "rtm",
            post("/v1/rtm", json!({"userId": "7", "version": "006"})),
            own,
        ),
        (
            "bundle",
            post(
                "/v2/token006/generate",
                json!({"channelName": "c", "type": 1, "uid": "7"}),
            ),
            "1",
        ),
        (
            "bundle",
            post(
                "/toolbox/v1/token006/generate",
                json!({"type": 2, "uid": "7"}),
            ),
            "1",
        ),
        ("rtc", get("/rtc/team-a-1/publisher/uid/7", ""), "-"),
        ("rtc", get("/access_token", "channel=team-a-1&uid=7"), "-"),
        ("rtc", get("/rtcToken", "channelName=team-a-1&uid=7"), "-"),
        ("rtm", get("/rtm/7", ""), "-"),
        ("rtm", get("/rtmToken", "account=7"), "-"),
        ("bundle", get("/rte/team-a-1/publisher/uid/7", ""), "-"),
    ]
}

/// The same signature with the checksums of another channel and user, which are not signed.
fn recut(token: &str, channel: &str, uid: &str) -> String {
    let (head, base64) = token.split_at("006".len() + APP_ID.len());
    let mut content = BASE64_STANDARD.decode(base64).unwrap();
    let place = size_of::<u16>() + 32;
    for (index, name) in [channel, uid].into_iter().enumerate() {
        let mut crc = flate2::Crc::new();
        crc.update(name.as_bytes());
        content[place + 4 * index..][..4].copy_from_slice(&crc.sum().to_le_bytes());
    }
    format!("{head}{}", BASE64_STANDARD.encode(content))
}

/// What makes the rule: one signature, two tokens.
#[test]
fn one_signature_is_good_for_other_channels_and_users() {
    let function = closed("rtc").start();
    let body = json!({"channelName": "team-a-1", "uid": 7, "version": "006"});
    let event = Event::post("/v1/rtc")
        .json(&body)
        .header("x-api-key", API_KEY);
    let answer = function.send(&event).json();
    let token = answer["token"].as_str().unwrap();
    let certificate: AppCertificate = CERTIFICATE.parse().unwrap();
    for (channel, uid) in [
        ("team-a-1", "7"),
        ("team", "-a-17"),
        ("team-a-17", ""),
        ("team-a-", "17"),
    ] {
        let cut = AccessToken::parse(&recut(token, channel, uid)).unwrap();
        assert!(cut.verify(&certificate, channel, uid), "{channel} {uid}");
    }
    let codes: Vec<_> = answer["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["code"].clone())
        .collect();
    assert!(codes.contains(&json!("legacy_recut")), "{codes:?}");
}

#[test]
fn nobody_but_a_service_gets_one_by_any_route_unless_the_policy_says_so() {
    let issuer = Issuer::start();
    let user = signed_in(&issuer);
    for (name, way, code) in ways() {
        let function = start(name, &issuer, &wide(false));
        let as_user = way.clone().header("authorization", &user);
        let mut attacks = vec![
            ("a 006 token for a user", as_user.clone()),
            ("a 006 token for anybody", way.clone()),
        ];
        let judged = |event: &Event| {
            let answer = function.send(event);
            let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            let answered = match &body["code"] {
                Value::String(code) => code.clone(),
                Value::Number(code) => code.to_string(),
                _ => "-".to_owned(),
            };
            (answer.status, answered, answer.body)
        };
        for (what, event) in attacks.drain(..) {
            let (status, answered, body) = judged(&event);
            assert_eq!((status, answered.as_str()), (403, code), "{what}: {body}");
            assert!(!body.contains("006970"), "{what}: {body}");
        }
        let served = function.send(&way.clone().header("x-api-key", API_KEY));
        assert_eq!(served.status, 200, "{name}: {}", served.body);

        let opened = start(name, &issuer, &wide(true));
        for event in [as_user, way] {
            let served = opened.send(&event);
            assert_eq!(served.status, 200, "{name}: {}", served.body);
            assert!(served.body.contains("006970"), "{}", served.body);
        }
    }
}

#[test]
fn a_batch_is_no_way_around() {
    let issuer = Issuer::start();
    let function = start("bundle", &issuer, &wide(false));
    let requests = json!({"requests": [
        {"tokenType": "rtc", "channelName": "team-a-1", "version": "006"},
        {"tokenType": "rtm", "version": "006"},
    ]});
    let event = Event::post("/v1/batch")
        .json(&requests)
        .header("authorization", &signed_in(&issuer));
    let answer = function.send(&event).json();
    for result in answer["results"].as_array().unwrap() {
        assert_eq!(result["problem"]["code"], "denied_legacy_token", "{answer}");
    }
}

#[test]
fn the_defaults_never_allow_it() {
    let issuer = Issuer::start();
    let function = with_users("rtc", &issuer)
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .start();
    let ask = |body: Value| Event::post("/v1/rtc").json(&body);
    let own = json!({"channelName": "c", "version": "006"});
    let denied = "denied_legacy_token";
    try_all(
        &function,
        vec![
            attack(
                "as a user",
                ask(own).header("authorization", &signed_in(&issuer)),
                403,
                denied,
            ),
            attack(
                "as anybody",
                ask(json!({"channelName": "c", "uid": 1, "version": "006"})),
                403,
                denied,
            ),
        ],
    );
}
