//! Puts the OpenAPI document into the function as a gzip stream, beside the text.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::path::Path;

const DOCUMENT: &str = "../../docs/openapi.json";

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let out = std::env::var("OUT_DIR").map_err(std::io::Error::other)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&std::fs::read(DOCUMENT)?)?;
    std::fs::write(Path::new(&out).join("openapi.json.gz"), gzip.finish()?)
}
