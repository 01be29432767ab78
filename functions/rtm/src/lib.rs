//! RTM tokens: `/v1/rtm`, and the forms of other servers that issue them.

mod fetch;
mod path_form;
mod rtm_token;

use agora_token::grant::Rtm;
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<Rtm>("/v1/rtm")
        .drop_in(&path_form::ROW)
        .drop_in(&rtm_token::ROW)
        .drop_in(&fetch::ROW)
}
