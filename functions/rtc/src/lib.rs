//! RTC tokens: `/v1/rtc`, and the forms of other servers that issue them.

mod access_token;
mod fetch;
mod path_form;
mod path_text;
mod python;
mod rtc_token;

use agora_token::http::{Routes, drop_in};
use agora_token::request::Rtc;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<Rtc>("/v1/rtc")
        // Before the path form, which has as many segments.
        .drop_in(&drop_in::RTC_TEXT, path_text::FORM)
        .drop_in(&drop_in::RTC_PATH, path_form::FORM)
        .drop_in(&drop_in::ACCESS_TOKEN, access_token::FORM)
        .drop_in(&drop_in::RTC_TOKEN, rtc_token::FORM)
        .drop_in(&drop_in::FETCH_RTC_TOKEN, fetch::FORM)
        .drop_in(&drop_in::PYTHON_TOKEN, python::FORM)
}
