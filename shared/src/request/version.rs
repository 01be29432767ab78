//! The two formats that RTC and RTM tokens come in.

use super::field::choice;
use super::{Description, FromValue, Invalid, Value, Warning};

/// The format in which a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// AccessToken2, for every SDK since RTC 4.x and RTM 2.x.
    #[default]
    V007,
    /// AccessToken, for SDKs that are older than that.
    V006,
}

impl Version {
    /// What the answer shows of it: the format where it is not the current one.
    pub(super) fn describe(self, description: &mut Description) {
        if self == Self::V006 {
            description.push(("version", "006".into()));
        }
    }

    /// What the caller should know of it.
    pub(super) fn warn(self, warnings: &mut Vec<Warning>) {
        if self == Self::V006 {
            let message =
                "version 006 is for SDKs before RTC 4.x and RTM 2.x; current ones take 007";
            warnings.push(Warning::new("legacy_format", message));
            let message = "whoever holds a 006 token can cut it anew for other channels and users, \
                           for its signature doesn't tell the two apart; give it to people whom you \
                           would trust with that, or move to 007";
            warnings.push(Warning::new("legacy_recut", message));
        }
    }
}

impl FromValue for Version {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let text = String::from_value(value, field)?;
        choice(
            &text,
            field,
            "\"007\" or \"006\"",
            &[("007", Self::V007), ("006", Self::V006)],
        )
    }
}
