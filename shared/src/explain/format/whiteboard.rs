//! Netless tokens, which open the Interactive Whiteboard.

use crate::explain::case::Case;
use crate::explain::check::logins::say_rtm_missing;
use crate::explain::check::places::say_rtc_missing;
use crate::explain::check::signature;
use crate::explain::nutshell::Told;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::explain::report::words::span;
use crate::explain::report::{Content, Format, ServiceView};
use crate::token::whiteboard::{ParsedWhiteboardToken, WhiteboardResource, WhiteboardRole};
use serde_json::{Map, Value};

/// Below this, a number of milliseconds is one of seconds (1973-03-03).
const LOOKS_LIKE_SECONDS: u64 = 100_000_000_000;

/// What the token says.
pub(crate) fn explain(
    parsed: &ParsedWhiteboardToken,
    case: &Case<'_>,
    findings: &mut Findings,
) -> (Content, bool, Told) {
    let token = &parsed.token;
    // What its SDK shows for a refused token is not documented.
    findings.about(Products::NONE);
    if case.knowledge.knows_access_key(&token.access_key) == Some(false) {
        findings.add(
            Code::AccessKeyUnknown,
            format!(
                "the token is for a whiteboard access key that is not {}",
                findings
                    .speaker
                    .says("one of this deployment", "known here")
            ),
            format!(
                "compare it with that in Agora Console; if it is right, {}",
                findings.speaker.says(
                    "ask the deployment that holds its secret key",
                    "name it with its secret key, and the signature is checked"
                )
            ),
        );
    }
    let signature = signature::check_whiteboard(&token.access_key, parsed, case, findings);
    judge_end(token.expire_at_ms, case, findings);
    if token.resource == WhiteboardResource::Sdk {
        findings.add(
            Code::AppPrivileges,
            "the token opens every room and every conversion of the whiteboard project",
            format!(
                "use it on your servers only, and give users the token of a room{}",
                findings.speaker.adds(" (/v1/whiteboard/room)")
            ),
        );
    }
    if case.joins.joins_channel() {
        say_rtc_missing("it is a whiteboard token", findings);
    }
    if case.joins.user_id.is_some() {
        say_rtm_missing(Some("the whiteboard"), findings);
    }
    let (name, uuid) = match &token.resource {
        WhiteboardResource::Sdk => ("whiteboard/sdk", None),
        WhiteboardResource::Room { uuid } => ("whiteboard/room", Some(uuid)),
        WhiteboardResource::Task { uuid } => ("whiteboard/task", Some(uuid)),
    };
    let role = match token.role {
        WhiteboardRole::Admin => "admin",
        WhiteboardRole::Writer => "writer",
        WhiteboardRole::Reader => "reader",
    };
    let mut fields: Map<String, Value> = [
        ("accessKey", case.names.listed(&token.access_key)),
        ("role", role.to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.into()))
    .collect();
    if let Some(uuid) = uuid {
        fields.insert("uuid".to_owned(), case.names.listed(uuid).into());
    }
    let whom = match uuid {
        Some(uuid) => format!("`{name}` {} as {role}", case.names.quoted(uuid)),
        None => format!("`{name}` as {role}"),
    };
    let told = Told {
        whom,
        unchecked: Vec::new(),
        call: "`joinRoom({ uuid, roomToken, uid })`",
    };
    let content = Content {
        format: Format::Whiteboard,
        app_id: None,
        issued_at: None,
        expires_at: token.expire_at_ms.map(|end| end / 1000),
        services: vec![ServiceView {
            r#type: None,
            name,
            fields,
            privileges: Vec::new(),
        }],
        signature,
    };
    (content, false, told)
}

fn judge_end(end: Option<u64>, case: &Case<'_>, findings: &mut Findings) {
    match end {
        None => findings.add(
            Code::LifetimeUnlimited,
            "the token never ends, and cannot be taken back",
            "give whiteboard tokens a lifetime; the builders take milliseconds, and 0 means for ever",
        ),
        Some(end) if end < LOOKS_LIKE_SECONDS => findings.add(
            Code::EndInSeconds,
            "the end of the token is in seconds, but whiteboard tokens count milliseconds: it ended decades ago",
            "hand the builder milliseconds",
        ),
        Some(end) if end / 1000 <= case.now => findings.add(
            Code::TokenExpired,
            format!("the token ended {} ago", span(case.now - end / 1000)),
            "fetch a new token",
        ),
        Some(_) => {}
    }
}
