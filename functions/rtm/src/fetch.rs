//! `POST /fetch_rtm_token` with `{"uid"}`, answered with `{"token","code":"200"}`.

use agora_token::grant::{Rtm, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Example, Form, Forms, RtmUser, Shape,
};

pub(crate) static ROW: DropIn = DropIn {
    method: "POST",
    paths: &["/fetch_rtm_token"],
    sends: r#"with `{"uid"}`"#,
    answer: r#"`{"token","code":"200"}`"#,
    refusal: r#"`{"token","code"}`, the message as token"#,
    readers: "`token`: the docs' Signaling samples",
    example: Example {
        asks: r#"{"uid":"ann"}"#,
        token: "token",
        holds: r#"{"type":2,"user_id":"ann"}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape::CODE_AS_TEXT,
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let RtmUser(user) = call
        .json()?
        .require(&["uid"], "the user who logs in to RTM")?;
    Ok(TokenRequest::new(Rtm::login(user)).into())
}
