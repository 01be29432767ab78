//! Speech-to-text tokens: `/v1/stt`.

use agora_token::http::{Routes, run};
use agora_token::request::Stt;
use std::process::ExitCode;

fn main() -> ExitCode {
    run(Routes::new().api::<Stt>("/v1/stt"))
}
