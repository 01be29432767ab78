//! Days as the calendar names them.

/// The year, the month and the day, each counted from 1, of so many days after 1970-01-01.
pub fn date(days: u64) -> (u64, u64, u64) {
    // Years that begin in March end with the day that a leap year adds. 719468 days before 1970 began one of
    // the 400 years after which the calendar repeats.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year;
    match month {
        0..=9 => (year, month + 3, day),
        _ => (year + 1, month - 9, day),
    }
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn a_day_has_the_date_of_the_calendar() {
        for (days, named) in [
            (0, (1970, 1, 1)),
            (11_015, (2000, 2, 28)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
            (2_932_896, (9999, 12, 31)),
        ] {
            assert_eq!(date(days), named);
        }
    }
}
