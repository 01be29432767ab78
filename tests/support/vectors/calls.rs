//! The builders of the official libraries, each by its name in the vectors: which builder of ours makes the
//! same, and which request asks for it.

use agora_token::token::{
    AccessToken, AccessToken2, AppId, Service, ServiceKind,
    builders::{chat, convoai, education, fcdn, fpa, rtc, rtc006, rtm, rtm006, streaming, stt},
    whiteboard::{WhiteboardResource, WhiteboardRole, WhiteboardToken},
};
use serde_json::{Map, Value, json};

use super::rebuild::{Inputs, Refusal, Unsigned, credential};
use rtc::{RtcPrivileges, RtcRole};

/// The builders of agents' tokens, which take the same arguments: each by its kind of token.
const AGENTS: [(&str, AgentBuilder); 2] = [("convoai", convoai::services), ("stt", stt::services)];

type AgentBuilder = fn(&str, &str, RtcRole, RtcPrivileges, &str, u32) -> Vec<Service>;

/// The kind of token whose agent builder this is.
fn agent(method: &str) -> Option<(&str, AgentBuilder)> {
    let kind = method.strip_suffix(".build_token")?;
    AGENTS.into_iter().find(|(name, _)| *name == kind)
}

// ---- Our builders ----

pub(super) fn access_token2(
    method: &str,
    inputs: &Inputs,
    app_id: AppId,
) -> Result<AccessToken2, Refusal> {
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
        "rtc.build_token_with_rtm2" => with_rtm2(inputs, rtc::with_rtm2)?,
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
        _ => match agent(method) {
            Some((_, build)) => with_rtm2(inputs, build)?,
            None => return Err(Refusal::UnknownMethod(method.to_owned())),
        },
    })
}

