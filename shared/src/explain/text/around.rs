//! What stood around a token, and what was undone to read it.

use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::text::clean::Clean;
use crate::explain::text::find::V006;
use crate::explain::text::read::{Reading, Token};
use crate::explain::text::search::{holds, trimmed};

/// Says what there was besides the token. Returns what an SDK would mind first, and what to do about it.
pub(crate) fn say(
    raw: &str,
    clean: &Clean,
    reading: &Reading,
    others: Option<Code>,
    findings: &mut Findings,
) -> Option<(&'static str, &'static str)> {
    let mended = &reading.mended;
    // Whether the token stands in what was pasted just as it was read.
    let (before, after) = sides(clean, reading);
    let mut around = surroundings(before, after);
    let undone = !holds(raw, &[&reading.text]) || around.is_none() && raw.trim() != reading.text;
    let in_url = holds(before, &["?", "&", "://"]);
    let whiteboard = matches!(reading.token, Token::Whiteboard(_));
    let white_space = mended.gaps || around.is_none() && raw.trim() != raw;
    for (found, code) in [
        (clean.invisible, Code::TextInvisible),
        (
            mended.spaces || undone && clean.percent && !in_url,
            Code::TextUrlEncoded,
        ),
        (mended.alphabet, Code::TextWrongAlphabet),
        (mended.padding, Code::TextWrongPadding),
        (white_space, Code::TextWhiteSpace),
        (undone && clean.escaped, Code::TextEscaped),
        (mended.encoded, Code::TextBase64),
        (mended.hex, Code::TextHex),
    ] {
        if found {
            let (message, fix) = words(code, whiteboard);
            findings.add(code, message, fix);
        }
    }
    if let Some(prefix) = mended.prefix {
        findings.add(
            Code::TextPrefixMissing,
            format!("the token begins with `{prefix}`, and that beginning is missing"),
            "hand the token over with every character; what it begins with is part of it",
        );
    }
    if others.is_some() {
        around = others;
    }
    let start = clean.text.get(reading.range.start..).unwrap_or_default();
    if start.starts_with(V006) && has_space_beside_app_id(start) {
        findings.add(
            Code::AppIdMalformed,
            "there is a space beside the App ID in the token: whatever makes it has the App ID with a space, and signs that",
            "copy the App ID from Agora Console into the settings of whatever makes the token, without spaces, or `trim()` it there",
        );
    }
    if let Some(code) = around {
        let (message, fix) = words(code, whiteboard);
        findings.add(code, message, fix);
    }
    let found = ALTERED.iter().find(|code| findings.has(**code))?;
    Some(words(*found, whiteboard))
}

/// What an SDK would not take as it is.
const ALTERED: [Code; 14] = [
    Code::TextInvisible,
    Code::TextUrlEncoded,
    Code::TextWrongAlphabet,
    Code::TextWrongPadding,
    Code::TextWhiteSpace,
    Code::TextEscaped,
    Code::TextBase64,
    Code::TextHex,
    Code::TextQuoted,
    Code::TextBearer,
    Code::TextAgoraHeader,
    Code::TextAround,
    Code::TextSeveralTokens,
    Code::TextRepeated,
];

/// What stands before and after a token.
fn sides<'a>(clean: &'a Clean, reading: &Reading) -> (&'a str, &'a str) {
    let before = clean.text.get(..reading.range.start).unwrap_or_default();
    let after = clean.text.get(reading.range.end..).unwrap_or_default();
    (before.trim(), after.trim())
}

/// Whether a space stands before or after the App ID of a 006 token.
fn has_space_beside_app_id(text: &str) -> bool {
    let space = |at: usize| text.as_bytes().get(at) == Some(&b' ');
    space(V006.len()) || space(V006.len() + 32)
}

fn surroundings(before: &str, after: &str) -> Option<Code> {
    const QUOTES: &str = "\"'`“”‘’«»„";
    if before.is_empty() && after.is_empty() {
        return None;
    }
    if trimmed(before, QUOTES).is_empty() && trimmed(after, QUOTES).is_empty() {
        return Some(Code::TextQuoted);
    }
    let label = trimmed(before, QUOTES).to_ascii_lowercase();
    Some(if label.ends_with("agora token=") {
        Code::TextAgoraHeader
    } else if label.ends_with("bearer") {
        Code::TextBearer
    } else {
        Code::TextAround
    })
}

fn words(code: Code, whiteboard: bool) -> (&'static str, &'static str) {
    match code {
        Code::TextInvisible => (
            "there are characters that nobody sees, such as a byte order mark, a zero-width space or a terminal's colours",
            "take them off where the token is read; retype what you copied from a web page or a chat by way of a plain text editor",
        ),
        Code::TextUrlEncoded => (
            "the token is encoded for a URL: its `+`, `/` and `=` became something else, and an SDK takes it decoded only",
            "decode it once where it comes out of the URL, and encode it where it goes in; better, send it in the body of a request",
        ),
        Code::TextWrongAlphabet if whiteboard => (
            "the token has `+` and `/` where whiteboard tokens have `-` and `_`",
            "hand the token over as it was made; re-encode nothing",
        ),
        Code::TextWrongAlphabet => (
            "the token has `-` and `_` where tokens of Agora have `+` and `/`; some libraries read that, others refuse it",
            "hand the token over as it was made; re-encode nothing",
        ),
        Code::TextWrongPadding if whiteboard => (
            "there is a `=` at the end, and whiteboard tokens have none",
            "hand the token over as it was made",
        ),
        Code::TextWrongPadding => (
            "the `=` at the end of the token is missing or doubled; some libraries read such a token, others refuse it",
            "hand the token over with every character, the `=` too; whatever splits `key=value` may have taken it off",
        ),
        Code::TextWhiteSpace => (
            "there is white space, a line break or a quotation mark within the token or around it",
            "if the app has it too, take it off, for instance with `trim()` where a file or an answer is read",
        ),
        Code::TextQuoted => (
            "quotation marks stand around the token",
            "if the app has them too, parse the JSON that the token came in, and hand over the value alone",
        ),
        Code::TextBearer => (
            "`Bearer` stands before the token, which belongs into the header of a REST call",
            "hand the token to an SDK without it",
        ),
        Code::TextAgoraHeader => (
            "`agora token=` stands before the token, which belongs into the header of Agora's REST APIs",
            "hand the token to an SDK without it",
        ),
        Code::TextEscaped => (
            "characters of the token are escaped (`\\/`, `\\u002B`, `&#43;` …), as in the source of JSON or HTML",
            "parse the JSON or HTML that the token came in; do not cut it out of the text",
        ),
        Code::TextBase64 => (
            "the token is encoded in base64 once more than it should be",
            "decode it once, or hand it over as it was made",
        ),
        Code::TextHex => (
            "the token is written in hexadecimal digits, two for each character",
            "hand it over as it was made: something prints its bytes",
        ),
        Code::TextSeveralTokens => (
            "there are several tokens in the text; each is explained, the others in `others`",
            "hand over the one that is for this product, channel and user",
        ),
        Code::TextRepeated => (
            "the same token stands twice in the text",
            "if the second was meant to be a new one, look at what keeps the first: a cache, a variable, or a server that computes time and token once, when it starts",
        ),
        _ => (
            "other text stands around the token, such as a log line, code, JSON or a URL; the token in it was found",
            "if the app hands over all of this, hand over the token alone: read it from its field in the answer (`token`, `rtcToken` …)",
        ),
    }
}
