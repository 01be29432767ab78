//! Who is asking.

use super::jwt::{JwtError, looks_like_jwt};
use super::{Access, ApiKeys, Misconfigured, OwnIdentity, Policy};
use crate::token::{AppId, hex};
use sha2::{Digest, Sha256};
use std::fmt;

/// What a request shows.
#[derive(Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// The header `x-api-key`.
    pub api_key: Option<&'a str>,
    /// The header `Authorization`, whole.
    pub authorization: Option<&'a str>,
}

impl Credentials<'_> {
    /// Whether anything is shown.
    pub fn shown(&self) -> bool {
        self.api_key.is_some() || self.authorization.is_some()
    }
}

/// Only which headers are there: what they hold is secret.
impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("api_key", &self.api_key.is_some())
            .field("authorization", &self.authorization.is_some())
            .finish()
    }
}

/// Who is asking. Only [`Access::identify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal(pub(super) Caller);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// A server of the operator's, by API key.
    Service {
        /// The key's short name, for the audit line.
        key_id: String,
        /// The project that the key is good for; all of them where absent.
        project: Option<AppId>,
    },
    /// A person, by a JWT of the operator's identity provider.
    User {
        /// A hash of the subject, for the audit line.
        subject_hash: String,
        /// What the person is called.
        identity: OwnIdentity,
        /// The Unix second at which the JWT ends.
        expires_at: u64,
    },
    /// Anybody.
    Anonymous,
}

impl Principal {
    /// The kind of principal, as the audit line shows it.
    pub fn kind(&self) -> &'static str {
        match &self.0 {
            Caller::Service { .. } => "service",
            Caller::User { .. } => "user",
            Caller::Anonymous => "anonymous",
        }
    }

    /// Who it is, as the audit line shows it: a name for what it is, and a short name of the key or a hash
    /// of the subject.
    pub fn alias(&self) -> Option<(&'static str, &str)> {
        match &self.0 {
            Caller::Service { key_id, .. } => Some(("keyId", key_id)),
            Caller::User { subject_hash, .. } => Some(("subjectHash", subject_hash)),
            Caller::Anonymous => None,
        }
    }

    /// Whether it is a server of the operator's.
    pub fn is_service(&self) -> bool {
        matches!(self.0, Caller::Service { .. })
    }

    /// The project that its API key is good for, if it has one that is good for one only.
    pub fn key_project(&self) -> Option<AppId> {
        match self.0 {
            Caller::Service { project, .. } => project,
            Caller::User { .. } | Caller::Anonymous => None,
        }
    }
}

/// The caller could not be recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unauthenticated {
    /// Nothing was shown, and anonymous access is closed.
    Missing,
    /// What was shown is not a key of this deployment.
    Unknown,
    /// The header `Authorization` is not of a form that is understood here.
    Scheme,
    /// A JWT was shown, and this deployment knows no issuer.
    NoIssuer,
    /// The JWT is refused, or cannot be judged now.
    Jwt(JwtError),
    /// Who a user is, or what the caller may have, is not known: a setting of the operator's is broken.
    Misconfigured,
}

impl Unauthenticated {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "credentials_missing",
            Self::Unknown => "credentials_unknown",
            Self::Scheme => "credentials_scheme",
            Self::NoIssuer => "credentials_no_issuer",
            Self::Jwt(error) => error.code(),
            Self::Misconfigured => "access_misconfigured",
        }
    }
}

/// What the caller is told.
impl fmt::Display for Unauthenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => {
                "show who you are: a service sends an API key in the header `x-api-key`, a user \
                 `Authorization: Bearer` and a JWT of this deployment's issuer"
            }
            Self::Unknown => "the API key is not one of this deployment; the operator finds it in the deployment's secret",
            Self::Scheme => "the header `Authorization` must read `Bearer`, a space, and a JWT or an API key",
            Self::NoIssuer => "this deployment takes API keys only: no issuer of JWTs is set",
            Self::Jwt(error) => return error.fmt(f),
            Self::Misconfigured => "a setting that says who users are, or what they and anonymous callers may have, is broken, so they get nothing; the operator finds it in the log. API keys work on",
        })
    }
}

