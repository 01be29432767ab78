//! Who may have a token: principals are recognised by what they show, and asks become [`Authorised`]
//! ones or are refused.
//!
//! Nobody gets anything without showing who they are, unless the operator opened that door, and who
//! comes in by it gets what the [`Policy`] grants and no more.

mod authorise;
mod identity;
pub mod jwt;
mod pattern;
mod policy;
mod principal;

use jwt::JwtVerifier;

pub use authorise::{Authorised, Circumstances, Denied};
pub use identity::{IdentityRules, OwnIdentity, RtcIdentity};
pub use pattern::NamePattern;
pub use policy::{Policy, Projects, Rules, Wildcards};
pub use principal::{Credentials, Principal, Unauthenticated};

/// The rules of a deployment about who may have what.
pub struct Access {
    /// Whether a caller who shows nothing is let in.
    pub anonymous: bool,
    /// Who judges the JWTs of users; without it, nobody is recognised as one.
    pub jwt: Option<JwtVerifier>,
    /// What those may have who are not services; nothing where the operator's policy, or what says who
    /// is a user, is broken. Services are not touched by that.
    pub policy: Option<Policy>,
}

/// Nobody is let in who shows nothing, and there are no users.
impl Default for Access {
    fn default() -> Self {
        Self {
            anonymous: false,
            jwt: None,
            policy: Some(Policy::default()),
        }
    }
}
