//! Conversational AI tokens: `/v1/convoai`.

use agora_token::http::{Routes, run};
use agora_token::request::ConvoAi;
use std::process::ExitCode;

fn main() -> ExitCode {
    run(Routes::new().api::<ConvoAi>("/v1/convoai"))
}
