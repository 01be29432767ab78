//! Names that Agora's services give rules for.

use super::{FromValue, Invalid, Rule, Schema, quoted};
use crate::token::AppId;
use serde_json::json;
use std::fmt;

/// Whether Agora's RTC SDKs take `c` in a channel name or a user account: 89 characters, plus `*`,
/// which no real name holds and which makes the name a pattern.
fn rtc_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || " !#$%&()+-:;<=.>?@[]^_{}|~,".contains(c) || c == '*'
}

/// Whether a name stands for more than one: Agora's services read a `*` as any text, and a blank name
/// as any name.
pub(crate) fn is_wildcard(name: &str) -> bool {
    name.contains('*') || name.trim().is_empty()
}

/// Whether the text of an RTC user lets in more than one: zeros are uid 0, which is anybody.
pub(crate) fn is_any_rtc_user(text: &str) -> bool {
    is_wildcard(text) || text.bytes().all(|byte| byte == b'0')
}

/// Checks `text` against a length in bytes and a set of characters.
pub(crate) fn checked(
    text: String,
    field: &str,
    bytes: std::ops::RangeInclusive<usize>,
    allowed: fn(char) -> bool,
    set: &str,
) -> Result<String, Invalid> {
    if !bytes.contains(&text.len()) {
        return Err(Invalid::new(
            field,
            Rule::Length,
            format!(
                "`{}` must be {} to {} bytes long as UTF-8, not {}",
                quoted(field),
                bytes.start(),
                bytes.end(),
                text.len()
            ),
        ));
    }
    match text.chars().find(|c| !allowed(*c)) {
        None => Ok(text),
        Some(c) => Err(Invalid::new(
            field,
            Rule::Characters,
            format!(
                "`{}` must not hold the character {}; it may hold {set}",
                quoted(field),
                c.escape_debug()
            ),
        )),
    }
}

const RTC_SET: &str = "letters a-z and A-Z, digits, space and `!#$%&()+-:;<=.>?@[]^_{}|~,`";

/// The same characters, and `*`, as a pattern of JSON Schema.
const RTC_PATTERN: &str = r"^[A-Za-z0-9 !#$%&()+\-:;<=.>?@\[\]^_{}|~,*]*$";

/// What holds no control character, as a pattern of JSON Schema.
const PRINTED: &str = r"^[^\u0000-\u001f\u007f-\u009f]+$";

