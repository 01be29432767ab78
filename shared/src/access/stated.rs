//! What the settings say about who may have what.

use super::issuer::Issuer;
use super::{Policy, SecretRules, Switches};

/// What the settings of a deployment say about who may have what. The rest stands in the secret:
/// [`SecretRules`].
pub struct Stated {
    pub(super) anonymous: bool,
    /// The issuer whose users are known.
    issuer: Result<Option<String>, Misconfigured>,
    /// The policy, if it is a setting.
    policy: Result<Option<Policy>, Misconfigured>,
    default: Policy,
}

/// A setting of the operator's is broken. Whoever it is about is refused; services are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misconfigured;

impl Stated {
    /// Whether a caller who shows nothing is let in, whose JWTs count, and what users and anonymous
    /// callers may have; where no policy is given, what the secret says, and otherwise the default.
    pub fn new(
        anonymous: bool,
        issuer: Result<Option<String>, Misconfigured>,
        policy: Result<Option<Policy>, Misconfigured>,
    ) -> Self {
        Self {
            anonymous,
            issuer,
            policy,
            default: Policy::default(),
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
        if let Some(wrong) = secret.wrong_policy() {
            return Some(format!("in the secret document, {wrong}"));
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
    pub(super) fn policy<'a>(
        &'a self,
        secret: &'a SecretRules,
    ) -> Result<&'a Policy, Misconfigured> {
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
        let Ok(Some(first)) = &self.issuer else {
            return false;
        };
        let collides = |added: &Issuer| added.prefix.is_empty() || added.is(first);
        policy.issuers.iter().any(collides)
    }
}

/// Nobody is let in who shows nothing, and there are no users.
impl Default for Stated {
    fn default() -> Self {
        Self::new(false, Ok(None), Ok(None))
    }
}
