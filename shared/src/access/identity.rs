//! Who a user is, in Agora's terms: what their claims say, and no token but their own.

use super::authorise::{Denied, DeniedRule};
use super::jwt::Claims;
use super::names::fitted;
use super::pattern::claim_text;
use crate::grant::IdentitySlot;
use crate::params::{
    Account, ChatUsername, FromValue, Invalid, Parameters, RtcUser, Rule, Schema, Uid, UserId,
    Value,
};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;

/// How a user's claims become an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityRules {
    /// `accountClaim`: the claim that is the user's account in RTC, RTM and Education; `sub` by
    /// default.
    pub account_claim: String,
    /// `chatClaim`: the claim that is the user's name in Chat; the account by default.
    pub chat_claim: Option<String>,
    /// `uidClaim`: the claim that is the user's numeric uid; derived from the subject by default.
    pub uid_claim: Option<String>,
    /// `rtc`: which of the two a user gets who asks for an RTC token without naming themselves.
    pub rtc: RtcIdentity,
}

/// The two kinds of RTC users. A project has to decide for one: they must not meet in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RtcIdentity {
    /// `uid`: by number.
    Uid,
    /// `account`: by name.
    Account,
}

impl Default for IdentityRules {
    fn default() -> Self {
        Self {
            account_claim: "sub".to_owned(),
            chat_claim: None,
            uid_claim: None,
            rtc: RtcIdentity::Uid,
        }
    }
}

impl IdentityRules {
    /// Reads the member `identity` of a policy.
    pub(super) fn read(mut object: Parameters) -> Result<Self, Invalid> {
        let default = Self::default();
        let rules = Self {
            account_claim: object
                .take(&["accountClaim"])?
                .unwrap_or(default.account_claim),
            chat_claim: object.take(&["chatClaim"])?,
            uid_claim: object.take(&["uidClaim"])?,
            rtc: object.take(&["rtc"])?.unwrap_or(default.rtc),
        };
        object.finish()?;
        Ok(rules)
    }
}

impl IdentityRules {
    /// What the user with these claims is called, if their names stay among those of their issuer.
    pub(super) fn identity(&self, claims: &Claims, space: &NameSpace<'_>) -> Option<OwnIdentity> {
        let named = |claim: &str| {
            let text = claims.claim(claim).and_then(claim_text)?;
            // Behind a prefix, it would no longer look blank.
            (!text.trim().is_empty()).then(|| space.put(&text))?
        };
        let subject = space.put(claims.sub())?;
        let account = named(&self.account_claim);
        Some(OwnIdentity {
            chat: match &self.chat_claim {
                Some(claim) => named(claim),
                None => account.as_deref().map(chat_name),
            },
            account,
            uid: match &self.uid_claim {
                Some(claim) => claims
                    .claim(claim)
                    .and_then(claim_text)
                    .and_then(|text| Uid::from_value(Value::Text(text.into()), claim).ok()),
                None => Some(OwnIdentity::derived_uid(&subject)),
            },
            subject,
            rtc: self.rtc,
        })
    }
}

/// The names that the users of one issuer can have.
pub(super) struct NameSpace<'a> {
    /// What stands before each of them.
    pub(super) prefix: &'a str,
    /// What stands before those of all issuers.
    pub(super) all: Vec<&'a str>,
}

impl NameSpace<'_> {
    /// The name with its prefix; `None` where it would be one of another issuer's.
    fn put(&self, name: &str) -> Option<String> {
        let name = format!("{}{name}", self.prefix);
        let reaches = |other: &&str| other.len() > self.prefix.len() && name.starts_with(*other);
        (!self.all.iter().any(reaches)).then_some(name)
    }
}

/// The name of an account in RTC.
pub(super) fn rtc_name(account: &str) -> String {
    fitted(account, |name| Account::new(name, "account").is_ok())
}

/// The name of an account in RTM and Education.
pub(super) fn user_id(account: &str) -> String {
    fitted(account, |name| UserId::new(name, "userId").is_ok())
}

/// The name of an account in Chat.
pub(super) fn chat_name(account: &str) -> String {
    fitted(account, |name| ChatUsername::new(name, "userId").is_ok())
}

impl FromValue for RtcIdentity {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match String::from_value(value, field)?.as_str() {
            "uid" => Ok(Self::Uid),
            "account" => Ok(Self::Account),
            _ => Err(Invalid::new(
                field,
                Rule::Choice,
                "`rtc` must be `uid` or `account`",
            )),
        }
    }

    fn schema() -> Schema {
        Schema::new(serde_json::json!({"enum": ["uid", "account"]}))
    }
}

/// What a user is called. Each of them is checked where it is used: a subject that Chat cannot take is
/// no reason to refuse an RTC token.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnIdentity {
    /// The subject of the JWT.
    pub subject: String,
    /// The text of the account claim; `None` where the JWT has none.
    pub account: Option<String>,
    /// The text of the Chat claim, or what is made of the account; `None` where the JWT has none.
    pub chat: Option<String>,
    /// The number of the uid claim, or the derived one; `None` where the claim is missing or no uid.
    pub uid: Option<Uid>,
    /// Which of account and uid is used in RTC.
    pub rtc: RtcIdentity,
}

