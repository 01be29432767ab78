//! The function `access` as AWS Lambda starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    agora_token::http::run(access::routes())
}
