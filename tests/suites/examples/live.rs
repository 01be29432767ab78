//! Live streaming.

use crate::attempt::{Attempt, Who, denied, gets, refused};
use agora_token_tests::sample::API_KEY;
use serde_json::json;

pub(crate) fn attempts() -> Vec<Attempt> {
    let host = &Who::User(json!({
        "sub": "ann", "app_metadata": {"host": true, "stages": ["gala", "final"]},
    }));
    let viewer = &Who::User(json!({"sub": "bob", "app_metadata": {}}));
    let pretender = &Who::User(json!({
        "sub": "eve", "user_metadata": {"host": true}, "host": true, "app_metadata": {"host": "true"},
    }));
    let guest = &Who::User(json!({"sub": "guest-1", "is_anonymous": true}));
    let recorder = &Who::Key("sample-key-of-the-recorder");
    let service = &Who::Key(API_KEY);
    vec![
        gets(
            host,
            "GET /v1/rtc?channelName=live-ann&role=publisher",
            json!({"role": "publisher", "lifetime": 3600}),
        ),
        gets(
            host,
            "GET /v1/rtc?channelName=live-gala&role=publisher&tokenExpire=14400",
            json!({"role": "publisher", "lifetime": 14400}),
        ),
        gets(
            host,
            "GET /v1/rtc?channelName=live-bob&tokenExpire=7200",
            json!({"role": "subscriber", "lifetime": 7200}),
        ),
        gets(
            viewer,
            "GET /v1/rtc?channelName=live-ann&tokenExpire=7200",
            json!({"role": "subscriber", "lifetime": 7200}),
        ),
        gets(viewer, "GET /v1/rtm", json!({"userId": "bob"})),
        gets(
            guest,
            "GET /v1/rtc?channelName=live-ann",
            json!({"role": "subscriber", "lifetime": 600}),
        ),
        gets(
            recorder,
            "GET /v1/rtc?channelName=live-ann&uid=99&tokenExpire=86400",
            json!({"uid": 99, "role": "subscriber", "lifetime": 86400}),
        ),
        gets(
            service,
            "GET /v1/rtc?channelName=live-ann&uid=1&role=publisher",
            json!({"uid": 1, "role": "publisher"}),
        ),
        denied(
            viewer,
            "GET /v1/rtc?channelName=live-bob&role=publisher",
            "denied_role",
        ),
        denied(
            pretender,
            "GET /v1/rtc?channelName=live-eve&role=publisher",
            "denied_role",
        ),
        denied(viewer, "GET /v1/rtc?channelName=alive-1", "denied_channel"),
        denied(
            viewer,
            "GET /v1/rtc?channelName=live-ann&tokenExpire=7201",
            "denied_lifetime",
        ),
        denied(
            viewer,
            "GET /v1/rtc?channelName=live-ann&uid=1",
            "denied_identity",
        ),
        // Some rule lets a host publish, and some rule lets them into every stage: not the same one.
        denied(
            host,
            "GET /v1/rtc?channelName=live-bob&role=publisher",
            "denied_channel",
        ),
        denied(
            host,
            "GET /v1/rtc?channelName=live-galas&role=publisher",
            "denied_channel",
        ),
        denied(
            host,
            "GET /v1/rtc?channelName=live-bob&tokenExpire=14400",
            "denied_lifetime",
        ),
        denied(
            guest,
            "GET /v1/rtc?channelName=live-ann&role=publisher",
            "denied_role",
        ),
        denied(
            guest,
            "GET /v1/rtc?channelName=live-ann&tokenExpire=601",
            "denied_lifetime",
        ),
        denied(guest, "GET /v1/rtm", "denied_token_type"),
        denied(
            recorder,
            "GET /v1/rtc?channelName=live-ann&uid=99&role=publisher",
            "denied_role",
        ),
        denied(
            recorder,
            "GET /v1/rtc?channelName=backstage&uid=99",
            "denied_channel",
        ),
        denied(recorder, "GET /v1/rtm?userId=99", "denied_token_type"),
        denied(recorder, "GET /v1/chat/app", "denied_app_privilege"),
        refused(
            &Who::Nobody,
            "GET /v1/rtc?channelName=live-ann",
            401,
            "credentials_missing",
        ),
    ]
}
