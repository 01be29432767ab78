//! How answers look: JSON for programs; for people words, a timeline, and colours where they are seen.

mod clock;
mod paint;
mod report;
mod timeline;
mod wrap;

pub(crate) use clock::{moment, span};
pub(crate) use paint::Paint;
pub(crate) use report::{Verdict, end, headline, report, verdict};
pub(crate) use wrap::{labelled, wrapped};

use crate::failure::{Exit, Failure};
use serde::Serialize;

/// What one line or block of output has room for.
pub(crate) const WIDTH: usize = 80;

/// One JSON document, to be read by people too.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(Exit::Wrong, "internal", error.to_string()))
}
