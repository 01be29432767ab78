//! What stands around a token, or has happened to it on its way, and can be undone.

use crate::explain::report::Format;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::text::read::{format, is_token};
use percent_encoding::percent_decode_str;

/// How many layers are taken off. Two in one another happen; more are somebody's game.
const LAYERS: usize = 4;

const QUOTES: [char; 5] = ['"', '\'', '`', '“', '”'];

/// The token within `text`. What was taken off is among the findings.
pub(crate) fn take_off(text: &str, findings: &mut Findings) -> String {
    let mut bare = text.to_owned();
    let mut found = Vec::new();
    for _ in 0..LAYERS {
        let Some((layer, inner)) = layer(&bare) else {
            break;
        };
        if !found.contains(&layer) {
            found.push(layer);
        }
        bare = inner;
    }
    for layer in found {
        let (message, fix) = words(layer);
        findings.add(layer, message, fix);
    }
    bare
}

/// The outermost layer and what is within.
fn layer(text: &str) -> Option<(Code, String)> {
    let trimmed = text.trim();
    if trimmed.len() != text.len() && !trimmed.is_empty() {
        return Some((Code::TextWhiteSpace, trimmed.to_owned()));
    }
    if let Some(inner) = text
        .strip_prefix(QUOTES)
        .and_then(|rest| rest.strip_suffix(QUOTES))
    {
        return Some((Code::TextQuoted, inner.to_owned()));
    }
    if let Some(inner) = strip_prefix(text, "Bearer ") {
        return Some((Code::TextBearer, inner.to_owned()));
    }
    if let Some(inner) = strip_prefix(text, "agora token=") {
        return Some((Code::TextAgoraHeader, inner.to_owned()));
    }
    // From here on only what begins like a token: other texts may well hold these characters.
    if format(text) == Format::Unknown {
        return None;
    }
    if text.contains('%')
        && let Ok(decoded) = percent_decode_str(text).decode_utf8()
        && decoded != text
    {
        return Some((Code::TextUrlEncoded, decoded.into_owned()));
    }
    if text.contains(' ') {
        // A `+` that travels in a query unescaped arrives as a space.
        let plus = text.replace(' ', "+");
        if is_token(&plus) {
            return Some((Code::TextUrlEncoded, plus));
        }
    }
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (joined.len() != text.len()).then_some((Code::TextWhiteSpace, joined))
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn words(layer: Code) -> (&'static str, &'static str) {
    match layer {
        Code::TextWhiteSpace => (
            "there is white space or a line break around the token or within it; some official libraries skip it, others refuse the token",
            "take it off, for instance where a file or a wrapped line is read",
        ),
        Code::TextQuoted => (
            "there are quotation marks around the token",
            "hand over the value without its quotation marks, for instance by parsing the JSON that it came in",
        ),
        Code::TextBearer => (
            "`Bearer ` stands before the token: that belongs into the header of a REST call, and an SDK takes the token alone",
            "hand the token to an SDK without it",
        ),
        Code::TextAgoraHeader => (
            "`agora token=` stands before the token: that belongs into the header of a REST call, and an SDK takes the token alone",
            "hand the token to an SDK without it",
        ),
        _ => (
            "the token was encoded for a URL and not decoded, or the other way round: its `+`, `/` and `=` became something else",
            "send a token in the body of a request, or encode it when it goes into a URL and decode it once when it comes out",
        ),
    }
}
