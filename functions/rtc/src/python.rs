//! `GET /v1/token?channel_name=`, answered with the token as text: for any user, to publish, for 15
//! minutes.

use agora_token::grant::{Rtc, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, Channel, DropIn, DropInRequest, Example, Failure, Form, Forms, Shape, Success,
};
use agora_token::params::{Lifetime, Uid};
use agora_token::token::builders::rtc::RtcRole;

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/v1/token"],
    sends: "?channel_name=",
    answer: "text: any user, to publish, 15 minutes",
    refusal: "text",
    readers: "the whole body: clients of Agora's docker server in Python",
    example: Example {
        asks: "?channel_name=demo",
        token: "",
        holds: r#"{"type":1,"channel_name":"demo","uid":"","privileges":["1","2","3","4"]}"#,
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
    let mut query = call.query()?;
    let Channel(channel) = query.require(&["channel_name"], "the name of the channel")?;
    let grant = Rtc::with_role(channel, None, RtcRole::Publisher);
    Ok(TokenRequest::new(grant)
        .default_lifetime(Lifetime::QUARTER_HOUR)
        .fallback_uid(Uid::from(0))
        .into())
}
