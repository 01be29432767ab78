//! The function `inspect` as AWS Lambda starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    agora_token::http::run(inspect::routes())
}
