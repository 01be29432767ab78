//! What a principal may have.

use super::{Access, Principal};
use crate::request::Ask;

/// An ask that its caller may have. Only access control makes one, and only one of these is signed.
#[derive(Debug)]
pub struct Authorised(Ask);

impl Authorised {
    /// What may be signed.
    pub fn ask(&self) -> &Ask {
        &self.0
    }
}

/// A refusal: the caller is known, and may not have this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// The stable name of the rule.
    pub rule: &'static str,
    /// The rule in words.
    pub detail: String,
}

impl Access {
    /// Judges an ask.
    ///
    /// What falls outside the rules is refused, never silently dropped.
    ///
    /// # Errors
    /// [`Denied`] names the rule.
    pub fn authorise(&self, principal: &Principal, mut ask: Ask) -> Result<Authorised, Denied> {
        if let Principal::Service {
            project: Some(own), ..
        } = principal
            && *ask.app_id.get_or_insert(*own) != *own
        {
            return Err(Denied {
                rule: "key_project",
                detail: format!("this API key is good for the project {own} only"),
            });
        }
        Ok(Authorised(ask))
    }
}
