//! Who is asking.

use super::api_keys::{ApiKey, NotGood};
use super::identity::NameSpace;
use super::issuer::Issuer;
use super::jwt::{JwtError, issuer_of, looks_like_jwt};
use super::pattern::OwnClaims;
use super::{Access, Misconfigured, OwnIdentity, Policy, PolicyRule, Reach, SecretRules};
use crate::token::hex;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// What a request shows.
#[derive(Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// The header `x-api-key`.
    pub api_key: Option<&'a str>,
    /// The header `Authorization`, whole.
    pub authorization: Option<&'a str>,
    /// The header `Origin`, which browsers send. It proves nothing by itself.
    pub origin: Option<&'a str>,
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
#[derive(Debug, Clone)]
pub struct Principal(pub(super) Caller);

#[derive(Debug, Clone)]
pub(super) enum Caller {
    /// A server of the operator's, or an app with a key that may stand there.
    Key {
        /// The key's short name, for the audit line.
        id: String,
        key: Arc<ApiKey>,
    },
    /// A person, by a JWT of the operator's identity provider.
    User(Box<User>),
    /// Anybody.
    Anonymous(Arc<PolicyRule>),
}

#[derive(Debug, Clone)]
pub(super) struct User {
    /// A hash of the subject, for the audit line.
    pub(super) subject_hash: String,
    /// What the person is called.
    pub(super) identity: OwnIdentity,
    /// What stands for claims in patterns.
    pub(super) claims: OwnClaims,
    /// The Unix second at which the JWT ends.
    pub(super) expires_at: u64,
    /// What the person is granted: at least one rule.
    pub(super) rules: Vec<Arc<PolicyRule>>,
}

impl Principal {
    /// The kind of principal, as the audit line shows it.
    pub fn kind(&self) -> &'static str {
        match &self.0 {
            Caller::Key { key, .. } if key.is_publishable() => "publishable",
            Caller::Key { .. } => "service",
            Caller::User(_) => "user",
            Caller::Anonymous(_) => "anonymous",
        }
    }

    /// Who it is, as the audit line shows it: a name for what it is, and a short name of the key or a hash
    /// of the subject.
    pub fn alias(&self) -> Option<(&'static str, &str)> {
        match &self.0 {
            Caller::Key { id, .. } => Some(("keyId", id)),
            Caller::User(user) => Some(("subjectHash", &user.subject_hash)),
            Caller::Anonymous(_) => None,
        }
    }

    /// The name that the operator gave its API key.
    pub fn key_name(&self) -> Option<&str> {
        match &self.0 {
            Caller::Key { key, .. } => key.name(),
            Caller::User(_) | Caller::Anonymous(_) => None,
        }
    }

    /// The projects that its API key is good for, if it is a server of the operator's.
    pub fn service_reach(&self) -> Option<&Reach> {
        match &self.0 {
            Caller::Key { key, .. } if !key.is_publishable() => Some(key.reach()),
            Caller::Key { .. } | Caller::User(_) | Caller::Anonymous(_) => None,
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
    /// The API key was good, and is no longer.
    Expired,
    /// The API key is not good yet.
    NotYetValid,
    /// The API key is for other origins than the request's.
    Origin,
    /// The caller is on the deny-list.
    Listed,
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
            Self::Expired => "credentials_expired",
            Self::NotYetValid => "credentials_not_yet_valid",
            Self::Origin => "credentials_origin",
            Self::Listed => "denied_listed",
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
            Self::Expired => "the API key has expired; the operator gives you another",
            Self::NotYetValid => "the API key is not good yet",
            Self::Origin => "the API key is for web pages of other origins",
            Self::Listed => "you are on the deny-list of this deployment; the operator takes you off",
            Self::Scheme => "the header `Authorization` must read `Bearer`, a space, and a JWT or an API key",
            Self::NoIssuer => "this deployment takes API keys only: no issuer of JWTs is set",
            Self::Jwt(error) => return error.fmt(f),
            Self::Misconfigured => "a setting that says who users are, or what they and anonymous callers may have, is broken, so they get nothing; the operator finds it in the log. API keys work on",
        })
    }
}

impl From<NotGood> for Unauthenticated {
    fn from(not_good: NotGood) -> Self {
        match not_good {
            NotGood::Expired => Self::Expired,
            NotGood::NotYet => Self::NotYetValid,
            NotGood::Origin => Self::Origin,
        }
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
        secret: &SecretRules,
        now: u64,
    ) -> Result<Principal, Unauthenticated> {
        let origin = shown.origin;
        let shown = match (shown.api_key, shown.authorization) {
            (Some(key), _) => return by_key(key, origin, secret, now),
            (None, Some(header)) => bearer(header).ok_or(Unauthenticated::Scheme)?,
            (None, None) if !self.anonymous => return Err(Unauthenticated::Missing),
            (None, None) => {
                let policy = self.known_policy(secret)?;
                return Ok(Principal(Caller::Anonymous(Arc::clone(&policy.anonymous))));
            }
        };
        if !looks_like_jwt(shown) {
            return by_key(shown, origin, secret, now);
        }
        self.user(shown, secret, now).await
    }

