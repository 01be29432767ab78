//! Moments as RFC 3339 writes them.

/// The Unix time of `text`, such as `2031-01-31T00:00:00Z`, in seconds; fractions of a second are dropped.
/// `None` where it is no such text, or before 1970.
pub(super) fn unix_seconds(text: &str) -> Option<u64> {
    let (date, rest) = text.split_at_checked(10)?;
    let (separator, rest) = rest.split_at_checked(1)?;
    let (clock, rest) = rest.split_at_checked(8)?;
    if !separator.eq_ignore_ascii_case("t") {
        return None;
    }
    let (year, month, day) = numbers(date, '-', [4, 2, 2])?;
    let (hour, minute, second) = numbers(clock, ':', [2, 2, 2])?;
    if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let first = days_before(year, month);
    let next = match month {
        12 => days_before(year + 1, 1),
        _ => days_before(year, month + 1),
    };
    if !(1..=next - first).contains(&day) {
        return None;
    }
    let local = (first + day - 1) * 86_400 + hour * 3600 + minute * 60 + second;
    u64::try_from(local - offset(without_fraction(rest)?)?).ok()
}

/// Three numbers of so many digits, with `separator` between them.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<(i64, i64, i64)> {
    let mut parts = text.split(separator).zip(digits);
    let mut next = || {
        let (part, digits) = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let three = (next()?, next()?, next()?);
    (text.matches(separator).count() == 2).then_some(three)
}

fn without_fraction(rest: &str) -> Option<&str> {
    let Some(fraction) = rest.strip_prefix('.') else {
        return Some(rest);
    };
    let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (zone.len() < fraction.len()).then_some(zone)
}

/// How far local time is ahead, in seconds.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, clock) = zone.split_at_checked(1)?;
    let (hour, minute, _) = numbers(&format!("{clock}:00"), ':', [2, 2, 2])?;
    let ahead = hour * 3600 + minute * 60;
    match sign {
        _ if hour > 23 || minute > 59 => None,
        "+" => Some(ahead),
        "-" => Some(-ahead),
        _ => None,
    }
}

/// The days from 1970-01-01 to the first of a month (Gregorian, with the year counted from March on).
fn days_before(year: i64, month: i64) -> i64 {
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let leap = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap + (month * 153 + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_the_same_however_it_is_written() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2031-01-01T00:00:00Z", 1_924_992_000),
            ("2024-02-29T23:59:59-01:00", 1_709_254_799),
            ("2000-03-01t02:00:00.999+02:00", 951_868_800),
            ("9999-12-31T23:59:59z", 253_402_300_799),
        ] {
            assert_eq!(unix_seconds(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "2031-01-01",
            "2031-01-01T00:00:00",
            "2031-01-01 00:00:00Z",
            "2031-1-01T00:00:00Z",
            "2031-13-01T00:00:00Z",
            "2031-02-29T00:00:00Z",
            "2031-04-31T00:00:00Z",
            "2031-01-00T00:00:00Z",
            "2031-01-01T24:00:00Z",
            "2031-01-01T00:60:00Z",
            "2031-01-01T00:00:00.Z",
            "2031-01-01T00:00:00+24:00",
            "2031-01-01T00:00:00+0200",
            "2031-01-01T00:00:00Zx",
            "+031-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "２０３１-01-01T00:00:00Z",
        ] {
            assert_eq!(unix_seconds(text), None, "{text}");
        }
    }
}
