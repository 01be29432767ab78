//! The golden vectors: what Agora's official libraries print for the same inputs.
//!
//! `data/tokens.jsonl` holds tokens that they agree on, `data/invalid.jsonl` what each of them
//! makes of inputs and tokens that are wrong. The libraries were run once; here their answers are
//! data.

pub mod calls;
pub mod rebuild;

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// A token of the official libraries, and what it was made of.
#[derive(Debug, Deserialize)]
pub struct TokenVector {
    /// Names the vector in a failing test.
    pub id: String,
    /// Version and product, such as `007-rtc`.
    pub kind: String,
    /// The library that printed `token`.
    pub lib: String,
    /// The builder that was called, in snake case whatever the library.
    pub method: String,
    /// The arguments of the builder, the time of issue and the salt.
    pub inputs: Value,
    /// The project. Not part of a whiteboard token.
    pub app_id: String,
    /// The certificate that signed. Not part of a whiteboard token.
    pub app_certificate: String,
    /// The bytes that are signed, in hexadecimal.
    pub signing_message_hex: String,
    /// The signature over them, in hexadecimal.
    pub signature_hex: String,
    /// The text of the token.
    pub token: String,
}

/// A wrong input or token, and what each official library makes of it.
#[derive(Debug, Deserialize)]
pub struct InvalidVector {
    /// Names the vector in a failing test.
    pub id: String,
    /// What the libraries were asked to do.
    pub op: Operation,
    /// The builder that was called, in snake case whatever the library.
    pub method: String,
    /// The project, which may be wrong.
    pub app_id: String,
    /// The certificate, which may be wrong.
    pub app_certificate: String,
    /// The arguments of the builder, or the `token` that is read.
    pub inputs: Value,
    /// What is wrong.
    pub note: String,
    /// The answer of each library.
    pub results: BTreeMap<String, LibraryResult>,
}

/// What the libraries were asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Make a token.
    Build,
    /// Read a token and verify it.
    ParseVerify,
}

/// What one library made of a wrong input or token.
#[derive(Debug, Deserialize)]
pub struct LibraryResult {
    /// In a word.
    pub outcome: Outcome,
    /// What the token holds that it built.
    pub decoded: Option<Value>,
    /// The types of the services in the token that it read.
    pub services: Option<Vec<u16>>,
    /// The time of issue in the token that it read.
    pub issue_ts: Option<u32>,
    /// The lifetime of the token that it read.
    pub expire: Option<u32>,
    /// The salt of the token that it read.
    pub salt: Option<u32>,
}

/// What one library made of a wrong input or token, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Outcome {
    /// It built a token.
    #[serde(rename = "token")]
    Token,
    /// It refused to build one without saying so.
    #[serde(rename = "empty string")]
    EmptyString,
    /// It refused to build one.
    #[serde(rename = "error")]
    Error,
    /// Its types cannot express the input.
    #[serde(rename = "n/a")]
    NotApplicable,
    /// It could not read the token.
    #[serde(rename = "rejected")]
    Rejected,
    /// It read the token, which is not genuine.
    #[serde(rename = "parsed, not verified")]
    NotVerified,
    /// It read the token and took it for genuine.
    #[serde(rename = "verified")]
    Verified,
}

/// All of `data/tokens.jsonl`.
///
/// # Panics
/// If a line of it is not a vector.
#[must_use]
pub fn tokens() -> Vec<TokenVector> {
    lines(include_str!("../data/tokens.jsonl"))
}

/// All of `data/invalid.jsonl`.
///
/// # Panics
/// If a line of it is not a vector.
#[must_use]
pub fn invalid() -> Vec<InvalidVector> {
    lines(include_str!("../data/invalid.jsonl"))
}

/// The lines of a file of data. Its last one says how many stand above it, so that none gets lost.
///
/// # Panics
/// If there are more or fewer, or one of them is no `T`.
#[must_use]
pub fn lines<T: DeserializeOwned>(file: &str) -> Vec<T> {
    let (lines, last) = file.trim_end().rsplit_once('\n').unwrap();
    let all = lines.lines().enumerate().map(|(index, line)| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("line {}: {error}", index + 1))
    });
    let all: Vec<T> = all.collect();
    let stated = format!(r#"{{"lines": {}}}"#, all.len());
    assert_eq!(last, stated, "the last line of the file");
    all
}

/// Two lower-case digits a byte.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a hexadecimal text.
///
/// # Panics
/// If it is not one.
#[must_use]
pub fn unhex(text: &str) -> Vec<u8> {
    assert!(
        text.len().is_multiple_of(2) && text.is_ascii(),
        "not hexadecimal: {text}"
    );
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

/// Equal bytes, or an error that shows where they first differ, with some bytes around it.
///
/// # Errors
/// The difference, in words.
pub fn same_bytes(what: &str, expected: &[u8], actual: &[u8]) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    let offset = expected
        .iter()
        .zip(actual)
        .take_while(|(a, b)| a == b)
        .count();
    let byte = |bytes: &[u8]| {
        bytes
            .get(offset)
            .map_or("the end".into(), |b| format!("{b:#04x}"))
    };
    let around = |bytes: &[u8]| {
        let from = offset.saturating_sub(8);
        let to = bytes.len().min(offset + 8);
        format!(
            "{} ({})",
            hex(&bytes[from..to]),
            bytes[from..to].escape_ascii()
        )
    };
    Err(format!(
        "{what} differs at byte {offset}: expected {}, got {}\n    \
         expected ..{}\n    got      ..{}\n    lengths: expected {}, got {}",
        byte(expected),
        byte(actual),
        around(expected),
        around(actual),
        expected.len(),
        actual.len(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_where_it_begins() {
        assert_eq!(same_bytes("message", b"same", b"same"), Ok(()));
        let error = same_bytes("message", b"0123456789abc", b"0123456789Abc").unwrap_err();
        assert!(
            error.starts_with("message differs at byte 10: expected 0x61, got 0x41\n"),
            "{error}"
        );
        let error = same_bytes("message", b"ab", b"a").unwrap_err();
        assert!(
            error.starts_with("message differs at byte 1: expected 0x62, got the end\n"),
            "{error}"
        );
    }

    #[test]
    fn hexadecimal_there_and_back() {
        assert_eq!(unhex("00ff7a"), [0, 255, 122]);
        assert_eq!(hex(&[0, 255, 122]), "00ff7a");
    }
}
