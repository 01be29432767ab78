//! What every kind of token has in common.

use super::{About, IdentitySlot};
use crate::params::name::is_wildcard;
use crate::params::{ChannelName, Invalid, Lifetime, Parameters};
use crate::token::whiteboard::{WhiteboardResource, WhiteboardRole};
use crate::token::{Privileges, Service};
use serde::Serialize;

/// What a token is to allow: one type per kind of token, all of them in this room. One from elsewhere could
/// say of itself that there is nothing to judge.
///
/// Everything outside `request` handles tokens through this trait, so a new kind of token changes
/// nothing there.
pub trait Grant: sealed::Sealed + Send + std::fmt::Debug {
    /// The kind's name in answers, policies and audit lines, such as `rtc` or `chat/user`.
    fn token_type(&self) -> &'static str;

    /// Every place that holds an identity, so that access control can bind or fill it.
    fn identities(&mut self) -> Vec<IdentitySlot<'_>>;

    /// What it is made of, for the policy to judge: each part by itself.
    fn parts(&self) -> Vec<Part<'_>>;

    /// How long a token of this kind lives when the request doesn't say.
    fn default_lifetime(&self) -> Lifetime {
        Lifetime::DEFAULT
    }

    /// What is to be signed.
    ///
    /// # Errors
    /// [`Invalid`] where an identity is still missing, or the format cannot hold what was asked.
    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid>;

    /// The identity and the scope, as the answer and the audit line show them.
    fn describe(&self) -> Description;

    /// What the caller should know about the token, beyond what holds for every kind. A warning never
    /// changes it.
    fn warnings(&self, _lifetime: Lifetime) -> Vec<Warning> {
        Vec::new()
    }

    /// What is made of the token for its bearer's comfort. It goes into the answer only.
    fn derived(&self, _token: &str) -> Description {
        Description::new()
    }
}

pub(super) mod sealed {
    /// What makes a grant one of this room.
    pub trait Sealed {}
}

/// A grant that can be read from the API's own parameters.
pub trait ReadGrant: Grant + Sized {
    /// The kind's name: what follows `/v1/` in the path of its route.
    const TOKEN_TYPE: &'static str;

    /// What the documentation says of it.
    const ABOUT: &'static About;

    /// Whether such a token administers a whole project, which is more than a policy can grant.
    const ADMINISTERS: bool = false;

    /// Whether it is meant for servers, so that a policy grants it only by name.
    const FOR_SERVERS: bool = false;

    /// Whether a query can ask for one: it holds no lists and objects.
    const BY_QUERY: bool = true;

    /// Takes the parameters that this kind of token knows.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    fn read(parameters: &mut Parameters) -> Result<Self, Invalid>;
}

/// One part of a token, as a policy judges it.
#[derive(Debug, Default)]
pub struct Part<'a> {
    /// The kind of token that grants the same.
    pub token_type: &'static str,
    /// The channels that it names.
    pub channels: Vec<&'a str>,
    /// The room that it is for, if it is for rooms.
    pub room: Option<Room<'a>>,
    /// The number of its user's role in Education.
    pub education_role: Option<i16>,
    /// Whether it allows to publish, not only to receive.
    pub publishes: bool,
    /// Whether one of the channels or rooms stands for many.
    pub wildcard_channel: bool,
    /// Whether it lets in more than one user, or names a pattern of users.
    pub wildcard_user: bool,
    /// Whether it administers a whole project instead of letting in one user.
    pub administers: bool,
    /// Whether it names what its user may read and write.
    pub permissions: bool,
    /// Whether it names something that its user may write.
    pub writes: bool,
    /// Whether its signature tells neither the channel from the user nor either from the rights.
    pub legacy: bool,
}

/// The rooms that a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room<'a> {
    /// One of Education or of the whiteboard, or a task of the whiteboard, or a pattern of them.
    Named(&'a str),
    /// None in particular.
    Any,
}

impl<'a> Part<'a> {
    /// A part of this kind that grants nothing beyond a login.
    pub(super) fn new(token_type: &'static str) -> Self {
        Self {
            token_type,
            ..Self::default()
        }
    }

    /// The same in this channel.
    pub(super) fn in_channel(self, channel: &'a ChannelName) -> Self {
        Self {
            channels: vec![channel.as_str()],
            wildcard_channel: channel.is_wildcard(),
            ..self
        }
    }

    /// The same in this room.
    pub(super) fn in_room(self, room: &'a str) -> Self {
        Self {
            room: Some(Room::Named(room)),
            wildcard_channel: is_wildcard(room),
            ..self
        }
    }

    /// Whether it stands for many channels, rooms or users.
    pub fn is_wildcard(&self) -> bool {
        self.wildcard_channel || self.wildcard_user
    }

    /// Whether it allows no more than to receive.
    pub fn only_receives(&self) -> bool {
        !self.publishes && !self.writes
    }
}

/// Names and values of what was signed, in the order in which they are shown.
pub type Description = Vec<(&'static str, serde_json::Value)>;

/// What is to be signed, short of the project, the time and the salt.
#[derive(Debug)]
pub enum UnsignedToken {
    /// AccessToken2, `007`.
    V7 {
        /// The services of the token, their privileges in seconds from issue.
        services: Vec<Service>,
    },
    /// AccessToken, `006`.
    V6 {
        /// The channel, or the user account of an RTM token.
        channel_name: String,
        /// The user as text, empty for any.
        uid: String,
        /// Privileges in seconds from issue; they are made absolute when the token is signed.
        privileges: Privileges,
    },
    /// A whiteboard token, which the keys of the project's whiteboard app sign.
    Whiteboard {
        /// What it is for.
        resource: WhiteboardResource,
        /// What its holder may do.
        role: WhiteboardRole,
    },
}

/// Something the caller should know about the token.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Warning {
    /// A stable code.
    pub code: &'static str,
    /// What it means and what to do.
    pub message: String,
}

impl Warning {
    /// A warning.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
