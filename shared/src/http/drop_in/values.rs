//! What other servers' parameters mean, checked by the types that the service has for it.

use crate::params::{
    Account, ChannelName, FromValue, Invalid, Lifetime, RtcUser, Rule, Schema, Uid, UserId, Value,
    quoted,
};
use serde_json::json;

/// A channel with a name: what is blank stands for any channel in the service's own form only, where
/// somebody wrote it on purpose.
#[derive(Debug, Clone)]
pub struct Channel(pub ChannelName);

impl FromValue for Channel {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let name = ChannelName::from_value(value, field)?;
        if name.as_str().trim().is_empty() {
            return Err(Invalid::missing(field, "the name of the channel"));
        }
        Ok(Self(name))
    }

    fn schema() -> Schema {
        ChannelName::schema()
    }
}

/// A user of a channel: digits are a uid, anything else is an account.
///
/// Digits that fit no uid are refused and not taken for an account: the originals would wrap them.
#[derive(Debug, Clone)]
pub struct UidOrAccount(pub RtcUser);

impl FromValue for UidOrAccount {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let number = match &value {
            Value::Text(text) => digits(text.strip_prefix('-').unwrap_or(text)),
            _ => true,
        };
        Ok(Self(if number {
            RtcUser::Uid(Uid::from_value(value, field)?)
        } else {
            RtcUser::Account(Account::from_value(value, field)?)
        }))
    }

    fn schema() -> Schema {
        let about = "Digits are a uid, anything else is an account.";
        Schema::named(
            "UidOrAccount",
            json!({"description": about, "type": ["integer", "string"]}),
        )
        .such_as(7)
    }
}

/// A user of a channel whose text is signed as it stands. Digits sign to the same bytes as that uid,
/// so that a caller whose identity is a number may have them.
#[derive(Debug, Clone)]
pub struct SignedText(pub RtcUser);

impl FromValue for SignedText {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let text = match value {
            Value::Integer(number) => number.to_string(),
            other => String::from_value(other, field)?,
        };
        let uid = text.parse::<u32>().ok();
        let same = uid.filter(|uid| *uid != 0 && uid.to_string() == text);
        Ok(Self(match same {
            Some(uid) => RtcUser::Uid(uid.into()),
            None => RtcUser::Account(Account::new(text, field)?),
        }))
    }

    fn schema() -> Schema {
        UidOrAccount::schema()
    }
}

/// A user of RTM, who may be called by a number, but not by 0: that is nobody.
#[derive(Debug, Clone)]
pub struct RtmUser(pub UserId);

impl FromValue for RtmUser {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let text = match value {
            Value::Integer(number) => number.to_string(),
            other => String::from_value(other, field)?,
        };
        if text == "0" {
            return Err(Invalid::new(
                field,
                Rule::Range,
                format!("`{}` must name a user: RTM knows no user 0", quoted(field)),
            ));
        }
        UserId::new(text, field).map(Self)
    }

    fn schema() -> Schema {
        let about = "A user ID of RTM, which may be a number, but not 0.";
        Schema::named(
            "RtmUser",
            json!({"description": about, "type": ["integer", "string"]}),
        )
        .such_as("ann")
    }
}

/// A lifetime as Go's JSON reader takes it: a number and no digits in a text, and 0 where it was left
/// out.
#[derive(Debug, Clone, Copy)]
pub struct Seconds(pub Option<Lifetime>);

impl FromValue for Seconds {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match value {
            Value::Integer(0) => Ok(Self(None)),
            Value::Text(_) => Err(Invalid::new(
                field,
                Rule::Type,
                format!("`{}` must be a number, not a text", quoted(field)),
            )),
            other => Lifetime::from_value(other, field).map(|life| Self(Some(life))),
        }
    }

    fn schema() -> Schema {
        Schema::named(
            "Seconds",
            json!({
                "description": "Seconds from now; 0 is as good as nothing.",
                "type": "integer",
                "minimum": 0,
                "maximum": Lifetime::LONGEST.seconds(),
            }),
        )
        .such_as(600)
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn digits_are_a_uid_that_is_never_wrapped() {
        let read = |value| UidOrAccount::from_value(value, "uid").map(|person| person.0);
        assert_eq!(read(text("7")).unwrap(), RtcUser::Uid(7.into()));
        assert_eq!(read(Value::Integer(0)).unwrap(), RtcUser::Uid(0.into()));
        assert_eq!(read(text("-1")).unwrap(), RtcUser::Uid(u32::MAX.into()));
        assert!(matches!(read(text("alice")).unwrap(), RtcUser::Account(_)));
        assert!(matches!(read(text("-")).unwrap(), RtcUser::Account(_)));
        for bad in ["4294967296", "007", "99999999999999999999"] {
            assert!(read(text(bad)).is_err(), "{bad}");
        }
        assert!(read(Value::Bool(true)).is_err());
    }

    #[test]
    fn a_text_is_signed_as_it_stands() {
        let read = |value| SignedText::from_value(value, "uid").map(|person| person.0);
        for as_it_stands in ["7", "0", "007", "4294967296", "alice"] {
            let user = read(text(as_it_stands)).unwrap();
            assert_eq!(user.signed_text(), as_it_stands);
        }
        assert_eq!(read(text("7")).unwrap(), RtcUser::Uid(7.into()));
    }

    #[test]
    fn nobody_is_called_0_and_no_channel_is_blank() {
        assert!(RtmUser::from_value(text("0"), "uid").is_err());
        assert_eq!(
            RtmUser::from_value(Value::Integer(7), "uid")
                .unwrap()
                .0
                .as_str(),
            "7"
        );
        for blank in ["", " "] {
            let refused = Channel::from_value(text(blank), "channel").unwrap_err();
            assert_eq!(refused.rule, Rule::Missing);
        }
        assert_eq!(
            Seconds::from_value(text("60"), "expire").unwrap_err().rule,
            Rule::Type
        );
        for (sent, meant) in [(60, Some(60)), (0, None)] {
            let Seconds(read) = Seconds::from_value(Value::Integer(sent), "expire").unwrap();
            assert_eq!(read.map(Lifetime::seconds), meant);
        }
    }
}
