//! The key that signs whiteboard tokens.

use std::str::FromStr;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::super::CredentialError;

/// The secret key (SK) of a whiteboard project.
///
/// Whoever holds it can make any whiteboard token. It can therefore not be printed, copied or read
/// back, and its memory is overwritten when it is dropped.
///
/// ```compile_fail,E0277
/// let secret_key: agora_token::token::whiteboard::WhiteboardSecretKey = "secret".parse().unwrap();
/// println!("{secret_key:?}"); // there is no `Debug` (and no `Display`)
/// ```
pub struct WhiteboardSecretKey(Zeroizing<Box<[u8]>>);

impl WhiteboardSecretKey {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this text is the key, so that it can be kept out of an answer. Takes the same time
    /// wherever they differ.
    #[must_use]
    pub fn is_text(&self, text: &str) -> bool {
        self.0.ct_eq(text.as_bytes()).into()
    }
}

impl FromStr for WhiteboardSecretKey {
    type Err = CredentialError;

    /// Takes any text but an empty one: its form is not documented.
    ///
    /// # Errors
    /// [`CredentialError::Empty`].
    fn from_str(text: &str) -> Result<Self, CredentialError> {
        if text.is_empty() {
            return Err(CredentialError::Empty {
                credential: "Whiteboard secret key",
            });
        }
        Ok(Self(Zeroizing::new(Box::from(text.as_bytes()))))
    }
}
