//! `GET /get_config?channel=&uid=`, both optional, answered with `{"code":0,"msg":"success","data":{...}}`:
//! all that a client needs to join, and a uid for the agent it is going to start.

use crate::quickstart::conversation;
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Echo, Example, Failure, Form, Forms, Shape, Success, signed,
    signed_user,
};
use agora_token::http::{Issued, Problem};
use serde_json::{Map, Value, json};

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/get_config"],
    sends: "?channel=&uid=",
    answer: r#"`{"code":0,"msg":"success","data":{"app_id","token","uid","channel_name","agent_uid"}}`"#,
    refusal: r#"`{"code":1,"msg"}`"#,
    readers: "`data`: Conversational AI quickstarts with a server in Python",
    example: Example {
        asks: "?channel=demo&uid=7",
        token: "data.token",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Json(success),
            failure: Failure::Json(|problem| json!({ "code": 1, "msg": problem.detail })),
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let request = conversation(call)?;
    let agent_uid = call.random_uid()?.get().to_string();
    Ok(DropInRequest {
        echo: vec![("agent_uid", agent_uid.into())],
        ..request.into()
    })
}

fn success(issued: &[Issued], echo: &Echo) -> Value {
    let mut data: Map<_, _> = echo
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    if let Some(issued) = issued.first() {
        data.insert("app_id".to_owned(), issued.app_id.as_str().into());
        data.insert("token".to_owned(), issued.token.as_str().into());
        data.insert("uid".to_owned(), signed_user(issued).into());
        data.insert(
            "channel_name".to_owned(),
            signed(issued, "channelName").cloned().into(),
        );
    }
    json!({ "code": 0, "msg": "success", "data": data })
}
