//! `POST /fetch_rtc_token` with `{"uid", "ChannelName", "role"}`, answered with `{"token","code":"200"}`.

use agora_token::grant::{Rtc, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, Channel, DropIn, DropInRequest, Example, Form, Forms, Shape,
};
use agora_token::params::{RtcUser, Uid};
use agora_token::token::builders::rtc::RtcRole;

pub(crate) static ROW: DropIn = DropIn {
    method: "POST",
    paths: &["/fetch_rtc_token"],
    sends: r#"with `{"uid","ChannelName","role"}`"#,
    answer: r#"`{"token","code":"200"}`"#,
    refusal: r#"`{"token","code"}`, the message as token"#,
    readers: "`token` and `+res.code`: the web, iOS and Android samples of Agora's docs",
    example: Example {
        asks: r#"{"uid":7,"ChannelName":"demo","role":1}"#,
        token: "token",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape::CODE_AS_TEXT,
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let mut body = call.json()?;
    let Channel(channel) = body.require(&["channelName"], "the name of the channel")?;
    let user = body.take(&["uid"])?.map(RtcUser::Uid);
    let role = body.take(&["role"])?.unwrap_or(RtcRole::Subscriber);
    let grant = Rtc::with_role(channel, user, role);
    Ok(TokenRequest::new(grant).fallback_uid(Uid::from(0)).into())
}
