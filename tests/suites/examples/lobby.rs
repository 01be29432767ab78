//! A game without a login.

use crate::attempt::{Attempt, Who, denied, gets, refused};
use agora_token_tests::sample::API_KEY;
use serde_json::json;

const WEB: &str = "publishable-key-of-the-web-page";

pub(crate) fn attempts() -> Vec<Attempt> {
    let page = |origin| Who::Page(WEB, origin);
    let web = &page("https://game.example.com");
    let spectators = &Who::Key("publishable-key-of-spectators");
    let matchmaker = &Who::Key("sample-key-of-the-matchmaker");
    let service = &Who::Key(API_KEY);
    let in_lobby = "GET /v1/rtc?channelName=lobby-1&uid=7&role=publisher";
    let mut attempts = vec![
        gets(
            web,
            in_lobby,
            json!({"uid": 7, "role": "publisher", "lifetime": 900}),
        ),
        gets(
            spectators,
            "GET /v1/rtc?channelName=match-1&uid=8",
            json!({"uid": 8, "role": "subscriber", "lifetime": 300}),
        ),
        gets(
            matchmaker,
            "GET /v1/rtc?channelName=match-1&uid=9&role=publisher",
            json!({"uid": 9, "role": "publisher", "lifetime": 3600}),
        ),
        gets(
            matchmaker,
            r#"POST /v1/batch {"requests": [{"tokenType": "rtc", "channelName": "match-1", "uid": 9}]}"#,
            json!({}),
        ),
        gets(
            service,
            "GET /v1/chat/app",
            json!({"tokenType": "chat/app"}),
        ),
        gets(
            &Who::Nobody,
            r#"POST /v1/inspect {"token": "007eJx"}"#,
            json!({"verdict": "invalid"}),
        ),
        denied(
            web,
            "GET /v1/rtc?channelName=match-1&uid=7",
            "denied_channel",
        ),
        denied(
            web,
            "GET /v1/rtc?channelName=lobby-1&uid=7&tokenExpire=901",
            "denied_lifetime",
        ),
        denied(
            web,
            "GET /v1/rtc?channelName=lobby-1&uid=0",
            "denied_wildcard",
        ),
        denied(
            web,
            "GET /v1/rtc?channelName=lobby-*&uid=7",
            "denied_wildcard",
        ),
        denied(web, "GET /v1/rtm?userId=ann", "denied_token_type"),
        denied(web, "GET /v1/chat/app", "denied_app_privilege"),
        denied(
            web,
            r#"POST /v1/batch {"requests": [{"tokenType": "rtc", "channelName": "lobby-1", "uid": 7}]}"#,
            "denied_batch",
        ),
        denied(
            spectators,
            "GET /v1/rtc?channelName=match-1&uid=8&role=publisher",
            "denied_role",
        ),
        denied(
            spectators,
            "GET /v1/rtc?channelName=lobby-1&uid=8",
            "denied_channel",
        ),
        denied(
            matchmaker,
            "GET /v1/rtc?channelName=lobby-1&uid=9",
            "denied_channel",
        ),
        denied(matchmaker, "GET /v1/chat/app", "denied_app_privilege"),
        denied(
            service,
            "GET /v1/rtc?channelName=lobby-1&uid=7&version=006",
            "denied_legacy_token",
        ),
        denied(&Who::Key(WEB), in_lobby, "credentials_origin"),
        refused(service, "GET /rtc/lobby-1/publisher/uid/7/", 403, "-"),
        refused(&Who::Nobody, in_lobby, 401, "credentials_missing"),
        refused(
            &Who::Key("publishable-key-of-the-web-pag"),
            in_lobby,
            401,
            "credentials_unknown",
        ),
        refused(
            &Who::User(json!({"sub": "ann"})),
            in_lobby,
            401,
            "credentials_no_issuer",
        ),
    ];
    for near in [
        "http://game.example.com",
        "https://game.example.com/",
        "https://game.example.com:8443",
        "https://game.example.com.evil.example",
        "https://www.game.example.com",
        "https://GAME.example.com",
        "null",
    ] {
        attempts.push(denied(&page(near), in_lobby, "credentials_origin"));
    }
    attempts
}
