//! What a service in a token permits, and for how long.

use std::collections::BTreeMap;

/// Privilege ids with their values, ascending by id: the wire's `M(privileges)`.
///
/// In an [`AccessToken2`](super::AccessToken2) a value is a lifetime in seconds counted from
/// `issue_ts`; 0 means no limit of its own, so that the token's end holds. In a legacy
/// [`AccessToken`](super::AccessToken) it is an absolute Unix time in seconds; 0 means none.
///
/// An id that is set twice keeps its last value, as in the official libraries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privileges(BTreeMap<u16, u32>);

impl Privileges {
    /// No privileges.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These privileges and one more.
    #[must_use]
    pub fn with(mut self, privilege: impl Into<u16>, value: u32) -> Self {
        self.set(privilege, value);
        self
    }

    /// Sets a privilege; replaces the value it had.
    pub fn set(&mut self, privilege: impl Into<u16>, value: u32) {
        self.0.insert(privilege.into(), value);
    }

    /// The value of a privilege, or `None` if it is not granted.
    #[must_use]
    pub fn get(&self, privilege: impl Into<u16>) -> Option<u32> {
        self.0.get(&privilege.into()).copied()
    }

    /// All ids with their values, ascending by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u16, u32)> {
        self.0.iter().map(|(&id, &value)| (id, value))
    }

    /// How many privileges are granted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is granted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<P: Into<u16>> FromIterator<(P, u32)> for Privileges {
    fn from_iter<I: IntoIterator<Item = (P, u32)>>(entries: I) -> Self {
        Self(
            entries
                .into_iter()
                .map(|(id, value)| (id.into(), value))
                .collect(),
        )
    }
}

/// Declares the privileges of one service: an enum whose discriminants are the wire's ids.
macro_rules! privilege_ids {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $id:literal $text:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant = $id,)+
        }

        impl $name {
            /// Every privilege, ascending by id.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The privilege with this id, if it is known.
            #[must_use]
            pub fn from_id(id: u16) -> Option<Self> {
                match id {
                    $($id => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// What the privilege permits, in plain words.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl From<$name> for u16 {
            fn from(privilege: $name) -> u16 {
                privilege as u16
            }
        }
    };
}

privilege_ids! {
    /// Privileges of the RTC service; the legacy token uses the same ids.
    RtcPrivilege {
        /// Join the channel.
        JoinChannel = 1 "join channel",
        /// Publish audio.
        PublishAudioStream = 2 "publish audio stream",
        /// Publish video.
        PublishVideoStream = 3 "publish video stream",
        /// Publish a data stream.
        PublishDataStream = 4 "publish data stream",
    }
}

privilege_ids! {
    /// Privileges of the RTM service and of RTM with permissions.
    RtmPrivilege {
        /// Log in.
        Login = 1 "login",
    }
}

privilege_ids! {
    /// Privileges of the Streaming service.
    StreamingPrivilege {
        /// Publish a mixed stream.
        PublishMixStream = 1 "publish mix stream",
        /// Publish a raw stream.
        PublishRawStream = 2 "publish raw stream",
    }
}

privilege_ids! {
    /// Privileges of the FPA service (Full-Path Acceleration).
    FpaPrivilege {
        /// Log in.
        Login = 1 "login",
    }
}

privilege_ids! {
    /// Privileges of the Chat service.
    ChatPrivilege {
        /// Act as one user.
        User = 1 "user",
        /// Administer the whole project.
        App = 2 "app",
    }
}

privilege_ids! {
    /// Privileges of the FCDN service (Fast CDN).
    FcdnPrivilege {
        /// Publish.
        Publish = 1 "publish",
        /// Play.
        Play = 2 "play",
    }
}

privilege_ids! {
    /// Privileges of the APaaS service (Education, Flexible Classroom).
    ApaasPrivilege {
        /// Be a user in one room.
        RoomUser = 1 "room user",
        /// Be a user in every room.
        User = 2 "user",
        /// Administer the whole project.
        App = 3 "app",
    }
}

privilege_ids! {
    /// The privilege of a legacy RTM token; a legacy RTC token has those of [`RtcPrivilege`].
    Rtm006Privilege {
        /// Log in.
        Login = 1000 "rtm login",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_an_id_counts() {
        let privileges = Privileges::new()
            .with(RtcPrivilege::JoinChannel, 1)
            .with(1_u16, 2);
        assert_eq!(privileges.get(RtcPrivilege::JoinChannel), Some(2));
        assert_eq!(privileges.len(), 1);
    }

    #[test]
    fn ids_ascend_as_unsigned_numbers() {
        let privileges: Privileges = [(40_000_u16, 1), (2, 2), (1, 3)].into_iter().collect();
        assert_eq!(
            privileges.iter().collect::<Vec<_>>(),
            [(1, 3), (2, 2), (40_000, 1)]
        );
    }

    #[test]
    fn a_known_id_has_a_name() {
        for &privilege in RtcPrivilege::ALL {
            assert_eq!(RtcPrivilege::from_id(privilege.into()), Some(privilege));
        }
        assert_eq!(
            RtcPrivilege::PublishVideoStream.name(),
            "publish video stream"
        );
        assert_eq!(RtcPrivilege::from_id(5), None);
    }
}
