//! Agora tokens: signed, parsed, verified and, with the feature `lambda`, served.
//!
//! Without features this is a pure library: [`token`] holds every token format that Agora's services
//! accept, with no clock, no randomness and no I/O. The feature `lambda` adds the rooms that turn it
//! into a token service behind an API Gateway HTTP API:
//!
//! | room | question it answers |
//! |---|---|
//! | [`token`] | what is signed |
//! | `params` | what was sent, in types that keep their rules |
//! | `grant` | what is asked for |
//! | `project` | whose key signs |
//! | `access` | who may have it |
//! | `secret` | where certificates and keys come from |
//! | `explain` | why a token is refused |
//! | `issue` | what an authorised request becomes |
//! | `http` | how it is answered |
//!
//! Below them, `clock_and_randomness` makes both inputs, `https` asks Secrets Manager and issuers of JWTs, and
//! `refresh` keeps fresh what they said.
//!
//! A request travels one way through them, and each step has a type that only the step before can
//! make: an event becomes a `Request`, its parameters a `TokenRequest`, what a caller sends a `Principal`, and
//! only what is `Authorised` can be signed. No room but `project`, `secret` and `access` holds a certificate
//! or a key, and nothing outside this crate can reach one.

pub mod token;

#[cfg(feature = "lambda")]
pub mod access;
#[cfg(feature = "lambda")]
pub mod clock_and_randomness;
#[cfg(feature = "lambda")]
pub mod explain;
#[cfg(feature = "lambda")]
pub mod grant;
#[cfg(feature = "lambda")]
pub mod http;
#[cfg(feature = "lambda")]
mod https;
#[cfg(feature = "lambda")]
mod issue;
#[cfg(feature = "lambda")]
pub mod params;
#[cfg(feature = "lambda")]
mod project;
#[cfg(feature = "lambda")]
pub mod refresh;
#[cfg(feature = "lambda")]
pub mod secret;
#[cfg(all(doctest, feature = "lambda"))]
mod walls;
