//! What a user does in a channel.

use super::field::choice_or_number;
use super::{FromValue, Invalid, Schema, Value};
use crate::token::builders::rtc::RtcRole;

/// Names and numbers, as the samples of Agora and the public token servers have them.
const SPELLINGS: [(&str, RtcRole); 8] = [
    ("publisher", RtcRole::Publisher),
    ("host", RtcRole::Publisher),
    ("broadcaster", RtcRole::Publisher),
    ("1", RtcRole::Publisher),
    ("subscriber", RtcRole::Subscriber),
    ("audience", RtcRole::Subscriber),
    ("attendee", RtcRole::Subscriber),
    ("2", RtcRole::Subscriber),
];

const IN_WORDS: &str =
    "`publisher` (also `host`, `broadcaster`, 1) or `subscriber` (also `audience`, `attendee`, 2)";

impl FromValue for RtcRole {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        choice_or_number(value, field, IN_WORDS, &SPELLINGS)
    }

    fn schema() -> Schema {
        Schema::choice("RtcRole", &SPELLINGS, true, IN_WORDS)
    }
}
