//! RTC tokens: `/v1/rtc`, and the path form that token servers for Flutter, React and VideoUIKit
//! clients have.

mod path_form;

use agora_token::http::{Routes, run};
use agora_token::request::Rtc;
use std::process::ExitCode;

fn main() -> ExitCode {
    run(Routes::new().api::<Rtc>("/v1/rtc").route(path_form::ROUTE))
}
