//! Who may have a token: principals are recognised by what they show, and asks become [`Authorised`]
//! ones or are refused.
//!
//! Nobody gets anything without showing who they are, unless the operator opened that door. Who comes in
//! by it gets what the [`Policy`] grants and no more, and so does a user; an API key gets what its own
//! policy grants, or everything.

mod api_keys;
mod authorise;
mod deny_list;
#[cfg(feature = "lambda")]
mod deployed;
#[cfg(feature = "lambda")]
mod granted;
mod granting;
#[cfg(feature = "lambda")]
mod identify;
mod identity;
mod issuer;
pub mod jwt;
mod moment;
mod names;
mod pattern;
mod policy;
mod principal;
mod rule;
mod secret_rules;
mod stated;
mod when;

pub use api_keys::{ApiKeys, KeyEntry, Reach};
pub use authorise::{Authorised, Circumstances, Denied, DeniedRule};
pub use deny_list::{DenyEntries, DenyList};
#[cfg(feature = "lambda")]
pub use deployed::Access;
#[cfg(feature = "lambda")]
pub use granted::Granted;
pub use identity::{IdentityRules, OwnIdentity, RtcIdentity};
pub use pattern::{NamePattern, OwnClaims};
pub use policy::{Policy, Switches, Users};
pub use principal::{Credentials, Principal, Unauthenticated};
pub use rule::{PolicyRule, Projects, Wildcards};
pub use secret_rules::SecretRules;
pub use stated::{Misconfigured, Stated};
