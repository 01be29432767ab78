//! The two formats that RTC and RTM tokens come in.

use super::field::choice;
use super::{FromValue, Invalid, Schema, Value};

/// The format in which a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// AccessToken2, for every SDK since RTC 4.x and RTM 2.x.
    #[default]
    V007,
    /// AccessToken, for SDKs that are older than that.
    V006,
}

const SPELLINGS: [(&str, Version); 2] = [("007", Version::V007), ("006", Version::V006)];

impl FromValue for Version {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let text = String::from_value(value, field)?;
        choice(&text, field, "\"007\" or \"006\"", &SPELLINGS)
    }

    fn schema() -> Schema {
        Schema::choice("Version", &SPELLINGS, false, "The format of the token")
    }
}
