//! Where CloudWatch counts.

use std::borrow::Cow;

/// The CloudWatch namespace that the counters count in: `AgoraToken`, unless told otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricsNamespace(Cow<'static, str>);

impl Default for MetricsNamespace {
    fn default() -> Self {
        Self(Cow::Borrowed("AgoraToken"))
    }
}

impl MetricsNamespace {
    /// A namespace of this name: 1 to 255 letters, digits and `.-_/#`, which are those of CloudWatch
    /// but for the colon that its own begin with. None of any other.
    pub fn new(name: String) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte);
        let fits = (1..=255).contains(&name.len()) && name.bytes().all(known);
        fits.then_some(Self(Cow::Owned(name)))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
