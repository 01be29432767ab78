//! Tokens that cannot be read, and why.

use crate::explain::report::Format;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::token::ParseError;

/// What stands before the base64 part of a compressed token.
const VERSION: &str = "007";

/// Says at which layer reading stopped: base64, compression, or the content itself.
pub(crate) fn explain(text: &str, format: Format, error: &ParseError, findings: &mut Findings) {
    const COPY: &str =
        "copy the token again, whole; look for a column, log or field that cuts long values";
    match error {
        ParseError::Base64Character { position } => findings.add(
            Code::TextBadCharacter,
            format!("character {position} cannot stand in a token"),
            "copy the token again; look for whatever replaces characters on its way",
        ),
        ParseError::NoAppId => findings.add(
            Code::TextTruncated,
            "the text ends within the App ID that a 006 token begins with",
            COPY,
        ),
        ParseError::Base64End => findings.add(
            Code::TextTruncated,
            "the text ends where no base64 can end: at least one character at its end is lost or altered",
            COPY,
        ),
        ParseError::ZlibTruncated => findings.add(
            Code::TextTruncated,
            "the base64 is whole, but the compressed content within it ends too early: the end of the token is lost",
            COPY,
        ),
        ParseError::Truncated { what } if format == Format::V006 => findings.add(
            Code::TextTruncated,
            format!("the base64 is whole, but the content within it ends in the middle of {what}: the end of the token is lost, or characters are altered"),
            COPY,
        ),
        ParseError::MissingField { .. } | ParseError::BadField { field: "sig" } => findings.add(
            Code::TextTruncated,
            format!("{error}: the end of the token is lost"),
            COPY,
        ),
        ParseError::Zlib => findings.add(
            Code::TextDamaged,
            match compression(text) {
                Compression::Zlib => "the content does not decompress, or its checksum (Adler-32) is wrong: a character of the token was altered",
                Compression::Gzip => "the content is compressed with gzip, but tokens are compressed with zlib",
                Compression::Other => "the content is not compressed with zlib: the beginning of the token was altered, or its builder compresses in another way",
            },
            "copy the token again; if it is damaged where it is made, use an official builder",
        ),
        ParseError::MessageTooLong => findings.add(
            Code::ContentTooLarge,
            format!("{error}; a token has about 150"),
            "look at who made this: no token needs so much, and it is not read any further",
        ),
        ParseError::TooManyEntries => findings.add(
            Code::ContentTooLarge,
            format!("{error}; most have one service with up to four privileges"),
            "look at who made this: no token needs so many, and it is not read any further",
        ),
        ParseError::Truncated { .. } | ParseError::NotUtf8 { .. } => findings.add(
            Code::ContentMalformed,
            format!("the text arrived whole, but {error}"),
            "its builder is broken: some official libraries sign a corrupt token for names of 64 KB and more, or for very large tokens",
        ),
        _ => findings.add(
            Code::ContentMalformed,
            format!("the text arrived whole, but {error}"),
            "build the token as the official Node.js library does; some others escape fields in another way",
        ),
    }
}

enum Compression {
    Zlib,
    Gzip,
    Other,
}

/// How the content of a 007 token begins: zlib with the byte 0x78, which is `e` and one of `A` to
/// `P` in base64; gzip with 0x1f8b08.
fn compression(text: &str) -> Compression {
    match text.as_bytes().get(VERSION.len()..) {
        Some([b'e', b'A'..=b'P', ..]) => Compression::Zlib,
        Some([b'H', b'4', b's', b'I', ..]) => Compression::Gzip,
        _ => Compression::Other,
    }
}
