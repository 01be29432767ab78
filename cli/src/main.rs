//! The command `agora-token`: this process as the library's surroundings.

use agora_token::clock_and_randomness::System;
use agora_token_cli::{World, run};
use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let mut output = std::io::BufWriter::new(stdout().lock());
    let code = run(
        arguments,
        &mut World {
            variable: &|name| std::env::var(name).ok(),
            input: &mut stdin().lock(),
            output: &mut output,
            errors: &mut stderr().lock(),
            terminal: stdout().is_terminal(),
            errors_terminal: stderr().is_terminal(),
            system: &System,
        },
    );
    // Whoever read the output may have heard enough: `agora-token mint … | head -c 3`.
    let _ = output.flush();
    ExitCode::from(code)
}
