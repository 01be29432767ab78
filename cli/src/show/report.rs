//! An explanation for people. It is read as the API answers it, so that both say the same.

use super::timeline::Timeline;
use super::{Paint, labelled, moment, span, wrapped};
use agora_token::params::quoted;
use serde_json::Value;

/// The label of a right and the blanks after it.
const LABEL: usize = 22;

/// Whether a token is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Valid,
    Invalid,
    /// Nothing wrong was found, and not everything was checked.
    Unverified,
}

/// The verdict of an explanation.
pub(crate) fn verdict(report: &Value) -> Verdict {
    match report["verdict"].as_str() {
        Some("valid") => Verdict::Valid,
        Some("unverified") => Verdict::Unverified,
        _ => Verdict::Invalid,
    }
}

/// The verdict in a line, and in another what more to tell; `unknown` says that there are no credentials.
pub(crate) fn headline(report: &Value, unknown: bool, paint: Paint) -> String {
    match verdict(report) {
        Verdict::Valid => paint.good("✓ The token is good."),
        Verdict::Invalid => paint.bad("✗ The token would be refused."),
        Verdict::Unverified => {
            let line = paint.doubtful("? Nothing wrong was found, and not everything was checked.");
            let missing = report["unchecked"].as_array().into_iter().flatten();
            let missing: Vec<String> = missing
                .filter_map(Value::as_str)
                .filter_map(|name| match name {
                    "signature" if unknown => Some("credentials".to_owned()),
                    "signature" | "token" => None,
                    name => Some(format!("--{name}")),
                })
                .collect();
            match missing.is_empty() {
                true => line,
                false => {
                    let all = format!("To be sure, give {} too.", missing.join(", "));
                    format!("{line}\n{}", wrapped(&all, "  "))
                }
            }
        }
    }
}

/// What the token says, and what is wrong with it, at `now`, a Unix time in seconds.
pub(crate) fn report(report: &Value, unknown: bool, now: u64, paint: Paint) -> String {
    let mut parts = vec![content(report, now, paint)];
    for finding in report["findings"].as_array().into_iter().flatten() {
        parts.push(finding_in_words(finding, paint));
    }
    for other in report["others"].as_array().into_iter().flatten() {
        parts.push(format!(
            "{}\n{}",
            paint.bold("Another token in the text:"),
            headline(other, unknown, paint)
        ));
        parts.push(self::report(other, unknown, now, paint));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn content(report: &Value, now: u64, paint: Paint) -> String {
    let mut lines = Vec::new();
    let mut row = |name: &str, text: String| {
        lines.push(labelled(
            &paint.dim(&format!("{name:<10}")),
            &text,
            "          ",
        ));
    };
    match report["format"].as_str() {
        None | Some("unknown") => return String::new(),
        Some("whiteboard") => row("format", "whiteboard".to_owned()),
        Some(format) => row(
            "format",
            format!(
                "{format} (AccessToken{})",
                if format == "007" { "2" } else { "" }
            ),
        ),
    }
    if let Some(app_id) = report["appId"].as_str() {
        row("project", quoted(app_id));
    }
    row(
        "signature",
        match report["signature"].as_str() {
            Some("primary") => "right, by the primary certificate".to_owned(),
            Some("secondary") => "right, by the secondary certificate".to_owned(),
            Some("mismatch") => "wrong".to_owned(),
            _ => "not checked".to_owned(),
        },
    );
    let (issued, ends) = (report["issuedAt"].as_u64(), report["expiresAt"].as_u64());
    if let Some(issued) = issued {
        row(
            "issued",
            format!("{}, {}", moment(issued), away(issued, now)),
        );
    }
    if let Some(ends) = ends {
        let word = if ends > now { "ends" } else { "ended" };
        row(word, format!("{}, {}", moment(ends), away(ends, now)));
    }
    let line = timeline(report, now);
    for service in report["services"].as_array().into_iter().flatten() {
        lines.push(String::new());
        lines.push(title(service, paint));
        for right in service["privileges"].as_array().into_iter().flatten() {
            lines.push(right_in_words(right, line, paint));
        }
    }
    if line.is_some_and(|line| line.from <= now && now < line.to) && has_rights(report) {
        lines.push(paint.dim(&format!("  {:LABEL$}from issue to end, ● is now", "")));
    }
    lines.join("\n")
}

fn services(report: &Value) -> impl Iterator<Item = &Value> {
    report["services"].as_array().into_iter().flatten()
}

fn rights(report: &Value) -> impl Iterator<Item = &Value> {
    services(report).flat_map(|service| service["privileges"].as_array().into_iter().flatten())
}

/// When the token is no longer good for anything: at its end, or at that of its last right.
pub(crate) fn end(report: &Value) -> Option<u64> {
    let rights = rights(report).map(|right| right["expiresAt"].as_u64());
    // One without an end lasts as long as the token.
    let last = rights
        .collect::<Option<Vec<u64>>>()
        .and_then(|ends| ends.into_iter().max());
    match (report["expiresAt"].as_u64(), last) {
        (Some(end), Some(last)) => Some(end.min(last)),
        (end, last) => end.or(last),
    }
}

fn has_rights(report: &Value) -> bool {
    rights(report).next().is_some()
}

/// From issue to the last end. What does not tell its issue has none to show.
fn timeline(report: &Value, now: u64) -> Option<Timeline> {
    let ends = rights(report).filter_map(|right| right["expiresAt"].as_u64());
    let to = ends.chain(report["expiresAt"].as_u64()).max()?;
    let from = report["issuedAt"].as_u64().unwrap_or(now);
    (from < to).then_some(Timeline { from, to, now })
}

fn title(service: &Value, paint: Paint) -> String {
    let name = paint.bold(&quoted(service["name"].as_str().unwrap_or("service")));
    let fields = service["fields"].as_object().into_iter().flatten();
    let fields: Vec<String> = fields
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {}", said(text)),
            other => format!("{name} {}", quoted(&other.to_string())),
        })
        .collect();
    labelled(&format!("{name}  "), &fields.join(", "), "     ")
}

