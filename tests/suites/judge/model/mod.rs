//! The model: the access policy as docs/policy.md and docs/authentication.md tell it, written a second time,
//! from their words and without a line of the code that it judges.
//!
//! It reads the secret and the policy as an operator writes them ([`deployment`]), says what that makes of a
//! caller, takes tokens apart with a reader of its own ([`token`]), and says what a token grants beyond the
//! policy ([`judgement`]). What it knows of single kinds of token stands in `kinds.rs`.

pub(crate) mod claims;
mod denied;
pub(crate) mod deployment;
mod examples;
pub(crate) mod identity;
pub(crate) mod judgement;
mod keys;
pub(crate) mod names;
pub(crate) mod pattern;
pub(crate) mod policy;
pub(crate) mod time;
pub(crate) mod token;
