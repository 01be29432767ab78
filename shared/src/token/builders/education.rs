//! Education, also called APaaS or Flexible Classroom: the official `EducationTokenBuilder` and
//! `ApaasTokenBuilder`, which are the same.

use md5::{Digest, Md5};

use super::{
    super::{ApaasPrivilege, Privileges, Service, ServiceKind, hex},
    chat, rtm,
};

/// The role of one who is in no room.
const NO_ROLE: i16 = -1;

/// A user in one room, who may also log in to RTM and Chat:
/// `EducationTokenBuilder.buildRoomUserToken`.
///
/// The Chat user is the MD5 of `user_uuid`. Some official libraries sign other bytes here (Node.js
/// leaves out the room-user privilege, Java the one for Chat); this is what the other six sign.
#[must_use]
pub fn room_user(room_uuid: &str, user_uuid: &str, role: i16, expire: u32) -> Vec<Service> {
    vec![
        service(room_uuid, user_uuid, role, ApaasPrivilege::RoomUser, expire),
        rtm::login(user_uuid, expire),
        chat::user(&chat_user(user_uuid), expire),
    ]
}

/// The name under which a user of a room chats: the MD5 of `user_uuid`, in lower-case hexadecimal.
#[must_use]
pub fn chat_user(user_uuid: &str) -> String {
    hex::encode(&Md5::digest(user_uuid))
}

/// A user in every room: `EducationTokenBuilder.buildUserToken`.
#[must_use]
pub fn user(user_uuid: &str, expire: u32) -> Service {
    service("", user_uuid, NO_ROLE, ApaasPrivilege::User, expire)
}

/// The whole app, for the REST API of Education: `EducationTokenBuilder.buildAppToken`.
///
/// Whoever holds such a token administers every room of the project.
#[must_use]
pub fn app(expire: u32) -> Service {
    service("", "", NO_ROLE, ApaasPrivilege::App, expire)
}

fn service(
    room_uuid: &str,
    user_uuid: &str,
    role: i16,
    privilege: ApaasPrivilege,
    expire: u32,
) -> Service {
    Service {
        kind: ServiceKind::Apaas {
            room_uuid: room_uuid.to_owned(),
            user_uuid: user_uuid.to_owned(),
            role,
        },
        privileges: Privileges::new().with(privilege, expire),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The MD5 of "jk8ssl" begins with ten zero bits, of which one official library loses digits.
    #[test]
    fn the_chat_user_keeps_its_leading_zeros() {
        let services = room_user("room", "jk8ssl", 1, 60);
        let expected = chat::user("0000000018e6137ac2caab16074784a6", 60);
        assert_eq!(services.last(), Some(&expected));
    }
}