/// Makes a type for a checked name: what it may be is its constructor's business, and nothing else can
/// make one.
macro_rules! name_type {
    ($(#[$doc:meta])* $type:ident, $bytes:expr, $allowed:expr, $set:expr, $pattern:expr, $example:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $type(String);

        impl $type {
            /// Checks `text`, which came as the parameter `field`.
            ///
            /// # Errors
            /// [`Rule::Length`] and [`Rule::Characters`].
            pub fn new(text: impl Into<String>, field: &str) -> Result<Self, Invalid> {
                checked(text.into(), field, $bytes, $allowed, $set).map(Self)
            }

            /// The name as it is signed.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromValue for $type {
            fn from_value(value: super::Value, field: &str) -> Result<Self, Invalid> {
                Self::new(String::from_value(value, field)?, field)
            }

            fn schema() -> Schema {
                let bytes: std::ops::RangeInclusive<usize> = $bytes;
                let (least, most) = (bytes.start(), bytes.end());
                let about = format!("{least} to {most} bytes of UTF-8: {}.", $set);
                Schema::named(
                    stringify!($type),
                    json!({
                        "type": "string",
                        "description": about,
                        "minLength": least,
                        "maxLength": most,
                        "pattern": $pattern,
                    }),
                )
                .such_as($example)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

impl FromValue for AppId {
    fn from_value(value: super::Value, field: &str) -> Result<Self, Invalid> {
        String::from_value(value, field)?.parse().map_err(|_| {
            Invalid::new(
                field,
                Rule::Characters,
                format!("`{}` must be the 32 hex digits of an App ID", quoted(field)),
            )
        })
    }

    fn schema() -> Schema {
        Schema::named(
            "AppId",
            json!({
                "type": "string",
                "description": "The 32 hex digits of an App ID.",
                "pattern": "^[0-9A-Fa-f]{32}$",
            }),
        )
        .such_as("970CA35de60c44645bbae8a215061b33")
    }
}

name_type! {
    /// An RTC channel: 0 to 64 bytes of the 89 characters that the SDKs take.
    ///
    /// Blank, `*` and a pattern such as `room-*` are wildcards: one token for many channels.
    ChannelName, 0..=64, rtc_character, RTC_SET, RTC_PATTERN, "lobby"
}

impl ChannelName {
    /// Whether a token for this name opens more than one channel.
    pub fn is_wildcard(&self) -> bool {
        is_wildcard(&self.0)
    }
}

name_type! {
    /// An RTC user account: 1 to 255 bytes of the characters of a channel name. It is signed as it
    /// stands; `*` and a pattern such as `1*a*2` let in any user that matches, and so does `0`.
    Account, 1..=255, rtc_character, RTC_SET, RTC_PATTERN, "ann"
}

impl Account {
    /// Whether a token for this account lets in more than one user.
    pub fn is_wildcard(&self) -> bool {
        is_any_rtc_user(&self.0)
    }

    /// Whether the account is digits that could be a uid, so that it may sign to the same bytes.
    pub fn is_numeric(&self) -> bool {
        self.0.bytes().all(|b| b.is_ascii_digit()) && self.0.parse::<u32>().is_ok()
    }
}

name_type! {
    /// A user with a name, of RTM or of Education: 1 to 64 bytes without control characters.
    UserId, 1..=64, |c| !c.is_control(), "any character but control characters", PRINTED, "ann"
}

impl UserId {
    /// Whether the name may stand for more than one user.
    pub fn is_wildcard(&self) -> bool {
        is_wildcard(&self.0)
    }
}

name_type! {
    /// A room of Education or of the whiteboard, or one of the whiteboard's tasks: 1 to 64 bytes
    /// without control characters.
    RoomId, 1..=64, |c| !c.is_control(), "any character but control characters", PRINTED, "math"
}

name_type! {
    /// A user of Chat: 1 to 64 of the characters that Chat takes in a username (or in a user's UUID).
    ChatUsername, 1..=64, |c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-' | '.'), "a-z, 0-9, `_`, `-` and `.`", "^[a-z0-9_.-]+$", "ann"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_is_the_89_characters_of_the_sdks_and_the_wildcard() {
        let allowed = (0..=u32::from(char::MAX))
            .filter_map(char::from_u32)
            .filter(|c| rtc_character(*c))
            .count();
        assert_eq!(allowed, 89 + 1);
    }

    #[test]
    fn lengths_count_bytes_and_characters_are_named() {
        assert!(ChannelName::new("c".repeat(64), "channelName").is_ok());
        let long = ChannelName::new("c".repeat(65), "channelName").unwrap_err();
        assert_eq!(
            (long.rule, long.field.as_str()),
            (Rule::Length, "channelName")
        );
        let slash = ChannelName::new("a/b", "channelName").unwrap_err();
        assert_eq!(slash.rule, Rule::Characters);
        assert!(slash.detail.contains('/'));
        assert_eq!(Account::new("", "account").unwrap_err().rule, Rule::Length);
        assert_eq!(
            ChannelName::new("ｄemo", "channelName").unwrap_err().rule,
            Rule::Characters
        );
    }

    #[test]
    fn wildcards_are_seen() {
        for name in ["*", "room-*", "", " ", "   "] {
            assert!(
                ChannelName::new(name, "c").unwrap().is_wildcard(),
                "{name:?}"
            );
        }
        assert!(!ChannelName::new("room", "c").unwrap().is_wildcard());
        assert!(Account::new("1*a*2", "a").unwrap().is_wildcard());
        for (account, anybody) in [("0", true), ("00", true), ("10", false), ("0a", false)] {
            assert_eq!(Account::new(account, "a").unwrap().is_wildcard(), anybody);
        }
    }
}
