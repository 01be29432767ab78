//! Who a user is.

use serde_json::Value;

use crate::model::claims::{claim, value};
use crate::model::names::{Product, derived_uid, is_many, rtc_name, uid_of_digits};
use crate::model::pattern::is_blank;
use crate::model::policy::Issuer;

/// A user's own names, by their claims. What is missing cannot be had.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    /// With the prefix of its issuer, as the account and the Chat name have it.
    pub(crate) subject: String,
    /// As the claim has it, whatever products take.
    pub(crate) account: Option<String>,
    pub(crate) chat: Option<String>,
    /// What the claim says, even if Chat cannot take it.
    pub(crate) claimed_chat: Option<String>,
    pub(crate) uid: Option<u32>,
    rtc_by_account: bool,
}

impl Identity {
    /// Who a user of this issuer is, among the issuers with these prefixes.
    pub(crate) fn of(issuer: &Issuer, prefixes: &[&str], claims: &Value) -> Self {
        let name = |path: &str| {
            let text = value(claim(claims, path)?)?;
            let name = format!("{}{text}", issuer.prefix);
            let own = !is_many(&text) && owner(prefixes, &name) == Some(&issuer.prefix);
            own.then_some(name)
        };
        let naming = &issuer.naming;
        let subject = format!(
            "{}{}",
            issuer.prefix,
            claims["sub"].as_str().unwrap_or_default()
        );
        let account = name(&naming.account_claim);
        let uid = match &naming.uid_claim {
            Some(path) => claim(claims, path)
                .and_then(value)
                .and_then(|text| uid(&text)),
            None => Some(derived_uid(&subject)),
        };
        let claimed_chat = match &naming.chat_claim {
            Some(path) => name(path),
            None => account.as_deref().map(|name| Product::Chat.name_of(name)),
        };
        Self {
            chat: claimed_chat
                .clone()
                .filter(|name| Product::Chat.takes(name)),
            claimed_chat,
            rtc_by_account: naming.rtc_by_account,
            uid,
            account,
            subject,
        }
    }

    /// The account in RTC, where a number may be somebody else's uid.
    pub(crate) fn rtc(&self) -> Option<String> {
        let name = Product::Rtc.name_of(self.account.as_ref()?);
        match uid_of_digits(&name) {
            Some(uid) if self.uid != Some(uid) => None,
            _ => Some(name),
        }
    }

    /// The account in RTM and in Education.
    pub(crate) fn rtm(&self) -> Option<String> {
        Some(Product::Rtm.name_of(self.account.as_ref()?))
    }

    /// The name in an RTC service of a user who doesn't give one.
    pub(crate) fn usual_rtc(&self) -> Option<String> {
        match self.rtc_by_account {
            true => self.rtc(),
            false => self.uid.map(rtc_name),
        }
    }

    /// Whether the documentation leaves open what happens to their names.
    pub(crate) fn is_unclear(&self) -> bool {
        let digits = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
        let odd = |name: &String| digits(name) && uid_of_digits(name).is_none_or(|uid| uid == 0);
        self.account.as_ref().is_some_and(odd) || self.uid.is_none_or(|uid| uid == 0)
    }
}

/// The uid of these digits, or of its signed form.
fn uid(text: &str) -> Option<u32> {
    let number: i64 = text.parse().ok()?;
    let signed = i32::try_from(number).ok().map(i32::cast_unsigned);
    u32::try_from(number).ok().or(signed)
}

/// Whether users of an issuer with this prefix may have this subject.
pub(crate) fn is_subject(prefix: &str, prefixes: &[&str], subject: &str) -> bool {
    let whole = format!("{prefix}{subject}");
    !is_blank(subject) && owner(prefixes, &whole) == Some(prefix)
}

/// The prefix of those whose name this is.
fn owner<'a>(prefixes: &[&'a str], name: &str) -> Option<&'a str> {
    let mine = prefixes.iter().filter(|prefix| name.starts_with(**prefix));
    mine.max_by_key(|prefix| prefix.len()).copied()
}

#[test]
fn a_name_belongs_to_the_longest_prefix() {
    let prefixes = ["", "staff~", "staff~x-"];
    assert!(is_subject("", &prefixes, "ann") && !is_subject("", &prefixes, "staff~ann"));
    assert!(is_subject("staff~", &prefixes, "x") && !is_subject("staff~", &prefixes, "x-1"));
    assert!(is_subject("staff~x-", &prefixes, "") || is_blank(""));
}
