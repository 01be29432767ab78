//! Voice and video: the official `RtcTokenBuilder` (`RtcTokenBuilder2` in some languages).

use super::{
    super::{Privileges, RtcPrivilege, Service, ServiceKind},
    rtm,
};

/// What a user does in an RTC channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RtcRole {
    /// Joins and publishes (role 1).
    Publisher,
    /// Joins only (role 2).
    Subscriber,
}

impl RtcRole {
    /// The role with this number. The official builders take 1 for a publisher and every other
    /// number for a subscriber.
    #[must_use]
    pub fn from_number(role: u32) -> Self {
        if role == 1 {
            Self::Publisher
        } else {
            Self::Subscriber
        }
    }
}

/// A lifetime for each privilege, in seconds counted from `issue_ts`; 0 lasts as long as the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtcPrivileges {
    /// How long the user may join.
    pub join_channel: u32,
    /// How long the user may publish audio.
    pub publish_audio_stream: u32,
    /// How long the user may publish video.
    pub publish_video_stream: u32,
    /// How long the user may publish a data stream.
    pub publish_data_stream: u32,
}

impl RtcPrivileges {
    /// One lifetime for all.
    #[must_use]
    pub fn all(lifetime: u32) -> Self {
        Self {
            join_channel: lifetime,
            publish_audio_stream: lifetime,
            publish_video_stream: lifetime,
            publish_data_stream: lifetime,
        }
    }

    /// What a role has of these: a publisher all, a subscriber the right to join.
    #[must_use]
    pub fn of_role(self, role: RtcRole) -> Privileges {
        match role {
            RtcRole::Publisher => self.into(),
            RtcRole::Subscriber => {
                Privileges::new().with(RtcPrivilege::JoinChannel, self.join_channel)
            }
        }
    }
}

impl From<RtcPrivileges> for Privileges {
    fn from(lifetimes: RtcPrivileges) -> Self {
        Privileges::new()
            .with(RtcPrivilege::JoinChannel, lifetimes.join_channel)
            .with(
                RtcPrivilege::PublishAudioStream,
                lifetimes.publish_audio_stream,
            )
            .with(
                RtcPrivilege::PublishVideoStream,
                lifetimes.publish_video_stream,
            )
            .with(
                RtcPrivilege::PublishDataStream,
                lifetimes.publish_data_stream,
            )
    }
}

/// A user with a role: `RtcTokenBuilder.buildTokenWithUid` and `buildTokenWithUserAccount`.
///
/// `user` is a user account or [`uid_text`](crate::token::uid_text), and empty for any user.
#[must_use]
pub fn with_role(channel: &str, user: &str, role: RtcRole, privilege_expire: u32) -> Service {
    service(
        channel,
        user,
        RtcPrivileges::all(privilege_expire).of_role(role),
    )
}

/// A user with a lifetime for each privilege: `RtcTokenBuilder.buildTokenWithUidAndPrivilege` and
/// `buildTokenWithUserAccountAndPrivilege`.
///
/// All four are granted: a lifetime of 0 does not withhold a privilege, it lets it last as long as
/// the token.
#[must_use]
pub fn with_privileges(channel: &str, user: &str, privileges: RtcPrivileges) -> Service {
    service(channel, user, privileges.into())
}

/// A user with a role who may also log in to RTM: `RtcTokenBuilder.buildTokenWithRtm`.
#[must_use]
pub fn with_rtm(
    channel: &str,
    account: &str,
    role: RtcRole,
    token_expire: u32,
    privilege_expire: u32,
) -> Vec<Service> {
    vec![
        with_role(channel, account, role, privilege_expire),
        rtm::login(account, token_expire),
    ]
}

/// A user with a role and a lifetime for each of its privileges, who may also log in to RTM under
/// another name: `RtcTokenBuilder.buildTokenWithRtm2`.
///
/// Of the lifetimes, a subscriber gets `join_channel` only.
#[must_use]
pub fn with_rtm2(
    channel: &str,
    account: &str,
    role: RtcRole,
    privileges: RtcPrivileges,
    rtm_user_id: &str,
    rtm_expire: u32,
) -> Vec<Service> {
    vec![
        service(channel, account, privileges.of_role(role)),
        rtm::login(rtm_user_id, rtm_expire),
    ]
}

pub(super) fn service(channel: &str, user: &str, privileges: Privileges) -> Service {
    let kind = ServiceKind::Rtc {
        channel_name: channel.to_owned(),
        uid: user.to_owned(),
    };
    Service { kind, privileges }
}
