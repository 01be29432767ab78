//! Who may have a token: principals are recognised by what they show, and asks become [`Authorised`]
//! ones or are refused.
//!
//! Nobody gets anything without showing who they are, unless the operator opened that door, and who
//! comes in by it gets what the [`Policy`] grants and no more.

mod api_keys;
mod authorise;
mod identity;
pub mod jwt;
mod pattern;
mod policy;
mod principal;

use jwt::JwtVerifier;

pub use api_keys::ApiKeys;
pub use authorise::{Authorised, Circumstances, Denied, DeniedRule};
pub use identity::{IdentityRules, OwnIdentity, RtcIdentity};
pub use pattern::NamePattern;
pub use policy::{Policy, Projects, Rules, Wildcards};
pub use principal::{Credentials, Principal, Unauthenticated};

/// The rules of a deployment about who may have what.
pub struct Access {
    anonymous: bool,
    jwt: Result<Option<JwtVerifier>, Misconfigured>,
    policy: Result<Policy, Misconfigured>,
}

/// A setting of the operator's is broken. Whoever it is about is refused; services are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misconfigured;

impl Access {
    /// The rules by which a caller who shows nothing is let in, or isn't (`anonymous`), users are
    /// recognised (`jwt`; nobody without it), and both are judged (`policy`).
    pub fn new(
        anonymous: bool,
        jwt: Result<Option<JwtVerifier>, Misconfigured>,
        policy: Result<Policy, Misconfigured>,
    ) -> Self {
        Self {
            anonymous,
            jwt,
            policy,
        }
    }

    /// Fetches the keys of the JWT issuer before the first request comes, at `now`, a Unix time in
    /// milliseconds.
    pub async fn prime(&self, now: u64) {
        if let Ok(Some(jwt)) = &self.jwt {
            jwt.prime(now).await;
        }
    }
}

/// Nobody is let in who shows nothing, and there are no users.
impl Default for Access {
    fn default() -> Self {
        Self::new(false, Ok(None), Ok(Policy::default()))
    }
}
