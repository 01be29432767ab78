//! Tokens that are told by their kind alone: they name no user, no channel and no privilege.

use super::common::sealed::Sealed;
use super::{About, Description, Grant, IdentitySlot, Part, ReadGrant, UnsignedToken};
use crate::params::{Invalid, Lifetime, Parameters};
use crate::token::Service;
use std::fmt::Debug;
use std::marker::PhantomData;

/// The one service of such a token.
pub trait WholeService: Debug + Send + 'static {
    /// The kind of token.
    const TOKEN_TYPE: &'static str;
    /// What the documentation says of it.
    const ABOUT: &'static About;
    /// Whether it administers a whole project.
    const ADMINISTERS: bool;
    /// How long a token of this kind lives when the request doesn't say.
    const LIFETIME: Lifetime = Lifetime::DEFAULT;

    /// The service, for a token of this life in seconds.
    fn service(expire: u32) -> Service;
}

/// A token with the service `S` and nothing else.
#[derive(Debug)]
pub struct Whole<S>(PhantomData<S>);

impl<S> Default for Whole<S> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<S: WholeService> Sealed for Whole<S> {}

impl<S: WholeService> Grant for Whole<S> {
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

    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let services = vec![S::service(lifetime.seconds())];
        Ok(UnsignedToken::V7 { services })
    }

    fn describe(&self) -> Description {
        Description::new()
    }
}

impl<S: WholeService> ReadGrant for Whole<S> {
    const TOKEN_TYPE: &'static str = S::TOKEN_TYPE;
    const ABOUT: &'static About = S::ABOUT;
    const ADMINISTERS: bool = S::ADMINISTERS;

    fn read(_parameters: &mut Parameters) -> Result<Self, Invalid> {
        Ok(Self::default())
    }
}
