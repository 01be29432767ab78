//! `GET /edu/v3/rooms/{room}/roles/{role}/users/{user}/token` (and `v4`), answered with
//! `{"code":"0","msg":"Success","data":{...}}`.

use agora_token::grant::{EducationRoomUser, TokenRequest};
use agora_token::http::drop_in::{
    Call, DropIn, DropInRequest, Echo, Example, Failure, Form, Forms, Shape, Success,
};
use agora_token::http::{Issued, Problem};
use serde_json::{Map, Value, json};

pub(crate) static ROW: DropIn = DropIn {
    method: "GET",
    paths: &["/edu/{version=v3|v4}/rooms/{room}/roles/{role}/users/{user}/token"],
    sends: "",
    answer: r#"`{"code":"0","msg":"Success","data":{"appId","token","roomUuid","userUuid","role"}}`"#,
    refusal: r#"`{"code","msg"}`"#,
    readers: "`data`: Flexible Classroom apps",
    example: Example {
        asks: "/edu/v3/rooms/math/roles/2/users/ann/token",
        token: "data.token",
        holds: r#"{"type":7,"room_uuid":"math","user_uuid":"ann","role":2}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape {
            success: Success::Json(success),
            failure: Failure::Json(failure),
        },
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let grant = EducationRoomUser {
        room_uuid: call.path("room")?,
        user_uuid: Some(call.path("user")?),
        role: call.path("role")?,
    };
    Ok(TokenRequest::new(grant).into())
}

/// `data` has the token, its project, and what was signed: `roomUuid`, `userUuid` and `role`.
fn success(issued: &[Issued], _echo: &Echo) -> Value {
    let mut data = Map::new();
    for issued in issued {
        data.insert("appId".to_owned(), issued.app_id.as_str().into());
        data.insert("token".to_owned(), issued.token.as_str().into());
        let signed = issued.description.iter();
        data.extend(signed.map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    json!({ "code": "0", "msg": "Success", "data": data })
}

fn failure(problem: &Problem) -> Value {
    json!({ "code": problem.status().as_str(), "msg": problem.detail })
}
