//! Chat tokens: `/v1/chat/user` and `/v1/chat/app`, and the forms of other servers that issue them.

mod api_form;
mod generate;
mod path_form;
mod path_text;

use agora_token::http::{Routes, drop_in};
use agora_token::request::{ChatApp, ChatUser};

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<ChatUser>("/v1/chat/user")
        .api::<ChatApp>("/v1/chat/app")
        .drop_in(&drop_in::CHAT_ACCOUNT_PATH, path_form::ACCOUNT)
        .drop_in(&drop_in::CHAT_APP_PATH, path_form::APP)
        .drop_in(&drop_in::CHAT_USER_TEXT, path_text::USER)
        .drop_in(&drop_in::CHAT_APP_TEXT, path_text::APP)
        .drop_in(&drop_in::GENERATE_USER_TOKEN, generate::USER)
        .drop_in(&drop_in::GENERATE_APP_TOKEN, generate::APP)
        .drop_in(&drop_in::API_CHAT_USER, api_form::USER)
        .drop_in(&drop_in::API_CHAT_APP, api_form::APP)
}