/// A text of the token, so that nothing looks like something.
fn said(text: &str) -> String {
    match text.is_empty() {
        true => "\"\"".to_owned(),
        false => quoted(text),
    }
}

fn right_in_words(right: &Value, line: Option<Timeline>, paint: Paint) -> String {
    let name = match right["name"].as_str() {
        Some(name) => quoted(name),
        None => format!("privilege {}", right["id"]),
    };
    let text = match (line, right["expiresAt"].as_u64()) {
        (Some(line), Some(end)) => format!("{}  {}", line.bar(end, paint), line.left(end)),
        (None, Some(end)) => moment(end),
        (_, None) => "without an end".to_owned(),
    };
    format!("  {name:<LABEL$}{text}")
}

fn away(moment: u64, now: u64) -> String {
    match moment.checked_sub(now) {
        Some(0) => "now".to_owned(),
        Some(left) => format!("in {}", span(left)),
        None => format!("{} ago", span(now - moment)),
    }
}

fn finding_in_words(finding: &Value, paint: Paint) -> String {
    let text = |name: &str| finding[name].as_str().unwrap_or_default();
    let severity = match text("severity") {
        "error" => paint.bad("error"),
        "warning" => paint.doubtful("warning"),
        other => paint.dim(other),
    };
    let mut lines = vec![format!("{severity} {}", paint.bold(text("code")))];
    lines.push(wrapped(text("message"), "  "));
    lines.push(labelled("  → ", text("fix"), "    "));
    let seen: Vec<String> = finding["sdkErrors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| match (&error["code"], error["name"].as_str()) {
            (Value::Null, name) => format!(
                "{} {}",
                error["sdk"].as_str().unwrap_or_default(),
                name.unwrap_or_default()
            ),
            (code, name) => format!(
                "{} {code} {}",
                error["sdk"].as_str().unwrap_or_default(),
                name.unwrap_or_default()
            ),
        })
        .map(|error| error.trim().to_owned())
        .collect();
    if !seen.is_empty() {
        lines.push(paint.dim(&labelled("  seen as ", &seen.join(", "), "    ")));
    }
    lines.join("\n")
}
