//! What an app joins or logs in with, as far as the request tells.

use crate::explain::report::code::Code;
use crate::params::{
    Account, AnyUser, ChannelName, FromValue, Invalid, Parameters, RtcUser, Rule, Schema, Uid,
    UserId, Value,
};
use crate::token::AppId;
use crate::token::builders::rtc::RtcRole;

/// The longest name that is compared, in bytes: longer than any that an SDK takes.
const LONGEST: usize = 1024;

/// What an app joins or logs in with. The more of it is known, the more can be said about a token.
///
/// What no SDK takes is not refused here, but found: it may be why the app fails.
///
/// ```
/// use agora_token::explain::Joins;
///
/// let joins = Joins::new().channel_name("lobby").uid(7);
/// ```
#[derive(Debug, Default)]
pub struct Joins {
    pub(crate) app_id: Option<String>,
    pub(crate) channel_name: Option<String>,
    /// The user of an RTC channel.
    pub(crate) user: Option<RtcUser>,
    /// The user of RTM, Chat or Education.
    pub(crate) user_id: Option<UserId>,
    pub(crate) role: Option<RtcRole>,
    /// When the token is to be judged; now where absent.
    pub(crate) at: Option<Moment>,
    /// What no SDK takes: what it is, why, and what to do.
    pub(crate) odd: Vec<(Code, String, &'static str)>,
}

impl Joins {
    /// Nothing is known of what the app joins with.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The App ID that the app hands to the SDK.
    #[must_use]
    pub fn app_id(mut self, app_id: impl Into<String>) -> Self {
        let app_id = app_id.into();
        if let Err(error) = app_id.parse::<AppId>() {
            let why = format!("the App ID that your app uses is none: {error}");
            let fix = "copy it from Agora Console again; a space or a line break at its end is easily copied with it";
            self.odd.push((Code::AppIdMalformed, why, fix));
        }
        self.app_id = Some(app_id);
        self
    }

    /// The channel that the app joins.
    #[must_use]
    pub fn channel_name(mut self, name: impl Into<String>) -> Self {
        let mut name = name.into();
        if let Err(refused) = ChannelName::new(name.as_str(), "channelName") {
            let why = format!("no SDK joins a channel of this name: {}", refused.detail);
            let fix = "choose a name of letters, digits, `-` and `_`, and make the token for that";
            self.odd.push((Code::ChannelNameMalformed, why, fix));
        }
        while name.len() > LONGEST {
            name.pop();
        }
        self.channel_name = Some(name);
        self
    }

    /// The uid that the app joins with; 0 where the SDK chooses one. Takes the place of an account.
    #[must_use]
    pub fn uid(mut self, uid: u32) -> Self {
        self.user = Some(RtcUser::Uid(Uid::from(uid)));
        self
    }

    /// The account that the app joins with. Takes the place of a uid.
    #[must_use]
    pub fn account(mut self, account: Account) -> Self {
        self.user = Some(RtcUser::Account(account));
        self
    }

    /// The user that the app logs in to RTM, Chat or Education.
    #[must_use]
    pub fn user_id(mut self, user_id: UserId) -> Self {
        self.user_id = Some(user_id);
        self
    }

    /// What the user does in the channel.
    #[must_use]
    pub fn role(mut self, role: RtcRole) -> Self {
        self.role = Some(role);
        self
    }

    /// When the app joins, in Unix seconds, where that is not now.
    #[must_use]
    pub fn at(mut self, seconds: u64) -> Self {
        self.at = Some(Moment(seconds.min(LAST)));
        self
    }

    /// Takes the parameters that say what the app joins with: `appId`, `channelName`, `uid` or `account`,
    /// `userId`, `role`, and `at`, a Unix time in seconds. A `uid` of `null` is one: the SDK chooses.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    pub fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        let mut joins = Self::default();
        let chosen_by_sdk = parameters.has("uid");
        let uid = match parameters.take(&["uid"])? {
            None => chosen_by_sdk.then(|| RtcUser::Uid(Uid::from(0))),
            Some(AnyUser(value)) => Some(joins.read_uid(value)?),
        };
        let account: Option<Account> = parameters.take(&["account", "userAccount"])?;
        if account.is_some() && uid.is_some() {
            return Err(Invalid::new(
                "account",
                Rule::Conflict,
                "`uid` and `account` name two users; send the one that the app joins with",
            ));
        }
        joins.user = uid.or(account.map(RtcUser::Account));
        if let Some(app_id) = parameters.take::<String>(&["appId"])? {
            joins = joins.app_id(app_id);
        }
        if let Some(channel) = parameters.take::<String>(&["channelName", "channel"])? {
            joins = joins.channel_name(channel);
        }
        joins.user_id = parameters.take(&["userId", "username", "userUuid"])?;
        joins.role = parameters.take(&["role"])?;
        joins.at = parameters.take(&["at"])?;
        Ok(joins)
    }

    /// A number, or a text: SDKs for the web take an account in the place of the uid.
    fn read_uid(&mut self, value: Value) -> Result<RtcUser, Invalid> {
        let number = match &value {
            Value::Text(text) if text.is_empty() => return Ok(RtcUser::Uid(Uid::from(0))),
            Value::Text(text) => text.parse::<i128>().ok(),
            Value::Integer(number) => Some(*number),
            _ => None,
        };
        match (number, value) {
            (Some(number), _) if number > u32::MAX.into() => {
                let cut = u32::try_from(number & 0xffff_ffff).unwrap_or_default();
                self.odd.push((
                    Code::UidTooLarge,
                    format!("the uid {number} does not fit 32 bits: a uid is a number up to 4294967295, and some SDKs cut this one to {cut}"),
                    "number your users with smaller uids, or join with accounts (`joinChannelWithUserAccount`)",
                ));
                Account::new(number.to_string(), "uid").map(RtcUser::Account)
            }
            (None, Value::Text(text)) => Account::new(text, "uid").map(RtcUser::Account),
            (_, value) => Uid::from_value(value, "uid").map(RtcUser::Uid),
        }
    }

    /// Whether the app joins a channel.
    pub(crate) fn joins_channel(&self) -> bool {
        self.channel_name.is_some() || self.user.is_some() || self.role.is_some()
    }

    /// Whether anything is known that the names in a token can be compared with.
    pub(crate) fn is_told(&self) -> bool {
        self.channel_name.is_some() || self.user.is_some() || self.user_id.is_some()
    }
}

/// A Unix time in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(pub(crate) u64);

/// The last second of the year 9999.
const LAST: u64 = 253_402_300_799;

impl FromValue for Moment {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        u64::try_from(i128::from_value(value, field)?)
            .ok()
            .filter(|seconds| *seconds <= LAST)
            .map(Self)
            .ok_or_else(|| {
                Invalid::new(
                    field,
                    Rule::Range,
                    "the moment must be a Unix time in seconds, not in milliseconds",
                )
            })
    }

    fn schema() -> Schema {
        let about = "A Unix time in seconds.";
        Schema::integer("UnixTime", 0, LAST.cast_signed(), about).such_as(1_795_372_800)
    }
}
