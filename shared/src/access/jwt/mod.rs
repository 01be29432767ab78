//! Users, by JSON Web Token (RFC 7519) of an OpenID Connect issuer.
//!
//! [`JwtSettings`] say whose tokens count, `JwtVerifier` judges one token after the other, and
//! [`Claims`] are what a genuine one says. The keys come from the issuer or are given inline; they
//! are fetched when a token needs them and at no other time.
//!
//! The parser is our own, the signatures are `ring`'s, which TLS has linked already. `jsonwebtoken`
//! 11 was measured first. It needs a back end written for it to use `ring`, reads the clock by itself,
//! does not judge `iat` and `crit` and takes the last of two equally named claims: what it would have
//! saved is a split at dots. A stripped function of 5,303 kB grows by 99 kB with this module, fetching
//! included, by 318 kB with `jsonwebtoken` on `ring`, and by 885 kB with the back end it comes with;
//! zipped, by 48, 143 and 419 kB. `make bench PARTS=access` tells what a token costs.
//!
//! The rules follow RFC 7515 (signatures), RFC 7517 (keys), RFC 7518 (algorithms), RFC 8037 (EdDSA)
//! and RFC 8725 (what went wrong elsewhere).

mod address;
mod algorithm;
mod claims;
mod compact;
mod encoding;
mod error;
mod key;
mod key_set;
mod object;
#[cfg(feature = "lambda")]
mod remote;
mod rules;
mod settings;
#[cfg(feature = "lambda")]
mod source;
#[cfg(feature = "lambda")]
mod verifier;

pub use claims::Claims;
#[cfg(feature = "lambda")]
pub(crate) use compact::issuer_of;
pub use compact::looks_like_jwt;
pub use error::JwtError;
pub use key_set::KeySet;
pub use rules::{AudienceClaim, TokenUse};
pub use settings::{JwksSource, JwtSettingError, JwtSettings};
#[cfg(feature = "lambda")]
pub use source::{Fetching, KeySource, KeysError};
#[cfg(feature = "lambda")]
pub(crate) use verifier::HeldKeys;
#[cfg(feature = "lambda")]
pub use verifier::JwtVerifier;
