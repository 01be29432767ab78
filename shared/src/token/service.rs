//! The services that an AccessToken2 can open.

use super::{
    error::{BuildError, ParseError},
    privileges::{
        ApaasPrivilege, ChatPrivilege, FcdnPrivilege, FpaPrivilege, Privileges, RtcPrivilege,
        RtmPrivilege, StreamingPrivilege,
    },
    rtm_permissions::RtmPermissions,
    wire::{Reader, Writer},
};

const RTC: u16 = 1;
const RTM: u16 = 2;
const STREAMING: u16 = 3;
const FPA: u16 = 4;
const CHAT: u16 = 5;
const FCDN: u16 = 6;
const APAAS: u16 = 7;
const RTM2: u16 = 8;
const CONVO_AI: u16 = 9;
const STT: u16 = 10;

/// One service of an [`AccessToken2`](super::AccessToken2): what it is about, and what it permits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Which service, for which channel or user.
    pub kind: ServiceKind,
    /// What it permits, with lifetimes in seconds counted from the token's `issue_ts`.
    pub privileges: Privileges,
}

/// Which service, for which channel or user.
///
/// Every text may have 0 to 65535 bytes and any characters; the products behind them set narrower
/// rules (a channel name is shorter than 64 bytes, a user account 255 bytes at most).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServiceKind {
    /// Voice and video (type 1).
    Rtc {
        /// The channel.
        channel_name: String,
        /// A decimal uid or a user account; empty for any user. See [`uid_text`](super::uid_text).
        uid: String,
    },
    /// Signaling (type 2).
    Rtm {
        /// The user.
        user_id: String,
    },
    /// Media streaming (type 3).
    Streaming {
        /// The channel.
        channel_name: String,
        /// The user; empty for any.
        account: String,
    },
    /// Full-Path Acceleration (type 4).
    Fpa,
    /// Chat (type 5).
    Chat {
        /// The user; empty in a token for the whole app.
        user_id: String,
    },
    /// Fast CDN (type 6).
    Fcdn {
        /// The channel.
        channel_name: String,
        /// The user; empty for any.
        account: String,
    },
    /// Education, also called APaaS or Flexible Classroom (type 7).
    Apaas {
        /// The room; empty for all.
        room_uuid: String,
        /// The user; empty in a token for the whole app.
        user_uuid: String,
        /// The role in the room, or -1 for none.
        role: i16,
    },
    /// Signaling with permissions on single channels and users (type 8).
    Rtm2 {
        /// The user.
        user_id: String,
        /// What the user may read and write.
        permissions: RtmPermissions,
    },
    /// Conversational AI (type 9); in npm `agora-token` from 2.0.6.
    ConvoAi,
    /// Speech to text (type 10); in npm `agora-token` from 2.0.6.
    Stt,
}

impl ServiceKind {
    /// The number of the service on the wire.
    #[must_use]
    pub fn service_type(&self) -> u16 {
        match self {
            Self::Rtc { .. } => RTC,
            Self::Rtm { .. } => RTM,
            Self::Streaming { .. } => STREAMING,
            Self::Fpa => FPA,
            Self::Chat { .. } => CHAT,
            Self::Fcdn { .. } => FCDN,
            Self::Apaas { .. } => APAAS,
            Self::Rtm2 { .. } => RTM2,
            Self::ConvoAi => CONVO_AI,
            Self::Stt => STT,
        }
    }

