//! What a user does in a channel.

use super::field::choice_or_number;
use super::{FromValue, Invalid, Value};
use crate::token::builders::rtc::RtcRole;

/// Names and numbers, as the samples of Agora and the public token servers have them.
impl FromValue for RtcRole {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        choice_or_number(
            value,
            field,
            "publisher (also host, broadcaster, 1) or subscriber (also audience, attendee, 2)",
            &[
                ("publisher", Self::Publisher),
                ("host", Self::Publisher),
                ("broadcaster", Self::Publisher),
                ("1", Self::Publisher),
                ("subscriber", Self::Subscriber),
                ("audience", Self::Subscriber),
                ("attendee", Self::Subscriber),
                ("2", Self::Subscriber),
            ],
        )
    }
}
