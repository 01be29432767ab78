//! `POST [/toolbox]/v2/token/generate` (and `v1`, and `token006`) with `{"appId", "channelName", "expire",
//! "src", "ts", "type" or "types", "uid"}`, answered with
//! `{"code":0,"message":"success","data":{"token"}}`: one token for all types that are asked for.

use agora_token::grant::{ChatUser, Grant, Rtc, Rtm, TokenRequest};
use agora_token::http::drop_in::{
    AnyUser, Call, Channel, DropIn, DropInRequest, Echo, Example, Failure, Form, Forms, RtmUser,
    Shape, Success, UidOrAccount,
};
use agora_token::http::{Issued, Problem};
use agora_token::params::{
    ChatUsername, FromValue, Invalid, Rule, Schema, Uid, Value as Sent, Version,
};
use agora_token::token::builders::rtc::RtcRole;
use serde_json::{Value, json};

const SHAPE: Shape = Shape {
    success: Success::Json(success),
    failure: Failure::Json(|problem| json!({ "code": 1, "message": problem.detail })),
};

const SENDS: &str = r#"with `{"appId","channelName","expire","type"` or `"types","uid"}`"#;

pub(crate) static ROW: DropIn = DropIn {
    method: "POST",
    paths: &[
        "/v1/token/generate",
        "/v2/token/generate",
        "/toolbox/v1/token/generate",
        "/toolbox/v2/token/generate",
    ],
    sends: SENDS,
    answer: r#"`{"code":0,"message":"success","data":{"token"}}`"#,
    refusal: r#"`{"code":1,"message"}`"#,
    readers: "`data.token`: Agora's API examples and scenario apps for iOS, Android and web",
    example: Example {
        asks: r#"{"channelName":"demo","expire":900,"src":"web","ts":"0","type":1,"uid":"7"}"#,
        token: "data.token",
        holds: r#"{"type":1,"channel_name":"demo","uid":"7","privileges":["1","2","3","4"]}"#,
    },
    also: &[
        r#"{"type":2,"uid":"ann"}"#,
        r#"{"types":[1,2],"channelName":"demo","uid":"7"}"#,
    ],
    forms: Forms::One(Form {
        read: |call| read(call, Version::V007),
        shape: SHAPE,
    }),
};

pub(crate) static ROW_006: DropIn = DropIn {
    method: "POST",
    paths: &[
        "/v1/token006/generate",
        "/v2/token006/generate",
        "/toolbox/v1/token006/generate",
        "/toolbox/v2/token006/generate",
    ],
    sends: SENDS,
    answer: r#"`{"code":0,"message":"success","data":{"token"}}` with a 006 token"#,
    refusal: r#"`{"code":1,"message"}`"#,
    readers: "`data.token`: those API examples and apps, with older SDKs",
    example: Example {
        asks: r#"{"channelName":"demo","expire":900,"src":"web","ts":"0","type":1,"uid":"7"}"#,
        token: "data.token",
        holds: r#"{"channel":"demo","uid":"7","privileges":[1,2,3,4]}"#,
    },
    also: &[r#"{"type":2,"uid":"ann"}"#],
    forms: Forms::One(Form {
        read: |call| read(call, Version::V006),
        shape: SHAPE,
    }),
};

fn read(call: &Call<'_>, version: Version) -> Result<DropInRequest, Problem> {
    let mut body = call.json()?;
    let app_id = body.take(&["appId"])?;
    let lifetime = body.take(&["expire"])?;
    let uid: Option<AnyUser> = body.take(&["uid"])?;
    let Types(types) = body.take(&["types", "type"])?.unwrap_or_default();
    if version == Version::V006 && types.len() > 1 {
        let detail = "a 006 token has one service; ask for one type, or for 007";
        return Err(Invalid::new("types", Rule::Conflict, detail).into());
    }
    let mut grants: Vec<Box<dyn Grant>> = Vec::new();
    for one in types {
        grants.push(match one {
            1 => {
                let Channel(channel) = body.require(&["channelName"], "the name of the channel")?;
                let user = read_uid(uid.as_ref())?.map(|UidOrAccount(user)| user);
                let rtc = Rtc::with_role(channel, user, RtcRole::Publisher);
                Box::new(rtc.in_version(version))
            }
            2 => {
                let user = read_uid(uid.as_ref())?.map(|RtmUser(user)| user);
                Box::new(Rtm::login(user).in_version(version))
            }
            3 if version == Version::V007 => {
                let user_id: Option<ChatUsername> = read_uid(uid.as_ref())?;
                Box::new(ChatUser { user_id })
            }
            _ => return Err(unknown("type").into()),
        });
    }
    Ok(TokenRequest::all(grants)
        .of(app_id)
        .lasting(lifetime)
        .fallback_uid(Uid::from(0))
        .into())
}

/// What `uid` is in one of the services.
fn read_uid<T: FromValue>(uid: Option<&AnyUser>) -> Result<Option<T>, Invalid> {
    uid.map(|uid| uid.of("uid")).transpose()
}

/// The types that are asked for: one, or each of a list once; RTC where nothing is said.
struct Types(Vec<i128>);

impl Default for Types {
    fn default() -> Self {
        Self(vec![1])
    }
}

impl FromValue for Types {
    fn from_value(value: Sent, _field: &str) -> Result<Self, Invalid> {
        let list = match value {
            Sent::List(list) => list,
            one => vec![one],
        };
        let mut types = list
            .into_iter()
            .map(|one| i128::from_value(one, "types"))
            .collect::<Result<Vec<_>, _>>()?;
        let asked = types.len();
        types.sort_unstable();
        types.dedup();
        if types.is_empty() || types.len() != asked {
            return Err(unknown("types"));
        }
        Ok(Self(types))
    }

    fn schema() -> Schema {
        let one = json!({"enum": [1, 2, 3, "1", "2", "3"]});
        let each = json!({"type": "array", "items": one, "minItems": 1, "uniqueItems": true});
        let about = "1 (RTC), 2 (RTM) or 3 (Chat), or a list with each once.";
        Schema::new(json!({"description": about, "anyOf": [one, each], "examples": [1, [1, 2]]}))
    }
}

fn unknown(field: &str) -> Invalid {
    let detail =
        format!("`{field}` must be 1 (RTC), 2 (RTM) or 3 (Chat), or a list with each once");
    Invalid::new(field, Rule::Choice, detail)
}

fn success(issued: &[Issued], _echo: &Echo) -> Value {
    let token = issued.first().map(|issued| issued.token.as_str());
    json!({ "code": 0, "message": "success", "data": { "token": token } })
}
