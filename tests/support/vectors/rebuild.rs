//! The call that a vector records, made with our builders.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fmt::{self, Debug, Display},
    str::FromStr,
};

use agora_token::token::{
    AccessToken, AccessToken2, AppCertificate, AppId, BuildError, ParseError, Privileges,
    RtmPermissions, Service, ServiceKind, SignedToken,
    builders::{chat, convoai, education, fcdn, fpa, rtc, rtc006, rtm, rtm006, streaming, stt},
    uid_text,
    whiteboard::{WhiteboardResource, WhiteboardRole, WhiteboardSecretKey, WhiteboardToken},
};
use serde::Deserialize;
use serde_json::Value;

use rtc::{RtcPrivileges, RtcRole};

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

fn access_token2(method: &str, inputs: &Inputs, app_id: AppId) -> Result<AccessToken2, Refusal> {
    let (expire, services) = services(method, inputs)?;
    Ok(AccessToken2 {
        app_id,
        issue_ts: inputs.number("issue_ts")?,
        expire,
        salt: inputs.number("salt")?,
        services,
    })
}

/// The lifetime of the token, and what it opens.
fn services(method: &str, inputs: &Inputs) -> Result<(u32, Vec<Service>), Refusal> {
    let expire = |key: &str| inputs.number::<u32>(key);
    Ok(match method {
        "rtc.build_token_with_uid" | "rtc.build_token_with_user_account" => {
            let (channel, user) = (inputs.text("channel_name")?, inputs.user()?);
            let role = RtcRole::from_number(inputs.number("role")?);
            let privilege_expire = expire("privilege_expire")?;
            let service = rtc::with_role(&channel, &user, role, privilege_expire);
            (expire("token_expire")?, vec![service])
        }
        "rtc.build_token_with_uid_and_privilege"
        | "rtc.build_token_with_user_account_and_privilege" => {
            let (channel, user) = (inputs.text("channel_name")?, inputs.user()?);
            let service = rtc::with_privileges(&channel, &user, inputs.rtc_privileges()?);
            (expire("token_expire")?, vec![service])
        }
        "rtc.build_token_with_rtm" => {
            let (channel, account) = (inputs.text("channel_name")?, inputs.text("account")?);
            let role = RtcRole::from_number(inputs.number("role")?);
            let token_expire = expire("token_expire")?;
            let privilege_expire = expire("privilege_expire")?;
            let services = rtc::with_rtm(&channel, &account, role, token_expire, privilege_expire);
            (token_expire, services)
        }
        "rtc.build_token_with_rtm2" | "convoai.build_token" | "stt.build_token" => {
            let build = match method {
                "convoai.build_token" => convoai::services,
                "stt.build_token" => stt::services,
                _ => rtc::with_rtm2,
            };
            let services = build(
                &inputs.text("channel_name")?,
                &inputs.text("rtc_account")?,
                RtcRole::from_number(inputs.number("rtc_role")?),
                inputs.rtc_privileges()?,
                &inputs.text("rtm_user_id")?,
                expire("rtm_token_expire")?,
            );
            (expire("rtc_token_expire")?, services)
        }
        "community.rtc.build_token_with_uid" => {
            let (channel, user) = (inputs.text("channel_name")?, inputs.user()?);
            let role = RtcRole::from_number(inputs.number("role")?);
            let expire = expire("expire")?;
            (expire, vec![rtc::with_role(&channel, &user, role, expire)])
        }
        "rtm.build_token" => {
            let expire = expire("expire")?;
            (expire, vec![rtm::login(&inputs.text("user_id")?, expire)])
        }
        "rtm.build_token_with_permissions" => {
            let expire = expire("expire")?;
            let (user_id, permissions) = (inputs.text("user_id")?, inputs.permissions()?);
            (
                expire,
                vec![rtm::with_permissions(&user_id, expire, permissions)],
            )
        }
        "community.rtm.build_token" => {
            let expire = expire("expire")?;
            let (user_id, stream) = (inputs.text("user_id")?, inputs.text("stream_name")?);
            (expire, rtm::with_stream_channel(&user_id, expire, &stream))
        }
        "fpa.build_token" => (fpa::TOKEN_EXPIRE, vec![fpa::login()]),
        "chat.build_user_token" => {
            let expire = expire("expire")?;
            (expire, vec![chat::user(&inputs.text("user_id")?, expire)])
        }
        "chat.build_app_token" => {
            let expire = expire("expire")?;
            (expire, vec![chat::app(expire)])
        }
        "apaas.build_room_user_token" | "education.build_room_user_token" => {
            let expire = expire("expire")?;
            let (room, user) = (inputs.text("room_uuid")?, inputs.text("user_uuid")?);
            (
                expire,
                education::room_user(&room, &user, inputs.number("role")?, expire),
            )
        }
        "apaas.build_user_token" | "education.build_user_token" => {
            let expire = expire("expire")?;
            (
                expire,
                vec![education::user(&inputs.text("user_uuid")?, expire)],
            )
        }
        "apaas.build_app_token" | "education.build_app_token" => {
            let expire = expire("expire")?;
            (expire, vec![education::app(expire)])
        }
        "docker_server.generate" => docker_server(&inputs.object("request")?)?,
        "access_token2.build" => {
            let services = inputs.objects("services")?;
            (
                expire("expire")?,
                services.iter().map(service).collect::<Result<_, _>>()?,
            )
        }
        _ => return Err(Refusal::UnknownMethod(method.to_owned())),
    })
}

