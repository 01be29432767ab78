//! From options to parameters, as a request would send them.

use crate::failure::Failure;
use agora_token::grant::words::{self, JSON};
use agora_token::params::{Asked, Parameters, Value};
use clap::ArgMatches;

/// What of `asked` was given.
pub(crate) fn parameters(
    asked: &[Asked],
    kind: &str,
    matches: &ArgMatches,
) -> Result<Parameters, Failure> {
    let mut sent = Vec::new();
    for one in asked {
        if let Some(text) = matches.get_one::<String>(one.name) {
            sent.push((one.name.to_owned(), value(one.name, kind, text)?));
        }
    }
    Ok(Parameters::new(sent)?)
}

/// Lists and objects are JSON; all else is text, as in a query.
fn value(name: &str, kind: &str, text: &str) -> Result<Value, Failure> {
    if words::of(name, kind).is_none_or(|words| words.value != JSON) {
        return Ok(Value::Text(text.to_owned()));
    }
    serde_json::from_str(text).map_err(|error| {
        Failure::usage(format!("--{name} takes JSON, and this is none: {error}")).of_field(name)
    })
}
