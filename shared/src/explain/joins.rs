//! What an app joins or logs in with, as far as the request tells.

use crate::params::{
    Account, ChannelName, FromValue, Invalid, Parameters, RtcUser, Rule, Uid, UserId, Value,
};
use crate::token::AppId;
use crate::token::builders::rtc::RtcRole;

/// What an app joins or logs in with. The more of it is known, the more can be said about a token.
#[derive(Debug, Default)]
pub struct Joins {
    pub(crate) app_id: Option<AppId>,
    pub(crate) channel_name: Option<ChannelName>,
    /// The user of an RTC channel.
    pub(crate) user: Option<RtcUser>,
    /// The user of RTM, Chat or Education.
    pub(crate) user_id: Option<UserId>,
    pub(crate) role: Option<RtcRole>,
    /// When the token is to be judged; now where absent.
    pub(crate) at: Option<Moment>,
}

impl Joins {
    /// Takes the parameters that say what the app joins with: `appId`, `channelName`, `uid` or `account`,
    /// `userId`, `role`, and `at`, a Unix time in seconds.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    pub fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        let uid: Option<Uid> = parameters.take(&["uid"])?;
        let account: Option<Account> = parameters.take(&["account", "userAccount"])?;
        if uid.is_some() && account.is_some() {
            return Err(Invalid::new(
                "account",
                Rule::Conflict,
                "`uid` and `account` name two users; send the one that the app joins with",
            ));
        }
        Ok(Self {
            app_id: parameters.take(&["appId"])?,
            channel_name: parameters.take(&["channelName", "channel"])?,
            user: uid.map(RtcUser::Uid).or(account.map(RtcUser::Account)),
            user_id: parameters.take(&["userId", "username", "userUuid"])?,
            role: parameters.take(&["role"])?,
            at: parameters.take(&["at"])?,
        })
    }

    /// Whether the app joins a channel.
    pub(crate) fn joins_channel(&self) -> bool {
        self.channel_name.is_some() || self.user.is_some() || self.role.is_some()
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
}
