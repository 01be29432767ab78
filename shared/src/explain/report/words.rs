//! Numbers and lists, as people say them.

const UNITS: [(u64, &str); 5] = [
    (31_536_000, "year"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
    (1, "second"),
];

/// A time span by its two largest units: `3 hours and 12 minutes`.
pub(crate) fn span(seconds: u64) -> String {
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (length, unit) in UNITS {
        let count = rest / length;
        rest %= length;
        match count {
            // A year and three seconds is a year.
            0 if parts.is_empty() => {}
            0 => break,
            1 => parts.push(format!("1 {unit}")),
            _ => parts.push(format!("{count} {unit}s")),
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() {
        "0 seconds".to_owned()
    } else {
        parts.join(" and ")
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn a_span_has_two_units_at_most() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (61, "1 minute and 1 second"),
            (11_525, "3 hours and 12 minutes"),
            (86_400, "1 day"),
            (86_401, "1 day"),
            (31_536_000 + 2 * 86_400, "1 year and 2 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }
}