    /// The short name of the service, in lower case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rtc { .. } => "rtc",
            Self::Rtm { .. } => "rtm",
            Self::Streaming { .. } => "streaming",
            Self::Fpa => "fpa",
            Self::Chat { .. } => "chat",
            Self::Fcdn { .. } => "fcdn",
            Self::Apaas { .. } => "apaas",
            Self::Rtm2 { .. } => "rtm2",
            Self::ConvoAi => "convoai",
            Self::Stt => "stt",
        }
    }

    /// What a privilege id means in this service, if the id is known.
    #[must_use]
    pub fn privilege_name(&self, id: u16) -> Option<&'static str> {
        match self {
            Self::Rtc { .. } => RtcPrivilege::from_id(id).map(RtcPrivilege::name),
            Self::Rtm { .. } | Self::Rtm2 { .. } => {
                RtmPrivilege::from_id(id).map(RtmPrivilege::name)
            }
            Self::Streaming { .. } => StreamingPrivilege::from_id(id).map(StreamingPrivilege::name),
            Self::Fpa => FpaPrivilege::from_id(id).map(FpaPrivilege::name),
            Self::Chat { .. } => ChatPrivilege::from_id(id).map(ChatPrivilege::name),
            Self::Fcdn { .. } => FcdnPrivilege::from_id(id).map(FcdnPrivilege::name),
            Self::Apaas { .. } => ApaasPrivilege::from_id(id).map(ApaasPrivilege::name),
            Self::ConvoAi | Self::Stt => None,
        }
    }

    fn write(&self, out: &mut Writer) -> Result<(), BuildError> {
        match self {
            Self::Rtc { channel_name, uid } => {
                out.string("channel name", channel_name)?;
                out.string("uid", uid)
            }
            Self::Rtm { user_id } | Self::Chat { user_id } => out.string("user id", user_id),
            Self::Streaming {
                channel_name,
                account,
            }
            | Self::Fcdn {
                channel_name,
                account,
            } => {
                out.string("channel name", channel_name)?;
                out.string("account", account)
            }
            Self::Apaas {
                room_uuid,
                user_uuid,
                role,
            } => {
                out.string("room uuid", room_uuid)?;
                out.string("user uuid", user_uuid)?;
                out.i16(*role);
                Ok(())
            }
            Self::Rtm2 {
                user_id,
                permissions,
            } => {
                out.string("user id", user_id)?;
                permissions.write(out)
            }
            Self::Fpa | Self::ConvoAi | Self::Stt => Ok(()),
        }
    }
}

impl Service {
    /// The number of the service on the wire.
    #[must_use]
    pub fn service_type(&self) -> u16 {
        self.kind.service_type()
    }

    pub(super) fn write(&self, out: &mut Writer) -> Result<(), BuildError> {
        out.u16(self.service_type());
        out.privileges(&self.privileges)?;
        self.kind.write(out)
    }

    /// Reads what follows the type of a service; `None` if the type is unknown, and nothing is read
    /// then, since only the type tells how long the service is.
    pub(super) fn read(
        service_type: u16,
        input: &mut Reader<'_>,
    ) -> Result<Option<Self>, ParseError> {
        if !(RTC..=STT).contains(&service_type) {
            return Ok(None);
        }
        let privileges = input.privileges()?;
        let mut text = |field| input.string(field).map(str::to_owned);
        let kind = match service_type {
            RTC => ServiceKind::Rtc {
                channel_name: text("channel name")?,
                uid: text("uid")?,
            },
            RTM => ServiceKind::Rtm {
                user_id: text("user id")?,
            },
            STREAMING => ServiceKind::Streaming {
                channel_name: text("channel name")?,
                account: text("account")?,
            },
            FPA => ServiceKind::Fpa,
            CHAT => ServiceKind::Chat {
                user_id: text("user id")?,
            },
            FCDN => ServiceKind::Fcdn {
                channel_name: text("channel name")?,
                account: text("account")?,
            },
            APAAS => ServiceKind::Apaas {
                room_uuid: text("room uuid")?,
                user_uuid: text("user uuid")?,
                role: input.i16("role")?,
            },
            RTM2 => ServiceKind::Rtm2 {
                user_id: text("user id")?,
                permissions: RtmPermissions::read(input)?,
            },
            CONVO_AI => ServiceKind::ConvoAi,
            STT => ServiceKind::Stt,
            _ => return Ok(None),
        };
        Ok(Some(Self { kind, privileges }))
    }
}
