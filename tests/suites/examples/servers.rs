//! Servers alone.

use crate::attempt::{Attempt, Who, denied, gets, refused};
use agora_token_tests::sample::API_KEY;
use serde_json::json;

pub(crate) fn attempts() -> Vec<Attempt> {
    let service = &Who::Key(API_KEY);
    let recorder = &Who::Key("sample-key-of-the-recorder");
    let user = &Who::User(json!({"sub": "ann"}));
    let guest = &Who::User(json!({"sub": "guest-1", "is_anonymous": true}));
    let nobody = &Who::Nobody;
    let lesson = "GET /v1/rtc?channelName=class-1&uid=7";
    vec![
        gets(
            service,
            "GET /v1/rtc?channelName=any&uid=7&role=publisher&tokenExpire=86400",
            json!({"uid": 7, "role": "publisher", "lifetime": 86400}),
        ),
        gets(
            service,
            "GET /v1/chat/app",
            json!({"tokenType": "chat/app"}),
        ),
        gets(
            service,
            r#"POST /v1/inspect {"token": "007eJx"}"#,
            json!({"verdict": "invalid"}),
        ),
        gets(
            recorder,
            lesson,
            json!({"uid": 7, "role": "subscriber", "lifetime": 3600}),
        ),
        denied(
            recorder,
            "GET /v1/rtc?channelName=class-1&uid=7&role=publisher",
            "denied_role",
        ),
        denied(
            recorder,
            "GET /v1/rtc?channelName=staff&uid=7",
            "denied_channel",
        ),
        denied(
            recorder,
            "GET /v1/rtc?channelName=class-*&uid=7",
            "denied_wildcard",
        ),
        denied(recorder, "GET /v1/rtm?userId=7", "denied_token_type"),
        // Who reads the secret has the digest of a key, and not the key.
        refused(
            &Who::Key("ab739054ec305b6a3993a84d572bf3c5e3cab84f459bd9155f6ae9ebda7c93c6"),
            lesson,
            401,
            "credentials_unknown",
        ),
        denied(user, "GET /v1/rtc?channelName=class-1", "denied_token_type"),
        denied(
            guest,
            "GET /v1/rtc?channelName=class-1",
            "denied_token_type",
        ),
        denied(user, "GET /v1/chat/app", "denied_app_privilege"),
        denied(
            service,
            "GET /v1/rtc?channelName=class-1&uid=7&version=006",
            "denied_legacy_token",
        ),
        refused(service, "GET /rtc/class-1/publisher/uid/7/", 403, "-"),
        refused(nobody, lesson, 401, "credentials_missing"),
        refused(
            nobody,
            r#"POST /v1/inspect {"token": "007eJx"}"#,
            401,
            "credentials_missing",
        ),
    ]
}
