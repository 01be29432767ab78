//! Writes the OpenAPI document into the file that is named; what the functions log goes to the terminal.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(file) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("Say into which file: contract docs/openapi.json");
        return ExitCode::from(2);
    };
    let document = format!("{:#}\n", contract::document());
    if let Err(error) = std::fs::write(&file, document) {
        eprintln!("{} cannot be written: {error}", file.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
