//! How long a token or a right in it lasts.

use super::{FromValue, Invalid, Rule, Schema, Value, quoted};

/// The longest life of an Agora token, in seconds: 24 hours. Agora's services cap longer ones.
const LONGEST: u32 = 86_400;

/// From here on a number of seconds is read as a Unix time (2001-09-09 and later).
const LOOKS_LIKE_A_TIMESTAMP: i128 = 1_000_000_000;

fn seconds(value: Value, field: &str, least: i128) -> Result<u32, Invalid> {
    let number = i128::from_value(value, field)?;
    if number >= LOOKS_LIKE_A_TIMESTAMP {
        return Err(Invalid::new(
            field,
            Rule::Timestamp,
            format!(
                "`{}` counts seconds from now, {least} to {LONGEST}; {number} looks like a Unix time. \
                 AccessToken2 adds the time of issue itself, so send 3600 for an hour",
                quoted(field)
            ),
        ));
    }
    u32::try_from(number)
        .ok()
        .filter(|seconds| (least..=LONGEST.into()).contains(&i128::from(*seconds)))
        .ok_or_else(|| {
            Invalid::new(
                field,
                Rule::Range,
                format!(
                    "`{}` must be {least} to {LONGEST} seconds (24 hours), not {number}",
                    quoted(field)
                ),
            )
        })
}

/// A token's life from its issue: 1 to 86,400 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifetime(u32);

impl Lifetime {
    /// What a request gets that doesn't say: one hour.
    pub const DEFAULT: Self = Self(3600);

    /// The longest there is: 24 hours.
    pub const LONGEST: Self = Self(LONGEST);

    /// Ten minutes.
    pub const TEN_MINUTES: Self = Self(600);

    /// Fifteen minutes.
    pub const QUARTER_HOUR: Self = Self(900);

    /// The longest life of at most `seconds`; `None` for less than one.
    pub fn at_most(seconds: u64) -> Option<Self> {
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX).min(LONGEST);
        (seconds > 0).then_some(Self(seconds))
    }

    /// The life in seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl FromValue for Lifetime {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        seconds(value, field, 1).map(Self)
    }

    fn schema() -> Schema {
        Schema::integer("Lifetime", 1, LONGEST.into(), "Seconds from now.").such_as(3600)
    }
}

/// The life of one right inside a token, from the token's issue: 0 to 86,400 seconds.
///
/// Agora's documentation calls 0 "never expires" in one place and "expired at once" in another, so it
/// is signed only when it was asked for. The token's own end always holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrivilegeLifetime(u32);

impl PrivilegeLifetime {
    /// The life in seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl FromValue for PrivilegeLifetime {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        seconds(value, field, 0).map(Self)
    }

    fn schema() -> Schema {
        let about = "Seconds from the token's issue.";
        Schema::integer("PrivilegeLifetime", 0, LONGEST.into(), about).such_as(600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_one_second_to_a_day_and_never_a_date() {
        let read = |number: i128| Lifetime::from_value(Value::Integer(number), "tokenExpire");
        assert_eq!(read(1).unwrap().seconds(), 1);
        assert_eq!(read(86_400).unwrap().seconds(), 86_400);
        for bad in [0, -1, 86_401, 999_999_999] {
            assert_eq!(read(bad).unwrap_err().rule, Rule::Range, "{bad}");
        }
        for date in [
            1_000_000_000,
            1_700_000_000,
            4_294_967_296,
            1_700_000_000_000,
        ] {
            assert_eq!(read(date).unwrap_err().rule, Rule::Timestamp, "{date}");
        }
        assert_eq!(
            PrivilegeLifetime::from_value(Value::Text("0".to_owned()), "p")
                .unwrap()
                .seconds(),
            0
        );
    }
}
