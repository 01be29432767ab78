//! `GET /rtcToken?channelName=&uid=`, answered with `{"key"}`.

use agora_token::grant::{Rtc, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, Channel, DropIn, DropInRequest, Example, Failure, Form, Forms, Shape, Success,
    UidOrAccount,
};
use agora_token::params::Uid;
use agora_token::token::builders::rtc::RtcRole;

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/rtcToken"],
    sends: "?channelName=&uid=",
    answer: r#"`{"key"}`"#,
    refusal: r#"`{"error"}`"#,
    readers: "`key`: clients of Agora's DemoServer.js",
    example: Example {
        asks: "?channelName=demo&uid=7",
        token: "key",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Tokens(&["key"]),
            failure: Failure::ERROR,
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let mut query = call.query()?;
    let Channel(channel) = query.require(&["channelName", "channel"], "the name of the channel")?;
    let user = query.take(&["uid"])?.map(|UidOrAccount(user)| user);
    let grant = Rtc::with_role(channel, user, RtcRole::Publisher).in_version(call.node_version());
    Ok(TokenRequest::new(grant).fallback_uid(Uid::from(0)).into())
}
