//! Tokens for Chat: for a user, and for its REST API.

use super::common::sealed::Sealed;
use super::whole::{Whole, WholeService};
use super::{About, Description, Example, Grant, IdentitySlot, Part, ReadGrant, UnsignedToken};
use crate::params::{ChatUsername, Invalid, Lifetime, Parameters};
use crate::token::Service;
use crate::token::builders::chat;

/// A token for one user of Chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatUser {
    /// The user; access control fills it in for a caller who left it out and has an identity of their
    /// own.
    pub user_id: Option<ChatUsername>,
}

impl ChatUser {
    /// A token for this user.
    pub fn named(user_id: ChatUsername) -> Self {
        Self {
            user_id: Some(user_id),
        }
    }
}

impl Sealed for ChatUser {}

impl Grant for ChatUser {
    fn token_type(&self) -> &'static str {
        Self::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        vec![IdentitySlot::Chat(&mut self.user_id)]
    }

    /// To send messages is what Chat is for: it doesn't make a publisher.
    fn parts(&self) -> Vec<Part<'_>> {
        vec![Part::new(Self::TOKEN_TYPE)]
    }

    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let Some(user) = &self.user_id else {
            return Err(Invalid::missing("userId", "the user of Chat"));
        };
        let services = vec![chat::user(user.as_str(), lifetime.seconds())];
        Ok(UnsignedToken::V7 { services })
    }

    fn describe(&self) -> Description {
        let user = self.user_id.as_ref();
        user.map(|user| ("userId", user.as_str().into()))
            .into_iter()
            .collect()
    }
}

impl ReadGrant for ChatUser {
    const TOKEN_TYPE: &'static str = "chat/user";
    const ABOUT: &'static About = &About {
        product: "Chat",
        audience: "a client of Chat",
        parameters: "`userId` (or `username`, `userUuid`)",
        builder: "`ChatTokenBuilder2.buildUserToken`",
        example: Example::of(
            "?userId=ann",
            r#"{"type":5,"user_id":"ann","privileges":["1"]}"#,
        ),
        shows: r#""userId":"ann""#,
    };

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        Ok(Self {
            user_id: parameters.take(&["userId", "username", "userUuid"])?,
        })
    }
}

/// A token for the REST API of Chat, which administers every user of the project.
pub type ChatApp = Whole<ChatAppService>;

/// Service 5 for a whole app.
#[derive(Debug)]
pub enum ChatAppService {}

impl WholeService for ChatAppService {
    const TOKEN_TYPE: &'static str = "chat/app";
    const ABOUT: &'static About = &About {
        product: "Chat",
        audience: "your server, for Chat's REST API",
        parameters: "none",
        builder: "`ChatTokenBuilder2.buildAppToken`",
        example: Example::of("", r#"{"type":5,"user_id":"","privileges":["2"]}"#),
        shows: "",
    };
    const ADMINISTERS: bool = true;

    fn service(expire: u32) -> Service {
        chat::app(expire)
    }
}
