//! `verify`: tells by the exit code whether a token is good.

use super::inspect::{explained, one_reader};
use crate::credentials;
use crate::failure::{Exit, Failure};
use crate::show::{self, Paint, Verdict};
use crate::world::World;
use clap::ArgMatches;
use serde_json::Value;

pub(super) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    one_reader(matches)?;
    let secret = credentials::required(matches, world)?;
    let explained = explained(matches, Some(secret), world)?;
    let report = &explained.told()?;
    // Whoever verifies knows what they know of the app; what counts here is that nothing is wrong and the
    // signature is theirs.
    let signed = matches!(report["signature"].as_str(), Some("primary" | "secondary"));
    let good = signed && show::verdict(report) != Verdict::Invalid;
    if matches.get_flag("json") {
        world.print(&show::json(&explained.report)?);
    } else {
        let paint = Paint::of(world);
        world.print(&in_a_line(report, good, signed, explained.at, paint));
    }
    Ok(match good {
        true => Exit::AsWished,
        false => Exit::Wrong,
    })
}

fn in_a_line(report: &Value, good: bool, signed: bool, at: u64, paint: Paint) -> String {
    if good {
        let left = show::end(report).and_then(|end| end.checked_sub(at));
        let left = left.map_or_else(String::new, |left| format!(", {} left", show::span(left)));
        return paint.good(&format!("✓ good{left}"));
    }
    let findings = || report["findings"].as_array().into_iter().flatten();
    let mut wrong: Vec<&Value> = findings()
        .filter(|finding| finding["severity"] == "error")
        .collect();
    if !signed && wrong.is_empty() {
        wrong.extend(findings().filter(|finding| finding["code"] == "signature_unchecked"));
    }
    if wrong.is_empty() {
        let why = "  these credentials do not tell whether the signature is right";
        return paint.bad("✗ unverified") + "\n" + why;
    }
    let lines = wrong.into_iter().map(|finding| {
        let text = |name: &str| finding[name].as_str().unwrap_or_default();
        let said = show::wrapped(text("message"), "  ");
        let fix = show::labelled("  → ", text("fix"), "    ");
        format!(
            "{}\n{said}\n{fix}",
            paint.bad(&format!("✗ {}", text("code")))
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}