/// Personal data has no place in a debug output.
impl fmt::Debug for OwnIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnIdentity")
            .field("rtc", &self.rtc)
            .finish_non_exhaustive()
    }
}

impl OwnIdentity {
    /// The numeric uid of a subject that no claim gives one to: the first four bytes, big-endian, of
    /// the SHA-256 of `agora-uid:` and the subject. It is the same on every server and for ever; a
    /// result of 0, which would stand for any user, becomes 1.
    ///
    /// Among n users, the chance that two share a uid is about n²/2³³: 1 in 86 for 10,000 users. Where
    /// that is too much, let `uidClaim` name a number that you give out.
    pub fn derived_uid(subject: &str) -> Uid {
        let digest = Sha256::new()
            .chain_update("agora-uid:")
            .chain_update(subject)
            .finalize();
        let number = digest
            .iter()
            .take(4)
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        Uid::from(number.max(1))
    }

    /// Fills an identity that was left out with the user's own, and refuses another's.
    ///
    /// A wildcard that the policy grants stands for nobody in particular and passes.
    pub(super) fn bind(&self, slot: IdentitySlot<'_>, wildcards: bool) -> Result<(), Denied> {
        match slot {
            IdentitySlot::Rtc(user) => match user {
                Some(asked) if asked.is_wildcard() => wildcard(wildcards),
                Some(RtcUser::Uid(asked)) => same(*asked == self.own_uid()?, "uid"),
                Some(RtcUser::Account(asked)) => same(*asked == self.own_account()?, "account"),
                None => {
                    *user = Some(match self.rtc {
                        RtcIdentity::Uid => RtcUser::Uid(self.own_uid()?),
                        RtcIdentity::Account => RtcUser::Account(self.own_account()?),
                    });
                    Ok(())
                }
            },
            IdentitySlot::User(user) => match user {
                Some(asked) if asked.is_wildcard() => wildcard(wildcards),
                Some(asked) => same(*asked == self.own_user_id()?, "user id"),
                None => {
                    *user = Some(self.own_user_id()?);
                    Ok(())
                }
            },
            // One name for both: it has to be good as an account too.
            IdentitySlot::RtmAndRtc(user) => {
                if !user.as_ref().is_some_and(UserId::is_wildcard)
                    && self.own_account()?.as_str() != self.own_user_id()?.as_str()
                {
                    return Err(unusable(
                        "RTC and RTM do not both take your account as it is, so a stream channel cannot have it",
                    ));
                }
                self.bind(IdentitySlot::User(user), wildcards)
            }
            IdentitySlot::Chat(user) => match user {
                Some(asked) => same(*asked == self.own_chat_username()?, "Chat username"),
                None => {
                    *user = Some(self.own_chat_username()?);
                    Ok(())
                }
            },
        }
    }

    fn own_uid(&self) -> Result<Uid, Denied> {
        let uid = self.uid.filter(|uid| uid.get() != 0);
        uid.ok_or_else(|| unusable("the claim that gives your uid is missing from your JWT, or is no uid from 1 to 4294967295"))
    }

    fn own_account(&self) -> Result<Account, Denied> {
        let name = rtc_name(self.account.as_deref().unwrap_or_default());
        let account = Account::new(name, "account").map_err(|refused| {
            unusable(format!(
                "the claim that gives your account cannot be one: {refused}"
            ))
        })?;
        // Digits sign to the same bytes as the uid, which may be somebody else's.
        let is_other_uid = account.is_numeric()
            && self
                .uid
                .is_none_or(|uid| uid.get().to_string() != account.as_str());
        if account.is_wildcard() || is_other_uid {
            return Err(unusable(
                "the claim that gives your account is a pattern or a number, which could stand for others",
            ));
        }
        Ok(account)
    }

    fn own_user_id(&self) -> Result<UserId, Denied> {
        let name = user_id(self.account.as_deref().unwrap_or_default());
        let user = UserId::new(name, "userId").map_err(|refused| {
            unusable(format!(
                "the claim that gives your account cannot be a user id: {refused}"
            ))
        })?;
        if user.is_wildcard() {
            return Err(unusable(
                "the claim that gives your account is a pattern, which could stand for others",
            ));
        }
        Ok(user)
    }

    fn own_chat_username(&self) -> Result<ChatUsername, Denied> {
        ChatUsername::new(self.chat.as_deref().unwrap_or_default(), "userId").map_err(|refused| {
            unusable(format!(
                "the claim that gives your Chat username cannot be one: {refused}"
            ))
        })
    }
}

fn same(same: bool, what: &str) -> Result<(), Denied> {
    if same {
        return Ok(());
    }
    Err(Denied::new(
        DeniedRule::Identity,
        format!("this {what} is not yours; leave it out to get your own"),
    ))
}

fn wildcard(granted: bool) -> Result<(), Denied> {
    if granted {
        return Ok(());
    }
    Err(Denied::new(
        DeniedRule::Wildcard,
        "a token for any user or for a pattern of them is not granted to you; name yourself, or nobody",
    ))
}

fn unusable(why: impl Into<Cow<'static, str>>) -> Denied {
    Denied::new(DeniedRule::IdentityUnusable, why)
}
