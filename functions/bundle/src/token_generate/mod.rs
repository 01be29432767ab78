//! `POST /token/generate`, where two servers take different requests: JSON that enables services, and a
//! form that asks for a Chat token.

mod form;
mod json;

use agora_token::http::drop_in::{Call, DropIn, Example, Forms, Reading};
use agora_token::http::{BodyKind, Problem};

pub(crate) static ROW: DropIn = DropIn {
    method: "POST",
    paths: &["/token/generate"],
    sends: r#"with `{"channelName","uid","tokenExpireTs","privilegeExpireTs","serviceRtc":{"enable","role"},…}` or the form `userId=&expireSeconds=&tokenType=`"#,
    answer: r#"`{"code":0,"message","data":{"token"}}`; text for the form"#,
    refusal: r#"`{"code":-1` or `-2,"message","data":""}`; text for the form"#,
    readers: "`data.token`: clients of Agora's docker server in Go; the whole body: Chat push samples in Java",
    example: Example {
        asks: r#"{"channelName":"demo","uid":"7","tokenExpireTs":60,"serviceRtc":{"enable":true,"role":1}}"#,
        token: "data.token",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[
        r#"{"uid":"7","serviceRtm":{"enable":true}}"#,
        r#"{"serviceFpa":{"enable":true}}"#,
        r#"{"serviceChat":{"enableUser":true,"userUuid":"ann"}}"#,
        r#"{"serviceChat":{"enableApp":true}}"#,
        r#"{"serviceApaas":{"enableUser":true,"userUuid":"ann"}}"#,
        r#"{"serviceApaas":{"enableApp":true}}"#,
        "userId=ann&expireSeconds=600&tokenType=user",
        "expireSeconds=600&tokenType=app",
    ],
    forms: Forms::By(read),
};

/// Tells the two apart by what the body looks like.
fn read(call: &Call<'_>) -> Reading {
    match call.body_kind() {
        BodyKind::Json => json::FORM.reading(call),
        BodyKind::Form => form::FORM.reading(call),
        BodyKind::Empty | BodyKind::Odd => (Err(unclear()), json::FORM.shape),
    }
}

/// The request is neither form, or both.
fn unclear() -> Problem {
    Problem::form_unclear(
        "this path takes two forms: JSON such as {\"channelName\": \"demo\", \"uid\": \"7\", \
         \"tokenExpireTs\": 3600, \"serviceRtc\": {\"enable\": true, \"role\": 1}} for a token of those \
         services, or a form such as userId=alice&expireSeconds=3600&tokenType=user for a Chat token; \
         send one of them",
    )
}
