//! `POST /fetch_rtm_token` with `{"uid"}`, answered with `{"token","code":"200"}`.

use agora_token::http::Problem;
use agora_token::http::drop_in::{Call, Form, RtmUser, Shape, Wanted};
use agora_token::request::{Ask, Rtm};

pub(crate) const FORM: Form = Form {
    read,
    shape: Shape::CODE_AS_TEXT,
};

fn read(call: &Call<'_>) -> Result<Wanted, Problem> {
    let RtmUser(user) = call
        .json()?
        .require(&["uid"], "the user who logs in to RTM")?;
    Ok(Ask::new(Rtm::login(user)).into())
}
