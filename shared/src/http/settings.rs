//! The settings of a function, from its environment.

use crate::access::{Access, Policy};
use crate::project::{Environment, ProjectSource, SecretsManager, SourceError};
use std::time::Duration;

/// What the operator set. Each variable is described in the README.
#[derive(Debug)]
pub struct Settings {
    /// `AGORA_SECRET_ID`: the name or ARN of the secret; without it, projects come from the
    /// environment.
    pub secret_id: Option<String>,
    /// `AGORA_SECRET_TTL_SECONDS`: how long a secret is used before it is read again, 1 to 86,400,
    /// by default 300.
    pub secret_ttl: Duration,
    /// Who is let in, and what they may have: `AGORA_ANONYMOUS_ACCESS`, `closed` by default, or
    /// `open`; `AGORA_POLICY`, a [`Policy`] as JSON.
    pub access: Access,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// [`SourceError::Setting`] names the variable and what it may hold.
    pub fn from_env() -> Result<Self, SourceError> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let secret_ttl = match set("AGORA_SECRET_TTL_SECONDS") {
            None => 300,
            Some(text) => text
                .parse()
                .ok()
                .filter(|seconds| (1..=86_400).contains(seconds))
                .ok_or_else(|| {
                    SourceError::Setting(
                        "AGORA_SECRET_TTL_SECONDS must be a whole number from 1 to 86400"
                            .to_owned(),
                    )
                })?,
        };
        let anonymous = match set("AGORA_ANONYMOUS_ACCESS").as_deref() {
            None | Some("closed") => false,
            Some("open") => true,
            Some(_) => {
                return Err(SourceError::Setting(
                    "AGORA_ANONYMOUS_ACCESS must be `closed` or `open`".to_owned(),
                ));
            }
        };
        let policy = match set("AGORA_POLICY") {
            None => Policy::default(),
            Some(document) => Policy::parse(&document).map_err(|error| {
                SourceError::Setting(format!("AGORA_POLICY, {}: {error}", error.field))
            })?,
        };
        Ok(Self {
            secret_id: set("AGORA_SECRET_ID"),
            secret_ttl: Duration::from_secs(secret_ttl),
            access: Access { anonymous, policy },
        })
    }

    /// Where the projects come from.
    ///
    /// # Errors
    /// [`SourceError::Setting`] names the variable that is missing or wrong.
    pub fn source(&self) -> Result<Box<dyn ProjectSource>, SourceError> {
        Ok(match &self.secret_id {
            Some(secret_id) => Box::new(SecretsManager::from_env(secret_id.clone())?),
            None => Box::new(Environment),
        })
    }
}
