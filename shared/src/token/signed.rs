//! A token that has been signed.

use std::fmt;

use super::mac::SIGNATURE_LEN;
use super::whiteboard::ParsedWhiteboardToken;
use super::{ParsedToken, ParsedToken2};

/// A token with its signature: the text to hand out, and what was signed, for those who compare.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken {
    pub(super) message: Vec<u8>,
    pub(super) signature: [u8; SIGNATURE_LEN],
    pub(super) text: String,
}

impl SignedToken {
    /// The bytes that the signature is over.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// The signature over [`message`](Self::message): raw bytes, not hexadecimal.
    #[must_use]
    pub fn signature(&self) -> &[u8; SIGNATURE_LEN] {
        &self.signature
    }

    /// The text of the token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text of the token, without copying it.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
}

impl fmt::Display for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Tells the length only: whoever reads a token in a log can use it.
impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedToken")
            .field("text_len", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// A token whose signature is in question.
#[derive(Debug, Clone, Copy)]
pub enum SignatureOf<'a> {
    /// AccessToken2.
    V007(&'a ParsedToken2),
    /// AccessToken, for this channel and user, which it does not hold itself.
    V006(&'a ParsedToken, &'a str, &'a str),
    /// A whiteboard token.
    Whiteboard(&'a ParsedWhiteboardToken),
}
