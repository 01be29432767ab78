//! Media streaming. No library has a builder for it, only the service itself.

use super::super::{Privileges, Service, ServiceKind, StreamingPrivilege};

/// A lifetime for each privilege, in seconds counted from `issue_ts`; 0 lasts as long as the token,
/// `None` does not grant the privilege.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamingPrivileges {
    /// How long the user may publish a mixed stream.
    pub publish_mix_stream: Option<u32>,
    /// How long the user may publish a raw stream.
    pub publish_raw_stream: Option<u32>,
}

/// A user of media streaming: `ServiceStreaming` of the official `AccessToken2`.
///
/// `account` is a user account or [`uid_text`](crate::token::uid_text), and empty for any user.
#[must_use]
pub fn service(channel: &str, account: &str, granted: StreamingPrivileges) -> Service {
    let privileges: Privileges = [
        (
            StreamingPrivilege::PublishMixStream,
            granted.publish_mix_stream,
        ),
        (
            StreamingPrivilege::PublishRawStream,
            granted.publish_raw_stream,
        ),
    ]
    .into_iter()
    .filter_map(|(privilege, lifetime)| Some((privilege, lifetime?)))
    .collect();
    let kind = ServiceKind::Streaming {
        channel_name: channel.to_owned(),
        account: account.to_owned(),
    };
    Service { kind, privileges }
}
