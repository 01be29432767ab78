//! `GET /rtc/{channel}/{uid}/{1 or 2}/token`, answered with the token as text.

use agora_token::grant::{Rtc, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, Channel, DropIn, DropInRequest, Example, Failure, Form, Forms, Shape, Success,
};
use agora_token::params::RtcUser;

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/rtc/{channel}/{uid}/{role=1|2}/token"],
    sends: "",
    answer: "text",
    refusal: "text",
    readers: "the whole body: calls in the docs' Chat samples",
    example: Example {
        asks: "/rtc/demo/7/1/token",
        token: "",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Text,
            failure: Failure::Text,
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let Channel(channel) = call.path("channel")?;
    let user = RtcUser::Uid(call.path("uid")?);
    Ok(TokenRequest::new(Rtc::with_role(channel, user, call.path("role")?)).into())
}
