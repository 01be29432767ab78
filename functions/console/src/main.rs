//! The function `console` as AWS Lambda starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    agora_token::http::run_public(console::routes())
}
