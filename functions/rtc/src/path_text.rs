//! `GET /rtc/{channel}/{uid}/{1 or 2}/token`, answered with the token as text.

use agora_token::http::Problem;
use agora_token::http::drop_in::{Call, Channel, Failure, Form, Shape, Success, Wanted};
use agora_token::request::{Ask, Rtc, RtcUser};

pub(crate) const FORM: Form = Form {
    read,
    shape: Shape {
        success: Success::Text,
        failure: Failure::Text,
    },
};

fn read(call: &Call<'_>) -> Result<Wanted, Problem> {
    let Channel(channel) = call.path("channel")?;
    let user = RtcUser::Uid(call.path("uid")?);
    Ok(Ask::new(Rtc::with_role(channel, user, call.path("role")?)).into())
}
