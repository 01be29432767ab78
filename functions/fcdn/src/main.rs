//! Fast CDN tokens: `/v1/fcdn`.

use agora_token::http::{Routes, run};
use agora_token::request::Fcdn;
use std::process::ExitCode;

fn main() -> ExitCode {
    run(Routes::new().api::<Fcdn>("/v1/fcdn"))
}
