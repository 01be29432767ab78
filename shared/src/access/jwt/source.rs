//! Where keys come from.

use super::key_set::KeySet;
use crate::refresh::Source;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// The result of fetching the keys once.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<KeySet, KeysError>> + Send + 'a>>;

/// A place that an issuer's keys can be fetched from.
pub trait KeySource: Send + Sync {
    /// Fetches them once. An implementation bounds its own time.
    fn fetch(&self) -> Fetching<'_>;
}

/// A place as a source of what is kept fresh.
pub(super) struct Origin(pub(super) Box<dyn KeySource>);

impl Source for Origin {
    type Value = KeySet;
    type Error = KeysError;

    async fn read(&self) -> Result<KeySet, KeysError> {
        self.0.fetch().await
    }

    fn given_up(&self) -> KeysError {
        KeysError::Unreachable {
            document: "key set",
            how: "no answer by the time it was given up",
        }
    }
}

/// Why keys could not be fetched. It goes to the operator's log and never to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeysError {
    /// A setting that is needed is malformed; the text names it.
    Setting(String),
    /// A document is not what it must be.
    Document {
        /// What was read.
        document: &'static str,
        /// What is wrong with it, to be read after its name.
        rule: &'static str,
    },
    /// The issuer answered, but not with a document.
    Refused {
        /// What was asked for.
        document: &'static str,
        /// The HTTP status of the answer.
        status: u16,
    },
    /// The issuer could not be reached in time.
    Unreachable {
        /// What was asked for.
        document: &'static str,
        /// How far it got.
        how: &'static str,
    },
}

impl KeysError {
    /// A stable code for logs and alarms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Setting(_) => "setting_invalid",
            Self::Document { .. } => "jwks_malformed",
            Self::Refused { .. } => "jwks_refused",
            Self::Unreachable { .. } => "jwks_unreachable",
        }
    }
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(what) => f.write_str(what),
            Self::Document { document, rule } => write!(f, "the JWT issuer's {document} {rule}"),
            Self::Refused { document, status } => write!(
                f,
                "the JWT issuer answered {status} when asked for its {document}; redirections are not followed"
            ),
            Self::Unreachable { document, how } => {
                write!(f, "the JWT issuer's {document} could not be read: {how}")
            }
        }
    }
}

impl std::error::Error for KeysError {}
