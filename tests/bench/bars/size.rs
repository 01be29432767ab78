//! The size of a function.

use crate::builds::zipped;
use crate::load;
use crate::report::{Bar, Report, Row};

pub fn run(report: &mut Report) {
    report.row(
        Row::new(
            "zip of rtc, as built for this machine",
            "MB",
            zipped(&load::rtc()),
        )
        .beside("empty function", zipped(load::empty()))
        .bar(Bar::AtMost(2.5)),
    );
}
