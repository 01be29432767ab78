//! Fast CDN. No library has a builder for it, only the service itself.

use super::super::{FcdnPrivilege, Privileges, Service, ServiceKind};

/// A lifetime for each privilege, in seconds counted from `issue_ts`; 0 lasts as long as the token,
/// `None` does not grant the privilege.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FcdnPrivileges {
    /// How long the user may publish.
    pub publish: Option<u32>,
    /// How long the user may play.
    pub play: Option<u32>,
}

/// A user of the CDN: `ServiceFcdn` of the official `AccessToken2`.
///
/// `account` is a user account or [`uid_text`](crate::token::uid_text), and empty for any user.
#[must_use]
pub fn service(channel: &str, account: &str, granted: FcdnPrivileges) -> Service {
    let privileges: Privileges = [
        (FcdnPrivilege::Publish, granted.publish),
        (FcdnPrivilege::Play, granted.play),
    ]
    .into_iter()
    .filter_map(|(privilege, lifetime)| Some((privilege, lifetime?)))
    .collect();
    let kind = ServiceKind::Fcdn {
        channel_name: channel.to_owned(),
        account: account.to_owned(),
    };
    Service { kind, privileges }
}
