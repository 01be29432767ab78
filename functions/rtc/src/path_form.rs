//! `GET /rtc/{channel}/{role}/{uid or userAccount}/{id}[/][?expiry=seconds]`, answered with
//! `{"rtcToken"}`.

use agora_token::grant::{Rtc, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{
    Call, Channel, DropIn, DropInRequest, Example, Failure, Form, Forms, Shape, Success,
};
use serde_json::json;

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/rtc/{channel}/{role}/{type}/{id}"],
    sends: "?expiry=",
    answer: r#"`{"rtcToken"}`"#,
    refusal: r#"`{"error"` or `"message","status"}`"#,
    readers: "`rtcToken`: agora-token-service and Agora-Node-TokenServer; Flutter, Unity, React Native and web tutorials, VideoUIKit",
    example: Example {
        asks: "/rtc/demo/publisher/uid/7/?expiry=600",
        token: "rtcToken",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Tokens(&["rtcToken"]),
            failure: Failure::Json(failure),
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let lifetime = call.query()?.take(&["expiry"])?;
    let Channel(channel) = call.path("channel")?;
    let user = call.path_user("type", "id")?;
    let grant = Rtc::with_role(channel, user, call.path("role")?).in_version(call.node_version());
    Ok(TokenRequest::new(grant).lasting(lifetime).into())
}

/// The Go edition calls what is wrong with the lifetime `message`, and everything else `error`.
fn failure(problem: &Problem) -> serde_json::Value {
    let name = match problem.field.as_deref() {
        Some("expiry") => "message",
        _ => "error",
    };
    json!({ name: problem.detail, "status": problem.status().as_u16() })
}
