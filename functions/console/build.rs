//! Puts the files of the folder `console` into the function, each with its headers and its gzip stream, and
//! which addresses lead to the page.
//!
//! `console/explain.wasm` is there where it was built (`make console`); the page does without it.

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// What is served, by the end of its name; all else in the folder is not.
const TYPES: [(&str, &str); 4] = [
    ("css", "text/css; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("wasm", "application/wasm"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console");
    let folder = folder.canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let headers: Value = serde_json::from_slice(&std::fs::read(folder.join("headers.json"))?)?;
    let every = map(&headers, "every")?;
    let out = std::env::var("OUT_DIR")?;
    let mut files: Vec<_> = std::fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut code = String::from("static FILES: &[File] = &[\n");
    for file in files {
        let path = file.path();
        let name = file
            .file_name()
            .into_string()
            .map_err(|_| "a name is not UTF-8")?;
        let end = path.extension().and_then(|end| end.to_str());
        let Some((_, content_type)) = TYPES.iter().find(|(known, _)| Some(*known) == end) else {
            continue;
        };
        println!("cargo::rerun-if-changed={}", path.display());
        let bytes = std::fs::read(&path)?;
        let zipped = format!("{out}/{name}.gz");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes)?;
        std::fs::write(&zipped, gzip.finish()?)?;
        let own = headers.get(&name).and_then(Value::as_object);
        let tag = tag(&bytes);
        writeln!(
            code,
            "File {{ name: {name:?}, content_type: {content_type:?}, tag: {tag:?}, bytes: include_bytes!({path:?}), \
             gzip: include_bytes!({zipped:?}), headers: &{:?} }},",
            merged(every, own)?,
        )?;
    }
    let index = headers.get("index").and_then(Value::as_str);
    writeln!(
        code,
        "];\npub(crate) static INDEX: &str = {:?};\npub(crate) static REDIRECTS: &[(&str, &str)] = &{:?};",
        index.ok_or("no `index`")?,
        merged(map(&headers, "redirects")?, None)?,
    )?;
    std::fs::write(format!("{out}/files.rs"), code)?;
    Ok(())
}

fn map<'a>(all: &'a Value, name: &str) -> Result<&'a Map<String, Value>, String> {
    let map = all.get(name).and_then(Value::as_object);
    map.ok_or_else(|| format!("no `{name}`"))
}

/// Texts by name, such as the headers of a file: those of every file, and its own in their place.
fn merged<'a>(
    every: &'a Map<String, Value>,
    own: Option<&'a Map<String, Value>>,
) -> Result<Vec<(&'a str, &'a str)>, Box<dyn Error>> {
    let names = every.keys().chain(own.into_iter().flat_map(Map::keys));
    let mut merged = Vec::new();
    for name in names {
        let value = own
            .and_then(|own| own.get(name))
            .or_else(|| every.get(name));
        let value = value.and_then(Value::as_str).ok_or("a value is no text")?;
        if merged.iter().all(|(known, _)| known != name) {
            merged.push((name.as_str(), value));
        }
    }
    Ok(merged)
}

/// An entity tag: whether the file is still the same. A gzip stream stands for the same file, so it is weak.
fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().take(8).map(|byte| format!("{byte:02x}"));
    format!("W/\"{}\"", digits.collect::<String>())
}
