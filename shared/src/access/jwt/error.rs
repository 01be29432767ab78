//! Why a token is refused.

#[cfg(feature = "lambda")]
use crate::refresh::Unavailable;
use std::fmt;

/// Why a token is refused. It goes to the caller: no variant holds anything of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwtError {
    /// It is not a signed JWT; the text says where it stops being one.
    Malformed(&'static str),
    /// It is a JWT of a kind that is not accepted; the text says which.
    Unsupported(&'static str),
    /// Its algorithm is not accepted, or not one that its key is for; the text says which.
    Algorithm(&'static str),
    /// The issuer has no key that fits; the text says what was looked for.
    KeyUnknown(&'static str),
    /// The signature is not the issuer's.
    Signature,
    /// It was valid once.
    Expired,
    /// It will be valid later, or was issued in the future.
    NotYetValid,
    /// Another issuer made it.
    Issuer,
    /// It was made for somebody else.
    Audience,
    /// It was made for another use than the one that is required: an access token where ID tokens are,
    /// or the reverse.
    TokenUse,
    /// A claim is missing or malformed; the text says which.
    Claims(&'static str),
    /// It cannot be judged now, for the issuer's keys cannot be had: a 503. The operator's log has
    /// the reason.
    KeysUnavailable {
        /// The whole seconds after which another try makes sense.
        retry_after: u64,
    },
}

impl JwtError {
    /// A stable code for answers, logs and alarms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "jwt_malformed",
            Self::Unsupported(_) => "jwt_unsupported",
            Self::Algorithm(_) => "jwt_algorithm",
            Self::KeyUnknown(_) => "jwt_key_unknown",
            Self::Signature => "jwt_signature",
            Self::Expired => "jwt_expired",
            Self::NotYetValid => "jwt_not_yet_valid",
            Self::Issuer => "jwt_issuer",
            Self::Audience => "jwt_audience",
            Self::TokenUse => "jwt_token_use",
            Self::Claims(_) => "jwt_claims",
            Self::KeysUnavailable { .. } => "jwt_keys_unavailable",
        }
    }
}

/// In words, and what to do.
impl fmt::Display for JwtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(
                f,
                "the JWT is malformed: {what}; send it exactly as the issuer gave it"
            ),
            Self::Unsupported(what) => write!(
                f,
                "the JWT is of a kind that is not accepted here: {what}; send a signed ID or access token"
            ),
            Self::Algorithm(what) => write!(f, "the JWT's algorithm is refused: {what}"),
            Self::KeyUnknown(what) => write!(
                f,
                "the JWT's signing key is unknown: {what}; sign in again for a new token"
            ),
            Self::Signature => f.write_str(
                "the JWT's signature is not the issuer's; send the token exactly as the issuer gave it",
            ),
            Self::Expired => {
                f.write_str("the JWT has expired (claim `exp`); refresh it and try again")
            }
            Self::NotYetValid => f.write_str(
                "the JWT is not valid yet (claims `nbf`, `iat`); look at the clocks of this machine and the issuer's",
            ),
            Self::Issuer => f.write_str(
                "the JWT is of another issuer (claim `iss`) than the one that this deployment trusts; sign in there",
            ),
            Self::Audience => f.write_str(
                "the JWT is for another audience (claim `aud`, or what this deployment takes in its place) than this deployment accepts; ask the issuer for a token for this one",
            ),
            Self::TokenUse => f.write_str(
                "the JWT is of the other kind than this deployment requires (header `typ`, claim `token_use`): send an access token where ID tokens are refused, and an ID token where access tokens are",
            ),
            Self::Claims(what) => write!(f, "the JWT's claims are refused: {what}"),
            Self::KeysUnavailable { .. } => f.write_str(
                "the JWT cannot be verified now, because the issuer's keys cannot be read; try again later",
            ),
        }
    }
}

impl std::error::Error for JwtError {}

#[cfg(feature = "lambda")]
impl From<Unavailable> for JwtError {
    fn from(Unavailable { retry_after }: Unavailable) -> Self {
        Self::KeysUnavailable { retry_after }
    }
}
