//! Whose key signs: App IDs and their certificates, where they come from and how they are kept fresh.

mod document;
mod environment;
mod keys;
mod secrets_manager;
mod source;
mod store;

pub use document::{DocumentError, Project, Projects, Whiteboard};
pub use environment::Environment;
pub use keys::{ApiKey, ApiKeys};
pub use secrets_manager::SecretsManager;
pub use source::{Loading, ProjectSource, SourceError};
pub use store::ProjectStore;
