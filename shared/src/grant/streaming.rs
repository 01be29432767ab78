//! A token for media streaming.

use super::channel_media::{Media, MediaService};
use super::{About, Example, PrivilegeSet};
use crate::token::builders::streaming::{self, StreamingPrivileges};
use crate::token::{Service, StreamingPrivilege};

/// A token for media streaming.
pub type Streaming = Media<StreamingService>;

/// Service 3.
#[derive(Debug)]
pub enum StreamingService {}

impl MediaService for StreamingService {
    const TOKEN_TYPE: &'static str = "streaming";
    const ABOUT: &'static About = &About {
        product: "Media streaming",
        audience: "a client of media streaming",
        parameters: "`channelName`, `uid` or `account`, `privileges`: `publishMixStream`, `publishRawStream`",
        builder: "`ServiceStreaming`",
        example: Example::of(
            r#"{"channelName":"lobby","uid":7,"privileges":{"publishMixStream":600}}"#,
            r#"{"type":3,"channel_name":"lobby","account":"7","privileges":["1"]}"#,
        ),
        shows: r#""uid":7,"privileges":{"publishMixStream":600}"#,
    };
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
