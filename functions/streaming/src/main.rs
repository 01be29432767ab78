//! Streaming tokens: `/v1/streaming`.

use agora_token::http::{Routes, run};
use agora_token::request::Streaming;
use std::process::ExitCode;

fn main() -> ExitCode {
    run(Routes::new().api::<Streaming>("/v1/streaming"))
}
