//! `key new`: an API key, and the entry for the secret document.

use crate::failure::{Exit, Failure};
use crate::show::{self, Paint};
use crate::world::World;
use agora_token::secret::Secret;
use clap::ArgMatches;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The bytes of a key: 40 digits.
const BYTES: usize = 20;

pub(super) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    let Some(("new", own)) = matches.subcommand() else {
        return Err(Failure::usage("say `key new`"));
    };
    let key = key(world)?;
    let entry = entry(own, &key, world.now())?;
    check(&entry)?;
    if own.get_flag("json") {
        world.print(&show::json(&Made { key: &key, entry })?);
        return Ok(Exit::AsWished);
    }
    let paint = Paint::of(world);
    let entry = serde_json::to_string(&entry)
        .map_err(|error| Failure::new(Exit::Wrong, "internal", error.to_string()))?;
    if !world.terminal {
        world.print(&format!("{key}\n{entry}"));
        return Ok(Exit::AsWished);
    }
    world.print(&format!(
        "{}  {key}\n{}  {entry}\n",
        paint.bold("key  "),
        paint.bold("entry")
    ));
    world.print(&show::wrapped(
        "Add the entry to the list `apiKeys` of the secret document, and give the key to whoever calls. It is not shown again.",
        "",
    ));
    Ok(Exit::AsWished)
}

/// A key that nobody can guess.
fn key(world: &World<'_>) -> Result<String, Failure> {
    let none = || Failure::new(Exit::Wrong, "internal", "the system gave no random bytes");
    let (first, more) = (
        world.system.random().ok_or_else(none)?,
        world.system.random().ok_or_else(none)?,
    );
    Ok(hex(first.into_iter().chain(more).take(BYTES)))
}

fn hex(bytes: impl Iterator<Item = u8>) -> String {
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// The answer for programs.
#[derive(Serialize)]
struct Made<'a> {
    key: &'a str,
    entry: Entry<'a>,
}

/// What stands for the key in the document: the key itself where it has no name, or what is known of it.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry<'a> {
    Key(&'a str),
    Named {
        name: &'a str,
        sha256: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        expires: Option<Value>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        publishable: bool,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        origins: Vec<&'a str>,
    },
}

fn entry<'a>(own: &'a ArgMatches, key: &'a str, now: u64) -> Result<Entry<'a>, Failure> {
    let Some(name) = own.get_one::<String>("name") else {
        return Ok(Entry::Key(key));
    };
    let expires = own.get_one::<String>("expires");
    let origins = own.get_many::<String>("origin").into_iter().flatten();
    Ok(Entry::Named {
        name,
        sha256: hex(Sha256::digest(key).into_iter()),
        expires: expires.map(|when| self::expires(when, now)).transpose()?,
        publishable: own.get_flag("publishable"),
        origins: origins.map(String::as_str).collect(),
    })
}

/// A time as it is, or so much after now.
fn expires(when: &str, now: u64) -> Result<Value, Failure> {
    let of = |unit: char, seconds: u64| {
        let count: u64 = when.strip_suffix(unit)?.parse().ok()?;
        now.checked_add(count.checked_mul(seconds)?)
    };
    if let Some(end) = of('d', 86_400).or_else(|| of('h', 3600)) {
        if end <= now || end > LAST {
            return Err(Failure::usage(
                "a key that expires now, or after the year 9999, is no key",
            )
            .of_field("expires"));
        }
        let text = show::moment(end);
        return Ok(text.replacen(' ', "T", 1).replace(" UTC", "Z").into());
    }
    // Whether anything else is a time is for the document's own parser to say.
    Ok(match when.parse::<u64>() {
        Ok(seconds) => seconds.into(),
        Err(_) => when.into(),
    })
}

/// The last second of the year 9999.
const LAST: u64 = 253_402_300_799;

/// Has the document's own parser say what is wrong with the entry.
fn check(entry: &Entry<'_>) -> Result<(), Failure> {
    let zeros = "0".repeat(32);
    let document = json!({ "appId": zeros, "appCertificate": zeros, "apiKeys": [entry] });
    Secret::parse(&document.to_string()).map_err(|error| {
        let field = error.field().replace("apiKeys[0].", "");
        let mut detail = error.to_string().replace("apiKeys[0].", "");
        if field == "expires" {
            detail += "; or so long from now: 90d, 12h";
        }
        Failure::usage(detail).of_field(field)
    })?;
    Ok(())
}
