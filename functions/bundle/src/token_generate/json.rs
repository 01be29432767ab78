//! `{"channelName", "uid", "tokenExpireTs", "privilegeExpireTs", "serviceRtc": {"enable", "role"}, ...}`,
//! answered with `{"code":0,"message":"Success","data":{"token"}}`.

use super::unclear;
use agora_token::grant::{
    ChatApp, ChatUser, EducationApp, EducationUser, Fpa, Grant, Rtc, RtcRights, Rtm, TokenRequest,
};
use agora_token::http::drop_in::{
    AnyUser, Call, Channel, DropInRequest, Echo, Failure, Form, RtmUser, Seconds, Shape,
    SignedText, Success,
};
use agora_token::http::{Code, Issued, Problem};
use agora_token::params::{FromValue, Invalid, Parameters, Rule, Schema, Uid, Value as Sent};
use agora_token::token::builders::rtc::RtcRole;
use serde_json::{Value, json};

pub(super) const FORM: Form = Form {
    read,
    shape: Shape {
        success: Success::Json(success),
        failure: Failure::Json(failure),
    },
};

fn read(call: &Call<'_>) -> Result<DropInRequest, Problem> {
    let mut body = call.json()?;
    if body.has("tokenType") {
        return Err(unclear());
    }
    let expire = body.take(&["tokenExpireTs"])?;
    let grants = services(&mut body)?;
    if grants.is_empty() {
        let none =
            "no service is enabled, such as {\"serviceRtc\": {\"enable\": true, \"role\": 1}}";
        return Err(Invalid::missing("serviceRtc", none).into());
    }
    Ok(TokenRequest::all(grants)
        .lasting(expire.and_then(|Seconds(expire)| expire))
        .fallback_uid(Uid::from(0))
        .into())
}

/// What is enabled, in the order in which the original puts it into the token.
fn services(body: &mut Parameters) -> Result<Vec<Box<dyn Grant>>, Invalid> {
    let uid: Option<AnyUser> = body.take(&["uid"])?;
    let mut grants: Vec<Box<dyn Grant>> = Vec::new();
    if let Some(mut rtc) = enabled(body, "serviceRtc", "enable")? {
        let Channel(channel) = body.require(&["channelName"], "the name of the channel")?;
        let user = uid.as_ref().map(|uid| uid.of("uid"));
        let rights = RtcRights::Role {
            role: rtc
                .take(&["role"])?
                .map_or(RtcRole::Subscriber, |Role(role)| role),
            expire: body.take(&["privilegeExpireTs"])?,
        };
        grants.push(Box::new(Rtc {
            rights,
            ..Rtc::with_role(
                channel,
                user.transpose()?.map(|SignedText(user)| user),
                RtcRole::Subscriber,
            )
        }));
    }
    if enabled(body, "serviceRtm", "enable")?.is_some() {
        let user = uid.map(|uid| uid.of("uid"));
        let user = user.transpose()?.map(|RtmUser(user)| user);
        grants.push(Box::new(Rtm::login(user)));
    }
    if enabled(body, "serviceFpa", "enable")?.is_some() {
        grants.push(Box::new(Fpa::default()));
    }
    if let Some(mut chat) = body.object(&["serviceChat"])? {
        if is_on(&mut chat, "enableUser")? {
            let user = chat.require(&["userUuid"], "the user of Chat")?;
            grants.push(Box::new(ChatUser::named(user)));
        }
        if is_on(&mut chat, "enableApp")? {
            grants.push(Box::new(ChatApp::default()));
        }
    }
    if let Some(mut apaas) = body.object(&["serviceApaas"])? {
        if is_on(&mut apaas, "enableUser")? {
            let user_uuid = Some(apaas.require(&["userUuid"], "the user of Education")?);
            grants.push(Box::new(EducationUser { user_uuid }));
        }
        if is_on(&mut apaas, "enableApp")? {
            grants.push(Box::new(EducationApp::default()));
        }
    }
    Ok(grants)
}

/// The object of a service that is enabled.
fn enabled(
    body: &mut Parameters,
    service: &'static str,
    flag: &'static str,
) -> Result<Option<Parameters>, Invalid> {
    let Some(mut object) = body.object(&[service])? else {
        return Ok(None);
    };
    Ok(is_on(&mut object, flag)?.then_some(object))
}

fn is_on(object: &mut Parameters, flag: &'static str) -> Result<bool, Invalid> {
    Ok(object.take(&[flag])?.unwrap_or(false))
}

/// A role by number as the original has it: 1 publishes, and any other number doesn't.
struct Role(RtcRole);

impl FromValue for Role {
    fn from_value(value: Sent, field: &str) -> Result<Self, Invalid> {
        Ok(Self(match value {
            Sent::Integer(1) => RtcRole::Publisher,
            Sent::Integer(_) => RtcRole::Subscriber,
            other => RtcRole::from_value(other, field)?,
        }))
    }

    fn schema() -> Schema {
        let about = "1 publishes, and any other number doesn't; or a role in words.";
        Schema::new(json!({"description": about, "type": ["integer", "string"]}))
    }
}

fn success(issued: &[Issued], _echo: &Echo) -> Value {
    let token = issued.first().map(|issued| issued.token.as_str());
    json!({ "code": 0, "message": "Success", "data": { "token": token } })
}

/// -1 is a request that cannot be read, -2 one that gets no token.
fn failure(problem: &Problem) -> Value {
    let unreadable = matches!(
        problem.code,
        Code::BodyNotJson
            | Code::BodyTooComplex
            | Code::BodyTooLarge
            | Code::FormUnclear
            | Code::Parameter(Rule::Timestamp | Rule::Range | Rule::Repeated | Rule::Type)
    );
    let code = if unreadable { -1 } else { -2 };
    json!({ "code": code, "message": problem.detail, "data": "" })
}
