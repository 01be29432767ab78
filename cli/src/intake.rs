//! Text from an argument, a file or standard input.

use crate::failure::Failure;
use crate::world::World;
use agora_token::params::quoted;
use std::io::{ErrorKind, Read};
use zeroize::Zeroizing;

/// The most bytes that are taken, as by `/v1/inspect`. A token has at most 24 KB.
const MOST: u64 = 64 * 1024;

/// `-` is standard input, `@` with a name a file, and all else the text itself.
pub(crate) fn argument(word: &str, world: &mut World<'_>) -> Result<String, Failure> {
    match (word, word.strip_prefix('@')) {
        ("-", _) => standard_input(world).map(|text| without_line_break(&text)),
        (_, Some(name)) => file(name).map(|text| without_line_break(&text)),
        _ if word.len() as u64 > MOST => Err(too_long("the text")),
        _ => Ok(word.to_owned()),
    }
}

/// Editors and `echo` end a text with a line break that is none of the text's.
fn without_line_break(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text).to_owned()
}

/// `-` is standard input, and all else the name of a file.
pub(crate) fn named(name: &str, world: &mut World<'_>) -> Result<Zeroizing<String>, Failure> {
    match name {
        "-" => standard_input(world),
        _ => file(name),
    }
}

fn standard_input(world: &mut World<'_>) -> Result<Zeroizing<String>, Failure> {
    read(&mut world.input, "standard input")
}

fn file(name: &str) -> Result<Zeroizing<String>, Failure> {
    let shown = format!("the file `{}`", quoted(name));
    let mut file = std::fs::File::open(name).map_err(|error| unread(&shown, &error))?;
    read(&mut file, &shown)
}

fn read(source: &mut dyn Read, shown: &str) -> Result<Zeroizing<String>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    source
        .take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unread(shown, &error))?;
    if bytes.len() as u64 > MOST {
        return Err(too_long(shown));
    }
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Failure::usage(format!("{shown} is not UTF-8 text")))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn unread(shown: &str, error: &std::io::Error) -> Failure {
    let why = match error.kind() {
        ErrorKind::NotFound => "it is not there",
        ErrorKind::PermissionDenied => "it may not be read",
        ErrorKind::IsADirectory => "it is a folder",
        _ => return Failure::usage(format!("{shown} cannot be read: {error}")),
    };
    Failure::usage(format!("{shown} cannot be read: {why}"))
}

fn too_long(shown: &str) -> Failure {
    Failure::usage(format!(
        "{shown} is longer than {MOST} bytes, and no token is: give the token, or the lines around it"
    ))
}
