//! The secret: one document that holds what nobody else may know, where it comes from, and how it is
//! kept fresh. It is taken apart here for the rooms that need its parts: projects sign, API keys let
//! services in, and neither room knows the other.

mod document;
mod environment;
mod secrets_manager;
mod source;
mod store;

use crate::access::ApiKeys;
use crate::project::Projects;

pub use document::DocumentError;
pub use environment::Environment;
pub use secrets_manager::SecretsManager;
pub use source::{Loading, SecretSource, SourceError};
pub use store::SecretStore;

/// What the secret document holds. It has no accessor that gives a certificate or a key.
#[derive(Debug)]
pub struct Secret {
    pub(crate) projects: Projects,
    pub(crate) api_keys: ApiKeys,
}
