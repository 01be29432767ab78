//! From a text to a report. Pure: everything that an explanation depends on is an argument.

use crate::explain::case::Case;
use crate::explain::format::{v006, v007, whiteboard};
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::{Content, Format, Report};
use crate::explain::text::read::{Token, read};
use crate::explain::text::{nonsense, wrapping};
use crate::token::MAX_TEXT_LEN;

/// Says what `text` is, what it says, and what is wrong with it. The text is never repeated.
pub(crate) fn explain(text: &str, case: &Case<'_>) -> Report {
    let mut findings = Findings::new();
    let (content, shortened) = content(text, case, &mut findings);
    Report::new(content, shortened, findings, case)
}

/// What the text says, and whether that is not all of it.
fn content(text: &str, case: &Case<'_>, findings: &mut Findings) -> (Content, bool) {
    if text.len() > MAX_TEXT_LEN {
        findings.add(
            Code::TextTooLong,
            format!(
                "the text has {} bytes; a token has about 150, and never more than {MAX_TEXT_LEN}",
                text.len()
            ),
            "look at what was pasted",
        );
        return (Content::unread(Format::Unknown), false);
    }
    let bare = wrapping::take_off(text, findings);
    if nonsense::recognise(&bare, case, findings) {
        return (Content::unread(Format::Unknown), false);
    }
    match read(&bare, findings) {
        Err(format) => (Content::unread(format), false),
        Ok(Token::V007(token)) => v007::explain(&token, case, findings),
        Ok(Token::V006(token)) => v006::explain(&token, case, findings),
        Ok(Token::Whiteboard(token)) => (whiteboard::explain(&token, case, findings), false),
    }
}
