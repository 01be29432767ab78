//! `GET /api/token/generateUserToken?account=&expireTimeInSeconds=` and
//! `GET /api/token/generateAppToken?expireTimeInSeconds=`, answered with `{"status":"success","token"}`.

use agora_token::grant::{ChatApp, ChatUser, TokenRequest};
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Echo, Example, Failure, Form, Forms, Shape, Success,
};
use agora_token::http::{Issued, Problem};
use serde_json::{Value, json};

const SHAPE: Shape = Shape {
    success: Success::Json(success),
    failure: Failure::ERROR,
};

pub(crate) static USER: DropIn = DropIn {
    method: "GET",
    paths: &["/api/token/generateUserToken"],
    sends: "?account=&expireTimeInSeconds=",
    answer: r#"`{"status":"success","token"}`"#,
    refusal: r#"`{"error"}`"#,
    readers: "`status` and `token`: Chat samples in React",
    example: Example {
        asks: "?account=ann",
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
    method: "GET",
    paths: &["/api/token/generateAppToken"],
    sends: "?expireTimeInSeconds=",
    answer: r#"`{"status":"success","token"}`"#,
    refusal: r#"`{"error"}`"#,
    readers: "`status` and `token`: servers that call the Chat REST API",
    example: Example {
        asks: "",
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
    let mut query = call.query()?;
    let user = query.require(&["account"], "the user of Chat")?;
    let lifetime = query.take(&["expireTimeInSeconds"])?;
    Ok(TokenRequest::new(ChatUser::named(user))
        .lasting(lifetime)
        .into())
}

fn app(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let lifetime = call.query()?.take(&["expireTimeInSeconds"])?;
    Ok(TokenRequest::new(ChatApp::default())
        .lasting(lifetime)
        .into())
}

fn success(issued: &[Issued], _echo: &Echo) -> Value {
    let token = issued.first().map(|issued| issued.token.as_str());
    json!({ "status": "success", "token": token })
}
