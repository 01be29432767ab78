//! From what a request shows to who is asking.

use super::identity::NameSpace;
use super::issuer::Issuer;
use super::jwt::{JwtError, issuer_of, looks_like_jwt};
use super::pattern::OwnClaims;
use super::principal::{Caller, User};
use super::{Access, Credentials, Misconfigured, Policy, Principal, SecretRules, Unauthenticated};
use crate::token::hex;
use sha2::{Digest, Sha256};
use std::sync::Arc;

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
            (None, None) if !self.stated.anonymous => return Err(Unauthenticated::Missing),
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
        // A condition on `sub` means one user, and not each issuer's user of that name.
        let claims = claims.called(&identity.subject);
        Ok(Principal(Caller::User(Box::new(User {
            subject_hash: subject_hash(&identity.subject),
            expires_at: claims.exp(),
            rules: users.applying(&claims, &policy.anonymous),
            claims: OwnClaims::new(claims),
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
        let access = Access::new(anonymous, Ok(None), Ok(None));
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
