//! Chat: the official `ChatTokenBuilder` (`ChatTokenBuilder2` in some languages).

use super::super::{ChatPrivilege, Privileges, Service, ServiceKind};

/// One user: `ChatTokenBuilder.buildUserToken`.
#[must_use]
pub fn user(user_id: &str, expire: u32) -> Service {
    service(user_id, ChatPrivilege::User, expire)
}

/// The whole app, for the REST API of Chat: `ChatTokenBuilder.buildAppToken`.
///
/// Whoever holds such a token administers every user of the project.
#[must_use]
pub fn app(expire: u32) -> Service {
    service("", ChatPrivilege::App, expire)
}

fn service(user_id: &str, privilege: ChatPrivilege, expire: u32) -> Service {
    Service {
        kind: ServiceKind::Chat {
            user_id: user_id.to_owned(),
        },
        privileges: Privileges::new().with(privilege, expire),
    }
}
