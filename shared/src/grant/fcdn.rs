//! A token for Fast CDN.

use super::channel_media::{Media, MediaService};
use super::{About, Example, PrivilegeSet};
use crate::token::builders::fcdn::{self, FcdnPrivileges};
use crate::token::{FcdnPrivilege, Service};

/// A token for Fast CDN.
pub type Fcdn = Media<FcdnService>;

/// Service 6.
#[derive(Debug)]
pub enum FcdnService {}

impl MediaService for FcdnService {
    const TOKEN_TYPE: &'static str = "fcdn";
    const ABOUT: &'static About = &About {
        product: "Fast CDN",
        audience: "a client of Fast CDN",
        parameters: "`channelName`, `uid` or `account`, `privileges`: `publish`, `play`",
        builder: "`ServiceFCdn`",
        example: Example::of(
            r#"{"channelName":"lobby","uid":7,"privileges":{"play":600}}"#,
            r#"{"type":6,"channel_name":"lobby","account":"7"}"#,
        ),
        shows: r#""uid":7,"privileges":{"play":600}"#,
    };
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