impl Access {
    /// Recognises the caller at `now`, a Unix time in milliseconds.
    ///
    /// Whoever shows something is judged by it: a wrong key is refused even where anonymous callers
    /// are let in, because its sender believes to be somebody.
    ///
    /// # Errors
    /// [`Unauthenticated`] says what to show.
    pub async fn identify(
        &self,
        shown: Credentials<'_>,
        keys: &ApiKeys,
        now: u64,
    ) -> Result<Principal, Unauthenticated> {
        let shown = match (shown.api_key, shown.authorization) {
            (Some(key), _) => return service(key, keys),
            (None, Some(header)) => bearer(header).ok_or(Unauthenticated::Scheme)?,
            (None, None) if !self.anonymous => return Err(Unauthenticated::Missing),
            (None, None) => {
                self.policy()?;
                return Ok(Principal(Caller::Anonymous));
            }
        };
        if !looks_like_jwt(shown) {
            return service(shown, keys);
        }
        let verifier = match &self.jwt {
            Ok(verifier) => verifier.as_ref().ok_or(Unauthenticated::NoIssuer)?,
            Err(Misconfigured) => return Err(Unauthenticated::Misconfigured),
        };
        let claims = verifier
            .verify(shown, now)
            .await
            .map_err(Unauthenticated::Jwt)?;
        let policy = self.policy()?;
        Ok(Principal(Caller::User {
            subject_hash: subject_hash(claims.sub()),
            identity: policy.identity.identity(&claims),
            expires_at: claims.exp(),
        }))
    }
}

impl Access {
    fn policy(&self) -> Result<&Policy, Unauthenticated> {
        let policy = self.policy.as_ref();
        policy.map_err(|Misconfigured| Unauthenticated::Misconfigured)
    }
}

fn service(key: &str, keys: &ApiKeys) -> Result<Principal, Unauthenticated> {
    let found = keys.find(key).ok_or(Unauthenticated::Unknown)?;
    Ok(Principal(Caller::Service {
        key_id: found.id(),
        project: found.project(),
    }))
}

/// The first 16 hex digits of the subject's SHA-256: enough to follow somebody through the log, not
/// enough to read there who it is.
fn subject_hash(subject: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(subject).into();
    hex::encode(digest.first_chunk::<8>().map_or(&[], |first| first))
}

/// The credentials of a `Bearer` header, whose scheme counts in any letter case (RFC 9110, 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, value) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a-key-0123456789";

    fn identify(
        anonymous: bool,
        api_key: Option<&str>,
        authorization: Option<&str>,
    ) -> Result<Principal, Unauthenticated> {
        let mut keys = ApiKeys::default();
        keys.push(KEY, None).unwrap();
        let access = Access {
            anonymous,
            ..Access::default()
        };
        let identified = access.identify(
            Credentials {
                api_key,
                authorization,
            },
            &keys,
            0,
        );
        // Without an issuer there is nothing to wait for.
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(identified)
    }

    #[test]
    fn a_key_lets_in_by_either_header() {
        assert_eq!(identify(false, Some(KEY), None).unwrap().kind(), "service");
        assert_eq!(
            identify(false, None, Some("Bearer a-key-0123456789"))
                .unwrap()
                .kind(),
            "service"
        );
        assert_eq!(
            identify(false, None, Some("bearer  a-key-0123456789"))
                .unwrap()
                .kind(),
            "service"
        );
    }

    #[test]
    fn nothing_lets_in_only_where_it_was_opened_and_a_wrong_key_never() {
        assert_eq!(identify(false, None, None), Err(Unauthenticated::Missing));
        assert_eq!(identify(true, None, None), Ok(Principal(Caller::Anonymous)));
        for open in [false, true] {
            assert_eq!(
                identify(open, Some(""), None),
                Err(Unauthenticated::Unknown)
            );
            assert_eq!(
                identify(
                    open,
                    Some("another-key-0123"),
                    Some("Bearer a-key-0123456789")
                ),
                Err(Unauthenticated::Unknown)
            );
            assert_eq!(
                identify(open, None, Some("Basic a-key-0123456789")),
                Err(Unauthenticated::Scheme)
            );
            assert_eq!(
                identify(open, None, Some("Bearer")),
                Err(Unauthenticated::Scheme)
            );
        }
    }
}