    async fn user(
        &self,
        jwt: &str,
        secret: &SecretRules,
        now: u64,
    ) -> Result<Principal, Unauthenticated> {
        let added = match self.policy(secret) {
            Ok(policy) if !policy.issuers.is_empty() => {
                let issuer = issuer_of(jwt).map_err(Unauthenticated::Jwt)?;
                let named = |one: &&Issuer| issuer.as_deref().is_some_and(|name| one.is(name));
                let added = policy.issuers.iter().find(named);
                if added.is_none() && matches!(self.jwt, Ok(None)) {
                    return Err(Unauthenticated::Jwt(JwtError::Issuer));
                }
                added
            }
            _ => None,
        };
        let claims = match (added, &self.jwt) {
            (Some(issuer), _) => self.verifier(issuer).verify(jwt, now).await,
            // An issuer may stand in the policy that nobody can read.
            (None, Ok(Some(verifier))) => match verifier.verify(jwt, now).await {
                Err(JwtError::Issuer) => {
                    self.known_policy(secret)?;
                    Err(JwtError::Issuer)
                }
                judged => judged,
            },
            (None, Ok(None)) => {
                self.known_policy(secret)?;
                return Err(Unauthenticated::NoIssuer);
            }
            (None, Err(Misconfigured)) => return Err(Unauthenticated::Misconfigured),
        };
        let claims = claims.map_err(Unauthenticated::Jwt)?;
        let policy = self.known_policy(secret)?;
        let (users, prefix) = match added {
            Some(issuer) => (&issuer.users, issuer.prefix.as_str()),
            None => (&policy.users, ""),
        };
        let space = NameSpace {
            prefix,
            all: policy
                .issuers
                .iter()
                .map(|one| one.prefix.as_str())
                .collect(),
        };
        let identity = users
            .identity
            .identity(&claims, &space)
            .ok_or(Unauthenticated::Jwt(JwtError::Claims(
                "`sub` begins as the names of another issuer's users do",
            )))?;
        if secret.denied.holds_user(&identity) {
            return Err(Unauthenticated::Listed);
        }
        Ok(Principal(Caller::User(Box::new(User {
            subject_hash: subject_hash(&identity.subject),
            expires_at: claims.exp(),
            rules: users.applying(&claims, &policy.anonymous),
            claims: OwnClaims::new(identity.subject.clone(), claims),
            identity,
        }))))
    }

    fn known_policy<'a>(&'a self, secret: &'a SecretRules) -> Result<&'a Policy, Unauthenticated> {
        let policy = self.policy(secret);
        policy.map_err(|Misconfigured| Unauthenticated::Misconfigured)
    }
}

fn by_key(
    shown: &str,
    origin: Option<&str>,
    secret: &SecretRules,
    now: u64,
) -> Result<Principal, Unauthenticated> {
    let key = secret
        .api_keys
        .find(shown)
        .ok_or(Unauthenticated::Unknown)?;
    key.check(now / 1000, origin)?;
    let id = key.id();
    if secret.denied.holds_key(&id, key.name()) {
        return Err(Unauthenticated::Listed);
    }
    Ok(Principal(Caller::Key {
        id,
        key: Arc::clone(key),
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
    use super::super::ApiKeys;
    use super::*;

    const KEY: &str = "a-key-0123456789";

    fn identify(
        anonymous: bool,
        api_key: Option<&str>,
        authorization: Option<&str>,
    ) -> Result<&'static str, Unauthenticated> {
        let mut keys = ApiKeys::default();
        keys.push(KEY, None).unwrap();
        let access = Access {
            anonymous,
            ..Access::default()
        };
        let secret = SecretRules::of_keys(keys);
        let identified = access.identify(
            Credentials {
                api_key,
                authorization,
                origin: None,
            },
            &secret,
            0,
        );
        // Without an issuer there is nothing to wait for.
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(identified)
            .map(|principal| principal.kind())
    }

    #[test]
    fn a_key_lets_in_by_either_header() {
        assert_eq!(identify(false, Some(KEY), None).unwrap(), "service");
        assert_eq!(
            identify(false, None, Some("Bearer a-key-0123456789")).unwrap(),
            "service"
        );
        assert_eq!(
            identify(false, None, Some("bearer  a-key-0123456789")).unwrap(),
            "service"
        );
    }

    #[test]
    fn nothing_lets_in_only_where_it_was_opened_and_a_wrong_key_never() {
        assert_eq!(identify(false, None, None), Err(Unauthenticated::Missing));
        assert_eq!(identify(true, None, None), Ok("anonymous"));
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
