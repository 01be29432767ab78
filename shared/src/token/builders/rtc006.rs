//! Legacy voice and video: the official `RtcTokenBuilder` of version 006.

use super::super::{Privileges, RtcPrivilege};

/// What a user does in an RTC channel, by the roles of version 006.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rtc006Role {
    /// Joins and publishes, despite its name (role 0).
    Attendee,
    /// Joins and publishes (role 1).
    Publisher,
    /// Joins only (role 2).
    Subscriber,
    /// Joins and publishes (role 101).
    Admin,
}

impl Rtc006Role {
    /// The role with this number. Most official builders let only 0, 1 and 101 publish, so every
    /// number that is none of the four is a subscriber.
    #[must_use]
    pub fn from_number(role: u32) -> Self {
        match role {
            0 => Self::Attendee,
            1 => Self::Publisher,
            101 => Self::Admin,
            _ => Self::Subscriber,
        }
    }
}

/// The privileges of a role, for an [`AccessToken`](crate::token::AccessToken):
/// `RtcTokenBuilder.buildTokenWithUid` and `buildTokenWithAccount` of version 006.
///
/// `expired_ts` is when they end: absolute Unix time in seconds, 0 for never. Java and Ruby let
/// subscribers publish and attendees not; this is what all others sign.
#[must_use]
pub fn privileges(role: Rtc006Role, expired_ts: u32) -> Privileges {
    let granted = match role {
        Rtc006Role::Attendee | Rtc006Role::Publisher | Rtc006Role::Admin => RtcPrivilege::ALL,
        Rtc006Role::Subscriber => &[RtcPrivilege::JoinChannel],
    };
    granted
        .iter()
        .map(|&privilege| (privilege, expired_ts))
        .collect()
}
