//! The request that asks for what a builder call makes.
//!
//! It is written whether or not the service grants it: an argument that the API has no name for gets
//! the name that it would have, so that a request which leaves something unsaid cannot pass for the
//! call.

use agora_token_tests::vectors::TokenVector;
use serde_json::{Map, Value, json};

use crate::service::Moment;

/// A POST.
#[derive(Clone, Debug)]
pub(crate) struct TokenRequest {
    pub(crate) path: String,
    pub(crate) body: Value,
}

fn ask(path: &str, body: Value) -> TokenRequest {
    TokenRequest {
        path: path.to_owned(),
        body,
    }
}

/// The life of a 006 token, which every official builder adds to the clock to get `ts`.
const LEGACY_LIFE: i64 = 86_400;

/// When, and with what randomness, a vector was made.
pub(crate) fn moment(method: &str, inputs: &Value) -> Moment {
    let number = |key: &str| inputs[key].as_i64();
    let unix_millis = match (number("now_ms"), number("issue_ts")) {
        (Some(millis), _) => millis,
        (None, Some(seconds)) => seconds * 1000,
        (None, None) => {
            let ts = number("ts").unwrap_or_else(|| panic!("{method} has no time"));
            (ts - LEGACY_LIFE) * 1000
        }
    };
    Moment {
        unix_millis: u64::try_from(unix_millis).unwrap(),
        salt: u32::try_from(number("salt").unwrap_or_default()).unwrap(),
        uuid: inputs["nonce"].as_str().unwrap_or_default().to_owned(),
    }
}

/// The keys of the project's whiteboard app, where the vector has them.
pub(crate) fn whiteboard_keys(vector: &TokenVector) -> Option<Value> {
    let (ak, sk) = (&vector.inputs["ak"], &vector.inputs["sk"]);
    ak.is_string()
        .then(|| json!({ "accessKey": ak, "secretKey": sk }))
}

impl TokenRequest {
    /// # Panics
    /// If the method is not known here.
    pub(crate) fn for_call(method: &str, inputs: &Value) -> Self {
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
            "convoai.build_token" | "stt.build_token" => {
                let mut body = rtc_of_rtm2(inputs);
                body["rtmUserId"] = text("rtm_user_id");
                body["tokenExpire"] = text("rtc_token_expire");
                if inputs["rtm_token_expire"] != inputs["rtc_token_expire"] {
                    body["rtmTokenExpire"] = text("rtm_token_expire");
                }
                let kind = method.split('.').next().unwrap_or_default();
                ask(&format!("/v1/{kind}"), body)
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
            "docker_server.generate" => docker_server(&inputs["request"]),
            "access_token2.build" => access_token2(inputs),
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
            _ => match method.strip_prefix("netless.") {
                Some(resource) => {
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
                None => panic!("no test knows the method {method}"),
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
fn docker_server(request: &Value) -> TokenRequest {
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
fn access_token2(inputs: &Value) -> TokenRequest {
    let expire = &inputs["expire"];
    let services = inputs["services"].as_array().unwrap();
    let mut services: Vec<Value> = services.iter().map(|one| service(one, expire)).collect();
    if services.len() != 1 {
        return bundle(expire, services);
    }
    let mut body: Map<String, Value> = services.remove(0).as_object().unwrap().clone();
    let kind = body.remove("type").unwrap();
    body.insert("tokenExpire".to_owned(), expire.clone());
    ask(&format!("/v1/{}", kind.as_str().unwrap()), body.into())
}

fn service(service: &Value, expire: &Value) -> Value {
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
