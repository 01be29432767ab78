//! The secret: one document that holds what nobody else may know, where it comes from, and how it is
//! kept fresh. It is taken apart here for the rooms that need its parts: projects sign, API keys let
//! services in, and neither room knows the other.

mod document;
mod entries;
mod environment;
#[cfg(feature = "lambda")]
mod secrets_manager;
mod source;
#[cfg(feature = "lambda")]
mod store;

use crate::access::SecretRules;
use crate::project::Projects;

pub use document::DocumentError;
pub use environment::Environment;
#[cfg(feature = "lambda")]
pub use secrets_manager::SecretsManager;
pub use source::{Loading, SecretSource, SourceError};
#[cfg(feature = "lambda")]
pub use store::SecretStore;

/// What the secret document holds. It has no accessor that gives a certificate or a key.
#[derive(Debug)]
pub struct Secret {
    pub(crate) projects: Projects,
    pub(crate) access: SecretRules,
}

impl Secret {
    /// What is wrong with the document although it is used: a broken policy stops users and anonymous
    /// callers, and not the services. To be read after "in the secret document, ".
    pub fn stops_users(&self) -> Option<String> {
        self.access.wrong_policy()
    }
}
