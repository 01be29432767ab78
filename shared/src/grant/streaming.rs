//! A token for media streaming.

use super::PrivilegeSet;
use super::channel_media::{Media, MediaService};
use crate::token::builders::streaming::{self, StreamingPrivileges};
use crate::token::{Service, StreamingPrivilege};

/// A token for media streaming.
pub type Streaming = Media<StreamingService>;

/// Service 3.
#[derive(Debug)]
pub enum StreamingService {}

impl MediaService for StreamingService {
    const TOKEN_TYPE: &'static str = "streaming";
    const NAMES: &'static [(&'static str, u16)] = &[
        (
            "publishMixStream",
            StreamingPrivilege::PublishMixStream as u16,
        ),
        (
            "publishRawStream",
            StreamingPrivilege::PublishRawStream as u16,
        ),
    ];
    const PUBLISH: &'static [u16] = &[
        StreamingPrivilege::PublishMixStream as u16,
        StreamingPrivilege::PublishRawStream as u16,
    ];

    fn service(channel_name: &str, account: &str, granted: &PrivilegeSet) -> Service {
        let granted = StreamingPrivileges {
            publish_mix_stream: granted.lifetime(StreamingPrivilege::PublishMixStream),
            publish_raw_stream: granted.lifetime(StreamingPrivilege::PublishRawStream),
        };
        streaming::service(channel_name, account, granted)
    }
}
