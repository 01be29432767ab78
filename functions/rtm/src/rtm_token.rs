//! `GET /rtmToken?account=`, answered with `{"key"}`.

use agora_token::http::Problem;
use agora_token::http::drop_in::{Call, Failure, Form, RtmUser, Shape, Success, Wanted};
use agora_token::request::{Ask, Rtm};

pub(crate) const FORM: Form = Form {
    read,
    shape: Shape {
        success: Success::Tokens(&["key"]),
        failure: Failure::ERROR,
    },
};

fn read(call: &Call<'_>) -> Result<Wanted, Problem> {
    let RtmUser(user) = call
        .query()?
        .require(&["account"], "the user who logs in to RTM")?;
    Ok(Ask::new(Rtm::login(user).in_version(call.node_version())).into())
}
