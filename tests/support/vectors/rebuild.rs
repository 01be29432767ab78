//! The call that a vector records, made with our builders.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fmt::{self, Debug, Display},
    str::FromStr,
};

use agora_token::token::{
    AccessToken, AccessToken2, AppCertificate, BuildError, ParseError, Privileges, RtmPermissions,
    Service, SignedToken,
    builders::rtc::RtcPrivileges,
    uid_text,
    whiteboard::{WhiteboardSecretKey, WhiteboardToken},
};
use serde::Deserialize;
use serde_json::Value;

use super::calls::{access_token, access_token2, whiteboard};

/// A token of any version before it is signed, and its key.
pub enum Unsigned {
    /// Version 007.
    V007(AccessToken2, AppCertificate),
    /// Version 006.
    V006(AccessToken, AppCertificate),
    /// A whiteboard token.
    Whiteboard(WhiteboardToken, WhiteboardSecretKey),
}

/// Why a vector does not become a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No method of this name is known here: the test is incomplete.
    UnknownMethod(String),
    /// The vector has an input that no one looked at: the test is incomplete.
    UnusedInput(String),
    /// The value of this input has no counterpart in the types of our builders.
    NotExpressible(String),
    /// A credential is malformed.
    Credential(String),
    /// The builder refuses.
    Build(BuildError),
}

impl Unsigned {
    /// What the vector's builder call makes.
    ///
    /// # Errors
    /// [`Refusal`]
    pub fn from_call(
        method: &str,
        inputs: &Value,
        app_id: &str,
        app_certificate: &str,
    ) -> Result<Self, Refusal> {
        let inputs = &Inputs::new(inputs)?;
        let unsigned = if let Some(resource) = method.strip_prefix("netless.") {
            whiteboard(resource, inputs)?
        } else {
            let app_id = credential(app_id)?;
            let certificate = credential(app_certificate)?;
            match method {
                "rtc006.build_token_with_uid"
                | "rtc006.build_token_with_account"
                | "rtm006.build_token"
                | "access_token006.build" => {
                    Self::V006(access_token(method, inputs, app_id)?, certificate)
                }
                _ => Self::V007(access_token2(method, inputs, app_id)?, certificate),
            }
        };
        inputs.all_used()?;
        Ok(unsigned)
    }

    /// Signs the token.
    ///
    /// # Errors
    /// [`Refusal::Build`]
    pub fn sign(&self) -> Result<SignedToken, Refusal> {
        match self {
            Self::V007(token, certificate) => token.sign(certificate).map_err(Refusal::Build),
            Self::V006(token, certificate) => token.sign(certificate).map_err(Refusal::Build),
            Self::Whiteboard(token, secret_key) => Ok(token.sign(secret_key)),
        }
    }

    /// Whether a text is this token: it holds the same inputs, these bytes were signed, the
    /// signature is right, and another key's would not be.
    ///
    /// # Errors
    /// What is not as it should be, in words.
    pub fn is_read_from(&self, text: &str, message: &[u8], signature: &[u8]) -> Result<(), String> {
        let unreadable = |error: ParseError| format!("the token is not read: {error}");
        match self {
            Self::V007(token, certificate) => {
                let parsed = AccessToken2::parse(text).map_err(unreadable)?;
                same("app_id", &parsed.app_id.as_str(), &token.app_id.as_str())?;
                same("issue_ts", &parsed.issue_ts, &token.issue_ts)?;
                same("expire", &parsed.expire, &token.expire)?;
                same("salt", &parsed.salt, &token.salt)?;
                let mut services = token.services.clone();
                services.sort_by_key(Service::service_type);
                same("services", &parsed.services, &services)?;
                same("unknown_service", &parsed.unknown_service, &None)?;
                super::same_bytes("the message read", message, parsed.message())?;
                super::same_bytes("the signature read", signature, parsed.signature())?;
                same("verified", &parsed.verify(certificate), &true)?;
                same(
                    "verified by another",
                    &parsed.verify(&another_certificate()),
                    &false,
                )
            }
            Self::V006(token, certificate) => {
                let parsed = AccessToken::parse(text).map_err(unreadable)?;
                let (channel, uid) = (&*token.channel_name, &*token.uid);
                same("app_id", &parsed.app_id.as_str(), &token.app_id.as_str())?;
                same(
                    "crc_channel",
                    &parsed.crc_channel,
                    &crc32(channel.as_bytes()),
                )?;
                same("crc_uid", &parsed.crc_uid, &crc32(uid.as_bytes()))?;
                same("salt", &parsed.salt, &token.salt)?;
                same("ts", &parsed.ts, &token.ts)?;
                same("privileges", &parsed.privileges, &token.privileges)?;
                let prefix = [token.app_id.as_str(), channel, uid].concat().into_bytes();
                let read = [&prefix, parsed.message()].concat();
                super::same_bytes("the message read", message, &read)?;
                super::same_bytes("the signature read", signature, parsed.signature())?;
                let another = &another_certificate();
                same("verified", &parsed.verify(certificate, channel, uid), &true)?;
                same(
                    "verified by another",
                    &parsed.verify(another, channel, uid),
                    &false,
                )?;
                same(
                    "verified elsewhere",
                    &parsed.verify(certificate, "elsewhere", uid),
                    &false,
                )
            }
            Self::Whiteboard(token, secret_key) => {
                let parsed = WhiteboardToken::parse(text).map_err(unreadable)?;
                same("fields", &parsed.token, token)?;
                super::same_bytes("the signature read", signature, parsed.signature())?;
                let another = &"another key".parse().unwrap();
                same("verified", &parsed.verify(secret_key), &true)?;
                same("verified by another", &parsed.verify(another), &false)
            }
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMethod(method) => write!(f, "no test knows the method {method}"),
            Self::UnusedInput(input) => write!(f, "no test looks at the input {input}"),
            Self::NotExpressible(input) => write!(f, "the types cannot express {input}"),
            Self::Credential(error) => f.write_str(error),
            Self::Build(error) => write!(f, "{error}"),
        }
    }
}

