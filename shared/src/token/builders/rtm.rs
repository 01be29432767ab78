//! Signaling: the official `RtmTokenBuilder` (`RtmTokenBuilder2` in some languages).

use super::super::{Privileges, RtcPrivilege, RtmPermissions, RtmPrivilege, Service, ServiceKind};

/// A user who may log in: `RtmTokenBuilder.buildToken`.
#[must_use]
pub fn login(user_id: &str, expire: u32) -> Service {
    Service {
        kind: ServiceKind::Rtm {
            user_id: user_id.to_owned(),
        },
        privileges: Privileges::new().with(RtmPrivilege::Login, expire),
    }
}

/// A user who may log in and use the named channels and users only:
/// `RtmTokenBuilder.buildTokenWithPermissions`.
#[must_use]
pub fn with_permissions(user_id: &str, expire: u32, permissions: RtmPermissions) -> Service {
    Service {
        kind: ServiceKind::Rtm2 {
            user_id: user_id.to_owned(),
            permissions,
        },
        privileges: Privileges::new().with(RtmPrivilege::Login, expire),
    }
}

/// A user who may log in, and use one stream channel unless its name is empty: the RTM builder of
/// AgoraIO-Community's `go-tokenbuilder`.
///
/// A stream channel needs the RTC privileges to join it and to publish data in it.
#[must_use]
pub fn with_stream_channel(user_id: &str, expire: u32, stream_channel: &str) -> Vec<Service> {
    let mut services = vec![login(user_id, expire)];
    if !stream_channel.is_empty() {
        services.push(Service {
            kind: ServiceKind::Rtc {
                channel_name: stream_channel.to_owned(),
                uid: user_id.to_owned(),
            },
            privileges: Privileges::new()
                .with(RtcPrivilege::JoinChannel, expire)
                .with(RtcPrivilege::PublishDataStream, expire),
        });
    }
    services
}
