//! What is signed: Agora tokens of version 007 and 006, and Netless whiteboard tokens.
//!
//! Everything here is pure. There is no clock and no randomness: the time and the salt are inputs,
//! so the same inputs give the same token. Every token is, after inflating, byte for byte what the
//! official builders sign; where those disagree, it is what most of them sign.
//!
//! # A token from its inputs to its verification
//!
//! ```
//! use agora_token::token::{AccessToken2, AppCertificate, AppId, builders::rtc, builders::rtm};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app_id: AppId = "970CA35de60c44645bbae8a215061b33".parse()?;
//! let certificate: AppCertificate = "5CFd2fd1755d40ecb72977518be15d3b".parse()?;
//!
//! let token = AccessToken2 {
//!     app_id,
//!     issue_ts: 1_700_000_000, // the clock, in Unix seconds
//!     expire: 3600,            // seconds
//!     salt: 12345,             // a random number
//!     services: vec![
//!         rtc::with_role("lobby", "42", rtc::RtcRole::Publisher, 3600),
//!         rtm::login("42", 3600),
//!     ],
//! };
//! let text = token.build(&certificate)?;
//! assert!(text.starts_with("007"));
//!
//! let parsed = AccessToken2::parse(&text)?;
//! assert_eq!(parsed.services, token.services);
//! assert_eq!(parsed.expires_at(), 1_700_003_600);
//! assert!(parsed.verify(&certificate));
//! # Ok(())
//! # }
//! ```
//!
//! # Where things are
//!
//! | | build | read |
//! |---|---|---|
//! | 007, every product | [`AccessToken2`] with [`Service`]s, which [`builders`] make | [`ParsedToken2`] |
//! | 006, legacy RTC and RTM | [`AccessToken`] with [`Privileges`] | [`ParsedToken`] |
//! | Interactive Whiteboard | [`whiteboard::WhiteboardToken`] | [`whiteboard::ParsedWhiteboardToken`] |
//!
//! # Times
//!
//! In a 007 token the lifetimes of the token and of its privileges are seconds counted from
//! `issue_ts`, and a privilege of 0 lasts as long as the token. In a 006 token they are absolute
//! Unix times in seconds, and a privilege of 0 has no end. A whiteboard token has an absolute Unix
//! time in milliseconds.

mod access_token;
mod access_token2;
pub mod builders;
mod crc32;
mod credentials;
mod deflate;
mod error;
pub(crate) mod hex;
mod inflate;
mod lifetime;
mod mac;
#[cfg(test)]
mod mutation;
#[cfg(test)]
mod noise;
mod parsed_token2;
mod privileges;
mod rtm_permissions;
mod service;
mod signed;
mod uid;
pub mod whiteboard;
mod wire;

pub use access_token::{AccessToken, ParsedToken};
pub use access_token2::AccessToken2;
pub use credentials::{AppCertificate, AppId, CredentialError};
pub use error::{BuildError, ParseError};
pub use parsed_token2::ParsedToken2;
pub use privileges::{
    ApaasPrivilege, ChatPrivilege, FcdnPrivilege, FpaPrivilege, Privileges, RtcPrivilege,
    Rtm006Privilege, RtmPrivilege, StreamingPrivilege,
};
pub use rtm_permissions::{RtmPermission, RtmPermissions, RtmResource};
pub use service::{Service, ServiceKind};
pub use signed::{SignatureOf, SignedToken};
pub use uid::uid_text;

/// The largest message that is signed or read, in bytes before compression.
///
/// The official libraries have no limit, so that a token of 26 KB can make them allocate 20 MB.
/// This one is far above any token in use (about 150 bytes): it holds three texts of the greatest
/// length.
pub const MAX_MESSAGE_LEN: usize = 256 * 1024;

/// The longest text that is read as a token, in bytes: a message of [`MAX_MESSAGE_LEN`] that does
/// not compress, in base64, and some room.
pub const MAX_TEXT_LEN: usize = MAX_MESSAGE_LEN / 2 * 3;

/// The most entries of a token that is signed or read: its services, their privileges and, in RTM
/// permissions, the resource types, permissions and names, all counted together.
///
/// The format has room for 65535 of each, and the official libraries set no limit, so that a text of
/// 1 KB can make them keep 60,000 services. Real tokens have fewer than 20 services, of 4 privileges
/// at most; what is above that is room for RTM permissions with some thousand names.
pub const MAX_ENTRIES: usize = 4096;
