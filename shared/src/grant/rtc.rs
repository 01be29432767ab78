//! A token for an RTC channel.

use super::common::sealed::Sealed;
use super::identity::{describe_user, user_warnings};
use super::privilege_set::privilege_warnings;
use super::{
    About, Description, Example, Grant, IdentitySlot, Part, PrivilegeSet, ReadGrant, UnsignedToken,
    Warning,
};
use crate::params::identity::{read_user, signed_user};
use crate::params::{
    ChannelName, Invalid, Lifetime, Parameters, PrivilegeLifetime, RtcUser, Rule, Version,
};
use crate::token::builders::rtc::{RtcPrivileges, RtcRole};
use crate::token::{Privileges, RtcPrivilege, Service, ServiceKind};

/// The names of the privileges in a request.
const NAMES: [(&str, RtcPrivilege); 4] = [
    ("joinChannel", RtcPrivilege::JoinChannel),
    ("publishAudioStream", RtcPrivilege::PublishAudioStream),
    ("publishVideoStream", RtcPrivilege::PublishVideoStream),
    ("publishDataStream", RtcPrivilege::PublishDataStream),
];

/// The privileges that let a user send.
const PUBLISH: [RtcPrivilege; 3] = [
    RtcPrivilege::PublishAudioStream,
    RtcPrivilege::PublishVideoStream,
    RtcPrivilege::PublishDataStream,
];

/// The rights of a user in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RtcRights {
    /// By role: a publisher may send everything, a subscriber may join.
    Role {
        /// The role.
        role: RtcRole,
        /// How long its rights last; as long as the token where absent.
        expire: Option<PrivilegeLifetime>,
    },
    /// One by one. The right to join lasts as long as the token where it is not named, for nothing
    /// works without it.
    Each(PrivilegeSet),
}

/// A token for an RTC channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rtc {
    /// The channel.
    pub channel_name: ChannelName,
    /// The user; access control fills it in for a caller who left it out and has an identity of their
    /// own.
    pub user: Option<RtcUser>,
    /// What the user may do there.
    pub rights: RtcRights,
    /// The format.
    pub version: Version,
}

impl Rtc {
    /// A token by role, in the current format, whose rights last as long as it does.
    pub fn with_role(
        channel_name: ChannelName,
        user: impl Into<Option<RtcUser>>,
        role: RtcRole,
    ) -> Self {
        Self {
            channel_name,
            user: user.into(),
            rights: RtcRights::Role { role, expire: None },
            version: Version::default(),
        }
    }

    /// The same in this format.
    pub fn in_version(self, version: Version) -> Self {
        Self { version, ..self }
    }

    /// The privileges in seconds from issue, for a token of this life.
    pub(super) fn privileges(&self, lifetime: Lifetime) -> Privileges {
        match &self.rights {
            RtcRights::Role { role, expire } => {
                let expire = expire.map_or(lifetime.seconds(), PrivilegeLifetime::seconds);
                RtcPrivileges::all(expire).of_role(*role)
            }
            RtcRights::Each(set) => {
                let mut privileges = set.privileges();
                if !set.has(RtcPrivilege::JoinChannel) {
                    privileges.set(RtcPrivilege::JoinChannel, lifetime.seconds());
                }
                privileges
            }
        }
    }

    /// What the policy has to judge.
    pub(super) fn part(&self) -> Part<'_> {
        Part {
            wildcard_user: self.user.as_ref().is_some_and(RtcUser::is_wildcard),
            publishes: match &self.rights {
                RtcRights::Role { role, .. } => *role == RtcRole::Publisher,
                RtcRights::Each(set) => PUBLISH.iter().any(|right| set.has(*right)),
            },
            legacy: self.version == Version::V006,
            ..Part::new(Self::TOKEN_TYPE).in_channel(&self.channel_name)
        }
    }

    /// The RTC service of a 007 token.
    pub(super) fn service(&self, lifetime: Lifetime) -> Result<Service, Invalid> {
        let (channel_name, uid) = (
            self.channel_name.to_string(),
            signed_user(self.user.as_ref())?,
        );
        let privileges = self.privileges(lifetime);
        Ok(Service {
            kind: ServiceKind::Rtc { channel_name, uid },
            privileges,
        })
    }
}

impl Sealed for Rtc {}

