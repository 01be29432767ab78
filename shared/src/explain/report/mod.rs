//! The answer: findings, and what the token says.

mod answer;
pub(crate) mod code;
pub(crate) mod finding;
pub(crate) mod names;
pub(crate) mod sdk;
pub(crate) mod words;

pub(crate) use answer::{Content, PrivilegeView, ServiceView};
pub use answer::{Format, Report, Signature, Verdict};
