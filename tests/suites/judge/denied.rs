//! The deny-list of the secret.

use serde_json::Value;

use crate::identity::Identity;
use crate::keys::Key;
use crate::kinds::{Place, Service, User};
use crate::names::{Product, derived_uid, is_many, uid_of_digits};
use crate::pattern::glob;
use crate::policy::{Broken, list, object, texts};

#[derive(Clone, Debug, Default)]
pub(crate) struct Denied {
    subjects: Vec<String>,
    accounts: Vec<String>,
    uids: Vec<u32>,
    channels: Vec<String>,
    keys: Vec<String>,
}

/// What the deny-list says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Listed {
    No,
    /// The documentation leaves it open.
    Perhaps,
    Yes,
}

impl Denied {
    pub(crate) fn read(document: &Value) -> Result<Self, Broken> {
        if document.is_null() {
            return Ok(Self::default());
        }
        object(document, &["subjects", "accounts", "uids", "channels", "keys"])?;
        let uids = list(&document["uids"])?.iter();
        let uids = uids.map(|uid| uid.as_u64()?.try_into().ok());
        let denied = Self {
            subjects: texts(&document["subjects"])?,
            accounts: texts(&document["accounts"])?,
            uids: uids.collect::<Option<_>>().ok_or(Broken)?,
            channels: texts(&document["channels"])?,
            keys: texts(&document["keys"])?,
        };
        let lists = [&denied.subjects, &denied.accounts, &denied.channels, &denied.keys];
        let count: usize = lists.iter().map(|list| list.len()).sum();
        match count + denied.uids.len() {
            0..=1000 => Ok(denied),
            _ => Err(Broken),
        }
    }

    pub(crate) fn key(&self, key: &Key) -> bool {
        let mut names = self.keys.iter();
        names.any(|name| name == key.id() || Some(name) == key.name.as_ref())
    }

    /// Whether a user gets nothing at all.
    pub(crate) fn user(&self, identity: &Identity) -> bool {
        let accounts = [identity.account.clone(), identity.rtc(), identity.rtm()];
        let mut accounts = accounts.into_iter().flatten();
        self.subjects.contains(&identity.subject)
            || accounts.any(|name| self.accounts.contains(&name))
            || identity.chat.as_ref().is_some_and(|name| self.has_chat(name))
            || identity.uid.is_some_and(|uid| self.uids.contains(&uid))
    }

    fn has_chat(&self, name: &str) -> bool {
        let same = |one: &String| one.to_lowercase() == name.to_lowercase();
        self.accounts.iter().any(|account| {
            let made = Product::Chat.name_of(account);
            same(account) || same(&made)
        })
    }

    /// What is said of a token for these services.
    pub(crate) fn token(&self, services: &[Service]) -> Listed {
        let users = services.iter().filter_map(Service::user).map(|user| self.names(&user));
        let places = services.iter().flat_map(Service::places).map(|place| self.place(&place));
        users.chain(places).max().unwrap_or(Listed::No)
    }

    fn names(&self, user: &User<'_>) -> Listed {
        let of = |product: Product, name: &str| {
            let mut names = self.accounts.iter().chain(&self.subjects);
            names.any(|one| one == name || product.name_of(one) == name)
        };
        let is_uid = |name: &str| {
            uid_of_digits(name).is_some_and(|uid| {
                let mut derived = self.subjects.iter().map(|subject| derived_uid(subject));
                self.uids.contains(&uid) || derived.any(|one| one == uid)
            })
        };
        let (yes, perhaps) = match *user {
            User::Rtc(name) => (of(Product::Rtc, name) || is_uid(name), is_many(name)),
            User::Account(name) => (of(Product::Rtm, name), is_many(name) || is_uid(name)),
            User::Chat(name) => {
                let mut subjects = self.subjects.iter();
                let by_subject = subjects.any(|one| Product::Chat.name_of(one) == name);
                let mut cased = self.subjects.iter();
                let cased = cased.any(|one| one.to_lowercase() == name.to_lowercase());
                (self.has_chat(name) || by_subject, is_uid(name) || cased)
            }
        };
        match (yes, perhaps) {
            (true, _) => Listed::Yes,
            (false, true) if !self.is_empty() => Listed::Perhaps,
            _ => Listed::No,
        }
    }

    fn place(&self, place: &Place<'_>) -> Listed {
        let listed = match place {
            Place::EveryRoom => !self.channels.is_empty(),
            Place::Channel(name) | Place::Room(name) => self.channels.iter().any(|denied| {
                denied == name || name.trim().is_empty() || name.contains('*') && glob(name, denied)
            }),
        };
        if listed { Listed::Yes } else { Listed::No }
    }

    fn is_empty(&self) -> bool {
        self.subjects.is_empty() && self.accounts.is_empty() && self.uids.is_empty()
    }
}
