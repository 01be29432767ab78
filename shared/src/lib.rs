//! Tokens for [Agora](https://docs.agora.io): signed, parsed, verified and explained.
//!
//! Without features this is [`token`]: every token format that Agora's services accept. The feature `explain`
//! says why a token is refused. Both are pure: the clock and the randomness are arguments, and there is no
//! I/O.
//!
//! ```
//! use agora_token::token::builders::rtc::{RtcRole, with_role};
//! use agora_token::token::{AccessToken2, AppCertificate, AppId};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app_id: AppId = "970CA35de60c44645bbae8a215061b33".parse()?;
//! let certificate: AppCertificate = "5CFd2fd1755d40ecb72977518be15d3b".parse()?;
//!
//! // Sign.
//! let text = AccessToken2 {
//!     app_id,
//!     issue_ts: 1_700_000_000, // the clock, in Unix seconds
//!     expire: 3600,            // seconds
//!     salt: 12345,             // a random number
//!     services: vec![with_role("lobby", "7", RtcRole::Publisher, 3600)],
//! }
//! .build(&certificate)?;
//!
//! // Parse, and verify.
//! let parsed = AccessToken2::parse(&text)?;
//! assert_eq!(parsed.expires_at(), 1_700_003_600);
//! assert!(parsed.verify(&certificate));
//!
//! # #[cfg(feature = "explain")] {
//! // Explain: the app joins as another user.
//! use agora_token::KnownProjects;
//! use agora_token::explain::{Code, Joins, explain};
//!
//! let joins = Joins::new().channel_name("lobby").uid(8);
//! let projects = KnownProjects::new().with_project(app_id, certificate, None);
//! let report = explain(&text, &joins, &projects, 1_700_000_010_000);
//! assert_eq!(report.findings()[0].code(), Code::UserMismatch);
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # The service
//!
//! The features `rooms` and `lambda` add what turns this into a token service behind an API Gateway HTTP API.
//! They are for the programs of this crate's repository, and change with them. Everything together:
//!
//! | room | question it answers |
//! |---|---|
//! | [`token`] | what is signed |
//! | `params` | what was sent, in types that keep their rules |
//! | `grant` | what is asked for |
//! | `project` | whose key signs |
//! | `access` | who may have it |
//! | `secret` | where certificates and keys come from |
//! | `explain` | why a token is refused |
//! | `issue` | what an authorised request becomes |
//! | `settings` | what the operator set |
//! | `http` | how it is answered |
//!
//! Below them, `clock_and_randomness` makes both inputs, `https` asks Secrets Manager and issuers of JWTs, and
//! `refresh` keeps fresh what they said.
//!
//! A request travels one way through them, and each step has a type that only the step before can
//! make: an event becomes a `Request`, its parameters a `TokenRequest`, what a caller sends a `Principal`, and
//! only what is `Authorised` can be signed. No room but `project`, `secret` and `access` holds a certificate
//! or a key, and nothing outside this crate can reach one.

pub mod token;

#[cfg(feature = "rooms")]
#[cfg_attr(
    not(feature = "lambda"),
    allow(dead_code, reason = "what judges requests serves functions only")
)]
pub mod access;
#[cfg(feature = "explain")]
pub mod calendar;
#[cfg(feature = "rooms")]
pub mod clock_and_randomness;
#[cfg(feature = "explain")]
pub mod explain;
#[cfg(feature = "rooms")]
pub mod grant;
#[cfg(feature = "lambda")]
pub mod http;
#[cfg(feature = "lambda")]
mod https;
#[cfg(feature = "rooms")]
mod inspect_context;
#[cfg(feature = "rooms")]
#[cfg_attr(
    not(feature = "lambda"),
    allow(dead_code, reason = "fingerprints stand in audit lines only")
)]
pub mod issue;
#[cfg(feature = "explain")]
mod known_projects;
#[cfg(feature = "explain")]
#[cfg_attr(
    not(feature = "rooms"),
    allow(dead_code, reason = "grants read most parameters")
)]
pub mod params;
#[cfg(feature = "explain")]
#[cfg_attr(
    not(feature = "rooms"),
    allow(dead_code, reason = "only requests are signed with a project's key")
)]
mod project;
#[cfg(feature = "lambda")]
pub mod refresh;
#[cfg(feature = "rooms")]
pub mod secret;
#[cfg(feature = "rooms")]
pub mod settings;
#[cfg(all(doctest, feature = "lambda"))]
mod walls;

#[cfg(all(doctest, feature = "explain"))]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "rooms")]
pub use inspect_context::InspectContext;
#[cfg(feature = "explain")]
pub use known_projects::KnownProjects;
