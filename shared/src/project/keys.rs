//! API keys: what a service shows to be let in.

use super::DocumentError;
use crate::token::AppId;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// The shortest API key that is accepted, in characters. A generated one has 40.
const SHORTEST: usize = 16;

/// One API key. Only its SHA-256 digest is kept, so nothing that prints memory can show the key.
#[derive(Clone)]
pub struct ApiKey {
    digest: [u8; 32],
    /// The project that the key is good for; all of them where absent.
    project: Option<AppId>,
}

impl ApiKey {
    /// Checks and digests a key that stands in the secret as `field`.
    ///
    /// # Errors
    /// [`DocumentError`] for a key of fewer than 16 characters, or with spaces or characters that
    /// cannot travel in a header.
    pub fn new(key: &str, field: &str, project: Option<AppId>) -> Result<Self, DocumentError> {
        if key.len() < SHORTEST || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(DocumentError::new(
                field,
                format!("must be {SHORTEST} or more visible ASCII characters without spaces"),
            ));
        }
        Ok(Self {
            digest: Sha256::digest(key).into(),
            project,
        })
    }

    /// A short name of the key for the audit line: the first 8 hex digits of its digest.
    pub fn id(&self) -> String {
        self.digest
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The project that the key is good for; all of them where absent.
    pub fn project(&self) -> Option<AppId> {
        self.project
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id())
            .field("project", &self.project)
            .finish()
    }
}

/// The API keys of a deployment.
#[derive(Debug, Clone, Default)]
pub struct ApiKeys(Vec<ApiKey>);

impl ApiKeys {
    /// The key that `shown` is, if it is one.
    ///
    /// Every key is compared, and all 32 bytes of each digest, so the time taken tells nothing about
    /// how close a guess was or which key it resembles.
    pub fn find(&self, shown: &str) -> Option<&ApiKey> {
        let digest: [u8; 32] = Sha256::digest(shown).into();
        let mut place = 0_u32;
        let mut found = Choice::from(0);
        for (index, key) in (0_u32..).zip(&self.0) {
            let same = key.digest.ct_eq(&digest);
            place.conditional_assign(&index, same);
            found |= same;
        }
        if found.into() {
            self.0.get(usize::try_from(place).ok()?)
        } else {
            None
        }
    }

    /// Adds a key that stands in the secret as `field`.
    ///
    /// # Errors
    /// [`DocumentError`] for one that is there already with another reach: it would depend on its place
    /// what it is good for.
    pub fn push(&mut self, key: ApiKey, field: &str) -> Result<(), DocumentError> {
        match self.0.iter().find(|known| known.digest == key.digest) {
            None => self.0.push(key),
            Some(known) if known.project == key.project => {}
            Some(_) => {
                return Err(DocumentError::new(
                    field,
                    "stands in the document for other projects too; a key is good for all of them or for one, so give it once",
                ));
            }
        }
        Ok(())
    }

    /// Whether there is none, so that no service can be recognised.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_only_whole_and_never_shown() {
        let mut keys = ApiKeys::default();
        for key in ["first-key-0123456789", "second-key-0123456789"] {
            keys.push(ApiKey::new(key, "apiKeys", None).unwrap(), "apiKeys")
                .unwrap();
        }
        assert_eq!(
            keys.find("second-key-0123456789").unwrap().id(),
            keys.0[1].id()
        );
        assert_eq!(
            keys.find("first-key-0123456789").unwrap().id(),
            keys.0[0].id()
        );
        for wrong in [
            "",
            "first-key-012345678",
            "first-key-01234567890",
            "FIRST-KEY-0123456789",
        ] {
            assert!(keys.find(wrong).is_none(), "{wrong}");
        }
        assert!(!format!("{keys:?}").contains("first-key"));
    }

    #[test]
    fn a_weak_key_is_refused_with_its_field_and_without_its_text() {
        for weak in [
            "",
            "short",
            "fifteen-letters",
            "with space 0123456789",
            "ünïcode-key-0123456789",
        ] {
            let refused = ApiKey::new(weak, "apiKey", None).unwrap_err();
            assert_eq!(refused.field(), "apiKey");
            assert!(weak.is_empty() || !refused.to_string().contains(weak));
        }
    }
}
