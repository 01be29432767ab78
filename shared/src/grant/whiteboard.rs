//! Tokens for the Interactive Whiteboard.

use super::common::sealed::Sealed;
use super::{About, Description, Example, Grant, IdentitySlot, Part, ReadGrant, UnsignedToken};
use crate::params::field::choice_or_number;
use crate::params::{FromValue, Invalid, Lifetime, Parameters, RoomId, Schema, Value};
use crate::token::whiteboard::{WhiteboardResource, WhiteboardRole};
use std::fmt::Debug;
use std::marker::PhantomData;

/// A token for one room.
pub type WhiteboardRoom = Whiteboard<RoomScope>;

/// A token for one file-conversion task.
pub type WhiteboardTask = Whiteboard<TaskScope>;

/// A token for the whole whiteboard app, which its REST API takes.
pub type WhiteboardSdk = Whiteboard<SdkScope>;

/// How far a whiteboard token reaches.
pub trait WhiteboardScope: Debug + Send + 'static {
    /// The kind of token.
    const TOKEN_TYPE: &'static str;
    /// What the documentation says of it.
    const ABOUT: &'static About;
    /// Whether it administers a whole project.
    const ADMINISTERS: bool;

    /// Reads what the token is for.
    ///
    /// # Errors
    /// [`Invalid`] where the parameter is missing or breaks a rule.
    fn read(parameters: &mut Parameters) -> Result<WhiteboardResource, Invalid>;
}

/// One room.
#[derive(Debug)]
pub enum RoomScope {}

impl WhiteboardScope for RoomScope {
    const TOKEN_TYPE: &'static str = "whiteboard/room";
    const ABOUT: &'static About = &About {
        product: "Interactive Whiteboard",
        audience: "a client in an Interactive Whiteboard room",
        parameters: "`uuid`, `role` (`admin`, `writer`, `reader`)",
        builder: "netless `roomToken`",
        example: Example::of(
            "?uuid=a7e04250e7a711eb8e1f7b4b0d6b5c1a&role=writer",
            r#"{"kind":"NETLESSROOM","uuid":"a7e04250e7a711eb8e1f7b4b0d6b5c1a","role":"1"}"#,
        ),
        shows: r#""uuid":"a7e0…","role":"writer""#,
    };
    const ADMINISTERS: bool = false;

    fn read(parameters: &mut Parameters) -> Result<WhiteboardResource, Invalid> {
        let uuid = read_uuid(parameters, "the room")?;
        Ok(WhiteboardResource::Room { uuid })
    }
}

/// One task.
#[derive(Debug)]
pub enum TaskScope {}

impl WhiteboardScope for TaskScope {
    const TOKEN_TYPE: &'static str = "whiteboard/task";
    const ABOUT: &'static About = &About {
        product: "Interactive Whiteboard",
        audience: "a client that converts files for the Whiteboard",
        parameters: "`uuid`, `role`",
        builder: "netless `taskToken`",
        example: Example::of(
            "?uuid=a7e04250e7a711eb8e1f7b4b0d6b5c1a&role=reader",
            r#"{"kind":"NETLESSTASK","uuid":"a7e04250e7a711eb8e1f7b4b0d6b5c1a","role":"2"}"#,
        ),
        shows: r#""uuid":"a7e0…","role":"reader""#,
    };
    const ADMINISTERS: bool = false;

    fn read(parameters: &mut Parameters) -> Result<WhiteboardResource, Invalid> {
        let uuid = read_uuid(parameters, "the file-conversion task")?;
        Ok(WhiteboardResource::Task { uuid })
    }
}

/// All of them.
#[derive(Debug)]
pub enum SdkScope {}

impl WhiteboardScope for SdkScope {
    const TOKEN_TYPE: &'static str = "whiteboard/sdk";
    const ABOUT: &'static About = &About {
        product: "Interactive Whiteboard",
        audience: "your server, for Whiteboard's REST API",
        parameters: "`role`",
        builder: "netless `sdkToken`",
        example: Example::of("?role=admin", r#"{"kind":"NETLESSSDK","role":"0"}"#),
        shows: r#""role":"admin""#,
    };
    const ADMINISTERS: bool = true;

    fn read(_parameters: &mut Parameters) -> Result<WhiteboardResource, Invalid> {
        Ok(WhiteboardResource::Sdk)
    }
}

fn read_uuid(parameters: &mut Parameters, what: &str) -> Result<String, Invalid> {
    let uuid: RoomId = parameters.require(&["uuid"], what)?;
    Ok(uuid.to_string())
}

/// The spellings of roles.
const ROLES: [(&str, WhiteboardRole); 6] = [
    ("admin", WhiteboardRole::Admin),
    ("0", WhiteboardRole::Admin),
    ("writer", WhiteboardRole::Writer),
    ("1", WhiteboardRole::Writer),
    ("reader", WhiteboardRole::Reader),
    ("2", WhiteboardRole::Reader),
];

const ROLES_IN_WORDS: &str = "`admin` (also 0), `writer` (also 1) or `reader` (also 2)";

impl FromValue for WhiteboardRole {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        choice_or_number(value, field, ROLES_IN_WORDS, &ROLES)
    }

    fn schema() -> Schema {
        Schema::choice("WhiteboardRole", &ROLES, true, ROLES_IN_WORDS)
    }
}

/// A token for the whiteboard that reaches as far as `S`. It names no user: whoever bears it is let
/// in.
#[derive(Debug)]
pub struct Whiteboard<S> {
    resource: WhiteboardResource,
    role: WhiteboardRole,
    scope: PhantomData<S>,
}

impl<S: WhiteboardScope> Sealed for Whiteboard<S> {}

impl<S: WhiteboardScope> Grant for Whiteboard<S> {
    fn token_type(&self) -> &'static str {
        S::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        Vec::new()
    }

    fn parts(&self) -> Vec<Part<'_>> {
        let part = Part {
            publishes: self.role != WhiteboardRole::Reader,
            administers: S::ADMINISTERS,
            ..Part::new(S::TOKEN_TYPE)
        };
        vec![match &self.resource {
            WhiteboardResource::Room { uuid } | WhiteboardResource::Task { uuid } => {
                part.in_room(uuid)
            }
            WhiteboardResource::Sdk => part,
        }]
    }

    fn unsigned(&self, _lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        Ok(UnsignedToken::Whiteboard {
            resource: self.resource.clone(),
            role: self.role,
        })
    }

    fn describe(&self) -> Description {
        let mut description = Description::new();
        if let WhiteboardResource::Room { uuid } | WhiteboardResource::Task { uuid } =
            &self.resource
        {
            description.push(("uuid", uuid.as_str().into()));
        }
        let role = match self.role {
            WhiteboardRole::Admin => "admin",
            WhiteboardRole::Writer => "writer",
            WhiteboardRole::Reader => "reader",
        };
        description.push(("role", role.into()));
        description
    }
}

impl<S: WhiteboardScope> ReadGrant for Whiteboard<S> {
    const TOKEN_TYPE: &'static str = S::TOKEN_TYPE;
    const ABOUT: &'static About = S::ABOUT;
    const ADMINISTERS: bool = S::ADMINISTERS;

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        Ok(Self {
            resource: S::read(parameters)?,
            role: parameters.require(&["role"], "admin, writer or reader")?,
            scope: PhantomData,
        })
    }
}
