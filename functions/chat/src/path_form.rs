//! `GET /chat/account/{id}[/][?expiry=seconds]` and `GET /chat/app[/][?expiry=seconds]`, answered with
//! `{"chatToken"}`.

use agora_token::http::Problem;
use agora_token::http::drop_in::{Call, Failure, Form, Shape, Success, Wanted};
use agora_token::request::{Ask, ChatApp, ChatUser};

const SHAPE: Shape = Shape {
    success: Success::Tokens(&["chatToken"]),
    failure: Failure::MESSAGE_AND_STATUS,
};

pub(crate) const ACCOUNT: Form = Form {
    read: account,
    shape: SHAPE,
};

pub(crate) const APP: Form = Form {
    read: app,
    shape: SHAPE,
};

fn account(call: &Call<'_>) -> Result<Wanted, Problem> {
    let lifetime = call.query()?.take(&["expiry"])?;
    let user = ChatUser::named(call.path("id")?);
    Ok(Ask::new(user).lasting(lifetime).into())
}

fn app(call: &Call<'_>) -> Result<Wanted, Problem> {
    let lifetime = call.query()?.take(&["expiry"])?;
    Ok(Ask::new(ChatApp::default()).lasting(lifetime).into())
}
