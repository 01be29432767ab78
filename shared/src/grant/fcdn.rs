//! A token for Fast CDN.

use super::PrivilegeSet;
use super::channel_media::{Media, MediaService};
use crate::token::builders::fcdn::{self, FcdnPrivileges};
use crate::token::{FcdnPrivilege, Service};

/// A token for Fast CDN.
pub type Fcdn = Media<FcdnService>;

/// Service 6.
#[derive(Debug)]
pub enum FcdnService {}

impl MediaService for FcdnService {
    const TOKEN_TYPE: &'static str = "fcdn";
    const NAMES: &'static [(&'static str, u16)] = &[
        ("publish", FcdnPrivilege::Publish as u16),
        ("play", FcdnPrivilege::Play as u16),
    ];
    const PUBLISH: &'static [u16] = &[FcdnPrivilege::Publish as u16];

    fn service(channel_name: &str, account: &str, granted: &PrivilegeSet) -> Service {
        let granted = FcdnPrivileges {
            publish: granted.lifetime(FcdnPrivilege::Publish),
            play: granted.lifetime(FcdnPrivilege::Play),
        };
        fcdn::service(channel_name, account, granted)
    }
}
