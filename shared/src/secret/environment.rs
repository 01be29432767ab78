//! Secret from environment variables: the local source.

use super::document::{Document, WhiteboardEntry};
use super::source::Loading;
use super::{Secret, SecretSource, SourceError};
use zeroize::Zeroizing;

/// One project from `AGORA_APP_ID`, `AGORA_APP_CERTIFICATE` and, where they are set,
/// `AGORA_SECONDARY_CERTIFICATE`, `AGORA_API_KEY`, `AGORA_WHITEBOARD_ACCESS_KEY` and
/// `AGORA_WHITEBOARD_SECRET_KEY`. An empty variable counts as absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment;

impl Secret {
    /// One project from the variables that [`Environment`] reads; `lookup` gives their values. An empty one
    /// counts as absent.
    ///
    /// # Errors
    /// [`SourceError::Setting`] names the variable that is missing or wrong.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SourceError> {
        let variable = |name| lookup(name).filter(|value| !value.is_empty());
        let whiteboard = match (
            variable("AGORA_WHITEBOARD_ACCESS_KEY"),
            variable("AGORA_WHITEBOARD_SECRET_KEY"),
        ) {
            (None, None) => None,
            (Some(access_key), Some(secret_key)) => Some(WhiteboardEntry {
                access_key,
                secret_key: Zeroizing::new(secret_key),
            }),
            _ => {
                return Err(SourceError::Setting(
                    "AGORA_WHITEBOARD_ACCESS_KEY and AGORA_WHITEBOARD_SECRET_KEY go together; set both or none".to_owned(),
                ));
            }
        };
        let document = Document {
            app_id: variable("AGORA_APP_ID"),
            app_certificate: variable("AGORA_APP_CERTIFICATE").map(Zeroizing::new),
            secondary_certificate: variable("AGORA_SECONDARY_CERTIFICATE").map(Zeroizing::new),
            api_key: variable("AGORA_API_KEY").map(Zeroizing::new),
            whiteboard,
            ..Document::default()
        };
        if document.app_id.is_none() {
            return Err(SourceError::Setting(
                "neither AGORA_SECRET_ID nor AGORA_APP_ID is set; one of them must say whose tokens to sign".to_owned(),
            ));
        }
        document.into_secret().map_err(|error| {
            SourceError::Setting(format!("in the AGORA_* environment variables, {error}"))
        })
    }
}

fn read() -> Result<Secret, SourceError> {
    Secret::from_variables(|name| std::env::var(name).ok())
}

impl SecretSource for Environment {
    fn load(&self) -> Loading<'_> {
        Box::pin(std::future::ready(read()))
    }
}
