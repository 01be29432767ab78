//! All that an explanation draws on besides the token.

use crate::explain::Knowledge;
use crate::explain::joins::Joins;
use crate::explain::report::names::Names;

/// One question: what the app joins with, who asks, when, and what is known of the projects.
pub(crate) struct Case<'a> {
    pub(crate) joins: &'a Joins,
    pub(crate) knowledge: &'a dyn Knowledge,
    /// The moment at which the token is judged: Unix time in seconds.
    pub(crate) now: u64,
    /// How names out of the token may be shown.
    pub(crate) names: Names<'a>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(joins: &'a Joins, knowledge: &'a dyn Knowledge, now: u64) -> Self {
        Self {
            joins,
            knowledge,
            now: joins.at.map_or(now / 1000, |moment| moment.0),
            names: Names::new(knowledge),
        }
    }
}
