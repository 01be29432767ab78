//! Agora tokens: signed, parsed, verified and, with the feature `lambda`, served.
//!
//! Without features this is a pure library: [`token`] holds every token format that Agora's services
//! accept, with no clock, no randomness and no I/O. The feature `rooms` adds what can be told and made
//! without asking anybody, for programs on any system; `lambda` adds what turns it into a token service
//! behind an API Gateway HTTP API (`http`, and what fetches secrets and keys):
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
//! | `settings` | what the operator set |
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

#[cfg(feature = "rooms")]
#[cfg_attr(
    not(feature = "lambda"),
    allow(dead_code, reason = "what judges requests serves functions only")
)]
pub mod access;
#[cfg(feature = "rooms")]
mod calendar;
#[cfg(feature = "rooms")]
pub mod clock_and_randomness;
#[cfg(feature = "rooms")]
pub mod explain;
#[cfg(feature = "rooms")]
pub mod grant;
#[cfg(feature = "lambda")]
pub mod http;
#[cfg(feature = "lambda")]
mod https;
#[cfg(feature = "rooms")]
mod inspect_context;
#[cfg(feature = "rooms")]
#[cfg_attr(
    not(feature = "lambda"),
    allow(dead_code, reason = "fingerprints stand in audit lines only")
)]
pub mod issue;
#[cfg(feature = "rooms")]
pub mod params;
#[cfg(feature = "rooms")]
mod project;
#[cfg(feature = "lambda")]
pub mod refresh;
#[cfg(feature = "rooms")]
pub mod secret;
#[cfg(feature = "rooms")]
pub mod settings;
#[cfg(all(doctest, feature = "lambda"))]
mod walls;

#[cfg(feature = "rooms")]
pub use inspect_context::InspectContext;
