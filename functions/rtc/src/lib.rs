//! RTC tokens: `/v1/rtc`, and the forms of other servers that issue them.

mod access_token;
mod fetch;
mod path_form;
mod path_text;
mod python;
mod rtc_token;

use agora_token::grant::Rtc;
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<Rtc>("/v1/rtc")
        // Before the path form, which has as many segments.
        .drop_in(&path_text::ROW)
        .drop_in(&path_form::ROW)
        .drop_in(&access_token::ROW)
        .drop_in(&rtc_token::ROW)
        .drop_in(&fetch::ROW)
        .drop_in(&python::ROW)
}
