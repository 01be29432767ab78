//! `GET /chat/account/{id}[/][?expiry=seconds]` and `GET /chat/app[/][?expiry=seconds]`, answered with
//! `{"chatToken"}`.

use agora_token::grant::{ChatApp, ChatUser, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Example, Failure, Form, Forms, Shape, Success,
};

const SHAPE: Shape = Shape {
    success: Success::Tokens(&["chatToken"]),
    failure: Failure::MESSAGE_AND_STATUS,
};

pub(crate) static ACCOUNT: DropIn = DropIn {
    method: "GET",
    paths: &["/chat/account/{id}"],
    sends: "?expiry=",
    answer: r#"`{"chatToken"}`"#,
    refusal: r#"`{"message","status"}`"#,
    readers: "`chatToken`: clients of agora-token-service",
    example: Example {
        asks: "/chat/account/ann",
        token: "chatToken",
        holds: r#"{"type":5,"user_id":"ann"}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read: account,
        shape: SHAPE,
    }),
};

pub(crate) static APP: DropIn = DropIn {
    method: "GET",
    paths: &["/chat/app"],
    sends: "?expiry=",
    answer: r#"`{"chatToken"}`"#,
    refusal: r#"`{"message","status"}`"#,
    readers: "`chatToken`: servers that call the Chat REST API",
    example: Example {
        asks: "",
        token: "chatToken",
        holds: r#"{"type":5,"user_id":"","privileges":["2"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read: app,
        shape: SHAPE,
    }),
};

fn account(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let lifetime = call.query()?.take(&["expiry"])?;
    let user = ChatUser::named(call.path("id")?);
    Ok(TokenRequest::new(user).lasting(lifetime).into())
}

fn app(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let lifetime = call.query()?.take(&["expiry"])?;
    Ok(TokenRequest::new(ChatApp::default())
        .lasting(lifetime)
        .into())
}
