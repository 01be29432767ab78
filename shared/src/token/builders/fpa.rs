//! Full-Path Acceleration: the official `FpaTokenBuilder`.

use super::super::{FpaPrivilege, Privileges, Service, ServiceKind};

/// How long an FPA token lives, in seconds: the official builder lets nobody choose.
pub const TOKEN_EXPIRE: u32 = 24 * 3600;

/// One who may log in: `FpaTokenBuilder.buildToken`, in a token that lives for [`TOKEN_EXPIRE`].
#[must_use]
pub fn login() -> Service {
    Service {
        kind: ServiceKind::Fpa,
        privileges: Privileges::new().with(FpaPrivilege::Login, 0),
    }
}
