//! A school.

use crate::attempt::{Attempt, Who, denied, gets, refused};
use agora_token::access::OwnIdentity;
use agora_token_tests::sample::API_KEY;
use serde_json::{Value, json};

fn person(subject: &str, role: Value, school: &str) -> Who {
    Who::User(json!({"sub": subject, "role": role, "school": school}))
}

pub(crate) fn attempts() -> Vec<Attempt> {
    let teacher = &person("mr-gray", json!("teacher"), "north");
    let head = &person("ms-head", json!("head"), "north");
    let pupil = &person("ann", json!("pupil"), "north");
    let hyphens = &person("joe", json!("pupil"), "north-west");
    let reaching = &person("eve", json!("pupil"), "north~4a");
    let star = &person("eve", json!("pupil"), "*");
    let capital = &person("eve", json!("Teacher"), "north");
    let listed = &person("eve", json!(["teacher"]), "north");
    let parent = &Who::User(json!({"sub": "parent"}));
    let service = &Who::Key(API_KEY);
    let ann = OwnIdentity::derived_uid("ann").get();
    let gray = OwnIdentity::derived_uid("mr-gray").get();
    vec![
        gets(
            pupil,
            "GET /v1/rtc?channelName=class-north~4a",
            json!({"uid": ann, "role": "subscriber", "lifetime": 3600}),
        ),
        gets(pupil, "GET /v1/rtm", json!({"userId": "ann"})),
        gets(
            pupil,
            "GET /v1/education/room-user?roomUuid=class-north~4a&role=2",
            json!({"userUuid": "ann", "role": 2, "lifetime": 3600}),
        ),
        gets(
            hyphens,
            "GET /v1/rtc?channelName=class-north-west~4a",
            json!({"role": "subscriber"}),
        ),
        gets(
            teacher,
            "GET /v1/rtc?channelName=class-north~4a&role=publisher",
            json!({"uid": gray, "role": "publisher", "lifetime": 3600}),
        ),
        gets(
            teacher,
            "GET /v1/education/room-user?roomUuid=class-north~4a&role=1",
            json!({"userUuid": "mr-gray", "role": 1}),
        ),
        gets(
            teacher,
            "GET /v1/rtc?channelName=staff-north&role=publisher",
            json!({"role": "publisher", "lifetime": 3600}),
        ),
        gets(
            head,
            "GET /v1/rtc?channelName=staff-north&role=publisher",
            json!({"role": "publisher"}),
        ),
        gets(
            service,
            "GET /v1/rtc?channelName=assembly&uid=7&role=publisher",
            json!({"uid": 7, "role": "publisher"}),
        ),
        denied(
            pupil,
            "GET /v1/rtc?channelName=class-north~4a&role=publisher",
            "denied_role",
        ),
        denied(
            pupil,
            "GET /v1/rtc?channelName=class-south~4a",
            "denied_channel",
        ),
        // The school's name ends at the tilde, whatever follows what.
        denied(
            pupil,
            "GET /v1/rtc?channelName=class-north-west~4a",
            "denied_channel",
        ),
        denied(
            pupil,
            "GET /v1/rtc?channelName=class-north",
            "denied_channel",
        ),
        denied(
            reaching,
            "GET /v1/rtc?channelName=class-north~4a~1",
            "denied_channel",
        ),
        denied(
            star,
            "GET /v1/rtc?channelName=class-north~4a",
            "denied_channel",
        ),
        denied(
            pupil,
            "GET /v1/rtc?channelName=staff-north",
            "denied_channel",
        ),
        denied(
            pupil,
            "GET /v1/education/room-user?roomUuid=class-north~4a&role=1",
            "denied_education_role",
        ),
        denied(
            pupil,
            "GET /v1/education/room-user?roomUuid=class-south~4a&role=2",
            "denied_room",
        ),
        denied(
            pupil,
            "GET /v1/rtc?channelName=class-north~4a&uid=7",
            "denied_identity",
        ),
        // A role is compared letter by letter, and a list is no text.
        denied(
            capital,
            "GET /v1/rtc?channelName=class-north~4a&role=publisher",
            "denied_role",
        ),
        denied(
            listed,
            "GET /v1/rtc?channelName=class-north~4a&role=publisher",
            "denied_role",
        ),
        denied(
            teacher,
            "GET /v1/rtc?channelName=staff-south",
            "denied_channel",
        ),
        denied(
            teacher,
            "GET /v1/rtc?channelName=class-north~*",
            "denied_wildcard",
        ),
        denied(
            teacher,
            "GET /v1/rtc?channelName=class-north~4a&tokenExpire=3601",
            "denied_lifetime",
        ),
        denied(teacher, "GET /v1/chat/user", "denied_token_type"),
        denied(teacher, "GET /v1/education/app", "denied_app_privilege"),
        denied(
            parent,
            "GET /v1/rtc?channelName=class-north~4a",
            "denied_channel",
        ),
        refused(
            &Who::Nobody,
            "GET /v1/rtc?channelName=class-north~4a",
            401,
            "credentials_missing",
        ),
    ]
}
