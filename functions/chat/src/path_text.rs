//! `GET /chat/user/{name}/token` and `GET /chat/app/token`, answered with the token as text.

use agora_token::grant::{ChatApp, ChatUser, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Example, Failure, Form, Forms, Shape, Success,
};

const SHAPE: Shape = Shape {
    success: Success::Text,
    failure: Failure::Text,
};

pub(crate) static USER: DropIn = DropIn {
    method: "GET",
    paths: &["/chat/user/{name}/token"],
    sends: "",
    answer: "text",
    refusal: "text",
    readers: "the whole body: the docs' Chat samples with the server in Java",
    example: Example {
        asks: "/chat/user/ann/token",
        token: "",
        holds: r#"{"type":5,"user_id":"ann"}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read: user,
        shape: SHAPE,
    }),
};

pub(crate) static APP: DropIn = DropIn {
    method: "GET",
    paths: &["/chat/app/token"],
    sends: "",
    answer: "text",
    refusal: "text",
    readers: "the whole body: servers that call the Chat REST API",
    example: Example {
        asks: "",
        token: "",
        holds: r#"{"type":5,"user_id":"","privileges":["2"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read: app,
        shape: SHAPE,
    }),
};

fn user(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    Ok(TokenRequest::new(ChatUser::named(call.path("name")?)).into())
}

fn app(_call: &Call<'_>) -> Result<DropInRequest, Problem> {
    Ok(TokenRequest::new(ChatApp::default()).into())
}
