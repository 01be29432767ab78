//! Tokens that cannot be read, and why.

use crate::explain::report::Format;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::text::read::Failure;
use crate::explain::text::search::begins;
use crate::token::ParseError;

/// What stands before the base64 part of a compressed token.
const VERSION: &str = "007";

const COPY: &str = "copy the whole token again, from where it is made; a log, a terminal, a chat or a database column (make it TEXT) may cut long values";

/// What logs and people put in the place of what they hide.
const MASKS: [&str; 12] = [
    "...", "…", "***", "•", "●", "###", "[", "<", "xxx", "XXX", "---", "___",
];

/// Lengths at which columns, fields and logs cut.
const CUTS: [usize; 12] = [64, 100, 127, 128, 200, 250, 255, 256, 500, 512, 1000, 1024];

/// Says at which layer reading stopped: the text, base64, compression, or the content itself.
pub(crate) fn explain(failure: &Failure<'_>, findings: &mut Findings) {
    let Failure {
        format,
        error,
        run,
        rest,
        ..
    } = failure;
    if is_masked(run, rest) {
        findings.add(
            Code::TextMasked,
            "part of the token was replaced by dots, stars or the like, as logs and people do to hide it; nothing can be said of the rest",
            format!(
                "paste the whole token{}. If your app holds the token in this form, look for whatever shortens it there",
                findings.speaker.adds(": this service stores none and logs none")
            ),
        );
        return;
    }
    if let Some(c) = odd(rest) {
        findings.add(
            Code::TextBadCharacter,
            format!(
                "character {} is `{}`, which no token holds",
                run.chars().count() + 1,
                c.escape_debug()
            ),
            "copy the token again; look for whatever replaces characters on its way",
        );
        return;
    }
    if *format != Format::Whiteboard && in_one_case(run) {
        findings.add(
            Code::TextDamaged,
            "all letters of the token are in one case: something made them upper or lower case, and in a token each case is another letter",
            "take off whatever changes letters: a form, a database that ignores case, a `toLowerCase()`",
        );
        return;
    }
    match error {
        ParseError::Base64Character { position } => findings.add(
            Code::TextBadCharacter,
            format!("character {position} cannot stand there in a token"),
            "copy the token again; look for whatever replaces characters on its way",
        ),
        ParseError::NoAppId
        | ParseError::Base64End
        | ParseError::ZlibTruncated
        | ParseError::MissingField { .. }
        | ParseError::BadField { field: "sig" } => truncated(failure, findings),
        ParseError::Truncated { .. } if *format == Format::V006 => truncated(failure, findings),
        ParseError::Zlib => damaged(run, findings),
        ParseError::MessageTooLong | ParseError::TooManyEntries => findings.add(
            Code::ContentTooLarge,
            format!("{error}; a real one has about 150 bytes, and a few services"),
            "look at who made this: no token needs so much, and it is not read any further",
        ),
        ParseError::Truncated { .. } | ParseError::NotUtf8 { .. } => findings.add(
            Code::ContentMalformed,
            format!("the text arrived whole, but {error}"),
            format!(
                "whatever built this token is broken: build it with an official library{}",
                findings.speaker.adds(", or ask this service for one")
            ),
        ),
        _ => findings.add(
            Code::ContentMalformed,
            format!("the text arrived whole, but {error}"),
            "build the token as the official Node.js library does; some others escape fields in another way",
        ),
    }
}

fn truncated(failure: &Failure<'_>, findings: &mut Findings) {
    let len = failure.len;
    let cut = if CUTS.contains(&len) {
        ": just the number at which a database column or a log cuts"
    } else {
        ""
    };
    // Padding is the end of a token.
    let place = if failure.run.ends_with('=') {
        "in the middle, where one too many would look the same"
    } else {
        "most often at the end"
    };
    findings.add(
        Code::TextTruncated,
        format!("the token is not whole: {len} characters are here{cut}, and at least one is missing, {place}"),
        COPY,
    );
}

fn damaged(run: &str, findings: &mut Findings) {
    let base64 = run.get(VERSION.len()..).unwrap_or_default();
    findings.add(
        Code::TextDamaged,
        if base64.starts_with("H4sI") {
            "the token is compressed with gzip, and tokens are compressed with zlib"
        } else if base64.starts_with('e') {
            "a character of the token was changed, lost or added: it has the beginning of a token, and does not add up"
        } else {
            "the beginning of the token was changed, or its builder compresses in another way than zlib"
        },
        "copy the token again by machine, not by hand; if it is damaged where it is made, use an official builder",
    );
}

/// Whether all of many letters, after version and App ID, are in one case.
fn in_one_case(run: &str) -> bool {
    let base64 = run.get(35..).unwrap_or_default();
    let has = |is: fn(&u8) -> bool| base64.bytes().any(|byte| is(&byte));
    base64.len() > 40 && has(u8::is_ascii_lowercase) != has(u8::is_ascii_uppercase)
}

fn is_masked(run: &str, rest: &str) -> bool {
    let rest = rest.trim_start();
    let hidden = |text: &str| {
        let mut last = ('\0', 0);
        text.chars().any(|c| {
            last = (c, if c == last.0 { last.1 + 1 } else { 1 });
            matches!(c, 'x' | 'X' | '-' | '_') && last.1 >= 5
        })
    };
    let masked = begins(rest, &MASKS);
    // A tag of HTML, and a bracket that closes, follow whole tokens as well.
    let tag = begins(rest, &["</", "<b", "<p"]);
    masked && !tag || hidden(run)
}

/// The character directly after the run that cannot stand in a token, though more of a token follows it.
fn odd(rest: &str) -> Option<char> {
    let c = rest.chars().next()?;
    let end = c.is_whitespace() || "\"'`>|\\,)}];&?<".contains(c);
    let more = rest
        .bytes()
        .skip(c.len_utf8())
        .take(4)
        .filter(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
        .count();
    (!end && more == 4).then_some(c)
}