/// What Agora's own sample server makes of a request (`go/docker/server.go` in AgoraIO/Tools).
fn docker_server(request: &Inputs) -> Result<(u32, Vec<Service>), Refusal> {
    let expire = request.number("tokenExpireTs")?;
    let privilege_expire = request.number("privilegeExpireTs")?;
    let (channel, uid) = (request.text("channelName")?, request.text("uid")?);
    let mut services = Vec::new();
    if let Some(rtc) = request.optional_object("serviceRtc")? {
        let role = RtcRole::from_number(rtc.number("role")?);
        if rtc.flag("enable")? {
            services.push(rtc::with_role(&channel, &uid, role, privilege_expire));
        }
        rtc.all_used()?;
    }
    if let Some(rtm) = request.optional_object("serviceRtm")? {
        if rtm.flag("enable")? {
            services.push(rtm::login(&uid, expire));
        }
        rtm.all_used()?;
    }
    if let Some(fpa) = request.optional_object("serviceFpa")? {
        if fpa.flag("enable")? {
            services.push(fpa::login());
        }
        fpa.all_used()?;
    }
    if let Some(chat) = request.optional_object("serviceChat")? {
        let user = chat.text("userUuid")?;
        if chat.flag("enableUser")? {
            services.push(chat::user(&user, expire));
        }
        if chat.flag("enableApp")? {
            services.push(chat::app(expire));
        }
        chat.all_used()?;
    }
    if let Some(apaas) = request.optional_object("serviceApaas")? {
        let user = apaas.text("userUuid")?;
        if apaas.flag("enableUser")? {
            services.push(education::user(&user, expire));
        }
        if apaas.flag("enableApp")? {
            services.push(education::app(expire));
        }
        apaas.all_used()?;
    }
    request.all_used()?;
    Ok((expire, services))
}

/// One service as the low-level builders are given it.
fn service(inputs: &Inputs) -> Result<Service, Refusal> {
    let privileges = inputs.privileges("privileges")?;
    let text = |key: &str| inputs.text(key);
    let name = text("name")?;
    let service = match &*name {
        // There are functions for these two, and no official builder that would cover them.
        "streaming" => streaming::service(
            &text("channel_name")?,
            &text("account")?,
            streaming::StreamingPrivileges {
                publish_mix_stream: privileges.get(1_u16),
                publish_raw_stream: privileges.get(2_u16),
            },
        ),
        "fcdn" => fcdn::service(
            &text("channel_name")?,
            &text("account")?,
            fcdn::FcdnPrivileges {
                publish: privileges.get(1_u16),
                play: privileges.get(2_u16),
            },
        ),
        _ => {
            let kind = match &*name {
                "rtc" => ServiceKind::Rtc {
                    channel_name: text("channel_name")?,
                    uid: text("uid")?,
                },
                "rtm" => ServiceKind::Rtm {
                    user_id: text("user_id")?,
                },
                "fpa" => ServiceKind::Fpa,
                "chat" => ServiceKind::Chat {
                    user_id: text("user_id")?,
                },
                "apaas" => ServiceKind::Apaas {
                    room_uuid: text("room_uuid")?,
                    user_uuid: text("user_uuid")?,
                    role: inputs.number("role")?,
                },
                "rtm2" => ServiceKind::Rtm2 {
                    user_id: text("user_id")?,
                    permissions: inputs.permissions()?,
                },
                _ => return Err(Refusal::UnknownMethod(format!("service {name}"))),
            };
            Service {
                kind,
                privileges: privileges.clone(),
            }
        }
    };
    // Both follow from the name: the vector says them in other words.
    if service.service_type() != inputs.number::<u16>("type")? || service.kind.name() != name {
        return Err(Refusal::NotExpressible("type".to_owned()));
    }
    if service.privileges != privileges {
        return Err(Refusal::NotExpressible("privileges".to_owned()));
    }
    inputs.all_used()?;
    Ok(service)
}

fn access_token(method: &str, inputs: &Inputs, app_id: AppId) -> Result<AccessToken, Refusal> {
    let expired_ts = || inputs.number("privilege_expired_ts");
    let (channel_name, uid, privileges) = match method {
        "rtc006.build_token_with_uid" | "rtc006.build_token_with_account" => {
            let role = rtc006::Rtc006Role::from_number(inputs.number("role")?);
            let privileges = rtc006::privileges(role, expired_ts()?);
            (inputs.text("channel_name")?, inputs.user()?, privileges)
        }
        "rtm006.build_token" => {
            // Every library asks for a role and ignores it.
            inputs.number::<u32>("role")?;
            let privileges = rtm006::privileges(expired_ts()?);
            (inputs.text("user_account")?, String::new(), privileges)
        }
        "access_token006.build" => {
            let privileges = inputs.privileges("privileges")?;
            (inputs.text("channel_name")?, inputs.user()?, privileges)
        }
        _ => return Err(Refusal::UnknownMethod(method.to_owned())),
    };
    let (salt, ts) = (inputs.number("salt")?, inputs.number("ts")?);
    Ok(AccessToken {
        app_id,
        channel_name,
        uid,
        salt,
        ts,
        privileges,
    })
}

