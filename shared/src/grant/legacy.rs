//! What there is to say of a token in the older format.

use super::{Description, Warning};
use crate::params::Version;

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
