//! Tokens that are told by their kind alone: they name no user, no channel and no privilege.

use super::grant::sealed::Sealed;
use super::{
    Description, Draft, Grant, IdentitySlot, Invalid, Lifetime, Parameters, Part, ReadGrant,
};
use crate::token::Service;
use crate::token::builders::{chat, education, fpa};
use std::fmt::Debug;
use std::marker::PhantomData;

/// A token for the REST API of Chat, which administers every user of the project.
pub type ChatApp = Plain<ChatAppService>;

/// A token for the REST API of Education, which administers every room of the project.
pub type EducationApp = Plain<EducationAppService>;

/// A token for Full-Path Acceleration.
pub type Fpa = Plain<FpaService>;

/// The one service of such a token.
pub trait PlainService: Debug + Send + 'static {
    /// The kind of token.
    const TOKEN_TYPE: &'static str;
    /// Whether it administers a whole project.
    const ADMINISTERS: bool;
    /// How long a token of this kind lives when the request doesn't say.
    const LIFETIME: Lifetime = Lifetime::DEFAULT;

    /// The service, for a token of this life in seconds.
    fn service(expire: u32) -> Service;
}

/// Service 5 for a whole app.
#[derive(Debug)]
pub enum ChatAppService {}

impl PlainService for ChatAppService {
    const TOKEN_TYPE: &'static str = "chat/app";
    const ADMINISTERS: bool = true;

    fn service(expire: u32) -> Service {
        chat::app(expire)
    }
}

/// Service 7 for a whole app.
#[derive(Debug)]
pub enum EducationAppService {}

impl PlainService for EducationAppService {
    const TOKEN_TYPE: &'static str = "education/app";
    const ADMINISTERS: bool = true;

    fn service(expire: u32) -> Service {
        education::app(expire)
    }
}

/// Service 4. The official builder has no argument for the lifetime: its tokens live for 24 hours.
#[derive(Debug)]
pub enum FpaService {}

impl PlainService for FpaService {
    const TOKEN_TYPE: &'static str = "fpa";
    const ADMINISTERS: bool = false;
    const LIFETIME: Lifetime = Lifetime::LONGEST;

    fn service(_expire: u32) -> Service {
        fpa::login()
    }
}

/// A token with the service `S` and nothing else.
#[derive(Debug)]
pub struct Plain<S>(PhantomData<S>);

impl<S> Default for Plain<S> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<S: PlainService> Sealed for Plain<S> {}

impl<S: PlainService> Grant for Plain<S> {
    fn token_type(&self) -> &'static str {
        S::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        Vec::new()
    }

    fn parts(&self) -> Vec<Part<'_>> {
        vec![Part {
            administers: S::ADMINISTERS,
            ..Part::new(S::TOKEN_TYPE)
        }]
    }

    fn default_lifetime(&self) -> Lifetime {
        S::LIFETIME
    }

    fn draft(&self, lifetime: Lifetime) -> Result<Draft, Invalid> {
        let services = vec![S::service(lifetime.seconds())];
        Ok(Draft::V7 { services })
    }

    fn describe(&self) -> Description {
        Description::new()
    }
}

impl<S: PlainService> ReadGrant for Plain<S> {
    const TOKEN_TYPE: &'static str = S::TOKEN_TYPE;
    const ADMINISTERS: bool = S::ADMINISTERS;

    fn read(_parameters: &mut Parameters) -> Result<Self, Invalid> {
        Ok(Self::default())
    }
}
