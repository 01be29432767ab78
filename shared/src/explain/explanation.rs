//! From a text to a report. Pure: everything that an explanation depends on is an argument.

use crate::explain::case::Case;
use crate::explain::check::sdk_versions;
use crate::explain::format::{v006, v007, whiteboard};
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::{Content, Format, Report};
use crate::explain::text::around;
use crate::explain::text::clean::Clean;
use crate::explain::text::read::{Read, Reading, Token, read};
use crate::explain::text::{damage, nonsense};
use crate::explain::{nutshell, text};
use crate::token::MAX_TEXT_LEN;

/// The longest token that is explained beside another one, in bytes.
const LONGEST_OTHER: usize = 4 * 1024;

/// Says what `text` is, what it says, and what is wrong with it. The text is never repeated.
pub(crate) fn explain(text: &str, case: &Case<'_>) -> Report {
    let mut findings = Findings::new(case.knowledge.speaker());
    if text.len() > MAX_TEXT_LEN {
        findings.add(
            Code::TextTooLong,
            format!(
                "the text has {} bytes; a token has about 150, and never more than {MAX_TEXT_LEN}",
                text.len()
            ),
            "look at what was pasted",
        );
        return Report::unread(Format::Unknown, findings, case);
    }
    let clean = Clean::of(text);
    let Read {
        readings,
        repeated,
        failure,
    } = read(&clean.text);
    let others = match readings.len() {
        0 | 1 if repeated => Some(Code::TextRepeated),
        0 | 1 => None,
        _ => Some(Code::TextSeveralTokens),
    };
    let mut explained: Option<Report> = None;
    for reading in &readings {
        if explained.is_some() && reading.text.len() > LONGEST_OTHER {
            continue;
        }
        let mut next = one(text, &clean, reading, others, case);
        // The one that fits best is most likely the one that is asked about.
        if let Some(mut first) = explained.take() {
            if next.errors() < first.errors() {
                std::mem::swap(&mut next, &mut first);
                first.others = std::mem::take(&mut next.others);
            }
            first.others.push(next);
            next = first;
        }
        explained = Some(next);
    }
    if let Some(explained) = explained {
        return explained;
    }
    let certain = failure.as_ref().filter(|failure| failure.certain);
    let format = failure
        .as_ref()
        .map_or(Format::Unknown, |failure| failure.format);
    if let Some(failure) = certain {
        damage::explain(failure, &mut findings);
    } else if nonsense::recognise(&clean.text, case, &mut findings) {
        return Report::unread(Format::Unknown, findings, case);
    } else if let Some(failure) = failure.filter(|failure| failure.format != Format::Unknown) {
        damage::explain(&failure, &mut findings);
    } else {
        text::say_not_a_token(&clean.text, &mut findings);
    }
    Report::unread(format, findings, case)
}

/// Explains one of the tokens in a text.
fn one(
    text: &str,
    clean: &Clean,
    reading: &Reading,
    others: Option<Code>,
    case: &Case<'_>,
) -> Report {
    let mut findings = Findings::new(case.knowledge.speaker());
    let altered = around::say(text, clean, reading, others, &mut findings);
    for (code, message, fix) in &case.joins.odd {
        findings.add(*code, message.clone(), *fix);
    }
    let (content, shortened, told): (Content, bool, nutshell::Told) = match &reading.token {
        Token::V007(token) => {
            sdk_versions::judge(&clean.text, &mut findings);
            v007::explain(token, case, &mut findings)
        }
        Token::V006(token) => v006::explain(token, case, &mut findings),
        Token::Whiteboard(token) => whiteboard::explain(token, case, &mut findings),
    };
    let unchecked = nutshell::say(&content, told, altered, case, &mut findings);
    Report::new(content, shortened, unchecked, findings, case)
}
