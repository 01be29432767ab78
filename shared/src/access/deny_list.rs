//! Who and what gets no more tokens.

use super::OwnIdentity;
use super::identity::{chat_name, rtc_name, user_id};
use super::pattern::NamePattern;
use crate::grant::{IdentitySlot, Part, Room};
use crate::params::{RtcUser, Uid};
use std::collections::BTreeSet;

/// The most entries of all lists together.
const MOST: usize = 1_000;

/// The deny-list of a deployment. No text of it is in a debug output: it names people.
#[derive(Clone, Default)]
pub struct DenyList {
    subjects: BTreeSet<String>,
    /// Names of users outside Chat, in each spelling that a product has for them.
    accounts: BTreeSet<String>,
    /// Names of users in Chat, in lower case.
    chat: BTreeSet<String>,
    uids: BTreeSet<u32>,
    channels: BTreeSet<String>,
    keys: BTreeSet<String>,
}

impl std::fmt::Debug for DenyList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DenyList").finish_non_exhaustive()
    }
}

/// The lists as they stand in the secret document.
#[derive(Default)]
pub struct DenyEntries {
    /// `subjects`: of JWTs, with the prefix of their issuer.
    pub subjects: Vec<String>,
    /// `accounts`: of users, and their Chat names.
    pub accounts: Vec<String>,
    /// `uids`: of users.
    pub uids: Vec<Uid>,
    /// `channels`: channels and rooms.
    pub channels: Vec<String>,
    /// `keys`: API keys, by name or by the id that the audit line has.
    pub keys: Vec<String>,
}

impl DenyList {
    /// What these entries stand for.
    ///
    /// # Errors
    /// The rule that is broken, to be read after the member's name: there are at most 1,000 entries.
    pub fn new(entries: DenyEntries) -> Result<Self, String> {
        let DenyEntries {
            subjects,
            accounts,
            uids,
            channels,
            keys,
        } = entries;
        let lists = [&subjects, &accounts, &channels, &keys];
        if lists.map(Vec::len).iter().sum::<usize>() + uids.len() > MOST {
            return Err(format!("holds at most {MOST} entries in all"));
        }
        let mut list = Self {
            uids: uids.into_iter().map(Uid::get).collect(),
            channels: channels.into_iter().collect(),
            keys: keys.into_iter().collect(),
            ..Self::default()
        };
        for name in subjects.iter().chain(&accounts) {
            list.chat.extend([name.to_lowercase(), chat_name(name)]);
            list.accounts
                .extend([name.clone(), rtc_name(name), user_id(name)]);
            list.uids.extend(possible_uid(name));
        }
        let derived = |subject: &String| OwnIdentity::derived_uid(subject).get();
        list.uids.extend(subjects.iter().map(derived));
        list.subjects.extend(subjects);
        Ok(list)
    }

    /// Whether no token can be refused by it for what it is.
    pub(super) fn lets_all_pass(&self) -> bool {
        self.accounts.is_empty() && self.uids.is_empty() && self.channels.is_empty()
    }

    /// Whether an API key is on it, by name or id.
    pub(super) fn holds_key(&self, id: &str, name: Option<&str>) -> bool {
        self.keys.contains(id) || name.is_some_and(|name| self.keys.contains(name))
    }

    /// Whether a user is on it, by any of their names.
    pub(super) fn holds_user(&self, user: &OwnIdentity) -> bool {
        let uid = user.uid.is_some_and(|uid| self.holds_uid(uid));
        let account = user.account.as_deref();
        let chat = user.chat.as_deref();
        // The operator may have seen them under the name that stands for theirs in RTC or in RTM.
        let made = |account| [rtc_name(account), user_id(account)];
        self.subjects.contains(&user.subject)
            || uid
            || account.is_some_and(|account| self.holds_account(account))
            || account
                .is_some_and(|account| made(account).iter().any(|name| self.holds_account(name)))
            || chat.is_some_and(|chat| self.holds_chat(chat))
    }

    /// Whether a token would be for somebody on it.
    pub(super) fn holds_slot(&self, slot: &IdentitySlot<'_>) -> bool {
        match slot {
            IdentitySlot::Rtc(Some(RtcUser::Uid(uid))) => self.holds_uid(*uid),
            IdentitySlot::Rtc(Some(RtcUser::Account(account))) => {
                self.holds_account(account.as_str())
            }
            IdentitySlot::User(Some(user)) => self.holds_account(user.as_str()),
            // In RTC, digits are a uid.
            IdentitySlot::RtmAndRtc(Some(user)) => self.holds_account(user.as_str()),
            IdentitySlot::Chat(Some(user)) => self.holds_chat(user.as_str()),
            IdentitySlot::Rtc(None)
            | IdentitySlot::User(None)
            | IdentitySlot::RtmAndRtc(None)
            | IdentitySlot::Chat(None) => false,
        }
    }

    /// Whether a part of a token names or covers a channel or room on it.
    pub(super) fn holds_place(&self, part: &Part<'_>) -> bool {
        if self.channels.is_empty() || part.administers {
            return false;
        }
        let named = match part.room {
            Some(Room::Named(room)) => Some(room),
            Some(Room::Any) => return true,
            None => None,
        };
        part.channels.iter().copied().chain(named).any(|name| {
            let covered = |listed: &String| NamePattern::wildcard_covers(name, listed);
            match crate::params::name::is_wildcard(name) {
                true => self.channels.iter().any(covered),
                false => self.channels.contains(name),
            }
        })
    }

    fn holds_uid(&self, uid: Uid) -> bool {
        self.uids.contains(&uid.get())
    }

    fn holds_account(&self, account: &str) -> bool {
        self.accounts.contains(account)
            || possible_uid(account).is_some_and(|uid| self.uids.contains(&uid))
    }

    fn holds_chat(&self, name: &str) -> bool {
        self.chat.contains(&name.to_lowercase())
    }
}

/// The uid whose signature an account of these digits has.
fn possible_uid(account: &str) -> Option<u32> {
    let uid = account.parse::<u32>().ok()?;
    (uid.to_string() == account).then_some(uid)
}

#[cfg(test)]
mod tests {
    use super::super::RtcIdentity;
    use super::*;

    #[test]
    fn a_user_is_held_by_the_name_that_stands_for_theirs() {
        let user = OwnIdentity {
            subject: "1".to_owned(),
            account: Some("änn".to_owned()),
            chat: None,
            uid: None,
            rtc: RtcIdentity::Uid,
        };
        let holds = |name: &str| {
            let entries = DenyEntries {
                accounts: vec![name.to_owned()],
                ..DenyEntries::default()
            };
            DenyList::new(entries).unwrap().holds_user(&user)
        };
        assert!(holds("änn") && holds(&rtc_name("änn")));
        assert!(!holds("ann") && !holds(&rtc_name("bän")));
    }
}
