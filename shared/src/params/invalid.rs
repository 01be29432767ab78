//! Why a parameter was refused.

use std::fmt;

/// The longest piece of a caller's own text that an error repeats, in characters.
const QUOTED: usize = 64;

/// A parameter that breaks a rule. Its text goes to the caller, so it says which field, which rule and
/// what to do, and repeats no more than a name the caller sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The parameter, in the spelling the caller used; a path such as `privileges.joinChannel` for a
    /// nested one.
    pub field: String,
    /// The rule it breaks.
    pub rule: Rule,
    /// What is wrong and what to send instead.
    pub detail: String,
}

/// The rules a parameter can break. [`Rule::code`] is part of the API and stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// A required parameter is not there.
    Missing,
    /// No parameter has this name.
    Unknown,
    /// The same parameter came twice, under one name or under two spellings.
    Repeated,
    /// Two parameters contradict each other.
    Conflict,
    /// The value is of the wrong JSON type.
    Type,
    /// The value is outside its range.
    Range,
    /// The text is too short or too long.
    Length,
    /// The text holds a character that is not allowed.
    Characters,
    /// A lifetime in seconds was expected and a Unix time came.
    Timestamp,
    /// The value is not one of those allowed.
    Choice,
}

impl Rule {
    /// The stable code that an answer carries.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "parameter_missing",
            Self::Unknown => "parameter_unknown",
            Self::Repeated => "parameter_repeated",
            Self::Conflict => "parameter_conflict",
            Self::Type => "parameter_type",
            Self::Range => "parameter_range",
            Self::Length => "parameter_length",
            Self::Characters => "parameter_characters",
            Self::Timestamp => "lifetime_is_timestamp",
            Self::Choice => "parameter_choice",
        }
    }
}

impl Invalid {
    /// A refusal of `field`.
    pub fn new(field: impl AsRef<str>, rule: Rule, detail: impl Into<String>) -> Self {
        let invalid = Self {
            field: quoted(field.as_ref()),
            rule,
            detail: detail.into(),
        };
        #[cfg(feature = "contract")]
        super::record::refused(&invalid);
        invalid
    }

    /// The same for a field of the object that stands at `path`.
    pub(crate) fn within(self, path: &str) -> Self {
        Self {
            field: format!("{path}.{}", self.field),
            ..self
        }
    }

    /// A required parameter that is not there; `what` says what it is for.
    pub fn missing(field: &str, what: &str) -> Self {
        Self::new(
            field,
            Rule::Missing,
            format!("`{}` is required: {what}", quoted(field)),
        )
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Invalid {}

/// `text` cut to a length that is fit for an error: 64 characters, and none that can be taken for
/// something else than a part of it. Those are left out: control characters, line and paragraph
/// separators, marks that turn the direction of writing, and what has no width.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut short: String = text
        .chars()
        .filter(|c| !c.is_control() && !is_deceptive(*c))
        .take(QUOTED)
        .collect();
    if text.chars().nth(QUOTED).is_some() {
        short.push('…');
    }
    short
}

/// Whether `c`, which is not ASCII, makes a line look like another one: the controls of C1, line and
/// paragraph separators, marks that turn the direction of writing, and what has no width.
pub(crate) fn is_deceptive(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_short_and_looks_like_what_it_is() {
        assert_eq!(quoted("频道 é"), "频道 é");
        assert_eq!(quoted(&"n".repeat(65)), format!("{}…", "n".repeat(64)));
        let marks = "\0\n\u{7f}\u{85}\u{61c}\u{200b}\u{200d}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}";
        assert_eq!(quoted(&format!("a{marks}b")), "ab");
    }
}
