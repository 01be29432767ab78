//! Whose keys sign and verify: the environment's, or those of a file.

use crate::failure::{Exit, Failure};
use crate::intake;
use crate::world::World;
use agora_token::secret::Secret;
use clap::ArgMatches;
use zeroize::Zeroizing;

const NONE: &str = "there are no credentials: set AGORA_APP_ID and AGORA_APP_CERTIFICATE, or name a file that has them with --credentials (`-` for standard input)";

/// The credentials, without which nothing can be signed or verified.
pub(crate) fn required(matches: &ArgMatches, world: &mut World<'_>) -> Result<Secret, Failure> {
    found(matches, world)?
        .ok_or_else(|| Failure::new(Exit::NoCredentials, "credentials_none", NONE))
}

/// The credentials, if there are any.
pub(crate) fn found(
    matches: &ArgMatches,
    world: &mut World<'_>,
) -> Result<Option<Secret>, Failure> {
    if let Some(name) = matches.get_one::<String>("credentials") {
        let text =
            intake::named(name, world).map_err(|failure| unusable(failure.detail.clone()))?;
        return of_text(&text, world).map(Some);
    }
    if world.set("AGORA_APP_ID").is_none() && world.set("AGORA_APP_CERTIFICATE").is_none() {
        return Ok(None);
    }
    variables(world.variable).map(Some)
}

fn variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Secret, Failure> {
    if lookup("AGORA_APP_ID").is_none_or(|value| value.is_empty()) {
        let detail = "AGORA_APP_CERTIFICATE is set, and AGORA_APP_ID is not: it says whose certificate it is";
        return Err(unusable(detail));
    }
    Secret::from_variables(lookup).map_err(|error| unusable(error.to_string()))
}

/// A secret document, lines of `NAME=value` as in `.env`, or a certificate alone.
fn of_text(text: &str, world: &World<'_>) -> Result<Secret, Failure> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') {
        return Secret::parse(text)
            .map_err(|error| unusable(format!("in the secret document, {error}")));
    }
    if text.contains('=') {
        return variables(|name| line(text, name));
    }
    let certificate = Zeroizing::new(text.to_owned());
    variables(|name| match name {
        "AGORA_APP_CERTIFICATE" => Some(certificate.to_string()),
        "AGORA_SECONDARY_CERTIFICATE" => None,
        _ => (world.variable)(name),
    })
}

/// The value of a line, without the quotation marks that may stand around it.
fn line(text: &str, name: &str) -> Option<String> {
    let lines = text.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        line.split_once('=')
    });
    // As in a shell, the last one counts.
    let (_, value) = lines.rev().find(|(known, _)| known.trim() == name)?;
    let value = value.trim();
    let bare = ['"', '\''].iter().find_map(|mark| {
        value
            .strip_prefix(*mark)
            .and_then(|rest| rest.strip_suffix(*mark))
    });
    Some(bare.unwrap_or(value).to_owned())
}

fn unusable(detail: impl Into<String>) -> Failure {
    Failure::new(Exit::NoCredentials, "credentials_unusable", detail)
}
