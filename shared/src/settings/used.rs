//! What a function makes of its settings.

use super::Settings;
use crate::access::Access;
use crate::access::jwt::{JwtVerifier, KeysError};
use crate::refresh::LastGood;
use crate::secret::{Environment, SecretSource, SecretsManager, SourceError};

impl Settings {
    /// Who is let in, and what they may have; `log` is told of each fetch of an issuer's keys that fails.
    pub fn into_access(self, log: fn(&KeysError, LastGood)) -> Access {
        let wrong: Vec<String> = self.users_stopped.iter().map(ToString::to_string).collect();
        let wrong = (!wrong.is_empty()).then(|| wrong.join("; "));
        let verify = |settings| JwtVerifier::new(settings, log);
        let jwt = self.jwt.map(|settings| settings.map(verify));
        Access::new(self.anonymous, jwt, self.policy)
            .logging_to(log)
            .with_wrong_settings(wrong)
    }

    /// Where the projects come from.
    ///
    /// # Errors
    /// [`SourceError::Setting`] names the variable that is missing or wrong.
    pub fn source(&self) -> Result<Box<dyn SecretSource>, SourceError> {
        Ok(match &self.secret_id {
            Some(secret_id) => Box::new(SecretsManager::from_env(secret_id.clone())?),
            None => Box::new(Environment),
        })
    }
}
