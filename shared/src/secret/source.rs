//! Where the secret comes from.

use super::{DocumentError, Secret};
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// The result of reading the secret once.
pub type Loading<'a> = Pin<Box<dyn Future<Output = Result<Secret, SourceError>> + Send + 'a>>;

/// A place that the secret can be read from.
pub trait SecretSource: Send + Sync {
    /// Reads it once. An implementation bounds its own time.
    fn load(&self) -> Loading<'_>;
}

/// Why the secret could not be read. It goes to the operator's log and never to a caller; no variant
/// can hold a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceError {
    /// A setting that is needed is missing or malformed; the text names it.
    Setting(String),
    /// The document is not what it must be.
    Document(DocumentError),
    /// The service answered with an error of this code.
    Refused {
        /// The service's code, such as `AccessDeniedException`.
        code: String,
        /// What to look at.
        advice: &'static str,
    },
    /// The service could not be reached in time; the text says how far it got.
    Unreachable(String),
}

impl SourceError {
    /// A stable code for logs and alarms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Setting(_) => "setting_invalid",
            Self::Document(_) => "secret_malformed",
            Self::Refused { .. } => "secret_refused",
            Self::Unreachable(_) => "secret_unreachable",
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(what) => f.write_str(what),
            Self::Document(error) => write!(f, "in the secret document, {error}"),
            Self::Refused { code, advice } => {
                write!(f, "Secrets Manager answered {code}: {advice}")
            }
            Self::Unreachable(how) => write!(f, "Secrets Manager could not be reached: {how}"),
        }
    }
}

impl std::error::Error for SourceError {}

impl From<DocumentError> for SourceError {
    fn from(error: DocumentError) -> Self {
        Self::Document(error)
    }
}
