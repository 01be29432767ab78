//! Legacy Signaling: the official `RtmTokenBuilder` of version 006.

use super::super::{Privileges, Rtm006Privilege};

/// The privilege to log in, for an [`AccessToken`](crate::token::AccessToken) whose channel is the
/// user account and whose uid is empty: `RtmTokenBuilder.buildToken` of version 006, which ignores
/// the role it is given.
///
/// `expired_ts` is when it ends: absolute Unix time in seconds, 0 for never.
#[must_use]
pub fn privileges(expired_ts: u32) -> Privileges {
    Privileges::new().with(Rtm006Privilege::Login, expired_ts)
}
