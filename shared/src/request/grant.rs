//! What every kind of token has in common.

use super::{IdentitySlot, Invalid, Lifetime, Parameters};
use crate::token::whiteboard::{WhiteboardResource, WhiteboardRole};
use crate::token::{Privileges, Service};
use serde::Serialize;

/// What a token is to allow: one type per kind of token.
///
/// Everything outside `request` handles tokens through this trait, so a new kind of token changes
/// nothing there.
pub trait Grant: Send + std::fmt::Debug {
    /// The kind's name in answers, policies and audit lines, such as `rtc` or `chat/user`.
    fn token_type(&self) -> &'static str;

    /// The kinds of token that this one is made of, for policies that allow some and not others.
    fn parts(&self) -> Vec<&'static str> {
        vec![self.token_type()]
    }

    /// Every place that holds an identity, so that access control can bind or fill it.
    fn identities(&mut self) -> Vec<IdentitySlot<'_>>;

    /// What the policy has to judge.
    fn rights(&self) -> Rights<'_>;

    /// How long a token of this kind lives when the request doesn't say.
    fn default_lifetime(&self) -> Lifetime {
        Lifetime::DEFAULT
    }

    /// What is to be signed.
    ///
    /// # Errors
    /// [`Invalid`] where an identity is still missing, or the format cannot hold what was asked.
    fn draft(&self, lifetime: Lifetime) -> Result<Draft, Invalid>;

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

/// A grant that can be read from the API's own parameters.
pub trait ReadGrant: Grant + Sized {
    /// The kind's name: what follows `/v1/` in the path of its route.
    const TOKEN_TYPE: &'static str;

    /// Whether such a token administers a whole project, which is more than a policy can grant.
    const ADMINISTERS: bool = false;

    /// Takes the parameters that this kind of token knows.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    fn read(parameters: &mut Parameters) -> Result<Self, Invalid>;
}

/// What a policy judges.
#[derive(Debug, Default)]
pub struct Rights<'a> {
    /// The channels that the token opens.
    pub channels: Vec<&'a super::ChannelName>,
    /// Whether it allows to send, not only to receive.
    pub publishes: bool,
    /// Whether it lets in more than one user.
    pub wildcard_user: bool,
    /// Whether it administers a whole project instead of letting in one user.
    pub administers: bool,
    /// Whether it names resources beyond a channel that its user may read or write.
    pub permissions: bool,
}

impl Rights<'_> {
    /// Whether one of the channels stands for many.
    pub fn wildcard_channel(&self) -> bool {
        self.channels.iter().any(|channel| channel.is_wildcard())
    }
}

/// Names and values of what was signed, in the order in which they are shown.
pub type Description = Vec<(&'static str, serde_json::Value)>;

/// What is to be signed, short of the project, the time and the salt.
#[derive(Debug)]
pub enum Draft {
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
