//! `GET /rte/{channel}/{role}/{uid or userAccount}/{id}[/{rtmId}][/][?expiry=seconds]`, answered with
//! `{"rtcToken","rtmToken"}`.

use agora_token::grant::{Rtc, Rtm, RtmScope, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, Channel, DropIn, DropInRequest, Example, Failure, Form, Forms, RtmUser, Shape, Success,
};
use agora_token::params::{FromValue, Invalid, RtcUser, Value, Version};

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &[
        "/rte/{channel}/{role}/{type}/{id}",
        "/rte/{channel}/{role}/{type}/{id}/{rtmId}",
    ],
    sends: "?expiry=",
    answer: r#"`{"rtcToken","rtmToken"}`"#,
    refusal: r#"`{"message","status"}`"#,
    readers: "both: clients of agora-token-service and Agora-Node-TokenServer; the RTM token opens the stream channel too",
    example: Example {
        asks: "/rte/demo/publisher/uid/7/ann/",
        token: "rtcToken",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Tokens(&["rtcToken", "rtmToken"]),
            failure: Failure::MESSAGE_AND_STATUS,
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let lifetime = call.query()?.take(&["expiry"])?;
    let version = call.node_version();
    let Channel(channel) = call.path("channel")?;
    let user = call.path_user("type", "id")?;
    let RtmUser(rtm_user) = if call.path_has("rtmId") {
        call.path("rtmId")?
    } else {
        same_in_rtm(&user)?
    };
    let rtm = Rtm {
        // What the Go edition grants; the older format has no stream channels.
        scope: match version {
            Version::V007 => RtmScope::StreamChannel(channel.clone()),
            Version::V006 => RtmScope::Login,
        },
        ..Rtm::login(rtm_user).in_version(version)
    };
    let rtc = Rtc::with_role(channel, user, call.path("role")?).in_version(version);
    let requests = vec![TokenRequest::new(rtc), TokenRequest::new(rtm)];
    let requests = requests
        .into_iter()
        .map(|request| request.lasting(lifetime));
    Ok(requests.collect::<Vec<_>>().into())
}

/// The name in RTM of a user of the channel; uid 0 has none.
fn same_in_rtm(user: &RtcUser) -> Result<RtmUser, Invalid> {
    let name = match user {
        RtcUser::Uid(uid) => uid.get().to_string(),
        RtcUser::Account(account) => account.as_str().to_owned(),
    };
    RtmUser::from_value(Value::Text(name), "rtmId")
}
