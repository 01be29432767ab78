//! `check`: what a deployment is given, by the parsers that its functions use.

use crate::failure::{Exit, Failure};
use crate::intake;
use crate::show;
use crate::world::World;
use agora_token::access::Policy;
use agora_token::secret::Secret;
use agora_token::settings::Settings;
use clap::ArgMatches;
use serde_json::json;

pub(super) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    let (what, own) = matches.subcommand().unwrap_or(("settings", matches));
    let wished = match what {
        "policy" => policy(&document(own, world)?)?,
        "secret" => secret(&document(own, world)?)?,
        _ => settings(world)?,
    };
    match own.get_flag("json") {
        true => world.print(&show::json(&json!({ "checked": what }))?),
        false => world.print(wished),
    }
    Ok(Exit::AsWished)
}

fn document(own: &ArgMatches, world: &mut World<'_>) -> Result<String, Failure> {
    let name = own.get_one::<String>("file").map_or("-", String::as_str);
    let text = intake::named(name, world)?;
    Ok(text.to_string())
}

/// What a function reads when it starts, what only stops users and anonymous callers included.
fn settings(world: &World<'_>) -> Result<&'static str, Failure> {
    let wrong = |detail: String| Failure::new(Exit::Wrong, "settings_wrong", detail);
    let settings =
        Settings::from_variables(world.variable).map_err(|error| wrong(error.to_string()))?;
    match settings.wrong() {
        None => Ok("The settings are as the functions need them."),
        Some(detail) => Err(wrong(detail)),
    }
}

/// A policy by itself.
fn policy(document: &str) -> Result<&'static str, Failure> {
    Policy::parse(document).map_err(|error| {
        let detail = format!("{}: {error}", error.field);
        Failure::new(Exit::Wrong, "policy_wrong", detail).of_field(error.field)
    })?;
    Ok("The policy is as the functions need it.")
}

/// The secret document, with the policy that stands in it.
fn secret(document: &str) -> Result<&'static str, Failure> {
    let wrong = |detail: String| {
        let detail = format!("in the secret document, {detail}");
        Failure::new(Exit::Wrong, "secret_wrong", detail)
    };
    let secret = Secret::parse(document)
        .map_err(|error| wrong(error.to_string()).of_field(error.field()))?;
    match secret.stops_users() {
        None => Ok("The secret document is as the functions need it."),
        Some(detail) => Err(wrong(detail)),
    }
}
