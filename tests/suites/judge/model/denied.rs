//! The deny-list of the secret.

use serde_json::Value;

use crate::kinds::{Place, Service, User};
use crate::model::identity::Identity;
use crate::model::keys::Key;
use crate::model::names::{Product, derived_uid, uid_of_digits};
use crate::model::pattern::glob;
use crate::model::policy::{Broken, list, object, texts};

#[derive(Clone, Debug, Default)]
pub(crate) struct Denied {
    subjects: Vec<String>,
    accounts: Vec<String>,
    uids: Vec<u32>,
    channels: Vec<String>,
    keys: Vec<String>,
}

impl Denied {
    pub(crate) fn read(document: &Value) -> Result<Self, Broken> {
        if document.is_null() {
            return Ok(Self::default());
        }
        object(
            document,
            &["subjects", "accounts", "uids", "channels", "keys"],
        )?;
        let uids = list(&document["uids"])?.iter();
        let uids = uids.map(|uid| uid.as_u64()?.try_into().ok());
        let denied = Self {
            subjects: texts(&document["subjects"])?,
            accounts: texts(&document["accounts"])?,
            uids: uids.collect::<Option<_>>().ok_or(Broken)?,
            channels: texts(&document["channels"])?,
            keys: texts(&document["keys"])?,
        };
        let lists = [
            &denied.subjects,
            &denied.accounts,
            &denied.channels,
            &denied.keys,
        ];
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
            || accounts.any(|name| self.name(&User::Account(&name)))
            || identity
                .claimed_chat
                .as_ref()
                .is_some_and(|name| self.name(&User::Chat(name)))
            || identity.uid.is_some_and(|uid| self.uid(uid))
    }

    /// Whether a token for these services is for somebody on it, or for somewhere.
    pub(crate) fn token(&self, services: &[Service]) -> bool {
        let mut users = services.iter().filter_map(Service::user);
        let mut places = services.iter().flat_map(Service::places);
        users.any(|user| self.name(&user)) || places.any(|place| self.place(&place))
    }

    /// The accounts, those of subjects included.
    fn accounts(&self) -> impl Iterator<Item = &str> {
        self.accounts
            .iter()
            .chain(&self.subjects)
            .map(String::as_str)
    }

    fn uid(&self, uid: u32) -> bool {
        self.uids.contains(&uid)
            || self
                .subjects
                .iter()
                .any(|subject| derived_uid(subject) == uid)
            || self
                .accounts()
                .any(|account| uid_of_digits(account) == Some(uid))
    }

    fn name(&self, user: &User<'_>) -> bool {
        let made = |product: Product, name: &str| {
            self.accounts()
                .any(|one| one == name || product.name_of(one) == name)
        };
        match *user {
            User::Rtc(name) | User::Account(name) => {
                made(Product::Rtc, name)
                    || made(Product::Rtm, name)
                    || uid_of_digits(name).is_some_and(|uid| self.uid(uid))
            }
            User::Chat(name) => {
                let name = name.to_lowercase();
                made(Product::Chat, &name) || self.accounts().any(|one| one.to_lowercase() == name)
            }
        }
    }

    fn place(&self, place: &Place<'_>) -> bool {
        match place {
            Place::EveryRoom => !self.channels.is_empty(),
            Place::Channel(name) | Place::Room(name) => self.channels.iter().any(|denied| {
                denied == name || name.trim().is_empty() || name.contains('*') && glob(name, denied)
            }),
        }
    }
}
