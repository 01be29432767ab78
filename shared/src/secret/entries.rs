//! Members of the secret document that are about access.

use super::DocumentError;
use crate::access::{ApiKeys, DenyEntries, DenyList, KeyEntry};
use crate::params::{FromValue, Uid, Value};
use crate::token::AppId;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::fmt;
use zeroize::Zeroizing;

/// An API key: a text that may have everything, or an object that says more.
pub(super) enum ApiKeyEntry {
    Text(Zeroizing<String>),
    Object(Box<PurposeEntry>),
}

/// A key with a purpose. `name` is required, so that a log can speak of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PurposeEntry {
    name: String,
    key: Option<Zeroizing<String>>,
    sha256: Option<String>,
    policy: Option<Value>,
    projects: Option<Vec<String>>,
    not_before: Option<Value>,
    expires: Option<Value>,
    #[serde(default)]
    publishable: bool,
    origins: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for ApiKeyEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;
        impl<'de> Visitor<'de> for Entry {
            type Value = ApiKeyEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an API key or an object with one")
            }

            fn visit_str<E: Error>(self, key: &str) -> Result<ApiKeyEntry, E> {
                Ok(ApiKeyEntry::Text(Zeroizing::new(key.to_owned())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ApiKeyEntry, A::Error> {
                let entry = PurposeEntry::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ApiKeyEntry::Object(Box::new(entry)))
            }
        }
        deserializer.deserialize_any(Entry)
    }
}

impl PurposeEntry {
    /// Adds the key, which stands at `field` in the list of this project, or of all.
    pub(super) fn add(
        self,
        field: &str,
        project: Option<AppId>,
        api_keys: &mut ApiKeys,
    ) -> Result<(), DocumentError> {
        let read = |text: String| text.parse::<AppId>();
        let projects = self
            .projects
            .map(|list| list.into_iter().map(read).collect());
        let projects = projects.transpose().map_err(|_| {
            DocumentError::new(
                format!("{field}.projects"),
                "must hold App IDs: the 32 hex digits that Agora Console shows",
            )
        })?;
        let entry = KeyEntry {
            name: &self.name,
            key: self.key.as_ref().map(|key| key.as_str()),
            sha256: self.sha256.as_deref(),
            policy: self.policy,
            projects,
            not_before: self.not_before,
            expires: self.expires,
            publishable: self.publishable,
            origins: self.origins,
        };
        let added = api_keys.push_entry(entry, field, project);
        added.map_err(|(member, rule)| DocumentError::new(member, rule))
    }
}

/// The deny-list.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Denied {
    subjects: Vec<String>,
    accounts: Vec<String>,
    uids: Vec<Value>,
    channels: Vec<String>,
    keys: Vec<String>,
}

impl Denied {
    pub(super) fn into_list(self) -> Result<DenyList, DocumentError> {
        let read = |value| Uid::from_value(value, "denied.uids");
        let uids = self.uids.into_iter().map(read).collect::<Result<_, _>>();
        let entries = DenyEntries {
            subjects: self.subjects,
            accounts: self.accounts,
            uids: uids.map_err(|_| {
                DocumentError::new("denied.uids", "must hold uids: whole numbers of 32 bits")
            })?,
            channels: self.channels,
            keys: self.keys,
        };
        DenyList::new(entries).map_err(|rule| DocumentError::new("denied", rule))
    }
}
