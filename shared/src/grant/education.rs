//! Tokens for Education, also called Flexible Classroom: for users, and for its REST API.

use super::common::sealed::Sealed;
use super::whole::{Whole, WholeService};
use super::{
    About, Description, Example, Grant, IdentitySlot, Part, ReadGrant, Room, UnsignedToken,
};
use crate::params::{Invalid, Lifetime, Parameters, RoomId, UserId};
use crate::token::Service;
use crate::token::builders::education;

/// A token for a user in one room, who may log in to RTM and Chat as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EducationRoomUser {
    /// The room.
    pub room_uuid: RoomId,
    /// The user; access control fills it in for a caller who left it out and has an identity of their
    /// own.
    pub user_uuid: Option<UserId>,
    /// What the user is in the room, by the numbers of Education; -1 for nothing in particular.
    pub role: i16,
}

/// A token for a user in every room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EducationUser {
    /// The user; access control fills it in for a caller who left it out and has an identity of their
    /// own.
    pub user_uuid: Option<UserId>,
}

/// The user as it is signed; an error where nobody said who it is.
fn signed(user_uuid: Option<&UserId>) -> Result<&str, Invalid> {
    match user_uuid {
        Some(user) => Ok(user.as_str()),
        None => Err(Invalid::missing("userUuid", "the user of Education")),
    }
}

/// What the policy has to judge of a user. Education gives its users RTC tokens of its own, and who
/// is in a class may be called upon to speak, whatever the role.
fn part(token_type: &'static str, user_uuid: Option<&UserId>) -> Part<'static> {
    Part {
        publishes: true,
        wildcard_user: user_uuid.is_some_and(UserId::is_wildcard),
        ..Part::new(token_type)
    }
}

fn describe(user_uuid: Option<&UserId>, description: &mut Description) {
    description.extend(user_uuid.map(|user| ("userUuid", user.as_str().into())));
}

impl Sealed for EducationRoomUser {}

impl Grant for EducationRoomUser {
    fn token_type(&self) -> &'static str {
        Self::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        vec![IdentitySlot::User(&mut self.user_uuid)]
    }

    fn parts(&self) -> Vec<Part<'_>> {
        let part = part(Self::TOKEN_TYPE, self.user_uuid.as_ref());
        vec![Part {
            education_role: Some(self.role),
            ..part.in_room(self.room_uuid.as_str())
        }]
    }

    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let (room, user) = (self.room_uuid.as_str(), signed(self.user_uuid.as_ref())?);
        let services = education::room_user(room, user, self.role, lifetime.seconds());
        Ok(UnsignedToken::V7 { services })
    }

    fn describe(&self) -> Description {
        let mut description: Description = vec![("roomUuid", self.room_uuid.as_str().into())];
        describe(self.user_uuid.as_ref(), &mut description);
        description.push(("role", self.role.into()));
        description
    }
}

impl ReadGrant for EducationRoomUser {
    const TOKEN_TYPE: &'static str = "education/room-user";
    const ABOUT: &'static About = &About {
        product: "Flexible Classroom (Education)",
        audience: "a user in a Flexible Classroom",
        parameters: "`roomUuid`, `userUuid`, `role` (a whole number of 16 bits)",
        builder: "`EducationTokenBuilder2.buildRoomUserToken`, `ApaasTokenBuilder`",
        example: Example::of(
            "?roomUuid=math&userUuid=ann&role=2",
            r#"{"type":7,"room_uuid":"math","user_uuid":"ann","role":2}"#,
        ),
        shows: r#""roomUuid":"math","userUuid":"ann","role":2"#,
    };

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        Ok(Self {
            room_uuid: parameters.require(&["roomUuid"], "the room")?,
            user_uuid: parameters.take(&["userUuid"])?,
            // The official builders ask for it too, and there is none that would suit most users.
            role: parameters.require(&["role"], "the number of the user's role in the room")?,
        })
    }
}

impl Sealed for EducationUser {}

impl Grant for EducationUser {
    fn token_type(&self) -> &'static str {
        Self::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        vec![IdentitySlot::User(&mut self.user_uuid)]
    }

    fn parts(&self) -> Vec<Part<'_>> {
        vec![Part {
            room: Some(Room::Any),
            ..part(Self::TOKEN_TYPE, self.user_uuid.as_ref())
        }]
    }

    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let user = signed(self.user_uuid.as_ref())?;
        let services = vec![education::user(user, lifetime.seconds())];
        Ok(UnsignedToken::V7 { services })
    }

    fn describe(&self) -> Description {
        let mut description = Description::new();
        describe(self.user_uuid.as_ref(), &mut description);
        description
    }
}

impl ReadGrant for EducationUser {
    const TOKEN_TYPE: &'static str = "education/user";
    const ABOUT: &'static About = &About {
        product: "Flexible Classroom (Education)",
        audience: "a user of Education outside a room",
        parameters: "`userUuid`",
        builder: "`…buildUserToken`",
        example: Example::of("?userUuid=ann", r#"{"type":7,"user_uuid":"ann"}"#),
        shows: r#""userUuid":"ann""#,
    };

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        Ok(Self {
            user_uuid: parameters.take(&["userUuid"])?,
        })
    }
}

/// A token for the REST API of Education, which administers every room of the project.
pub type EducationApp = Whole<EducationAppService>;

/// Service 7 for a whole app.
#[derive(Debug)]
pub enum EducationAppService {}

impl WholeService for EducationAppService {
    const TOKEN_TYPE: &'static str = "education/app";
    const ABOUT: &'static About = &About {
        product: "Flexible Classroom (Education)",
        audience: "your server, for Education's REST API",
        parameters: "none",
        builder: "`…buildAppToken`",
        example: Example::of("", r#"{"type":7,"user_uuid":"","privileges":["3"]}"#),
        shows: "",
    };
    const ADMINISTERS: bool = true;

    fn service(expire: u32) -> Service {
        education::app(expire)
    }
}
