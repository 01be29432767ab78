//! Which messages and channels an RTM user may read or write.

use std::collections::BTreeMap;

use super::{
    error::{BuildError, ParseError},
    wire::{Reader, Writer},
};

/// What an RTM permission is about. The discriminants are the wire's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RtmResource {
    /// Message channels.
    MessageChannels = 0,
    /// Stream channels.
    StreamChannels = 1,
    /// Group channels.
    GroupChannels = 2,
    /// Server groups.
    ServerGroups = 3,
    /// Users.
    Users = 4,
}

impl From<RtmResource> for u16 {
    fn from(resource: RtmResource) -> u16 {
        resource as u16
    }
}

/// What may be done with an RTM resource. The discriminants are the wire's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RtmPermission {
    /// Receive.
    Read = 0,
    /// Send.
    Write = 1,
}

impl From<RtmPermission> for u16 {
    fn from(permission: RtmPermission) -> u16 {
        permission as u16
    }
}

/// The permissions of an [`Rtm2`](super::ServiceKind::Rtm2) service: for each resource type and
/// permission the names it holds for.
///
/// Types ascend, permissions ascend within a type, names keep their order; a second list for the
/// same pair replaces the first. Ids are plain numbers on the wire, so a parsed token may hold ids
/// that have no name here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RtmPermissions(BTreeMap<u16, BTreeMap<u16, Vec<String>>>);

impl RtmPermissions {
    /// No permissions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These permissions and one more list. A name is plain text to the format, wildcards too.
    #[must_use]
    pub fn with<N: Into<String>>(
        mut self,
        resource: impl Into<u16>,
        permission: impl Into<u16>,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.set(
            resource,
            permission,
            names.into_iter().map(N::into).collect(),
        );
        self
    }

    /// Sets the names of one resource type and permission; replaces those it had.
    pub fn set(
        &mut self,
        resource: impl Into<u16>,
        permission: impl Into<u16>,
        names: Vec<String>,
    ) {
        self.0
            .entry(resource.into())
            .or_default()
            .insert(permission.into(), names);
    }

    /// The names of one resource type and permission, or `None` if there is no such list.
    #[must_use]
    pub fn get(&self, resource: impl Into<u16>, permission: impl Into<u16>) -> Option<&[String]> {
        self.0
            .get(&resource.into())?
            .get(&permission.into())
            .map(Vec::as_slice)
    }

    /// All lists as (resource type, permission, names), in the order of the wire.
    pub fn iter(&self) -> impl Iterator<Item = (u16, u16, &[String])> {
        self.0.iter().flat_map(|(&resource, permissions)| {
            permissions
                .iter()
                .map(move |(&permission, names)| (resource, permission, &**names))
        })
    }

    /// Whether there is no list at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub(super) fn write(&self, out: &mut Writer) -> Result<(), BuildError> {
        out.count("RTM resource types", self.0.len())?;
        for (&resource, permissions) in &self.0 {
            out.u16(resource);
            out.count("RTM permissions", permissions.len())?;
            for (&permission, names) in permissions {
                out.u16(permission);
                out.count("RTM resource names", names.len())?;
                for name in names {
                    out.string("RTM resource name", name)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn read(input: &mut Reader<'_>) -> Result<Self, ParseError> {
        let mut resources: BTreeMap<u16, BTreeMap<u16, Vec<String>>> = BTreeMap::new();
        for _ in 0..input.count("the number of RTM resource types")? {
            let permissions = resources
                .entry(input.u16("an RTM resource type")?)
                .or_default();
            for _ in 0..input.count("the number of RTM permissions")? {
                let permission = input.u16("an RTM permission")?;
                let mut names = Vec::new();
                for _ in 0..input.count("the number of RTM resource names")? {
                    names.push(input.string("RTM resource name")?.to_owned());
                }
                permissions.insert(permission, names);
            }
        }
        Ok(Self(resources))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_list_for_a_pair_replaces_the_first() {
        let permissions = RtmPermissions::new()
            .with(RtmResource::Users, RtmPermission::Write, ["a"])
            .with(RtmResource::Users, RtmPermission::Read, ["z", "b"])
            .with(
                RtmResource::Users,
                RtmPermission::Write,
                Vec::<String>::new(),
            );
        assert_eq!(
            permissions.iter().collect::<Vec<_>>(),
            [(4, 0, &["z".to_owned(), "b".to_owned()][..]), (4, 1, &[])]
        );
        assert_eq!(
            permissions.get(RtmResource::Users, RtmPermission::Write),
            Some(&[][..])
        );
        assert_eq!(
            permissions.get(RtmResource::GroupChannels, RtmPermission::Read),
            None
        );
    }
}
