//! Who may have a token: principals are recognised by what they show, and asks become [`Authorised`]
//! ones or are refused.
//!
//! Nobody gets anything without showing who they are, unless the operator opened that door. Who comes in
//! by it gets what the [`Policy`] grants and no more, and so does a user; an API key gets what its own
//! policy grants, or everything.

mod api_keys;
mod authorise;
mod deny_list;
mod granting;
mod identity;
mod issuer;
pub mod jwt;
mod names;
mod pattern;
mod policy;
mod principal;
mod rule;
mod secret_rules;
mod when;

use issuer::Issuer;
use jwt::{JwtSettings, JwtVerifier, KeysError};
use std::sync::{Arc, Mutex, PoisonError};

use crate::refresh::LastGood;

pub use api_keys::{ApiKeys, KeyEntry, Reach};
pub use authorise::{Authorised, Circumstances, Denied, DeniedRule};
pub use deny_list::{DenyEntries, DenyList};
pub use identity::{IdentityRules, OwnIdentity, RtcIdentity};
pub use pattern::{NamePattern, OwnClaims};
pub use policy::{Policy, Switches, Users};
pub use principal::{Credentials, Principal, Unauthenticated};
pub use rule::{PolicyRule, Projects, Wildcards};
pub use secret_rules::SecretRules;

/// The most verifiers of added issuers that are kept: as many as a policy adds, of two policies.
const MOST_VERIFIERS: usize = 20;

/// The rules of a deployment about who may have what, as far as they are settings. The others stand in
/// the secret: [`SecretRules`].
pub struct Access {
    anonymous: bool,
    jwt: Result<Option<JwtVerifier>, Misconfigured>,
    /// The policy of the settings, if they have one.
    policy: Result<Option<Policy>, Misconfigured>,
    default: Policy,
    /// What judges the tokens of the issuers that the policy adds. A policy is read anew with the secret,
    /// and what was fetched for the last one serves on.
    added: Mutex<Vec<(JwtSettings, Arc<JwtVerifier>)>>,
    log: fn(&KeysError, LastGood),
}

/// A setting of the operator's is broken. Whoever it is about is refused; services are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misconfigured;

impl Access {
    /// The rules by which a caller who shows nothing is let in, or isn't (`anonymous`), users are
    /// recognised (`jwt`; nobody without it), and both are judged (`policy`; where absent, the secret's,
    /// and otherwise the default).
    pub fn new(
        anonymous: bool,
        jwt: Result<Option<JwtVerifier>, Misconfigured>,
        policy: Result<Option<Policy>, Misconfigured>,
    ) -> Self {
        Self {
            anonymous,
            jwt,
            policy,
            default: Policy::default(),
            added: Mutex::default(),
            log: |_, _| {},
        }
    }

    /// The same, where `log` is told of each fetch of an added issuer's keys that fails.
    pub fn logging_to(self, log: fn(&KeysError, LastGood)) -> Self {
        Self { log, ..self }
    }

    /// Fetches the keys of the JWT issuer before the first request comes, at `now`, a Unix time in
    /// milliseconds.
    pub async fn prime(&self, now: u64) {
        if let Ok(Some(jwt)) = &self.jwt {
            jwt.prime(now).await;
        }
    }

    /// The same for the issuers that the policy adds, one after the other.
    pub async fn prime_added(&self, secret: &SecretRules, now: u64) {
        if let Ok(policy) = self.policy(secret) {
            for issuer in &policy.issuers {
                self.verifier(issuer).prime(now).await;
            }
        }
    }

    /// What can be had by anybody at all.
    pub fn switches(&self, secret: &SecretRules) -> Switches {
        let policy = self.policy(secret);
        policy.map_or_else(
            |Misconfigured| Switches::default(),
            |policy| policy.switches,
        )
    }

    /// Why users and anonymous callers get nothing, if it is for the secret, or for settings and secret
    /// together.
    pub fn stopped_by(&self, secret: &SecretRules) -> Option<String> {
        if let Some(Err(invalid)) = &secret.policy {
            return Some(format!(
                "in the secret document, {}: {invalid}",
                invalid.field
            ));
        }
        match (&self.policy, &secret.policy) {
            (Ok(Some(_)), Some(_)) => Some(
                "AGORA_POLICY and the member `policy` of the secret document both hold a policy; remove one of them".to_owned(),
            ),
            (Ok(_), _) if self.collides(self.chosen(secret)) => Some(
                "an issuer of the policy is the one of AGORA_JWT_ISSUER, or has no `subjectPrefix` beside it".to_owned(),
            ),
            _ => None,
        }
    }

    /// The policy that holds.
    fn policy<'a>(&'a self, secret: &'a SecretRules) -> Result<&'a Policy, Misconfigured> {
        let chosen = match (&self.policy, &secret.policy) {
            (Err(Misconfigured), _) | (_, Some(Err(_))) | (Ok(Some(_)), Some(Ok(_))) => {
                return Err(Misconfigured);
            }
            _ => self.chosen(secret),
        };
        match self.collides(chosen) {
            true => Err(Misconfigured),
            false => Ok(chosen),
        }
    }

    fn chosen<'a>(&'a self, secret: &'a SecretRules) -> &'a Policy {
        match (&self.policy, &secret.policy) {
            (Ok(Some(policy)), _) | (_, Some(Ok(policy))) => policy,
            _ => &self.default,
        }
    }

    /// Whether an issuer that a policy adds could give out the names of the issuer of the settings.
    fn collides(&self, policy: &Policy) -> bool {
        let Ok(Some(first)) = &self.jwt else {
            return false;
        };
        let collides = |added: &Issuer| added.prefix.is_empty() || added.is(first.issuer());
        policy.issuers.iter().any(collides)
    }

    /// What judges the tokens of an issuer that the policy adds.
    fn verifier(&self, issuer: &Issuer) -> Arc<JwtVerifier> {
        let make = || {
            let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
            let alike = |(settings, _): &&(JwtSettings, _)| settings.fetch_alike(&issuer.settings);
            if let Some((_, verifier)) = added.iter().find(alike) {
                return Arc::clone(verifier);
            }
            let verifier = Arc::new(JwtVerifier::new(issuer.settings.clone(), self.log));
            if added.len() >= MOST_VERIFIERS {
                added.remove(0);
            }
            added.push((issuer.settings.clone(), Arc::clone(&verifier)));
            verifier
        };
        Arc::clone(issuer.verifier.get_or_init(make))
    }
}

/// Nobody is let in who shows nothing, and there are no users.
impl Default for Access {
    fn default() -> Self {
        Self::new(false, Ok(None), Ok(None))
    }
}
