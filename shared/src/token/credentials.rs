//! What signs a token: an App ID and its certificate.

use std::{error::Error, fmt, str::FromStr};

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The length of an App ID and of a certificate, in hexadecimal digits.
const DIGITS: usize = 32;

/// An Agora App ID: 32 hexadecimal digits, kept as the text they were written in.
///
/// The text itself is signed, so `970CA3..` and `970ca3..` are two different App IDs. An App ID is
/// public: every client of a project knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId([u8; DIGITS]);

impl AppId {
    /// The 32 digits, in the case they were given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // `from_str` let nothing but ASCII digits in, so the default is never used.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AppId {
    type Err = CredentialError;

    /// Takes exactly 32 hexadecimal digits of either case.
    ///
    /// # Errors
    /// [`CredentialError`] if the text is anything else; white space is not trimmed.
    fn from_str(text: &str) -> Result<Self, CredentialError> {
        check_digits("App ID", text).map(Self)
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AppId").field(&self.as_str()).finish()
    }
}

/// An Agora app certificate: 32 hexadecimal digits, used as text to sign and to verify.
///
/// Whoever holds it can make any token of the project. It can therefore not be printed, copied or
/// read back, and its memory is overwritten when it is dropped.
///
/// ```compile_fail,E0277
/// let certificate: agora_token::token::AppCertificate =
///     "5CFd2fd1755d40ecb72977518be15d3b".parse().unwrap();
/// println!("{certificate:?}"); // there is no `Debug` (and no `Display`)
/// ```
///
/// ```compile_fail,E0599
/// let certificate: agora_token::token::AppCertificate =
///     "5CFd2fd1755d40ecb72977518be15d3b".parse().unwrap();
/// let second = certificate.clone(); // and no `Clone`
/// ```
// Boxed, so that moving the value leaves no copy behind on the stack.
pub struct AppCertificate(Zeroizing<Box<[u8]>>);

impl AppCertificate {
    /// The 32 ASCII bytes that the signature formulas take.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether this text is the certificate, so that it can be kept out of an answer. Takes the same
    /// time wherever they differ.
    #[must_use]
    pub fn is_text(&self, text: &str) -> bool {
        self.0.ct_eq(text.as_bytes()).into()
    }
}

impl FromStr for AppCertificate {
    type Err = CredentialError;

    /// Takes exactly 32 hexadecimal digits of either case; the case matters to every signature.
    ///
    /// # Errors
    /// [`CredentialError`] if the text is anything else. The error never quotes the text.
    fn from_str(text: &str) -> Result<Self, CredentialError> {
        let digits = Zeroizing::new(check_digits("App Certificate", text)?);
        Ok(Self(Zeroizing::new(Box::from(digits.as_slice()))))
    }
}

/// Why a text is not a credential. Names the credential and the fault, never the text itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialError {
    /// All digits, but too few or too many.
    WrongLength {
        /// "App ID" or "App Certificate".
        credential: &'static str,
        /// How many digits there are; 32 are needed.
        len: usize,
    },
    /// A character that is not a hexadecimal digit.
    NotHexadecimal {
        /// "App ID" or "App Certificate".
        credential: &'static str,
        /// Where it stands: 1 is the first character.
        position: usize,
    },
    /// Nothing at all, where something is needed.
    Empty {
        /// "Whiteboard secret key".
        credential: &'static str,
    },
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength { credential, len } => {
                write!(
                    f,
                    "the {credential} must have {DIGITS} hexadecimal digits, not {len}"
                )
            }
            Self::NotHexadecimal {
                credential,
                position,
            } => {
                write!(
                    f,
                    "the {credential} must have {DIGITS} hexadecimal digits, but character \
                     {position} is none"
                )
            }
            Self::Empty { credential } => write!(f, "the {credential} is empty"),
        }
    }
}

impl Error for CredentialError {}

fn check_digits(credential: &'static str, text: &str) -> Result<[u8; DIGITS], CredentialError> {
    if let Some(index) = text.chars().position(|c| !c.is_ascii_hexdigit()) {
        return Err(CredentialError::NotHexadecimal {
            credential,
            position: index + 1,
        });
    }
    text.as_bytes()
        .try_into()
        .map_err(|_| CredentialError::WrongLength {
            credential,
            len: text.len(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_id_keeps_its_case() {
        let app_id: AppId = "970CA35de60c44645bbae8a215061b33".parse().unwrap();
        assert_eq!(app_id.to_string(), "970CA35de60c44645bbae8a215061b33");
        assert_eq!(
            format!("{app_id:?}"),
            r#"AppId("970CA35de60c44645bbae8a215061b33")"#
        );
        assert_ne!(app_id, "970ca35de60c44645bbae8a215061b33".parse().unwrap());
    }

    #[test]
    fn what_is_not_32_digits_is_refused() {
        let refused = |text: &str| text.parse::<AppId>().unwrap_err();
        let credential = "App ID";
        for len in [0, 31, 33, 64] {
            assert_eq!(
                refused(&"a".repeat(len)),
                CredentialError::WrongLength { credential, len }
            );
        }
        for (text, position) in [
            ("970CA35de60c44645bbae8a215061b  ", 31),
            ("970CA35de60c44645bbae8a215061b33\n", 33),
            ("970CA35de60c44645bbae8a215061bé", 31),
            ("970CA35d-e60c-4464-5bba-e8a215061b33", 9),
        ] {
            assert_eq!(
                refused(text),
                CredentialError::NotHexadecimal {
                    credential,
                    position
                }
            );
        }
    }

    #[test]
    fn a_certificate_is_recognised_as_it_is_written() {
        let text = "5CFd2fd1755d40ecb72977518be15d3b";
        let certificate: AppCertificate = text.parse().unwrap();
        assert!(certificate.is_text(text));
        for other in ["", &text[1..], &text.to_lowercase()] {
            assert!(!certificate.is_text(other), "{other}");
        }
    }

    #[test]
    fn an_error_does_not_quote_a_certificate() {
        let error = "5CFd2fd1755d40ecb72977518be15d3?"
            .parse::<AppCertificate>()
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "the App Certificate must have 32 hexadecimal digits, but character 32 is none"
        );
    }
}
