//! Reading the tokens in a text, mending what can be mended.

use crate::explain::report::Format;
use crate::explain::text::find::{Kind, Reach, Start, V006, V007, WHITEBOARD, reach, starts};
use crate::token::whiteboard::{ParsedWhiteboardToken, WhiteboardToken};
use crate::token::{AccessToken, AccessToken2, ParseError, ParsedToken, ParsedToken2};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// A token that could be read.
pub(crate) enum Token {
    V007(ParsedToken2),
    V006(ParsedToken),
    Whiteboard(ParsedWhiteboardToken),
}

impl Token {
    fn trailing(&self) -> usize {
        match self {
            Self::V007(token) => token.trailing_bytes(),
            Self::V006(token) => token.trailing_bytes(),
            Self::Whiteboard(_) => 0,
        }
    }
}

/// A token, and what it took to read it.
pub(crate) struct Reading {
    pub(crate) token: Token,
    /// As it stands in the text, over gaps.
    pub(crate) range: std::ops::Range<usize>,
    /// Its characters as they stand there, without gaps.
    pub(crate) text: String,
    pub(crate) mended: Mended,
}

/// What was amiss with the text of a token that can be read all the same.
#[derive(Clone, Copy, Default)]
pub(crate) struct Mended {
    /// What it begins with was not there.
    pub(crate) prefix: Option<&'static str>,
    pub(crate) gaps: bool,
    pub(crate) spaces: bool,
    pub(crate) alphabet: bool,
    pub(crate) padding: bool,
    pub(crate) encoded: bool,
    /// It was written in hexadecimal digits.
    pub(crate) hex: bool,
}

/// A token that could not be read.
pub(crate) struct Failure<'a> {
    pub(crate) format: Format,
    pub(crate) error: ParseError,
    /// Whether what cannot be read is a token without any doubt.
    pub(crate) certain: bool,
    /// The token without gaps, as far as it goes.
    pub(crate) run: &'a str,
    /// What follows.
    pub(crate) rest: &'a str,
    /// Its length over gaps, without them.
    pub(crate) len: usize,
}

/// The most tokens that are read.
const MOST: usize = 3;

/// How many bytes are read in all, over every way to read them. A text is read once in any case.
const BUDGET: usize = 160 * 1024;

/// What reading costs at least.
const LEAST: usize = 512;

/// The length of a version, and of the App ID that follows it in a 006 token.
const VERSION_LEN: usize = 3;
const APP_ID_LEN: usize = 32;

/// The format that a text begins like.
pub(crate) fn format(text: &str) -> Format {
    if text.starts_with(V007) {
        Format::V007
    } else if text.starts_with(V006) {
        Format::V006
    } else if WHITEBOARD.iter().any(|prefix| text.starts_with(prefix)) {
        Format::Whiteboard
    } else {
        Format::Unknown
    }
}

/// What was read in a text.
pub(crate) struct Read<'a> {
    /// The tokens in it, each once.
    pub(crate) readings: Vec<Reading>,
    /// Whether one of them stands there again.
    pub(crate) repeated: bool,
    /// The first that cannot be read.
    pub(crate) failure: Option<Failure<'a>>,
}

/// Reads the tokens in a text.
pub(crate) fn read(text: &str) -> Read<'_> {
    let mut reader = Reader { left: BUDGET };
    let mut readings: Vec<Reading> = Vec::new();
    let mut failure = None;
    let mut repeated = false;
    for start in starts(text) {
        let inside = readings.iter().any(|one| one.range.end > start.at);
        if inside || readings.len() >= MOST || reader.left == 0 {
            continue;
        }
        let (_, rest) = text.split_at_checked(start.at).unwrap_or((text, ""));
        match reader.read(start, rest) {
            Ok(reading) if readings.iter().any(|one| one.text == reading.text) => repeated = true,
            Ok(reading) => readings.push(reading),
            Err(failed) => {
                // One that begins as a token does says more than one that may be part of something else.
                let better = failure
                    .as_ref()
                    .is_none_or(|first: &Failure<'_>| failed.certain && !first.certain);
                if better {
                    failure = Some(failed);
                }
            }
        }
    }
    Read {
        readings,
        repeated,
        failure,
    }
}

/// Reads texts until they become too many.
struct Reader {
    left: usize,
}

