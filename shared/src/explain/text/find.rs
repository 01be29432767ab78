//! Where in a text a token may begin, and how far it may reach.

/// The versions that stand before a token's base64 part.
pub(crate) const V007: &str = "007";
pub(crate) const V006: &str = "006";

/// What stands before the base64 part of a whiteboard token.
pub(crate) const WHITEBOARD: [&str; 3] = ["NETLESSROOM_", "NETLESSTASK_", "NETLESSSDK_"];

/// The most beginnings that are looked at.
const MOST: usize = 4;

/// How the base64 part of a 007 token begins: with the two bytes that zlib begins with, at each of its levels.
const ZLIB: [&str; 4] = ["eJ", "eA", "eN", "eF"];

/// How the text of a token begins in hexadecimal digits: `007`, `006`, `NETLESS` and, without its version, `eJ`.
const HEX: [&str; 4] = ["303037", "303036", "4e45544c455353", "654a"];

/// The shortest base64 part that is taken for a token without its version.
const SHORTEST: usize = 40;

/// The most characters between two pieces of one token.
const WIDEST: usize = 60;

/// A place where a token may begin.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    pub(crate) at: usize,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// With everything that a token begins with.
    Whole,
    /// With a version, and nothing of what follows it in a token.
    Doubtful,
    /// Without the beginning, which is one of these.
    Headless(&'static [&'static str]),
    /// Base64 of the text of a token.
    Encoded,
    /// The text of a token in hexadecimal digits.
    Hex,
}

/// Every place where a token may begin, in the order of the text.
pub(crate) fn starts(text: &str) -> Vec<Start> {
    let bytes = text.as_bytes();
    let mut found: Vec<Start> = Vec::new();
    let mut doubtful = None;
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(
            byte,
            b'0' | b'N' | b'e' | b'I' | b'Y' | b'M' | b'T' | b'3' | b'4' | b'6'
        ) {
            continue;
        }
        let (Some(rest), Some(before)) = (text.get(at..), bytes.get(..at)) else {
            continue;
        };
        match kind(rest, before) {
            Some((Kind::Doubtful, at)) => {
                doubtful.get_or_insert(Start {
                    at,
                    kind: Kind::Doubtful,
                });
            }
            Some((kind, at)) => found.push(Start { at, kind }),
            None => {}
        }
        if found.len() >= MOST {
            break;
        }
    }
    if found.is_empty() {
        found.extend(doubtful);
    }
    found
}

/// What begins with `rest`, and where.
fn kind(rest: &str, before: &[u8]) -> Option<(Kind, usize)> {
    let at = before.len();
    if is_whole(rest) {
        return Some((Kind::Whole, at));
    }
    let apart = |before: &[u8]| !before.last().is_some_and(u8::is_ascii_alphanumeric);
    if rest.starts_with("00") {
        let version = rest.starts_with(V007) || rest.starts_with(V006);
        return (version && apart(before)).then_some((Kind::Doubtful, at));
    }
    if rest.starts_with("IA") {
        // In a 006 token, the length of the signature follows the App ID.
        let start = at.checked_sub(32)?;
        let (head, app_id) = before.split_at_checked(start)?;
        let hex = app_id.iter().all(u8::is_ascii_hexdigit);
        let version = head.trim_ascii_end().ends_with(V006.as_bytes());
        let headless = hex && !version && is_long(rest);
        return headless.then_some((Kind::Headless(&[V006]), start));
    }
    // Part of the version may be left.
    let left = before
        .iter()
        .rev()
        .take(3)
        .take_while(|byte| matches!(byte, b'0' | b'O' | b'o' | b'7' | b'_'))
        .count();
    let whole = before.ends_with(V007.as_bytes());
    if whole || !before.get(..at - left).is_some_and(apart) || !is_long(rest) {
        return None;
    }
    let kind = if ZLIB.iter().any(|head| rest.starts_with(head)) {
        Kind::Headless(&[V007])
    } else if rest.starts_with("YWs9") {
        Kind::Headless(&WHITEBOARD)
    } else if HEX.iter().any(|head| {
        let same = rest.as_bytes().get(..head.len());
        same.is_some_and(|same| same.eq_ignore_ascii_case(head.as_bytes()))
    }) {
        Kind::Hex
    } else if ["MDA3Z", "MDA2", "TkVUTEVTU"]
        .iter()
        .any(|head| rest.starts_with(head))
    {
        Kind::Encoded
    } else {
        return None;
    };
    Some((kind, at))
}

/// Whether the text begins as a token does, beyond chance.
fn is_whole(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix(V007) {
        let rest = rest.trim_start_matches(' ');
        return ZLIB.iter().any(|head| rest.starts_with(head));
    }
    if let Some(rest) = text.strip_prefix(V006) {
        // Whoever copied the App ID with a space has that in the token.
        let rest = rest.trim_start_matches(' ');
        return rest.split_at_checked(32).is_some_and(|(app_id, rest)| {
            rest.trim_start_matches(' ').starts_with("IA")
                && app_id.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
    }
    WHITEBOARD.iter().any(|prefix| text.starts_with(prefix))
}

/// How far a token may reach from its beginning.
pub(crate) struct Reach<'a> {
    /// Without any gap.
    pub(crate) run: &'a str,
    /// Over line breaks, quotation marks and the like, which are left out.
    pub(crate) joined: String,
    /// The same where each space was a `+`.
    pub(crate) pluses: String,
    /// Where it ends, over the gaps.
    pub(crate) len: usize,
}

/// How far a token may reach that this text begins with.
pub(crate) fn reach(text: &str) -> Reach<'_> {
    let (run_text, mut rest) = text.split_at_checked(run(text)).unwrap_or((text, ""));
    let mut reach = Reach {
        run: run_text,
        joined: run_text.to_owned(),
        pluses: run_text.to_owned(),
        len: run_text.len(),
    };
    while !reach.joined.ends_with('=') {
        let after = rest.trim_start_matches(is_gap);
        let gap = rest.len() - after.len();
        let len = run(after);
        if gap == 0 || gap > WIDEST || len == 0 || is_whole(after) {
            break;
        }
        let (gap, _) = rest.split_at_checked(gap).unwrap_or_default();
        let (piece, left) = after.split_at_checked(len).unwrap_or_default();
        // What adds two strings in a program.
        if piece != "+" || !gap.contains(['"', '\'', '`']) {
            if gap.bytes().all(|byte| byte == b' ') {
                reach.pluses.extend(gap.chars().map(|_| '+'));
            }
            reach.pluses.push_str(piece);
            reach.joined.push_str(piece);
        }
        reach.len += gap.len() + len;
        rest = left;
    }
    reach
}

fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '\n' | '"' | '\'' | '`' | '>' | '|' | '\\' | ',') || c.is_whitespace()
}

fn is_base64(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'/' | b'-' | b'_')
}

/// Whether the text begins with as much base64 as the shortest token has.
fn is_long(text: &str) -> bool {
    let head = text.as_bytes().get(..SHORTEST);
    head.is_some_and(|head| head.iter().all(|byte| is_base64(*byte)))
}

/// How many characters of base64 the text begins with.
fn run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let len = bytes.iter().take_while(|byte| is_base64(**byte)).count();
    let padding = bytes.iter().skip(len).take_while(|byte| **byte == b'=');
    len + padding.take(3).count()
}
