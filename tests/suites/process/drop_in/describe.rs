//! What a token grants, as the recordings write it down.

use agora_token::token::{AccessToken, AppCertificate, ServiceKind};
use agora_token_tests::sample::{APP_ID, CERTIFICATE, read_token};
use serde_json::{Map, Value, json};

/// A 007 token of ours: `{"expire", "services"}`.
#[track_caller]
pub(crate) fn token(text: &str) -> Value {
    let parsed = read_token(text, CERTIFICATE);
    assert_eq!(parsed.app_id, APP_ID);
    let services = parsed.services.iter().map(|service| {
        let privileges: Map<_, _> = service
            .privileges
            .iter()
            .map(|(id, expire)| (id.to_string(), expire.into()))
            .collect();
        let mut described = match &service.kind {
            ServiceKind::Rtc { channel_name, uid } => {
                json!({"channel_name": channel_name, "uid": uid})
            }
            ServiceKind::Rtm { user_id } | ServiceKind::Chat { user_id } => {
                json!({"user_id": user_id})
            }
            ServiceKind::Streaming {
                channel_name,
                account,
            }
            | ServiceKind::Fcdn {
                channel_name,
                account,
            } => json!({"channel_name": channel_name, "account": account}),
            ServiceKind::Apaas {
                room_uuid,
                user_uuid,
                role,
            } => json!({"room_uuid": room_uuid, "user_uuid": user_uuid, "role": role}),
            // Nothing but its privileges; RTM's lists are not told.
            _ => json!({}),
        };
        described["type"] = service.service_type().into();
        described["privileges"] = privileges.into();
        described
    });
    json!({"expire": parsed.expire, "services": services.collect::<Vec<_>>()})
}

/// A recorded token in the same words. A 006 token is what a 007 token would be that grants the same for
/// as long; a privilege without an end has the token's own, a day.
pub(crate) fn recorded(token: &Value) -> Value {
    if token["$token"] == "007" {
        return json!({"expire": token["expire"], "services": token["services"]});
    }
    let seconds = |ends: &Value| match ends.as_str() {
        Some(text) => text.strip_prefix("now+").and_then(|text| text.parse().ok()),
        None if *ends == 0 => Some(86_400),
        None => None,
    };
    let privileges = token["privileges"].as_object().unwrap();
    let lives = privileges.values().filter_map(seconds);
    let life: u32 = lives.max().expect("a privilege that ends in the future");
    let signed = &token["signed_for"];
    let service = if privileges.contains_key("1000") {
        json!({"type": 2, "user_id": signed["channel"], "privileges": {"1": life}})
    } else {
        let lives: Map<_, _> = privileges
            .iter()
            .map(|(id, ends)| (id.clone(), seconds(ends).into()))
            .collect();
        json!({"type": 1, "channel_name": signed["channel"], "uid": signed["uid"], "privileges": lives})
    };
    json!({"expire": life, "services": [service]})
}

/// An RTC service: its channel, its user, and the life of its rights.
pub(crate) fn rtc(channel: &str, uid: &str, publishes: bool, life: u32) -> Value {
    let privileges = if publishes {
        json!({"1": life, "2": life, "3": life, "4": life})
    } else {
        json!({"1": life})
    };
    json!({"type": 1, "channel_name": channel, "uid": uid, "privileges": privileges})
}

/// An RTM service.
pub(crate) fn rtm(user: &str, life: u32) -> Value {
    json!({"type": 2, "user_id": user, "privileges": {"1": life}})
}

/// A Chat service for a user, or for the app where there is none.
pub(crate) fn chat(user: Option<&str>, life: u32) -> Value {
    let privilege = if user.is_some() { "1" } else { "2" };
    json!({"type": 5, "user_id": user.unwrap_or_default(), "privileges": {privilege: life}})
}

/// A token with these services.
pub(crate) fn of<const N: usize>(services: [Value; N], life: u32) -> Value {
    json!({"expire": life, "services": services.as_slice()})
}

/// A 006 token of ours: channel (or RTM user) and uid must be as they were signed.
#[track_caller]
pub(crate) fn legacy(text: &str, channel: &str, uid: &str) -> Vec<u16> {
    let parsed = AccessToken::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let certificate: AppCertificate = CERTIFICATE.parse().unwrap();
    assert!(parsed.verify(&certificate, channel, uid), "{text}");
    parsed.privileges.iter().map(|(id, _)| id).collect()
}
