//! `GET /chat/user/{name}/token` and `GET /chat/app/token`, answered with the token as text.

use agora_token::http::Problem;
use agora_token::http::drop_in::{Call, Failure, Form, Shape, Success, Wanted};
use agora_token::request::{Ask, ChatApp, ChatUser};

const SHAPE: Shape = Shape {
    success: Success::Text,
    failure: Failure::Text,
};

pub(crate) const USER: Form = Form {
    read: user,
    shape: SHAPE,
};

pub(crate) const APP: Form = Form {
    read: app,
    shape: SHAPE,
};

fn user(call: &Call<'_>) -> Result<Wanted, Problem> {
    Ok(Ask::new(ChatUser::named(call.path("name")?)).into())
}

fn app(_call: &Call<'_>) -> Result<Wanted, Problem> {
    Ok(Ask::new(ChatApp::default()).into())
}
