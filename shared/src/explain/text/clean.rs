//! What happened to a text on its way here, undone: escapes of JSON, HTML and URLs, and what nobody sees.

use crate::params::is_deceptive;

/// How often an escape may be escaped itself. Two happen; more are somebody's game.
const PASSES: usize = 3;

/// What HTML writes otherwise. Of tags only those that break a line within a word.
const ENTITIES: [(&str, char); 14] = [
    ("quot;", '"'),
    ("amp;", '&'),
    ("lt;", '<'),
    ("gt;", '>'),
    ("nbsp;", ' '),
    ("apos;", '\''),
    ("plus;", '+'),
    ("sol;", '/'),
    ("equals;", '='),
    ("lowbar;", '_'),
    ("shy;", '\u{ad}'),
    ("zwnj;", '\u{200c}'),
    ("NewLine;", '\n'),
    ("ZeroWidthSpace;", '\u{200b}'),
];
const TAGS: [&str; 4] = ["br>", "br/>", "br />", "wbr>"];

/// A text as it was before its way.
pub(crate) struct Clean {
    pub(crate) text: String,
    /// Escapes of JSON, of a programming language, of HTML or of mail.
    pub(crate) escaped: bool,
    pub(crate) percent: bool,
    pub(crate) invisible: bool,
}

impl Clean {
    pub(crate) fn of(raw: &str) -> Self {
        let mut clean = Self {
            text: raw.to_owned(),
            escaped: false,
            percent: false,
            invisible: false,
        };
        for _ in 0..PASSES {
            let before = clean.text.len();
            clean.text = clean.pass();
            if clean.text.len() == before {
                break;
            }
        }
        clean
    }

    /// Undoes one layer. Whatever is undone becomes shorter.
    fn pass(&mut self) -> String {
        let mail = self.text.contains("=3D");
        let mut out = String::with_capacity(self.text.len());
        let (mut escaped, mut percent, mut invisible) = (false, false, false);
        let mut rest = self.text.as_str();
        loop {
            let plain = rest.find(is_special).unwrap_or(rest.len());
            let (plain, special) = rest.split_at_checked(plain).unwrap_or((rest, ""));
            out.push_str(plain);
            rest = special;
            let Some(c) = rest.chars().next() else {
                break;
            };
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            let undone = match c {
                '\\' => escape(after),
                '&' => entity(after),
                '<' => strip(after, &TAGS).map(|after| (Some('\n'), after)),
                '=' if mail => strip(after, &["3D"])
                    .map(|after| (Some('='), after))
                    .or_else(|| strip(after, &["\r\n", "\n"]).map(|after| (None, after))),
                _ => None,
            };
            if let Some((c, after)) = undone {
                escaped = true;
                out.extend(c);
                rest = after;
                continue;
            }
            if c == '%'
                && let Some((c, after)) = number(after, 2, 16)
                && c.is_ascii()
            {
                percent = true;
                out.push(c);
                rest = after;
            } else if c == '\u{1b}' {
                invisible = true;
                rest = terminal(after);
            } else {
                let hidden = is_deceptive(c) || c.is_control() && !c.is_whitespace();
                invisible |= hidden;
                out.extend((!hidden).then_some(c));
                rest = after;
            }
        }
        self.escaped |= escaped;
        self.percent |= percent;
        self.invisible |= invisible;
        out
    }
}

/// Whether something may have to be undone at this character.
fn is_special(c: char) -> bool {
    matches!(c, '\\' | '&' | '<' | '=' | '%') || !matches!(c, ' '..='~' | '\n' | '\r' | '\t')
}

/// What an escape stands for, and what follows it; its `\` is gone already.
fn escape(after: &str) -> Option<(Option<char>, &str)> {
    let c = after.chars().next()?;
    let rest = after.get(c.len_utf8()..)?;
    match c {
        _ if c.is_ascii_punctuation() => Some((Some(c), rest)),
        'n' | 'r' | 't' => Some((Some('\n'), rest)),
        'u' | 'x' => {
            let (braced, rest) = match rest.strip_prefix('{') {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let (c, rest) = number(rest, if c == 'u' { 4 } else { 2 }, 16)?;
            let rest = if braced {
                rest.strip_prefix('}').unwrap_or(rest)
            } else {
                rest
            };
            Some((Some(c), rest))
        }
        _ => None,
    }
}

fn entity(after: &str) -> Option<(Option<char>, &str)> {
    if let Some(number_at) = after.strip_prefix('#') {
        let (digits, radix) = match number_at.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number_at, 10),
        };
        let len = digits.bytes().take(6).position(|byte| byte == b';')?;
        let (c, rest) = number(digits, len, radix)?;
        return Some((Some(c), rest.strip_prefix(';')?));
    }
    ENTITIES
        .iter()
        .find_map(|(name, c)| Some((Some(*c), after.strip_prefix(name)?)))
}

/// The character of this number of so many digits, and what follows.
fn number(text: &str, digits: usize, radix: u32) -> Option<(char, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    if !number.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(number, radix).ok()?;
    Some((char::from_u32(number)?, rest))
}

fn strip<'a>(text: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    prefixes.iter().find_map(|prefix| text.strip_prefix(prefix))
}

/// What follows a terminal's colour, whose escape character is gone already.
fn terminal(after: &str) -> &str {
    let Some(rest) = after.strip_prefix('[') else {
        return after;
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
    rest.strip_prefix(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(rest)
}
