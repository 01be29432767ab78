//! `POST /generate-user-token` with `{"user_uuid" or "userId", "expire"}` and `POST /generate-app-token`
//! with `{"expire"}`, answered with `{"token"}`.

use agora_token::grant::{ChatApp, ChatUser, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Example, Failure, Form, Forms, Shape, Success,
};
use serde_json::json;

const SHAPE: Shape = Shape {
    success: Success::Tokens(&["token"]),
    // An empty token beside the error, as its clients read the token first.
    failure: Failure::Json(|problem| json!({ "token": "", "error": problem.detail })),
};

pub(crate) static USER: DropIn = DropIn {
    method: "POST",
    paths: &["/generate-user-token"],
    sends: r#"with `{"user_uuid"` or `"userId","expire"}`"#,
    answer: r#"`{"token"}`"#,
    refusal: r#"`{"token":"","error"}`"#,
    readers: "`token`: the docs' Chat samples",
    example: Example {
        asks: r#"{"userId":"ann"}"#,
        token: "token",
        holds: r#"{"type":5,"user_id":"ann"}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read: user,
        shape: SHAPE,
    }),
};

pub(crate) static APP: DropIn = DropIn {
    method: "POST",
    paths: &["/generate-app-token"],
    sends: r#"with `{"expire"}`"#,
    answer: r#"`{"token"}`"#,
    refusal: r#"`{"token":"","error"}`"#,
    readers: "`token`: servers that call the Chat REST API",
    example: Example {
        asks: r#"{"expire":600}"#,
        token: "token",
        holds: r#"{"type":5,"user_id":"","privileges":["2"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read: app,
        shape: SHAPE,
    }),
};

fn user(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let mut body = call.json()?;
    let user = body.require(&["user_uuid", "userId"], "the user of Chat")?;
    let lifetime = body.take(&["expire"])?;
    Ok(TokenRequest::new(ChatUser::named(user))
        .lasting(lifetime)
        .into())
}

fn app(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let lifetime = call.json_or_nothing()?.take(&["expire"])?;
    Ok(TokenRequest::new(ChatApp::default())
        .lasting(lifetime)
        .into())
}
