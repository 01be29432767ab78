//! `POST /getToken` and `POST /token/getNew` with `{"tokenType", "channel", "role", "uid", "expire"}`,
//! answered with `{"token"}`.

use agora_token::grant::{ChatApp, ChatUser, Grant, Rtc, Rtm, RtmScope, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, Channel, DropIn, DropInRequest, Example, Failure, Form, Forms, RtmUser, Seconds, Shape,
    Success, UidOrAccount,
};
use agora_token::params::{Invalid, Parameters, Rule};
use agora_token::token::builders::rtc::RtcRole;

pub(crate) static ROW: DropIn = DropIn {
    method: "POST",
    paths: &["/getToken", "/token/getNew"],
    sends: r#"with `{"tokenType","channel","role","uid","expire"}`"#,
    answer: r#"`{"token"}`"#,
    refusal: "text",
    readers: "`token`: later clients of agora-token-service, Unity's token client",
    example: Example {
        asks: r#"{"tokenType":"rtc","channel":"demo","uid":"7","role":"publisher"}"#,
        token: "token",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[
        r#"{"tokenType":"rtm","channel":"demo","uid":"ann"}"#,
        r#"{"tokenType":"chat","uid":"ann"}"#,
    ],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Tokens(&["token"]),
            failure: Failure::Text,
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let mut body = call.json()?;
    let kind: Option<String> = body.take(&["tokenType"])?;
    let expire = body.take(&["expire"])?.and_then(|Seconds(expire)| expire);
    let grant: Box<dyn Grant> = match kind.as_deref() {
        Some("rtc") => Box::new(rtc(&mut body)?),
        Some("rtm") => {
            let RtmUser(user) = body.require(&["uid"], "the user who logs in to RTM")?;
            let channel: Option<Channel> = body.take(&["channel"])?;
            Box::new(Rtm {
                // As in the original, the token opens the stream channel of that name too.
                scope: channel.map_or(RtmScope::Login, |Channel(name)| {
                    RtmScope::StreamChannel(name)
                }),
                ..Rtm::login(user)
            })
        }
        Some("chat") => match body.take(&["uid"])? {
            Some(user) => Box::new(ChatUser::named(user)),
            None => Box::new(ChatApp::default()),
        },
        _ => {
            let detail = "`tokenType` must be \"rtc\", \"rtm\" or \"chat\"";
            return Err(Invalid::new("tokenType", Rule::Choice, detail).into());
        }
    };
    Ok(TokenRequest::all(vec![grant]).lasting(expire).into())
}

fn rtc(body: &mut Parameters) -> Result<Rtc, Invalid> {
    let Channel(channel) = body.require(&["channel"], "the name of the channel")?;
    let UidOrAccount(user) = body.require(&["uid"], "the user's number or account")?;
    let role = body.take(&["role"])?.unwrap_or(RtcRole::Subscriber);
    Ok(Rtc::with_role(channel, user, role))
}