fn whiteboard(resource: &str, inputs: &Inputs) -> Result<Unsigned, Refusal> {
    let uuid = || inputs.text("uuid");
    let resource = match resource {
        "sdk" => WhiteboardResource::Sdk,
        "room" => WhiteboardResource::Room { uuid: uuid()? },
        "task" => WhiteboardResource::Task { uuid: uuid()? },
        _ => return Err(Refusal::UnknownMethod(format!("netless.{resource}"))),
    };
    let role = match &*inputs.text("role")? {
        "0" => WhiteboardRole::Admin,
        "1" => WhiteboardRole::Writer,
        "2" => WhiteboardRole::Reader,
        _ => return Err(Refusal::NotExpressible("role".to_owned())),
    };
    // The libraries read the clock and add a lifespan; ours is given the end.
    let (now_ms, lifespan) = (
        inputs.number::<u64>("now_ms")?,
        inputs.number::<u64>("lifespan")?,
    );
    let token = WhiteboardToken {
        access_key: inputs.text("ak")?,
        nonce: inputs.text("nonce")?,
        role,
        resource,
        expire_at_ms: (lifespan > 0).then_some(now_ms + lifespan),
    };
    Ok(Unsigned::Whiteboard(
        token,
        credential(&inputs.text("sk")?)?,
    ))
}

/// The inputs of a call, which remember who was asked for.
struct Inputs<'a> {
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
    fn text(&self, key: &str) -> Result<String, Refusal> {
        self.get(key, |value| match value {
            Value::String(text) => Some(text.clone()),
            _ => {
                let count = usize::try_from(value.get("count")?.as_u64()?).ok()?;
                Some(value.get("repeat")?.as_str()?.repeat(count))
            }
        })
    }

    fn number<T: TryFrom<i64>>(&self, key: &str) -> Result<T, Refusal> {
        self.get(key, |value| value.as_i64()?.try_into().ok())
    }

    fn flag(&self, key: &str) -> Result<bool, Refusal> {
        self.get(key, Value::as_bool)
    }

    fn object(&self, key: &str) -> Result<Inputs<'a>, Refusal> {
        self.get(key, |value| Inputs::new(value).ok())
    }

    fn optional_object(&self, key: &str) -> Result<Option<Inputs<'a>>, Refusal> {
        self.values
            .contains_key(key)
            .then(|| self.object(key))
            .transpose()
    }

    fn objects(&self, key: &str) -> Result<Vec<Inputs<'a>>, Refusal> {
        self.get(key, |value| {
            value
                .as_array()?
                .iter()
                .map(|v| Inputs::new(v).ok())
                .collect()
        })
    }

    /// A numeric `uid` or a user `account`, whichever the method has.
    fn user(&self) -> Result<String, Refusal> {
        if self.values.contains_key("uid") {
            self.number("uid").map(uid_text)
        } else {
            self.text("account")
        }
    }

    fn rtc_privileges(&self) -> Result<RtcPrivileges, Refusal> {
        Ok(RtcPrivileges {
            join_channel: self.number("join_channel_privilege_expire")?,
            publish_audio_stream: self.number("pub_audio_privilege_expire")?,
            publish_video_stream: self.number("pub_video_privilege_expire")?,
            publish_data_stream: self.number("pub_data_stream_privilege_expire")?,
        })
    }

    /// `[[id, value], ..]`, in the order in which they were added.
    fn privileges(&self, key: &str) -> Result<Privileges, Refusal> {
        self.get(key, |value| {
            let entries = Vec::<(u16, u32)>::deserialize(value).ok()?;
            Some(entries.into_iter().collect())
        })
    }

    /// `[[resource type, permission, [name, ..]], ..]`, in the order in which they were added.
    fn permissions(&self) -> Result<RtmPermissions, Refusal> {
        self.get("permissions", |value| {
            let lists = Vec::<(u16, u16, Vec<String>)>::deserialize(value).ok()?;
            let mut permissions = RtmPermissions::new();
            for (resource, permission, names) in lists {
                permissions.set(resource, permission, names);
            }
            Some(permissions)
        })
    }

    fn all_used(&self) -> Result<(), Refusal> {
        let used = self.used.borrow();
        match self.values.keys().find(|key| !used.contains(*key)) {
            Some(key) => Err(Refusal::UnusedInput(key.clone())),
            None => Ok(()),
        }
    }
}

fn credential<T: FromStr<Err: Display>>(text: &str) -> Result<T, Refusal> {
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
