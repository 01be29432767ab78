//! `POST /fetch_education_token` with `{"roomUuid", "userUuid", "role"}`, answered with
//! `{"token","code":"200"}`.

use agora_token::grant::{EducationRoomUser, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{Call, DropIn, DropInRequest, Example, Form, Forms, Shape};

pub(crate) static ROW: DropIn = DropIn {
    method: "POST",
    paths: &["/fetch_education_token"],
    sends: r#"with `{"roomUuid","userUuid","role"}`"#,
    answer: r#"`{"token","code":"200"}`"#,
    refusal: r#"`{"token","code"}`, the message as token"#,
    readers: "`token`: the docs' Flexible Classroom samples",
    example: Example {
        asks: r#"{"roomUuid":"math","userUuid":"ann","role":2}"#,
        token: "token",
        holds: r#"{"type":7,"room_uuid":"math","user_uuid":"ann","role":2}"#,
    },
    also: &[],
    forms: Forms::One(Form {
        read,
        shape: Shape::CODE_AS_TEXT,
    }),
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let mut body = call.json()?;
    let grant = EducationRoomUser {
        room_uuid: body.require(&["roomUuid"], "the room")?,
        user_uuid: Some(body.require(&["userUuid"], "the user")?),
        role: body.require(&["role"], "the number of the user's role in the room")?,
    };
    Ok(TokenRequest::new(grant).into())
}
