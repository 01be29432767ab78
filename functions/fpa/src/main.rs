//! FPA tokens: `/v1/fpa`.

use agora_token::http::{Routes, run};
use agora_token::request::Fpa;
use std::process::ExitCode;

fn main() -> ExitCode {
    run(Routes::new().api::<Fpa>("/v1/fpa"))
}