impl Reader {
    fn read<'a>(&mut self, start: Start, rest: &'a str) -> Result<Reading, Failure<'a>> {
        let reach = reach(rest);
        self.left = self.left.saturating_sub(reach.len);
        let mut failed = None;
        match start.kind {
            Kind::Whole | Kind::Doubtful => match self.any_way("", &reach) {
                Ok((token, text, mended)) => {
                    return Ok(reading(token, text, mended, start, &reach));
                }
                Err(error) => failed = Some(error),
            },
            Kind::Headless(prefixes) => {
                for prefix in prefixes {
                    if let Ok((token, text, mended)) = self.any_way(prefix, &reach) {
                        let mended = Mended {
                            prefix: Some(prefix),
                            ..mended
                        };
                        return Ok(reading(token, text, mended, start, &reach));
                    }
                }
            }
            Kind::Hex => {}
            Kind::Encoded => {
                if let Some((token, mended)) = decoded(reach.run).and_then(|text| {
                    let (token, _, mended) = self.any_way("", &self::reach(&text)).ok()?;
                    Some((token, mended))
                }) {
                    let mended = Mended {
                        encoded: true,
                        ..mended
                    };
                    return Ok(reading(token, reach.run.to_owned(), mended, start, &reach));
                }
            }
        }
        if start.kind == Kind::Hex
            && let Some(text) = unhex(reach.run)
        {
            let inside = self::reach(&text);
            for prefix in ["", V007] {
                if let Ok((token, _, mended)) = self.any_way(prefix, &inside) {
                    let mended = Mended {
                        hex: true,
                        prefix: (!prefix.is_empty()).then_some(prefix),
                        ..mended
                    };
                    return Ok(reading(token, reach.run.to_owned(), mended, start, &reach));
                }
            }
        }
        let (_, after) = rest.split_at_checked(reach.run.len()).unwrap_or_default();
        Err(Failure {
            format: format(rest),
            certain: start.kind == Kind::Whole,
            error: failed.unwrap_or(ParseError::Base64End),
            run: reach.run,
            rest: after,
            len: reach.joined.len(),
        })
    }

    /// Tries every way to read a text, from the strictest on.
    fn any_way(
        &mut self,
        prefix: &str,
        reach: &Reach<'_>,
    ) -> Result<(Token, String, Mended), ParseError> {
        let mut first = None;
        for (way, text) in [reach.run, &reach.joined, &reach.pluses]
            .into_iter()
            .enumerate()
        {
            if way > 0 && (text == reach.run || way == 2 && text == reach.joined) {
                continue;
            }
            let whole = format!("{prefix}{text}");
            let base = Mended {
                gaps: way == 1,
                spaces: way == 2,
                ..Mended::default()
            };
            match self.mending(&whole, way > 0) {
                Ok((token, alphabet, padding)) => {
                    let mended = Mended {
                        alphabet,
                        padding,
                        ..base
                    };
                    return Ok((token, text.to_owned(), mended));
                }
                Err(error) if is_final(format(&whole), &error) => return Err(error),
                Err(error) => {
                    first.get_or_insert(error);
                }
            }
        }
        Err(first.unwrap_or(ParseError::Base64End))
    }

    /// Reads a text as it stands, then with its base64 as the format has it. Of two errors the one about what
    /// could not be mended.
    fn mending(&mut self, text: &str, over_gaps: bool) -> Result<(Token, bool, bool), ParseError> {
        let error = match self.parse(text) {
            Ok(token) => return Ok((token, false, false)),
            Err(error) => error,
        };
        let (mended, alphabet, padding) = mend(text, format(text));
        let error = if alphabet || padding {
            match self.parse(&mended) {
                Ok(token) => return Ok((token, alphabet, padding)),
                Err(error) => error,
            }
        } else {
            error
        };
        // Over gaps, what follows the token may look like more of it.
        if over_gaps && format(text) != Format::Whiteboard {
            let base64 = mended.trim_end_matches('=');
            let start = base64_start(text, format(text));
            let len = base64.len() - base64.len().saturating_sub(start) % 4;
            if let Ok(token) = self.parse(base64.get(..len).unwrap_or_default())
                && token.trailing() > 0
            {
                return Ok((token, alphabet, false));
            }
        }
        Err(error)
    }

    fn parse(&mut self, text: &str) -> Result<Token, ParseError> {
        if self.left == 0 {
            return Err(ParseError::Base64End);
        }
        self.left = self.left.saturating_sub(text.len() + LEAST);
        match format(text) {
            Format::V006 => AccessToken::parse(text).map(Token::V006),
            Format::Whiteboard => WhiteboardToken::parse(text).map(Token::Whiteboard),
            Format::V007 | Format::Unknown => AccessToken2::parse(text).map(Token::V007),
        }
    }
}

fn reading(token: Token, text: String, mended: Mended, start: Start, reach: &Reach<'_>) -> Reading {
    let gaps = mended.gaps || mended.spaces;
    let len = if gaps { reach.len } else { reach.run.len() };
    Reading {
        token,
        range: start.at..start.at + len,
        text,
        mended,
    }
}

/// Whether no other way to read the text leads further.
fn is_final(format: Format, error: &ParseError) -> bool {
    match error {
        ParseError::MessageTooLong | ParseError::TooManyEntries | ParseError::NotUtf8 { .. } => {
            true
        }
        ParseError::Truncated { .. } => format == Format::V007,
        _ => false,
    }
}

/// The text that this base64 stands for, in either alphabet.
pub(crate) fn decoded(base64: &str) -> Option<String> {
    let url_safe = base64
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(url_safe).ok()?).ok()
}

/// The text that these hexadecimal digits stand for.
fn unhex(digits: &str) -> Option<String> {
    let nibbles = digits.chars().map(|digit| digit.to_digit(16));
    let nibbles: Vec<u32> = nibbles.collect::<Option<_>>()?;
    let bytes = nibbles.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    });
    String::from_utf8(bytes.collect::<Option<_>>()?).ok()
}

fn base64_start(text: &str, format: Format) -> usize {
    match format {
        Format::V006 => VERSION_LEN + APP_ID_LEN,
        Format::Whiteboard => text.find('_').map_or(text.len(), |place| place + 1),
        Format::V007 | Format::Unknown => VERSION_LEN,
    }
}

/// A text whose base64 part is written as the format has it, and whether alphabet and padding were otherwise.
fn mend(text: &str, format: Format) -> (String, bool, bool) {
    let start = base64_start(text, format);
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
    // No padding makes base64 of a text that ends one character after a group of four.
    if format != Format::Whiteboard && mended.len() % 4 != 1 {
        while !mended.len().is_multiple_of(4) {
            mended.push('=');
        }
    }
    let padding = mended.len() != base64.len();
    (format!("{head}{mended}"), alphabet, padding)
}
