//! Reading the text of a token, mending what can be mended.

use crate::explain::report::Format;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::text::damage;
use crate::token::whiteboard::{ParsedWhiteboardToken, WhiteboardToken};
use crate::token::{AccessToken, AccessToken2, ParseError, ParsedToken, ParsedToken2};

/// A token that could be read.
pub(crate) enum Token {
    V007(ParsedToken2),
    V006(ParsedToken),
    Whiteboard(ParsedWhiteboardToken),
}

/// The versions that stand before a token's base64 part.
const VERSIONS: [&str; 2] = ["007", "006"];

/// What stands before the base64 part of a whiteboard token.
const WHITEBOARD: [&str; 3] = ["NETLESSROOM_", "NETLESSTASK_", "NETLESSSDK_"];

/// The length of a version, and of the App ID that follows it in a 006 token.
const VERSION_LEN: usize = 3;
const APP_ID_LEN: usize = 32;

/// The format that a text begins like.
pub(crate) fn format(text: &str) -> Format {
    if text.starts_with("007") {
        Format::V007
    } else if text.starts_with("006") {
        Format::V006
    } else if WHITEBOARD.iter().any(|prefix| text.starts_with(prefix)) {
        Format::Whiteboard
    } else {
        Format::Unknown
    }
}

/// Whether the text is a token as it stands.
pub(crate) fn is_token(text: &str) -> bool {
    parse(text).is_ok()
}

/// Reads a token. What had to be mended, or could not be, is among the findings.
///
/// # Errors
/// The format that the text has at its beginning.
pub(crate) fn read(text: &str, findings: &mut Findings) -> Result<Token, Format> {
    let error = match parse(text) {
        Ok(token) => return Ok(token),
        Err(error) => error,
    };
    let format = format(text);
    if format == Format::Unknown {
        return read_without_version(text, findings).ok_or_else(|| {
            findings.add(
                Code::NotAToken,
                "this begins like no token: those of Agora begin with 007 or 006, those of the whiteboard with NETLESSROOM_, NETLESSTASK_ or NETLESSSDK_",
                "look at what was pasted, or what the app puts where the token belongs",
            );
            format
        });
    }

    let mended = Mended::of(text, format);
    if mended.alphabet {
        findings.add(
            Code::TextWrongAlphabet,
            match format {
                Format::Whiteboard => {
                    "the base64 is in the standard alphabet (`+` and `/`), but whiteboard tokens are URL-safe (`-` and `_`)"
                }
                _ => {
                    "the base64 is in the URL-safe alphabet (`-` and `_`), but Agora tokens are in the standard one (`+` and `/`); some official libraries read either, others refuse it"
                }
            },
            "hand the token over as it was made; re-encode nothing",
        );
    }
    match parse(&mended.text) {
        Ok(token) => {
            if mended.padding {
                findings.add(
                    Code::TextWrongPadding,
                    match format {
                        Format::Whiteboard => "there is padding (`=`) at the end, but whiteboard tokens have none",
                        _ => "the padding (`=`) at the end is missing or wrong; some official libraries read such a token, others refuse it",
                    },
                    "hand the token over with every character, the `=` at the end too; a parser of `key=value` may have taken it off",
                );
            }
            Ok(token)
        }
        // Of two errors the one about what could not be mended.
        Err(second) => {
            let error = if mended.alphabet || mended.padding {
                second
            } else {
                error
            };
            damage::explain(text, format, &error, findings);
            Err(format)
        }
    }
}

fn parse(text: &str) -> Result<Token, ParseError> {
    match format(text) {
        Format::V006 => AccessToken::parse(text).map(Token::V006),
        Format::Whiteboard => WhiteboardToken::parse(text).map(Token::Whiteboard),
        Format::V007 | Format::Unknown => AccessToken2::parse(text).map(Token::V007),
    }
}

fn read_without_version(text: &str, findings: &mut Findings) -> Option<Token> {
    let (version, token) = VERSIONS
        .into_iter()
        .find_map(|version| Some((version, parse(&format!("{version}{text}")).ok()?)))?;
    findings.add(
        Code::TextPrefixMissing,
        format!("the version `{version}` that this token begins with is missing"),
        "hand the token over with every character; the version is part of it",
    );
    Some(token)
}

/// A text whose base64 part is written as the format has it.
struct Mended {
    text: String,
    alphabet: bool,
    padding: bool,
}

impl Mended {
    fn of(text: &str, format: Format) -> Self {
        let start = match format {
            Format::V006 => VERSION_LEN + APP_ID_LEN,
            Format::Whiteboard => text.find('_').map_or(text.len(), |place| place + 1),
            Format::V007 | Format::Unknown => VERSION_LEN,
        };
        let (head, base64) = text.split_at_checked(start).unwrap_or((text, ""));
        let (from, to) = match format {
            Format::Whiteboard => (['+', '/'], ['-', '_']),
            _ => (['-', '_'], ['+', '/']),
        };
        let alphabet = base64.contains(from);
        let mut mended: String = base64
            .trim_end_matches('=')
            .chars()
            .map(
                |c| match from.iter().zip(to).find(|(other, _)| **other == c) {
                    Some((_, right)) => right,
                    None => c,
                },
            )
            .collect();
        if format != Format::Whiteboard {
            while !mended.len().is_multiple_of(4) {
                mended.push('=');
            }
        }
        Self {
            padding: mended.len() != base64.len(),
            alphabet,
            text: format!("{head}{mended}"),
        }
    }
}