/// RTC and RTM, and what an agent has beside them.
fn with_rtm2(inputs: &Inputs, build: AgentBuilder) -> Result<(u32, Vec<Service>), Refusal> {
    let services = build(
        &inputs.text("channel_name")?,
        &inputs.text("rtc_account")?,
        RtcRole::from_number(inputs.number("rtc_role")?),
        inputs.rtc_privileges()?,
        &inputs.text("rtm_user_id")?,
        inputs.number("rtm_token_expire")?,
    );
    Ok((inputs.number("rtc_token_expire")?, services))
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

pub(super) fn access_token(
    method: &str,
    inputs: &Inputs,
    app_id: AppId,
) -> Result<AccessToken, Refusal> {
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

pub(super) fn whiteboard(resource: &str, inputs: &Inputs) -> Result<Unsigned, Refusal> {
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

// ---- Requests ----

/// The POST that asks for what a builder call makes.
///
/// It is written whether or not the service grants it: an argument that the API has no name for gets the name
/// that it would have, so that a request which leaves something unsaid cannot pass for the call.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The path.
    pub path: String,
    /// The parameters.
    pub body: Value,
}

fn ask(path: &str, body: Value) -> TokenRequest {
    TokenRequest {
        path: path.to_owned(),
        body,
    }
}

/// The life of a 006 token, which every official builder adds to the clock to get `ts`.
pub const LEGACY_LIFE: i64 = 86_400;

impl TokenRequest {
    /// The request for a call of this builder.
    ///
    /// # Panics
    /// If the method is not known here.
    #[must_use]
    pub fn for_call(method: &str, inputs: &Value) -> Self {
        let text = |key: &str| inputs[key].clone();
        match method {
            "rtc.build_token_with_uid" | "rtc.build_token_with_user_account" => {
                let mut body = user(inputs);
                body["channelName"] = text("channel_name");
                body["role"] = text("role");
                body["tokenExpire"] = text("token_expire");
                // Left out where the API has the same value without it.
                if inputs["privilege_expire"] != inputs["token_expire"] {
                    body["privilegeExpire"] = text("privilege_expire");
                }
                ask("/v1/rtc", body)
            }
            "rtc.build_token_with_uid_and_privilege"
            | "rtc.build_token_with_user_account_and_privilege" => {
                let mut body = user(inputs);
                body["channelName"] = text("channel_name");
                body["privileges"] = rtc_privileges(inputs);
                body["tokenExpire"] = text("token_expire");
                ask("/v1/rtc", body)
            }
            "community.rtc.build_token_with_uid" => {
                let mut body = user(inputs);
                body["channelName"] = text("channel_name");
                body["role"] = text("role");
                body["expire"] = text("expire");
                ask("/v1/rtc", body)
            }
            "rtc.build_token_with_rtm" => {
                let mut rtc = user(inputs);
                rtc["type"] = "rtc".into();
                rtc["channelName"] = text("channel_name");
                rtc["role"] = text("role");
                rtc["privilegeExpire"] = text("privilege_expire");
                let rtm = json!({"type": "rtm", "userId": inputs["account"]});
                bundle(&inputs["token_expire"], vec![rtc, rtm])
            }
            "rtc.build_token_with_rtm2" => {
                let expire = &inputs["rtc_token_expire"];
                let mut rtc = rtc_of_rtm2(inputs);
                rtc["type"] = "rtc".into();
                let rtm = json!({"type": "rtm", "userId": inputs["rtm_user_id"]});
                let rtm = lasting(rtm, &inputs["rtm_token_expire"], expire);
                bundle(expire, vec![rtc, rtm])
            }
            "rtm.build_token" => ask(
                "/v1/rtm",
                json!({"userId": inputs["user_id"], "tokenExpire": inputs["expire"]}),
            ),
            "rtm.build_token_with_permissions" => ask(
                "/v1/rtm",
                json!({
                    "userId": inputs["user_id"],
                    "permissions": permissions(&inputs["permissions"]),
                    "tokenExpire": inputs["expire"],
                }),
            ),
            "community.rtm.build_token" => {
                let mut body =
                    json!({"userId": inputs["user_id"], "tokenExpire": inputs["expire"]});
                if inputs["stream_name"] != "" {
                    body["channelName"] = text("stream_name");
                }
                ask("/v1/rtm", body)
            }
            "fpa.build_token" => ask("/v1/fpa", json!({})),
            "chat.build_user_token" => ask(
                "/v1/chat/user",
                json!({"userId": inputs["user_id"], "tokenExpire": inputs["expire"]}),
            ),
            "chat.build_app_token" => ask("/v1/chat/app", json!({"tokenExpire": inputs["expire"]})),
            "apaas.build_room_user_token" | "education.build_room_user_token" => ask(
                "/v1/education/room-user",
                json!({
                    "roomUuid": inputs["room_uuid"],
                    "userUuid": inputs["user_uuid"],
                    "role": inputs["role"],
                    "tokenExpire": inputs["expire"],
                }),
            ),
            "apaas.build_user_token" | "education.build_user_token" => ask(
                "/v1/education/user",
                json!({"userUuid": inputs["user_uuid"], "tokenExpire": inputs["expire"]}),
            ),
            "apaas.build_app_token" | "education.build_app_token" => ask(
                "/v1/education/app",
                json!({"tokenExpire": inputs["expire"]}),
            ),
            "docker_server.generate" => ask_docker_server(&inputs["request"]),
            "access_token2.build" => ask_access_token2(inputs),
            "rtc006.build_token_with_uid" | "rtc006.build_token_with_account" => {
                let mut body = user(inputs);
                body["channelName"] = text("channel_name");
                // Three roles of version 006 publish; the API has one name for them.
                body["role"] = match inputs["role"].as_i64() {
                    Some(0 | 1 | 101) => "publisher".into(),
                    _ => text("role"),
                };
                body["version"] = "006".into();
                body["tokenExpire"] = seconds_until(inputs, &inputs["privilege_expired_ts"]);
                ask("/v1/rtc", body)
            }
            "rtm006.build_token" => ask(
                "/v1/rtm",
                json!({
                    "userId": inputs["user_account"],
                    "version": "006",
                    "tokenExpire": seconds_until(inputs, &inputs["privilege_expired_ts"]),
                }),
            ),
            "access_token006.build" => {
                let mut body = user(inputs);
                body["channelName"] = text("channel_name");
                body["version"] = "006".into();
                let names = [RTC.as_slice(), &[(1000, "rtmLogin")]].concat();
                let mut privileges = named(&names, &inputs["privileges"]);
                for (_, ends) in privileges.as_object_mut().unwrap() {
                    *ends = seconds_until(inputs, ends);
                }
                body["privileges"] = privileges;
                ask("/v1/rtc", body)
            }
            _ => match (method.strip_prefix("netless."), agent(method)) {
                (_, Some((kind, _))) => {
                    let mut body = rtc_of_rtm2(inputs);
                    body["rtmUserId"] = text("rtm_user_id");
                    body["tokenExpire"] = text("rtc_token_expire");
                    if inputs["rtm_token_expire"] != inputs["rtc_token_expire"] {
                        body["rtmTokenExpire"] = text("rtm_token_expire");
                    }
                    ask(&format!("/v1/{kind}"), body)
                }
                (Some(resource), None) => {
                    let lifespan = inputs["lifespan"].as_u64().unwrap();
                    let mut body = json!({
                        "role": inputs["role"],
                        "tokenExpire": lifespan / 1000,
                    });
                    if inputs["uuid"].is_string() {
                        body["uuid"] = text("uuid");
                    }
                    ask(&format!("/v1/whiteboard/{resource}"), body)
                }
                _ => panic!("no test knows the method {method}"),
            },
        }
    }
}

const RTC: [(u64, &str); 4] = [
    (1, "joinChannel"),
    (2, "publishAudioStream"),
    (3, "publishVideoStream"),
    (4, "publishDataStream"),
];
const STREAMING: [(u64, &str); 2] = [(1, "publishMixStream"), (2, "publishRawStream")];
const FCDN: [(u64, &str); 2] = [(1, "publish"), (2, "play")];

fn bundle(expire: &Value, services: Vec<Value>) -> TokenRequest {
    let body = json!({"tokenExpire": expire, "services": services});
    ask("/v1/bundle", body)
}

/// `uid` or `account`. No account at all is uid 0 in the API: any user.
fn user(inputs: &Value) -> Value {
    match (&inputs["uid"], &inputs["account"]) {
        (Value::Null, Value::String(account)) if account.is_empty() => json!({"uid": 0}),
        (Value::Null, account) => json!({"account": account}),
        (uid, _) => json!({"uid": uid}),
    }
}

/// The RTC part of the builders that take a life for each privilege, of which a subscriber has one.
fn rtc_of_rtm2(inputs: &Value) -> Value {
    let mut rtc = user(&json!({"account": inputs["rtc_account"]}));
    rtc["channelName"] = inputs["channel_name"].clone();
    if inputs["rtc_role"] == 1 {
        rtc["privileges"] = rtc_privileges(inputs);
    } else {
        rtc["role"] = inputs["rtc_role"].clone();
        rtc["privilegeExpire"] = inputs["join_channel_privilege_expire"].clone();
    }
    rtc
}

fn rtc_privileges(inputs: &Value) -> Value {
    json!({
        "joinChannel": inputs["join_channel_privilege_expire"],
        "publishAudioStream": inputs["pub_audio_privilege_expire"],
        "publishVideoStream": inputs["pub_video_privilege_expire"],
        "publishDataStream": inputs["pub_data_stream_privilege_expire"],
    })
}

/// Privileges by name from `[[id, life], ..]`.
fn named(names: &[(u64, &str)], privileges: &Value) -> Value {
    let entries = privileges.as_array().unwrap().iter();
    let named = entries.map(|entry| {
        let id = entry[0].as_u64().unwrap();
        let (_, name) = names.iter().find(|(known, _)| *known == id).unwrap();
        ((*name).to_owned(), entry[1].clone())
    });
    Value::Object(named.collect())
}

/// `{"users": {"read": [..]}}` from `[[resource, permission, [name, ..]], ..]`.
fn permissions(lists: &Value) -> Value {
    const RESOURCES: [&str; 5] = [
        "messageChannels",
        "streamChannels",
        "groupChannels",
        "serverGroups",
        "users",
    ];
    let mut permissions = json!({});
    for list in lists.as_array().unwrap() {
        let index = |place: usize| usize::try_from(list[place].as_u64().unwrap()).unwrap();
        let (resource, permission) = (RESOURCES[index(0)], ["read", "write"][index(1)]);
        permissions[resource][permission] = list[2].clone();
    }
    permissions
}

/// The same with a life of its own, where it is not the token's.
fn lasting(mut service: Value, life: &Value, token: &Value) -> Value {
    if life != token {
        service["privilegeExpire"] = life.clone();
    }
    service
}

/// Agora's own sample server: which services there are, and whom they are for.
fn ask_docker_server(request: &Value) -> TokenRequest {
    let enabled = |service: &str, flag: &str| request[service][flag] == true;
    let mut services = Vec::new();
    if enabled("serviceRtc", "enable") {
        services.push(json!({
            "type": "rtc",
            "channelName": request["channelName"],
            "account": request["uid"],
            "role": request["serviceRtc"]["role"],
            "privilegeExpire": request["privilegeExpireTs"],
        }));
    }
    if enabled("serviceRtm", "enable") {
        services.push(json!({"type": "rtm", "userId": request["uid"]}));
    }
    if enabled("serviceFpa", "enable") {
        services.push(json!({"type": "fpa"}));
    }
    if enabled("serviceChat", "enableUser") {
        let user = &request["serviceChat"]["userUuid"];
        services.push(json!({"type": "chat/user", "userId": user}));
    }
    if enabled("serviceChat", "enableApp") {
        services.push(json!({"type": "chat/app"}));
    }
    if enabled("serviceApaas", "enableUser") {
        let user = &request["serviceApaas"]["userUuid"];
        services.push(json!({"type": "education/user", "userUuid": user}));
    }
    if enabled("serviceApaas", "enableApp") {
        services.push(json!({"type": "education/app"}));
    }
    bundle(&request["tokenExpireTs"], services)
}

/// The low-level builder: a service alone on its own route, several of them in a bundle.
fn ask_access_token2(inputs: &Value) -> TokenRequest {
    let expire = &inputs["expire"];
    let services = inputs["services"].as_array().unwrap();
    let mut services: Vec<Value> = services
        .iter()
        .map(|one| ask_service(one, expire))
        .collect();
    if services.len() != 1 {
        return bundle(expire, services);
    }
    let mut body: Map<String, Value> = services.remove(0).as_object().unwrap().clone();
    let kind = body.remove("type").unwrap();
    body.insert("tokenExpire".to_owned(), expire.clone());
    ask(&format!("/v1/{}", kind.as_str().unwrap()), body.into())
}

fn ask_service(service: &Value, expire: &Value) -> Value {
    let name = service["name"].as_str().unwrap();
    let privileges = &service["privileges"];
    // Of a service with one privilege: its life, which has no name in the API.
    let lasting_alone = |body: Value| lasting(body, &privileges[0][1], expire);
    let in_channel = |user_key: &str, names: &[(u64, &str)]| {
        let mut body = user(&json!({"account": service[user_key]}));
        body["type"] = name.into();
        body["channelName"] = service["channel_name"].clone();
        body["privileges"] = named(names, privileges);
        body
    };
    match name {
        "rtc" => in_channel("uid", &RTC),
        "streaming" => in_channel("account", &STREAMING),
        "fcdn" => in_channel("account", &FCDN),
        "rtm" => lasting_alone(json!({"type": "rtm", "userId": service["user_id"]})),
        "rtm2" => lasting_alone(json!({
            "type": "rtm",
            "userId": service["user_id"],
            "permissions": permissions(&service["permissions"]),
        })),
        "chat" if privileges[0][0] == 1 => {
            lasting_alone(json!({"type": "chat/user", "userId": service["user_id"]}))
        }
        "apaas" if privileges[0][0] == 1 => lasting_alone(json!({
            "type": "education/room-user",
            "roomUuid": service["room_uuid"],
            "userUuid": service["user_uuid"],
            "role": service["role"],
        })),
        "fpa" => lasting(json!({"type": "fpa"}), &privileges[0][1], &json!(0)),
        _ => panic!("no test knows the service {service}"),
    }
}

/// The life of a 006 privilege, which the vector has as an absolute time.
fn seconds_until(inputs: &Value, ends: &Value) -> Value {
    let issued = inputs["ts"].as_i64().unwrap() - LEGACY_LIFE;
    (ends.as_i64().unwrap() - issued).into()
}
