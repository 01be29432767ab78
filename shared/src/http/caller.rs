//! Who asks, for a route that tells callers about themselves.

use super::problem::Problem;
use crate::access::{Access, Circumstances, Granted, Principal};

/// A caller who was recognised, and what they are judged by.
pub struct CallerContext<'a> {
    pub(super) access: &'a Access,
    pub(super) principal: &'a Principal,
    pub(super) circumstances: Circumstances<'a>,
}

impl CallerContext<'_> {
    /// What the caller is granted.
    ///
    /// # Errors
    /// A problem where the policy is broken, for whoever it is about.
    pub fn granted(&self) -> Result<Granted, Problem> {
        Ok(self.access.granted(self.principal, self.circumstances)?)
    }
}
