//! Who a token is for.

use super::field::wrong_type;
use super::{Account, FromValue, Invalid, Parameters, Rule, Schema, Value, quoted};
use serde_json::json;
use std::borrow::Cow;

/// A numeric RTC user id: any 32-bit number. 0 lets in any user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Uid(u32);

impl Uid {
    /// The id as Agora counts it.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The form in which Java and C# show the same 32 bits.
    pub fn signed(self) -> i32 {
        self.0.cast_signed()
    }
}

impl From<u32> for Uid {
    fn from(uid: u32) -> Self {
        Self(uid)
    }
}

/// A number or its digits, 0 to 4294967295; a negative one down to -2147483648 is the same 32 bits as
/// Java and C# print them.
impl FromValue for Uid {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        if !matches!(value, Value::Integer(_) | Value::Text(_)) {
            return Err(wrong_type(field, "a whole number", &value));
        }
        let number = i128::from_value(value, field).map_err(|refused| match refused.rule {
            Rule::Type => Invalid {
                detail: format!(
                    "{}; a user with a name is sent as `account`",
                    refused.detail
                ),
                ..refused
            },
            _ => refused,
        })?;
        u32::try_from(number)
            .or_else(|_| i32::try_from(number).map(i32::cast_unsigned))
            .map(Self)
            .map_err(|_| {
                Invalid::new(
                    field,
                    Rule::Range,
                    format!(
                        "`{}` must fit 32 bits: 0 to 4294967295 (or its signed form)",
                        quoted(field)
                    ),
                )
            })
    }

    fn schema() -> Schema {
        Schema::integer(
            "Uid",
            i32::MIN.into(),
            u32::MAX.into(),
            "A number of 32 bits; a negative one is the same 32 bits as Java and C# show them.",
        )
        .such_as(7)
    }
}

/// The user of an RTC channel: a number or an account, never both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RtcUser {
    /// A numeric user.
    Uid(Uid),
    /// A user with a name.
    Account(Account),
}

impl RtcUser {
    /// The text that is signed: uid 0 is the empty string, which stands for any user.
    pub fn signed_text(&self) -> Cow<'_, str> {
        match self {
            Self::Uid(uid) => Cow::Owned(crate::token::uid_text(uid.get())),
            Self::Account(account) => Cow::Borrowed(account.as_str()),
        }
    }

    /// Whether the token would let in more than one user.
    pub fn is_wildcard(&self) -> bool {
        match self {
            Self::Uid(uid) => uid.get() == 0,
            Self::Account(account) => account.is_wildcard(),
        }
    }
}

/// A user by number or name, before it is known of which service.
#[derive(Debug, Clone)]
pub struct AnyUser(pub(crate) Value);

impl AnyUser {
    /// The user as one of a service.
    ///
    /// # Errors
    /// [`Invalid`] where it breaks the rules of that service; `field` is the name that it came under.
    pub fn of<T: FromValue>(&self, field: &str) -> Result<T, Invalid> {
        T::from_value(self.0.clone(), field)
    }
}

impl FromValue for AnyUser {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match value {
            Value::Integer(_) | Value::Text(_) => Ok(Self(value)),
            other => Err(wrong_type(field, "a number or a text", &other)),
        }
    }

    fn schema() -> Schema {
        Schema::named(
            "NumberOrName",
            json!({"description": "A number, or a name.", "type": ["integer", "string"]}),
        )
        .such_as(7)
    }
}

/// Reads `uid` or `account`, not both.
pub(crate) fn read_user(parameters: &mut Parameters) -> Result<Option<RtcUser>, Invalid> {
    let uid: Option<Uid> = parameters.take(&["uid"])?;
    let account: Option<Account> = parameters.take(&["account", "userAccount"])?;
    if uid.is_some() && account.is_some() {
        return Err(Invalid::new(
            parameters.field("account"),
            Rule::Conflict,
            "`uid` and `account` name two users; send one of them",
        ));
    }
    Ok(uid.map(RtcUser::Uid).or(account.map(RtcUser::Account)))
}

/// The user's text as it is signed; an error where nobody said who it is.
pub(crate) fn signed_user(user: Option<&RtcUser>) -> Result<String, Invalid> {
    match user {
        Some(user) => Ok(user.signed_text().into_owned()),
        None => Err(Invalid::missing(
            "uid",
            "send `uid` (0 for any user) or `account`",
        )),
    }
}
