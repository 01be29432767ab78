//! `GET /access_token?channel=&uid=&expiredTs=`, answered with `{"token"}`.

use agora_token::grant::{Rtc, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, Channel, DropIn, DropInRequest, Example, Failure, Form, Forms, Shape, Success,
    UidOrAccount,
};
use agora_token::params::{FromValue, Invalid, Lifetime, Rule, Uid, Value};
use agora_token::token::builders::rtc::RtcRole;

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/access_token"],
    sends: "?channel=&uid=&expiredTs=",
    answer: r#"`{"token"}`"#,
    refusal: r#"`{"error"}`"#,
    readers: "`token`: React and web tutorials of TokenServer-nodejs",
    example: Example {
        asks: "?channel=demo&uid=7",
        token: "token",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Tokens(&["token"]),
            failure: Failure::ERROR,
        },
    }),
};

/// The original grants no more than to join, and for a day: its privilege has no end of its own.
fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let mut query = call.query()?;
    let Channel(channel) = query.require(&["channel", "channelName"], "the name of the channel")?;
    let user = query.take(&["uid"])?.map(|UidOrAccount(user)| user);
    let lifetime = until(query.take(&["expiredTs"])?, call.unix_seconds())?;
    let grant = Rtc::with_role(channel, user, RtcRole::Subscriber).in_version(call.node_version());
    Ok(TokenRequest::new(grant)
        .lasting(lifetime)
        .default_lifetime(Lifetime::LONGEST)
        .fallback_uid(Uid::from(0))
        .into())
}

/// The original takes the Unix time of the end, and its tutorial calls it a number of seconds: a time
/// within the next day is one, a number up to a day the other.
fn until(sent: Option<i128>, now: u64) -> Result<Option<Lifetime>, Invalid> {
    let Some(sent) = sent else { return Ok(None) };
    let left = sent.saturating_sub(now.into());
    let longest = i128::from(Lifetime::LONGEST.seconds());
    let mut meanings = [left, sent].into_iter();
    if let Some(seconds) = meanings.find(|one| (1..=longest).contains(one)) {
        return Lifetime::from_value(Value::Integer(seconds), "expiredTs").map(Some);
    }
    Err(Invalid::new(
        "expiredTs",
        Rule::Range,
        format!(
            "`expiredTs` is the Unix time of the token's end, within {longest} seconds from now, \
             or its life in seconds, 1 to {longest}"
        ),
    ))
}
