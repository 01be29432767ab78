//! `GET /rtm/{id}[/][?expiry=seconds]`, answered with `{"rtmToken"}`.

use agora_token::grant::{Rtm, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Example, Failure, Form, Forms, RtmUser, Shape, Success,
};

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/rtm/{id}"],
    sends: "?expiry=",
    answer: r#"`{"rtmToken"}`"#,
    refusal: r#"`{"message","status"}`"#,
    readers: "`rtmToken`: clients of agora-token-service and Agora-Node-TokenServer",
    example: Example {
        asks: "/rtm/ann/",
        token: "rtmToken",
        holds: r#"{"type":2,"user_id":"ann"}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Tokens(&["rtmToken"]),
            failure: Failure::MESSAGE_AND_STATUS,
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let lifetime = call.query()?.take(&["expiry"])?;
    let RtmUser(user) = call.path("id")?;
    let grant = Rtm::login(user).in_version(call.node_version());
    Ok(TokenRequest::new(grant).lasting(lifetime).into())
}
