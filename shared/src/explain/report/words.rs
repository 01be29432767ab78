//! Numbers and lists, as people say them.

use crate::calendar;

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

/// What a service is called outside a token.
pub(crate) fn product(service: &'static str) -> &'static str {
    match service {
        "rtc" => "RTC",
        "rtm" | "rtm2" => "RTM (Signaling)",
        "chat" => "Chat",
        "apaas" | "education" => "Education",
        "fcdn" => "Fast CDN",
        "streaming" => "Streaming",
        other => other,
    }
}

/// A Unix time as people read it: `2026-11-25 14:30 UTC`.
pub(crate) fn date(seconds: u64) -> String {
    let minute = seconds / 60 % 1440;
    let (year, month, day) = calendar::date(seconds / 86_400);
    format!(
        "{year}-{month:02}-{day:02} {:02}:{:02} UTC",
        minute / 60,
        minute % 60
    )
}

#[cfg(test)]
mod tests {
    use super::{date, span};

    #[test]
    fn a_date_is_that_of_the_calendar() {
        for (seconds, words) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_399, "2000-02-28 23:59 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_700_000_000, "2023-11-14 22:13 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
            (253_402_300_799, "9999-12-31 23:59 UTC"),
        ] {
            assert_eq!(date(seconds), words);
        }
    }

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
