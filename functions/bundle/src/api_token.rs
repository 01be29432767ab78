//! `POST /api/token`, where two kinds of sample take different requests: `{"channel", "uid"}`, answered
//! with `{"rtcToken","rtmToken","expireAt"}`, and one with a `request_id`, `{"channel_name", "uid"}`,
//! answered with `{"code":0,"data":{"token","appId"}}`. Either takes either name of the channel.

use crate::quickstart::channel_and_user;
use agora_token::grant::{Rtc, Rtm, TokenRequest};
use agora_token::http::drop_in::{
    AnyUser, Call, Channel, DropIn, DropInRequest, Echo, Example, Failure, Forms, Reading, RtmUser,
    Shape, Success, UidOrAccount,
};
use agora_token::http::{Issued, Problem};
use agora_token::params::{Parameters, Uid};
use agora_token::token::builders::rtc::RtcRole;
use serde_json::{Value, json};

const PAIR: Shape = Shape {
    success: Success::Json(pair_issued),
    failure: Failure::ERROR,
};

const AGENT: Shape = Shape {
    success: Success::Json(agent_issued),
    failure: Failure::Json(|problem| json!({ "code": 1, "msg": problem.detail })),
};

pub(crate) static ROW: DropIn = DropIn {
    method: "POST",
    paths: &["/api/token"],
    sends: r#"with `{"channel","uid"}` or `{"request_id","channel_name","uid"}`"#,
    answer: r#"`{"rtcToken","rtmToken","expireAt"}`; `{"code":0,"data":{"token","appId"}}`"#,
    refusal: r#"`{"error"}`; `{"code":1,"msg"}`"#,
    readers: "samples of RTC with RTM; TEN's web demo",
    example: Example {
        asks: r#"{"channel":"demo","uid":7}"#,
        token: "rtcToken",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[r#"{"request_id":"1","channel_name":"demo","uid":7}"#],
    forms: Forms::By(read),
};

/// Tells the two apart by their `request_id`.
fn read(call: &Call<'_>) -> Reading {
    match call.json() {
        Ok(body) if body.has("request_id") => (agent(body), AGENT),
        body => (body.and_then(pair), PAIR),
    }
}

fn channel(body: &mut Parameters) -> Result<Channel, Problem> {
    let both = "this path takes two forms: {\"channel\": \"demo\", \"uid\": 7} for an RTC and an RTM \
                token, or {\"request_id\": \"1\", \"channel_name\": \"demo\", \"uid\": 7} for one token \
                of both services; send one of them";
    if body.has("channel") == body.has("channel_name") {
        return Err(Problem::form_unclear(both));
    }
    Ok(body.require(&["channel", "channel_name"], "the name of the channel")?)
}

fn pair(mut body: Parameters) -> Result<DropInRequest, Problem> {
    let Channel(channel) = channel(&mut body)?;
    let uid: Option<AnyUser> = body.take(&["uid"])?;
    let user = uid.as_ref().map(|uid| uid.of("uid")).transpose()?;
    let user = user.map(|UidOrAccount(user)| user);
    let rtm_user = uid.map(|uid| uid.of("uid")).transpose()?;
    let rtm_user = rtm_user.map(|RtmUser(user)| user);
    Ok(vec![
        TokenRequest::new(Rtc::with_role(channel, user, RtcRole::Publisher)),
        TokenRequest::new(Rtm::login(rtm_user)),
    ]
    .into())
}

fn pair_issued(issued: &[Issued], _echo: &Echo) -> Value {
    let mut tokens = issued.iter().map(|issued| issued.token.as_str());
    let expire_at = issued.iter().map(|issued| issued.expires_at).min();
    json!({ "rtcToken": tokens.next(), "rtmToken": tokens.next(), "expireAt": expire_at })
}

fn agent(mut body: Parameters) -> Result<DropInRequest, Problem> {
    let Channel(channel) = channel(&mut body)?;
    let uid: Option<Uid> = body.take(&["uid"])?;
    Ok(match uid.filter(|uid| uid.get() != 0) {
        Some(uid) => channel_and_user(channel, Some(uid)),
        // Anybody in a channel is nobody in RTM.
        None => TokenRequest::new(Rtc::with_role(channel, None, RtcRole::Publisher))
            .fallback_uid(Uid::from(0)),
    }
    .into())
}

fn agent_issued(issued: &[Issued], _echo: &Echo) -> Value {
    let issued = issued.first();
    json!({ "code": 0, "data": {
        "token": issued.map(|issued| issued.token.as_str()),
        "appId": issued.map(|issued| issued.app_id.as_str()),
    } })
}