/// The inputs of a call, which remember who was asked for.
pub(super) struct Inputs<'a> {
    values: &'a serde_json::Map<String, Value>,
    used: RefCell<BTreeSet<String>>,
}

impl<'a> Inputs<'a> {
    fn new(inputs: &'a Value) -> Result<Self, Refusal> {
        let values = inputs
            .as_object()
            .ok_or_else(|| Refusal::NotExpressible("inputs".to_owned()))?;
        Ok(Self {
            values,
            used: RefCell::default(),
        })
    }

    fn get<T>(
        &self,
        key: &str,
        convert: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, Refusal> {
        self.used.borrow_mut().insert(key.to_owned());
        self.values
            .get(key)
            .and_then(convert)
            .ok_or_else(|| Refusal::NotExpressible(key.to_owned()))
    }

    /// A text, which a vector may abbreviate as `{"repeat": "c", "count": 70000}`.
    pub(super) fn text(&self, key: &str) -> Result<String, Refusal> {
        self.get(key, |value| match value {
            Value::String(text) => Some(text.clone()),
            _ => {
                let count = usize::try_from(value.get("count")?.as_u64()?).ok()?;
                Some(value.get("repeat")?.as_str()?.repeat(count))
            }
        })
    }

    pub(super) fn number<T: TryFrom<i64>>(&self, key: &str) -> Result<T, Refusal> {
        self.get(key, |value| value.as_i64()?.try_into().ok())
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, Refusal> {
        self.get(key, Value::as_bool)
    }

    pub(super) fn object(&self, key: &str) -> Result<Inputs<'a>, Refusal> {
        self.get(key, |value| Inputs::new(value).ok())
    }

    pub(super) fn optional_object(&self, key: &str) -> Result<Option<Inputs<'a>>, Refusal> {
        self.values
            .contains_key(key)
            .then(|| self.object(key))
            .transpose()
    }

    pub(super) fn objects(&self, key: &str) -> Result<Vec<Inputs<'a>>, Refusal> {
        self.get(key, |value| {
            value
                .as_array()?
                .iter()
                .map(|v| Inputs::new(v).ok())
                .collect()
        })
    }

    /// A numeric `uid` or a user `account`, whichever the method has.
    pub(super) fn user(&self) -> Result<String, Refusal> {
        if self.values.contains_key("uid") {
            self.number("uid").map(uid_text)
        } else {
            self.text("account")
        }
    }

    pub(super) fn rtc_privileges(&self) -> Result<RtcPrivileges, Refusal> {
        Ok(RtcPrivileges {
            join_channel: self.number("join_channel_privilege_expire")?,
            publish_audio_stream: self.number("pub_audio_privilege_expire")?,
            publish_video_stream: self.number("pub_video_privilege_expire")?,
            publish_data_stream: self.number("pub_data_stream_privilege_expire")?,
        })
    }

    /// `[[id, value], ..]`, in the order in which they were added.
    pub(super) fn privileges(&self, key: &str) -> Result<Privileges, Refusal> {
        self.get(key, |value| {
            let entries = Vec::<(u16, u32)>::deserialize(value).ok()?;
            Some(entries.into_iter().collect())
        })
    }

    /// `[[resource type, permission, [name, ..]], ..]`, in the order in which they were added.
    pub(super) fn permissions(&self) -> Result<RtmPermissions, Refusal> {
        self.get("permissions", |value| {
            let lists = Vec::<(u16, u16, Vec<String>)>::deserialize(value).ok()?;
            let mut permissions = RtmPermissions::new();
            for (resource, permission, names) in lists {
                permissions.set(resource, permission, names);
            }
            Some(permissions)
        })
    }

    pub(super) fn all_used(&self) -> Result<(), Refusal> {
        let used = self.used.borrow();
        match self.values.keys().find(|key| !used.contains(*key)) {
            Some(key) => Err(Refusal::UnusedInput(key.clone())),
            None => Ok(()),
        }
    }
}

pub(super) fn credential<T: FromStr<Err: Display>>(text: &str) -> Result<T, Refusal> {
    text.parse()
        .map_err(|error: T::Err| Refusal::Credential(error.to_string()))
}

/// Not the certificate of any vector.
fn another_certificate() -> AppCertificate {
    "00000000000000000000000000000000".parse().unwrap()
}

/// CRC-32 (IEEE), bit by bit, so that the tests do not trust the library they test.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn same<T: PartialEq + Debug>(what: &str, actual: &T, expected: &T) -> Result<(), String> {
    if actual == expected {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, got {actual:?}"))
}
