//! API keys: what a service shows to be let in.

use crate::token::{AppId, hex};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// The shortest API key that is accepted, in characters. A generated one has 40.
const SHORTEST: usize = 16;

/// One API key. Only its SHA-256 digest is kept, so nothing that prints memory can show the key.
#[derive(Clone)]
pub(super) struct ApiKey {
    digest: [u8; 32],
    /// The project that the key is good for; all of them where absent.
    project: Option<AppId>,
}

impl ApiKey {
    /// A short name of the key for the audit line: the first 8 hex digits of its digest.
    pub(super) fn id(&self) -> String {
        hex::encode(self.digest.first_chunk::<4>().map_or(&[], |first| first))
    }

    /// The project that the key is good for; all of them where absent.
    pub(super) fn project(&self) -> Option<AppId> {
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
    pub(super) fn find(&self, shown: &str) -> Option<&ApiKey> {
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

    /// Adds a key that is good for this project, or for all of them.
    ///
    /// # Errors
    /// The rule that is broken, to be read after the key's name: a key has 16 or more visible ASCII
    /// characters, and one reach only, or it would depend on its place what it is good for.
    pub fn push(&mut self, key: &str, project: Option<AppId>) -> Result<(), String> {
        if key.len() < SHORTEST || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(format!(
                "must be {SHORTEST} or more visible ASCII characters without spaces"
            ));
        }
        let key = ApiKey {
            digest: Sha256::digest(key).into(),
            project,
        };
        match self.0.iter().find(|known| known.digest == key.digest) {
            None => self.0.push(key),
            Some(known) if known.project == key.project => {}
            Some(_) => {
                return Err("stands in the document for other projects too; a key is good for all of them or for one, so give it once".to_owned());
            }
        }
        Ok(())
    }

    /// Whether a text is a key, as far as somebody may know whose own key is good for this project, or
    /// for all of them.
    pub(crate) fn is_key(&self, text: &str, own: Option<AppId>) -> bool {
        self.find(text)
            .is_some_and(|key| own.is_none() || key.project == own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_only_whole_and_never_shown() {
        let mut keys = ApiKeys::default();
        for key in ["first-key-0123456789", "second-key-0123456789"] {
            keys.push(key, None).unwrap();
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
    fn a_weak_key_is_refused_without_its_text() {
        for weak in [
            "",
            "short",
            "fifteen-letters",
            "with space 0123456789",
            "ünïcode-key-0123456789",
        ] {
            let refused = ApiKeys::default().push(weak, None).unwrap_err();
            assert!(weak.is_empty() || !refused.contains(weak));
        }
    }
}
