//! What the secret document says about who may have what.

use super::{ApiKeys, DenyList, Policy};
use crate::params::{Invalid, Value};

/// API keys, the policy if it stands in the document, and the deny-list.
#[derive(Debug, Default)]
pub struct SecretRules {
    pub(super) api_keys: ApiKeys,
    pub(super) policy: Option<Result<Policy, Invalid>>,
    pub(super) denied: DenyList,
}

impl SecretRules {
    /// The rules of a document. A policy that breaks a rule stops those whom it is about, and not the
    /// services, so it is kept as what is wrong with it.
    pub fn new(api_keys: ApiKeys, policy: Option<Value>, denied: DenyList) -> Self {
        Self {
            api_keys,
            policy: policy.map(|value| Policy::read_value(value, "policy")),
            denied,
        }
    }

    /// Keys, and no more.
    pub fn of_keys(api_keys: ApiKeys) -> Self {
        Self {
            api_keys,
            ..Self::default()
        }
    }

    /// What is wrong with the policy, to be read after "in the secret document, ".
    pub fn wrong_policy(&self) -> Option<String> {
        let invalid = self.policy.as_ref()?.as_ref().err()?;
        Some(format!("{}: {invalid}", invalid.field))
    }

    /// Questions about the keys.
    pub(crate) fn api_keys(&self) -> &ApiKeys {
        &self.api_keys
    }
}