impl Grant for Rtc {
    fn token_type(&self) -> &'static str {
        Self::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        vec![IdentitySlot::Rtc(&mut self.user)]
    }

    fn parts(&self) -> Vec<Part<'_>> {
        vec![self.part()]
    }

    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let service = self.service(lifetime)?;
        match (self.version, service) {
            (
                Version::V006,
                Service {
                    kind: ServiceKind::Rtc { channel_name, uid },
                    privileges,
                },
            ) => {
                if privileges.iter().any(|(_, expire)| expire == 0) {
                    return Err(Invalid::new(
                        "privilegeExpire",
                        Rule::Range,
                        "a privilege that expires after 0 seconds never expires in version 006; send 1 or more",
                    ));
                }
                Ok(UnsignedToken::V6 {
                    channel_name,
                    uid,
                    privileges,
                })
            }
            (_, service) => Ok(UnsignedToken::V7 {
                services: vec![service],
            }),
        }
    }

    fn describe(&self) -> Description {
        let mut description: Description = vec![("channelName", self.channel_name.as_str().into())];
        describe_user(self.user.as_ref(), &mut description);
        description.push(match &self.rights {
            RtcRights::Role {
                role: RtcRole::Publisher,
                ..
            } => ("role", "publisher".into()),
            RtcRights::Role {
                role: RtcRole::Subscriber,
                ..
            } => ("role", "subscriber".into()),
            RtcRights::Each(set) => ("privileges", set.describe()),
        });
        self.version.describe(&mut description);
        description
    }

    fn warnings(&self, lifetime: Lifetime) -> Vec<Warning> {
        let mut warnings = user_warnings(self.user.as_ref());
        if matches!(
            self.rights,
            RtcRights::Role {
                role: RtcRole::Subscriber,
                ..
            }
        ) {
            warnings.push(Warning::new(
                "subscriber_needs_cohost_authentication",
                "a subscriber can still publish unless co-host authentication is enabled for the project in Agora Console",
            ));
        }
        let privileges = self.privileges(lifetime);
        warnings.extend(privilege_warnings(&privileges, lifetime));
        let join = privileges.get(RtcPrivilege::JoinChannel).unwrap_or(0);
        if join != 0 && privileges.iter().any(|(_, expire)| expire > join) {
            warnings.push(Warning::new(
                "join_ends_first",
                "the user is put out of the channel when the right to join ends",
            ));
        }
        self.version.warn(&mut warnings);
        warnings
    }
}

impl ReadGrant for Rtc {
    const TOKEN_TYPE: &'static str = "rtc";
    const ABOUT: &'static About = &About {
        product: "RTC: Video, Voice, Live Streaming SDK",
        audience: "a client of RTC (Video, Voice, Live Streaming SDK)",
        parameters: "[below](#rtc)",
        builder: "`RtcTokenBuilder2`: `buildTokenWithUid`, `…WithUserAccount`, `…AndPrivilege`",
        example: Example::of(
            "?channelName=lobby&uid=7&role=publisher",
            r#"{"type":1,"channel_name":"lobby","uid":"7","privileges":["1","2","3","4"]}"#,
        ),
        shows: r#""channelName":"lobby","uid":7,"role":"publisher""#,
    };

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        let channel_name = parameters.require(
            &["channelName", "channel"],
            "the name of the channel (`*` for any, where the policy allows it)",
        )?;
        Ok(Self {
            channel_name,
            user: read_user(parameters)?,
            rights: read_rights(parameters)?,
            version: parameters.take(&["version"])?.unwrap_or_default(),
        })
    }
}

/// `role` with `privilegeExpire`, or `privileges`.
fn read_rights(parameters: &mut Parameters) -> Result<RtcRights, Invalid> {
    let role: Option<RtcRole> = parameters.take(&["role"])?;
    let expire: Option<PrivilegeLifetime> = parameters.take(&["privilegeExpire"])?;
    match PrivilegeSet::read(parameters, &NAMES.map(|(name, right)| (name, right.into())))? {
        None => Ok(RtcRights::Role {
            role: role.unwrap_or(RtcRole::Subscriber),
            expire,
        }),
        Some(_) if role.is_some() || expire.is_some() => Err(Invalid::new(
            parameters.field("privileges"),
            Rule::Conflict,
            "`privileges` replaces `role` and `privilegeExpire`; send one or the other",
        )),
        Some(set) => Ok(RtcRights::Each(set)),
    }
}
