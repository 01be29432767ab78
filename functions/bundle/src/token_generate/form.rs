//! `userId=&expireSeconds=&tokenType=user` (or `app`) as a form, answered with the token as text.

use super::unclear;
use agora_token::grant::{ChatApp, ChatUser, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{Call, DropInRequest, Failure, Form, Shape, Success};
use agora_token::params::{Invalid, Rule};

pub(super) const FORM: Form = Form {
    read,
    shape: Shape {
        success: Success::Text,
        failure: Failure::Text,
    },
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let mut form = call.form()?;
    if ["channelName", "serviceRtc", "serviceRtm", "serviceChat"]
        .iter()
        .any(|name| form.has(name))
    {
        return Err(unclear());
    }
    let kind: String = form.require(&["tokenType"], "\"user\" or \"app\"")?;
    let lifetime = form.take(&["expireSeconds"])?;
    let request = match kind.as_str() {
        "user" => TokenRequest::new(ChatUser::named(
            form.require(&["userId"], "the user of Chat")?,
        )),
        "app" => TokenRequest::new(ChatApp::default()),
        _ => {
            let detail = "`tokenType` must be \"user\" or \"app\"";
            return Err(Invalid::new("tokenType", Rule::Choice, detail).into());
        }
    };
    Ok(request.lasting(lifetime).into())
}
