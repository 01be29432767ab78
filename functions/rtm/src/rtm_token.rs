//! `GET /rtmToken?account=`, answered with `{"key"}`.

use agora_token::grant::{Rtm, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Example, Failure, Form, Forms, RtmUser, Shape, Success,
};

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/rtmToken"],
    sends: "?account=",
    answer: r#"`{"key"}`"#,
    refusal: r#"`{"error"}`"#,
    readers: "`key`: clients of Agora's DemoServer.js",
    example: Example {
        asks: "?account=ann",
        token: "key",
        holds: r#"{"type":2,"user_id":"ann"}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Tokens(&["key"]),
            failure: Failure::ERROR,
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let RtmUser(user) = call
        .query()?
        .require(&["account"], "the user who logs in to RTM")?;
    Ok(TokenRequest::new(Rtm::login(user).in_version(call.node_version())).into())
}
