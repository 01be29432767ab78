//! A telehealth visit.

use crate::attempt::{Attempt, Who, denied, gets, refused};
use agora_token_tests::sample::API_KEY;
use serde_json::{Value, json};

fn person(name: &str, visits: Value) -> Value {
    json!({"sub": format!("auth0|{name}"), "person": name, "visits": visits})
}

pub(crate) fn attempts() -> Vec<Attempt> {
    let doctor = &Who::User(person("dr-lee", json!(["4711", "4712", "4810"])));
    let patient = &Who::User(person("pat-7", json!(["4711"])));
    let text = &Who::User(person("pat-8", json!("4712")));
    let star = &Who::User(person("eve", json!(["*", "471*"])));
    let leaving = &Who::Leaving(person("pat-7", json!(["4711"])), 600);
    let nothing = &Who::User(json!({"sub": "auth0|x", "person": "x"}));
    let unnamed = &Who::User(json!({"sub": "auth0|y", "visits": ["4711"]}));
    let service = &Who::Key(API_KEY);
    vec![
        gets(
            doctor,
            "GET /v1/rtc?channelName=visit-4711&role=publisher",
            json!({"account": "dr-lee", "role": "publisher", "lifetime": 1800}),
        ),
        gets(
            patient,
            "GET /v1/rtc?channelName=visit-4711&role=publisher",
            json!({"account": "pat-7", "role": "publisher", "lifetime": 1800}),
        ),
        gets(
            leaving,
            "GET /v1/rtc?channelName=visit-4711&role=publisher",
            json!({"account": "pat-7", "lifetime": 600}),
        ),
        gets(
            text,
            "GET /v1/rtc?channelName=visit-4712&role=publisher",
            json!({"account": "pat-8"}),
        ),
        gets(
            service,
            "GET /v1/rtc?channelName=visit-4711&account=recorder",
            json!({"account": "recorder"}),
        ),
        denied(
            patient,
            "GET /v1/rtc?channelName=visit-4712",
            "denied_channel",
        ),
        denied(
            patient,
            "GET /v1/rtc?channelName=visit-47110",
            "denied_channel",
        ),
        denied(
            patient,
            "GET /v1/rtc?channelName=visit-471",
            "denied_channel",
        ),
        denied(star, "GET /v1/rtc?channelName=visit-4711", "denied_channel"),
        denied(
            star,
            "GET /v1/rtc?channelName=visit-471*",
            "denied_wildcard",
        ),
        denied(nothing, "GET /v1/rtc?channelName=visit-", "denied_channel"),
        denied(
            patient,
            "GET /v1/rtc?channelName=visit-4711&account=dr-lee",
            "denied_identity",
        ),
        denied(
            patient,
            "GET /v1/rtc?channelName=visit-4711&uid=7",
            "denied_identity",
        ),
        denied(
            unnamed,
            "GET /v1/rtc?channelName=visit-4711",
            "denied_identity_unusable",
        ),
        denied(
            patient,
            "GET /v1/rtc?channelName=visit-4711&tokenExpire=1801",
            "denied_lifetime",
        ),
        denied(
            leaving,
            "GET /v1/rtc?channelName=visit-4711&tokenExpire=900",
            "denied_lifetime",
        ),
        denied(patient, "GET /v1/rtm", "denied_token_type"),
        // The visit was called off: for the doctor, and for the operator's own server.
        denied(
            doctor,
            "GET /v1/rtc?channelName=visit-4810",
            "denied_listed",
        ),
        denied(
            service,
            "GET /v1/rtc?channelName=visit-4810&account=recorder",
            "denied_listed",
        ),
        denied(
            service,
            "GET /v1/rtc?channelName=visit-4711&uid=7&version=006",
            "denied_legacy_token",
        ),
        refused(
            doctor,
            "GET /rtc/visit-4711/publisher/userAccount/dr-lee/",
            403,
            "-",
        ),
        refused(
            &Who::Nobody,
            "GET /v1/rtc?channelName=visit-4711",
            401,
            "credentials_missing",
        ),
        refused(
            &Who::Nobody,
            r#"POST /v1/inspect {"token": "007eJx"}"#,
            401,
            "credentials_missing",
        ),
    ]
}
