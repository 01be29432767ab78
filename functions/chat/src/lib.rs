//! Chat tokens: `/v1/chat/user` and `/v1/chat/app`, and the forms of other servers that issue them.

mod api_form;
mod generate;
mod path_form;
mod path_text;

use agora_token::grant::{ChatApp, ChatUser};
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<ChatUser>("/v1/chat/user")
        .api::<ChatApp>("/v1/chat/app")
        .drop_in(&path_form::ACCOUNT)
        .drop_in(&path_form::APP)
        .drop_in(&path_text::USER)
        .drop_in(&path_text::APP)
        .drop_in(&generate::USER)
        .drop_in(&generate::APP)
        .drop_in(&api_form::USER)
        .drop_in(&api_form::APP)
}
