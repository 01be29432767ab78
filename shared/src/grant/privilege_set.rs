//! Privileges that are asked for one by one.

use super::Warning;
use crate::params::{Invalid, Lifetime, Parameters, PrivilegeLifetime};
use crate::token::Privileges;

/// The privileges that a request names, each with a life of its own. What it doesn't name is not
/// granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivilegeSet(Vec<(&'static str, u16, PrivilegeLifetime)>);

impl PrivilegeSet {
    /// Reads the object `privileges`, whose names stand in `table` with their ids.
    ///
    /// # Errors
    /// [`Invalid`] for a name that is not in the table, or a life that breaks its rules.
    pub(super) fn read(
        parameters: &mut Parameters,
        table: &[(&'static str, u16)],
    ) -> Result<Option<Self>, Invalid> {
        let Some(mut object) = parameters.take::<Parameters>(&["privileges"])? else {
            return Ok(None);
        };
        let mut set = Vec::with_capacity(table.len());
        for (name, id) in table {
            if let Some(lifetime) = object.take(&[*name])? {
                set.push((*name, *id, lifetime));
            }
        }
        object.finish()?;
        Ok(Some(Self(set)))
    }

    /// Whether the privilege with this id is in the set.
    pub fn has(&self, id: impl Into<u16>) -> bool {
        self.lifetime(id).is_some()
    }

    /// The lifetime, in seconds, of the privilege with this id, if it is in the set.
    pub fn lifetime(&self, id: impl Into<u16>) -> Option<u32> {
        let id = id.into();
        let held = self.0.iter().find(|(_, held, _)| *held == id);
        held.map(|(_, _, lifetime)| lifetime.seconds())
    }

    /// Whether nothing was named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The privileges in seconds from issue.
    pub fn privileges(&self) -> Privileges {
        self.0
            .iter()
            .map(|(_, id, lifetime)| (*id, lifetime.seconds()))
            .collect()
    }

    /// The privileges as the answer shows them.
    pub(super) fn describe(&self) -> serde_json::Value {
        let named = self
            .0
            .iter()
            .map(|(name, _, lifetime)| ((*name).to_owned(), lifetime.seconds().into()));
        serde_json::Value::Object(named.collect())
    }
}

/// What the caller should know about privileges whose lives differ from the token's.
pub(super) fn privilege_warnings(privileges: &Privileges, lifetime: Lifetime) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if privileges.iter().any(|(_, expire)| expire == 0) {
        warnings.push(Warning::new(
            "privilege_zero",
            "Agora documents 0 both as never expiring and as expired at once; send a lifetime",
        ));
    }
    if privileges
        .iter()
        .any(|(_, expire)| expire > lifetime.seconds())
    {
        warnings.push(Warning::new(
            "privilege_outlives_token",
            "a privilege ends with its token, however long it was asked for",
        ));
    }
    warnings
}
