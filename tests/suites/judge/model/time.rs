//! Times, as a secret has them.

use serde_json::Value;

/// Unix seconds, or RFC 3339.
pub(crate) fn moment(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => rfc_3339(text),
        value => value.as_u64(),
    }
}

fn rfc_3339(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let day = days(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let zone = &text[19..];
    let offset = match zone {
        "Z" => 0,
        zone => {
            let minutes =
                zone.get(1..3)?.parse::<i64>().ok()? * 60 + zone.get(4..6)?.parse::<i64>().ok()?;
            if zone.starts_with('-') {
                -minutes
            } else {
                minutes
            }
        }
    };
    u64::try_from(day * 86_400 + seconds - offset * 60).ok()
}

/// The days from 1970-01-01.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// The same time, written with an offset of so many hours.
pub(crate) fn written(seconds: u64, hours: i64) -> String {
    let local = i64::try_from(seconds).unwrap_or(0) + hours * 3600;
    let (day, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let mut year = 1970;
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    let month = (1..=12)
        .rev()
        .find(|&month| days(year, month, 1) <= day)
        .unwrap_or(1);
    let date = format!("{year:04}-{month:02}-{:02}", day - days(year, month, 1) + 1);
    let time = format!(
        "{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    );
    match hours {
        0 => format!("{date}T{time}Z"),
        hours => format!("{date}T{time}{hours:+03}:00"),
    }
}

#[test]
fn a_time_is_the_same_wherever_it_is_written() {
    for (text, seconds) in [
        ("1970-01-01T00:00:00Z", 0),
        ("2031-01-01T00:00:00Z", 1_924_992_000),
        ("2024-02-29T23:59:59-01:00", 1_709_254_799),
        ("2000-03-01T02:00:00+02:00", 951_868_800),
    ] {
        assert_eq!(rfc_3339(text), Some(seconds), "{text}");
        for hours in [0, 5, -11] {
            assert_eq!(
                rfc_3339(&written(seconds, hours)),
                Some(seconds),
                "{text} {hours}"
            );
        }
    }
}
