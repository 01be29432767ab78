//! Who may have a token: principals are recognised by what they show, and asks become [`Authorised`]
//! ones or are refused.
//!
//! Nobody gets anything without showing who they are, unless the operator opened that door by setting
//! `AGORA_ANONYMOUS_ACCESS=open`.

mod authorise;
mod principal;

pub use authorise::{Authorised, Denied};
pub use principal::{Credentials, Principal, Unauthenticated};

/// The rules of a deployment about who may have what.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Whether a caller who shows nothing is let in.
    pub anonymous: bool,
}
