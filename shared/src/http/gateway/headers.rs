//! The headers that a request is read by.

use http::HeaderMap;
use std::borrow::Cow;

/// The headers that anything is made of; no others are looked at.
#[derive(Debug, Default)]
pub(super) struct Headers<'a> {
    pub(super) api_key: Option<Cow<'a, str>>,
    pub(super) authorization: Option<Cow<'a, str>>,
    pub(super) content_type: Option<Cow<'a, str>>,
    pub(super) origin: Option<Cow<'a, str>>,
    pub(super) accept_encoding: Option<Cow<'a, str>>,
    pub(super) if_none_match: Option<Cow<'a, str>>,
}

impl<'a> Headers<'a> {
    /// Picks them by their lower-case names.
    pub(super) fn pick(header: impl Fn(&'static str) -> Option<Cow<'a, str>>) -> Self {
        Self {
            api_key: header("x-api-key"),
            authorization: header("authorization"),
            content_type: header("content-type"),
            origin: header("origin"),
            accept_encoding: header("accept-encoding"),
            if_none_match: header("if-none-match"),
        }
    }
}

/// The header of this name, of which `several` has each value and `single` the last one. The values of
/// one that was sent more than once are joined with commas, as an HTTP API joins them.
pub(super) fn joined<'a>(
    several: &'a HeaderMap,
    single: &'a HeaderMap,
    name: &str,
) -> Option<Cow<'a, str>> {
    let headers = match several.contains_key(name) {
        true => several,
        false => single,
    };
    let values = headers.get_all(name).iter();
    values
        .filter_map(|value| std::str::from_utf8(value.as_bytes()).ok())
        .map(Cow::Borrowed)
        .reduce(|joined, value| Cow::Owned(format!("{joined},{value}")))
}
