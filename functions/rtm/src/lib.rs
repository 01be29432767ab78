//! RTM tokens: `/v1/rtm`, and the forms of other servers that issue them.

mod fetch;
mod path_form;
mod rtm_token;

use agora_token::http::{Routes, drop_in};
use agora_token::request::Rtm;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<Rtm>("/v1/rtm")
        .drop_in(&drop_in::RTM_PATH, path_form::FORM)
        .drop_in(&drop_in::RTM_TOKEN, rtm_token::FORM)
        .drop_in(&drop_in::FETCH_RTM_TOKEN, fetch::FORM)
}
