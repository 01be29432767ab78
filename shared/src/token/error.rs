//! Why a token cannot be built or read.

use std::{error::Error, fmt};

use base64::DecodeError;

use super::{MAX_ENTRIES, MAX_MESSAGE_LEN, MAX_TEXT_LEN};

/// Why a token cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// A text has more bytes than its 16-bit length can say (65535).
    StringTooLong {
        /// Which text.
        field: &'static str,
        /// Its length in bytes.
        len: usize,
    },
    /// With this list, the token has more than [`MAX_ENTRIES`] entries, so that we could not read it
    /// back.
    TooManyEntries {
        /// Which list.
        what: &'static str,
        /// How many entries it has.
        count: usize,
    },
    /// The token as a whole is larger than [`MAX_MESSAGE_LEN`], so that we could not read it back.
    MessageTooLong {
        /// The length in bytes that was reached when building stopped.
        len: usize,
    },
    /// A token without a service permits nothing; the official libraries refuse it too.
    NoServices,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StringTooLong { field, len } => {
                write!(f, "the {field} has {len} bytes; a token can hold 65535")
            }
            Self::TooManyEntries { what, count } => {
                write!(
                    f,
                    "there are {count} {what}; all that a token lists may be {MAX_ENTRIES} entries"
                )
            }
            Self::MessageTooLong { len } => {
                write!(
                    f,
                    "the token needs at least {len} bytes; the limit is {MAX_MESSAGE_LEN}"
                )
            }
            Self::NoServices => f.write_str("a token needs at least one service"),
        }
    }
}

impl Error for BuildError {}

/// Why a text is not a token. A token that parses may still be forged: see the `verify` functions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// The text is longer than [`MAX_TEXT_LEN`].
    TextTooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// The text does not begin as this kind of token does.
    Prefix {
        /// What it should begin with.
        expected: &'static str,
    },
    /// The text has too few characters for the App ID that follows the version.
    NoAppId,
    /// A character that is not in the base64 alphabet of this kind of token.
    Base64Character {
        /// Where in the text it stands: 1 is the first byte of the token.
        position: usize,
    },
    /// The base64 part ends where no base64 can end, or its `=` padding is missing or wrong: most
    /// often because the end of the token was lost.
    Base64End,
    /// What the base64 stands for is not a zlib stream, or its checksum is wrong.
    Zlib,
    /// The zlib stream ends too early.
    ZlibTruncated,
    /// The zlib stream inflates to more than [`MAX_MESSAGE_LEN`] allows.
    MessageTooLong,
    /// The token says that it has more than [`MAX_ENTRIES`] entries.
    TooManyEntries,
    /// The token ends in the middle of a value.
    Truncated {
        /// Which value.
        what: &'static str,
    },
    /// A text in the token is not UTF-8.
    NotUtf8 {
        /// Which text.
        field: &'static str,
    },
    /// A whiteboard token is not a query of `key=value` pairs with every key known and given once,
    /// percent-encoded as the official libraries do.
    Query,
    /// A whiteboard token has no such key.
    MissingField {
        /// Which key.
        field: &'static str,
    },
    /// A value of a whiteboard token is not one that this key can have.
    BadField {
        /// Which key.
        field: &'static str,
    },
}

impl ParseError {
    /// `before` is how many bytes of the token stand before the base64 part.
    pub(super) fn base64(error: &DecodeError, before: usize) -> Self {
        match error {
            DecodeError::InvalidByte(offset, _) => Self::Base64Character {
                position: before + offset + 1,
            },
            DecodeError::InvalidLength(_)
            | DecodeError::InvalidLastSymbol { .. }
            | DecodeError::InvalidPadding => Self::Base64End,
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TextTooLong { len } => {
                write!(
                    f,
                    "the token has {len} characters; the limit is {MAX_TEXT_LEN}"
                )
            }
            Self::Prefix { expected } => write!(f, "the token does not begin with {expected}"),
            Self::NoAppId => f.write_str("the token is too short to hold an App ID"),
            Self::Base64Character { position } => {
                write!(
                    f,
                    "character {position} of the token is not a base64 character"
                )
            }
            Self::Base64End => f.write_str("the end of the token is missing or damaged"),
            Self::Zlib => f.write_str("the token is damaged: its content does not decompress"),
            Self::ZlibTruncated => f.write_str("the token is cut short"),
            Self::MessageTooLong => {
                write!(
                    f,
                    "the token decompresses to more than {MAX_MESSAGE_LEN} bytes"
                )
            }
            Self::TooManyEntries => write!(
                f,
                "the token lists more than {MAX_ENTRIES} services, privileges and names"
            ),
            Self::Truncated { what } => write!(f, "the token ends in the middle of {what}"),
            Self::NotUtf8 { field } => write!(f, "the {field} in the token is not UTF-8"),
            Self::Query => f.write_str("the content of the token is not a list of fields"),
            Self::MissingField { field } => write!(f, "the token has no field `{field}`"),
            Self::BadField { field } => {
                write!(
                    f,
                    "the field `{field}` of the token has an impossible value"
                )
            }
        }
    }
}

impl Error for ParseError {}
