//! All that an explanation draws on besides the token.

use crate::joins::Joins;
use crate::names::Names;
use agora_token::http::InspectContext;

/// One question: what the app joins with, who asks, when, and what this deployment knows.
pub(crate) struct Case<'a> {
    pub(crate) joins: &'a Joins,
    pub(crate) context: &'a InspectContext,
    /// The moment at which the token is judged: Unix time in seconds.
    pub(crate) now: u64,
    /// How names out of the token may be shown.
    pub(crate) names: Names<'a>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(joins: &'a Joins, context: &'a InspectContext) -> Self {
        Self {
            joins,
            context,
            now: joins.at.map_or(context.now() / 1000, |moment| moment.0),
            names: Names::new(context),
        }
    }
}
