//! Why a token is refused: from a text, and from what the app joins with, to findings.
//!
//! It is pure: what is known of the projects, and the time, are arguments.
//!
//! ```
//! use agora_token::KnownProjects;
//! use agora_token::explain::{Code, Joins, Verdict, explain};
//! use agora_token::token::AccessToken2;
//! use agora_token::token::builders::rtc::{RtcRole, with_role};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let token = AccessToken2 {
//!     app_id: "970CA35de60c44645bbae8a215061b33".parse()?,
//!     issue_ts: 1_700_000_000,
//!     expire: 3600,
//!     salt: 12345,
//!     services: vec![with_role("lobby", "7", RtcRole::Publisher, 3600)],
//! };
//! let text = token.build(&"5CFd2fd1755d40ecb72977518be15d3b".parse()?)?;
//!
//! // As it stands in somebody's log, and what the app joins with.
//! let log = format!("flutter: token is {text}");
//! let joins = Joins::new().channel_name("lobby").uid(8);
//! let now = 1_700_000_010_000; // the clock, in Unix milliseconds
//! let report = explain(&log, &joins, &KnownProjects::new(), now);
//!
//! assert_eq!(report.verdict(), Verdict::Invalid);
//! let likeliest = &report.findings()[0];
//! assert_eq!(likeliest.code(), Code::UserMismatch);
//! assert_eq!(
//!     likeliest.message(),
//!     "the token is for uid `7`, your app joins with uid `8`",
//! );
//! # Ok(())
//! # }
//! ```
//!
//! With the certificates of your projects, [`KnownProjects`](crate::KnownProjects) checks signatures as well.
//! A [`Report`] is [`serde::Serialize`]: as JSON, it is the answer of the service's `/v1/inspect`.

mod case;
mod check;
mod explanation;
mod format;
mod joins;
mod nutshell;
mod pasted;
mod report;
mod speaker;
#[cfg(test)]
mod tests;
mod text;

use crate::token::SignatureOf;

pub use joins::Joins;
pub use pasted::pasted;
pub use report::code::{Code, Severity};
pub use report::finding::Finding;
pub use report::{Format, Report, Signature, Verdict};
pub use speaker::Speaker;

/// Says what `text` is, what it says, and what is wrong with it at `now`, a Unix time in milliseconds,
/// unless the app joins at another time. The text is never repeated.
pub fn explain(text: &str, joins: &Joins, knowledge: &dyn Knowledge, now: u64) -> Report {
    explanation::explain(text, &case::Case::new(joins, knowledge, now))
}

/// What is known of the projects at hand: questions, and no keys.
///
/// Anybody may ask which projects there are: their App IDs stand in every app. What tells whether a guess
/// at a secret is right is answered to those only who may know.
pub trait Knowledge {
    /// Whether this is the App ID of a project; `None` where the projects cannot be had.
    fn knows_app_id(&self, app_id: &str) -> Option<bool>;

    /// The same for the public part of a whiteboard's key pair.
    fn knows_access_key(&self, access_key: &str) -> Option<bool>;

    /// Whether a text is an API key, if the asker may know.
    fn is_api_key(&self, text: &str) -> bool;

    /// Whether a text is a certificate or a secret key, if the asker may know.
    fn is_secret(&self, text: &str) -> bool;

    /// Who signed a token that is for this App ID.
    fn signer(&self, app_id: &str, signature: SignatureOf<'_>) -> Signer;

    /// Who signed a whiteboard token that is for this access key.
    fn whiteboard_signer(&self, access_key: &str, signature: SignatureOf<'_>) -> Signer;

    /// Who explains: a program, unless the answer is another one.
    fn speaker(&self) -> Speaker {
        Speaker::default()
    }
}

/// Who signed a token, as far as the asker may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signer {
    /// The certificate, or the whiteboard key, of the project that the token is for.
    Primary,
    /// The secondary certificate of that project.
    Secondary,
    /// The certificate of another project at hand.
    OtherProject,
    /// None of them.
    Nobody,
    /// No certificates are at hand.
    NoCertificates,
    /// Only a service may know.
    NotForAnybody,
    /// The project is not at hand.
    UnknownProject,
    /// The asker's API key is good for another project.
    KeyOfOtherProject,
}
