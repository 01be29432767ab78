//! The answer: findings, and what the token says.

mod answer;
pub(crate) mod code;
pub(crate) mod finding;
pub(crate) mod names;
pub(crate) mod sdk;
pub(crate) mod words;

pub use answer::Report;
#[cfg(test)]
pub(crate) use answer::Verdict;
pub(crate) use answer::{Content, Format, PrivilegeView, ServiceView, Signature};
