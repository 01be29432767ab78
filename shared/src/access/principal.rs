//! Who is asking.

use super::api_keys::{ApiKey, NotGood};
use super::jwt::JwtError;
use super::pattern::OwnClaims;
use super::{OwnIdentity, PolicyRule, Reach};
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

/// Who is asking. Only `Access::identify` makes one.
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

    /// Whether it was recognised by an API key.
    #[cfg(feature = "lambda")]
    pub(super) fn has_key(&self) -> bool {
        matches!(self.0, Caller::Key { .. })
    }

    /// Whether its API key may stand in an app, where anybody can find it.
    pub fn is_publishable(&self) -> bool {
        matches!(&self.0, Caller::Key { key, .. } if key.is_publishable())
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
