//! The rules of a deployment, with what asks the issuers of JWTs for their keys.

use super::issuer::Issuer;
use super::jwt::{HeldKeys, JwtSettings, JwtVerifier, KeysError};
use super::{
    Circumstances, Granted, Misconfigured, Policy, Principal, SecretRules, Stated, Switches,
    Unauthenticated,
};
use crate::refresh::LastGood;
use std::sync::{Arc, Mutex, PoisonError};

/// The most verifiers of added issuers that are kept: as many as a policy adds, of two policies.
const MOST_VERIFIERS: usize = 20;

/// The rules of a deployment about who may have what, as far as they are settings. The others stand in
/// the secret: [`SecretRules`].
pub struct Access {
    pub(super) stated: Stated,
    pub(super) jwt: Result<Option<JwtVerifier>, Misconfigured>,
    /// What judges the tokens of the issuers that the policy adds. A policy is read anew with the secret,
    /// and what was fetched for the last one serves on.
    added: Mutex<Vec<(JwtSettings, Arc<JwtVerifier>)>>,
    log: fn(&KeysError, LastGood),
    /// What is wrong with the settings, if anything is.
    wrong: Option<String>,
}

impl Access {
    /// The rules by which a caller who shows nothing is let in, or isn't (`anonymous`), users are
    /// recognised (`jwt`; nobody without it), and both are judged (`policy`; where absent, the secret's,
    /// and otherwise the default).
    pub fn new(
        anonymous: bool,
        jwt: Result<Option<JwtVerifier>, Misconfigured>,
        policy: Result<Option<Policy>, Misconfigured>,
    ) -> Self {
        let issuer = match &jwt {
            Ok(verifier) => Ok(verifier.as_ref().map(|one| one.issuer().to_owned())),
            Err(broken) => Err(*broken),
        };
        Self {
            stated: Stated::new(anonymous, issuer, policy),
            jwt,
            added: Mutex::default(),
            log: |_, _| {},
            wrong: None,
        }
    }

    /// The same, where this is wrong with the settings.
    pub(crate) fn with_wrong_settings(self, wrong: Option<String>) -> Self {
        Self { wrong, ..self }
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

    /// The same for the issuers that the policy adds, all at once: one that hangs holds up no other.
    pub async fn prime_added(&self, secret: &SecretRules, now: u64) {
        let mut fetches = tokio::task::JoinSet::new();
        if let Ok(policy) = self.policy(secret) {
            for issuer in &policy.issuers {
                let verifier = self.verifier(issuer);
                fetches.spawn(async move { verifier.prime(now).await });
            }
        }
        fetches.join_all().await;
    }

    /// Whether the keys are there of each issuer whose users are known, at `now`, a Unix time in
    /// milliseconds. All are asked at once.
    pub(crate) async fn keys(&self, secret: &SecretRules, now: u64) -> Vec<HeldKeys> {
        let mut added = tokio::task::JoinSet::new();
        if let Ok(policy) = self.policy(secret) {
            for issuer in &policy.issuers {
                let verifier = self.verifier(issuer);
                added.spawn(async move { verifier.held(now).await });
            }
        }
        let mut all = Vec::new();
        if let Ok(Some(jwt)) = &self.jwt {
            all.push(jwt.held(now).await);
        }
        all.append(&mut added.join_all().await);
        all.sort_by(|one, other| one.issuer.cmp(&other.issuer));
        all
    }

    /// What can be had by anybody at all.
    pub fn switches(&self, secret: &SecretRules) -> Switches {
        self.stated.switches(secret)
    }

    /// Why users and anonymous callers get nothing, if it is for the secret, or for settings and secret
    /// together.
    pub fn stopped_by(&self, secret: &SecretRules) -> Option<String> {
        self.stated.stopped_by(secret)
    }

    /// The same, and also where it is for the settings alone.
    pub(crate) fn misconfigured(&self, secret: &SecretRules) -> Option<String> {
        self.wrong.clone().or_else(|| self.stopped_by(secret))
    }

    /// Tells a caller what they are granted.
    ///
    /// # Errors
    /// [`Unauthenticated::Misconfigured`] where the policy is broken, for whoever it is about.
    pub fn granted(
        &self,
        principal: &Principal,
        circumstances: Circumstances<'_>,
    ) -> Result<Granted, Unauthenticated> {
        let default = Policy::default();
        let policy = match self.policy(circumstances.secret) {
            Ok(policy) => policy,
            // What a key is granted does not stand in there.
            Err(Misconfigured) if principal.has_key() => &default,
            Err(Misconfigured) => return Err(Unauthenticated::Misconfigured),
        };
        Ok(Granted::new(principal, policy, circumstances))
    }

    /// The policy that holds.
    pub(super) fn policy<'a>(
        &'a self,
        secret: &'a SecretRules,
    ) -> Result<&'a Policy, Misconfigured> {
        self.stated.policy(secret)
    }

    /// What judges the tokens of an issuer that the policy adds.
    pub(super) fn verifier(&self, issuer: &Issuer) -> Arc<JwtVerifier> {
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
