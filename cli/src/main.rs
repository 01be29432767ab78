//! `agora-token`: checks what a deployment is given, by the parsers that its functions use.

use agora_token::access::{Policy, SecretRules};
use agora_token::http::Settings;
use agora_token::secret::Secret;
use std::io::Read;
use std::process::ExitCode;

const USAGE: &str = "\
usage: agora-token check           checks the settings: the environment variables AGORA_...
       agora-token check policy    checks the policy on standard input
       agora-token check secret    checks the secret document on standard input

It exits with 0 where all is well, with 1 where something is not, which it names, and with 2 where it
was called in another way. No value of a secret is repeated.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = match words.as_slice() {
        ["check"] => settings(),
        ["check", "policy"] => policy(),
        ["check", "secret"] => secret(),
        ["help" | "--help" | "-h"] => Ok(USAGE.to_owned()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match found {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            eprintln!("error: {wrong}");
            ExitCode::FAILURE
        }
    }
}

/// What a function reads when it starts, what only stops users and anonymous callers included.
fn settings() -> Result<String, String> {
    let settings = Settings::from_env().map_err(|error| error.to_string())?;
    let own = settings.users_stopped.first().map(ToString::to_string);
    let together = || settings.access.stopped_by(&SecretRules::default());
    match own.or_else(together) {
        None => Ok("The settings are as the functions need them.".to_owned()),
        Some(wrong) => Err(wrong),
    }
}

/// A policy by itself.
fn policy() -> Result<String, String> {
    Policy::parse(&standard_input()?).map_err(|error| format!("{}: {error}", error.field))?;
    Ok("The policy is as the functions need it.".to_owned())
}

/// The secret document, with the policy that stands in it.
fn secret() -> Result<String, String> {
    let secret = Secret::parse(&standard_input()?);
    let secret = secret.map_err(|error| format!("in the secret document, {error}"))?;
    match secret.stops_users() {
        None => Ok("The secret document is as the functions need it.".to_owned()),
        Some(wrong) => Err(format!("in the secret document, {wrong}")),
    }
}

fn standard_input() -> Result<String, String> {
    let mut text = String::new();
    match std::io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(_) => Err("standard input is not UTF-8 text".to_owned()),
    }
}
