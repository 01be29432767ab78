//! The functions' own lists of routes. `make function` writes this file.

use agora_token::http::Routes;

/// Each function by its name.
#[must_use]
pub fn all() -> Vec<(&'static str, Routes)> {
    vec![
        ("access", access::routes()),
        ("bundle", bundle::routes()),
        ("chat", chat::routes()),
        ("console", console::routes()),
        ("convoai", convoai::routes()),
        ("education", education::routes()),
        ("fcdn", fcdn::routes()),
        ("fpa", fpa::routes()),
        ("inspect", inspect::routes()),
        ("openapi", openapi::routes()),
        ("rtc", rtc::routes()),
        ("rtm", rtm::routes()),
        ("streaming", streaming::routes()),
        ("stt", stt::routes()),
        ("whiteboard", whiteboard::routes()),
    ]
}
