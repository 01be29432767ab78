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

pub use authorise::{Authorised, Denied};
pub use identity::{IdentityRules, OwnIdentity, RtcIdentity};
pub use pattern::ChannelPattern;
pub use policy::{Policy, Rules, Wildcards};
pub use principal::{Credentials, Principal, Unauthenticated};

/// The rules of a deployment about who may have what.
#[derive(Default)]
pub struct Access {
    /// Whether a caller who shows nothing is let in.
    pub anonymous: bool,
    /// Who judges the JWTs of users; without it, nobody is recognised as one.
    pub jwt: Option<JwtVerifier>,
    /// What those may have who are not services.
    pub policy: Policy,
}
