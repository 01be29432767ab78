//! `GET /api/generate-agora-token?channel=&uid=`, both optional, answered with `{"token","uid","channel"}`.

use crate::quickstart::conversation;
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Echo, Example, Failure, Form, Forms, Shape, Success, signed,
    signed_user,
};
use agora_token::http::{Issued, Problem};
use serde_json::{Value, json};

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/api/generate-agora-token"],
    sends: "?channel=&uid=",
    answer: r#"`{"token","uid","channel"}`"#,
    refusal: r#"`{"error","details"}`"#,
    readers: "all of it: Conversational AI quickstarts in Next.js",
    example: Example {
        asks: "?channel=demo&uid=7",
        token: "token",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Json(success),
            failure: Failure::Json(
                |problem| json!({ "error": problem.code.title(), "details": problem.detail }),
            ),
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    conversation(call).map(DropInRequest::from)
}

fn success(issued: &[Issued], _echo: &Echo) -> Value {
    let issued = issued.first();
    json!({
        "token": issued.map(|issued| issued.token.as_str()),
        "uid": issued.and_then(signed_user),
        "channel": issued.and_then(|issued| signed(issued, "channelName")),
    })
}
