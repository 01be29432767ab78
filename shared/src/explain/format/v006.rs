//! Tokens of version 006: one RTC channel or one RTM user, with absolute times.
//!
//! The channel and the user are not in such a token, only their checksums.

use crate::explain::case::Case;
use crate::explain::check::logins::say_rtm_missing;
use crate::explain::check::places::say_rtc_missing;
use crate::explain::check::times::LOOKS_LIKE_A_TIMESTAMP;
use crate::explain::check::users::{judge_account, say_uid_negative, say_uid_zero};
use crate::explain::check::{app_id, rights, signature};
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::explain::report::words::span;
use crate::explain::report::{Content, Format, PrivilegeView, ServiceView};
use crate::params::RtcUser;
use crate::token::SignatureOf;
use crate::token::{ParsedToken, RtcPrivilege, Rtm006Privilege};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The most privileges that are listed.
const PRIVILEGES: usize = 10;

/// What the token says, and whether that is not all of it.
pub(crate) fn explain(
    token: &ParsedToken,
    case: &Case<'_>,
    findings: &mut Findings,
) -> (Content, bool) {
    let rtm = token.privileges.get(Rtm006Privilege::Login).is_some();
    findings.about(if rtm { Products::RTM } else { Products::RTC });
    findings.add(
        Code::Format006,
        "this is a token of version 006, which SDKs before RTC 4.x (Web 4.8) and RTM 2.x take. Chat, Education, Conversational AI and other newer services have no such tokens",
        "ask for version 007, unless the app has an SDK that old",
    );
    findings.add(
        Code::LegacyRecut,
        "the signature covers channel and user as one text, so whoever holds this token can cut it anew: one for channel `team-a-1` and uid 7 opens channel `team` for the account `-a-17` too",
        "give 006 tokens only to those whom you would trust with that; a 007 token cannot be cut",
    );
    app_id::judge(&token.app_id, case, findings);
    let names = if rtm {
        rtm_names(token, case, findings)
    } else {
        rtc_names(token, case, findings)
    };
    let signature = match names {
        Some((channel, uid)) => {
            let signed = SignatureOf::V006(token, &channel, &uid);
            signature::check(&token.app_id, signed, case, findings)
        }
        None => signature::unchecked(
            findings,
            "in version 006 it covers the channel and the user, which are not in the token",
            "send `channelName` with `uid` or `account` (for RTM, `userId`) that the token is for",
        ),
    };
    judge_times(token, rtm, case, findings);
    if token.trailing_bytes() > 0 {
        findings.add(
            Code::TrailingBytes,
            format!(
                "{} bytes follow the end of the token; Agora's own libraries do not read them",
                token.trailing_bytes()
            ),
            "look at what adds them: no builder does",
        );
    }
    let content = Content {
        format: Format::V006,
        app_id: Some(case.names.listed(&token.app_id)),
        issued_at: None,
        expires_at: Some(token.ts.into()),
        services: vec![view(token, rtm)],
        signature,
    };
    (content, token.privileges.len() > PRIVILEGES)
}

fn view(token: &ParsedToken, rtm: bool) -> ServiceView {
    let name = if rtm { "rtm" } else { "rtc" };
    let fields: Map<String, Value> = [
        ("channelCrc32".to_owned(), token.crc_channel.into()),
        ("uidCrc32".to_owned(), token.crc_uid.into()),
    ]
    .into_iter()
    .collect();
    let privileges = token
        .privileges
        .iter()
        .take(PRIVILEGES)
        .map(|(id, end)| PrivilegeView {
            id,
            name: privilege_name(id),
            lifetime: None,
            expires_at: (end != 0).then(|| end.into()),
        })
        .collect();
    ServiceView {
        r#type: None,
        name,
        fields,
        privileges,
    }
}

fn privilege_name(id: u16) -> Option<&'static str> {
    RtcPrivilege::from_id(id)
        .map(RtcPrivilege::name)
        .or_else(|| Rtm006Privilege::from_id(id).map(Rtm006Privilege::name))
}

/// Channel and uid as an RTC token has them, where they are known.
fn rtc_names<'a>(
    token: &ParsedToken,
    case: &Case<'a>,
    findings: &mut Findings,
) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    judge_account(case, findings);
    let wanted = case
        .joins
        .channel_name
        .as_ref()
        .map(|channel| channel.as_str());
    let channel = match wanted {
        Some(channel) if token.names_channel(channel) => Some(Cow::Borrowed(channel)),
        Some(_) => {
            findings.add(
                Code::ChannelMismatch,
                if token.names_channel("") {
                    "the token is for a channel without a name, and the app joins one with a name"
                } else {
                    "the token is for another channel than the app joins: its checksum is another"
                },
                "make the token for the very name that the app joins with; letter case and spaces count",
            );
            None
        }
        None => token.names_channel("").then_some(Cow::Borrowed("")),
    };
    let uid = rtc_uid(token, case, findings);
    let has = |right: &RtcPrivilege| token.privileges.get(*right).is_some();
    rights::judge(has, case, findings);
    if case.joins.user_id.is_some() && !case.joins.joins_channel() {
        say_rtm_missing(Some("rtc"), findings);
    }
    Some((channel?, uid?))
}

fn rtc_uid<'a>(
    token: &ParsedToken,
    case: &Case<'a>,
    findings: &mut Findings,
) -> Option<Cow<'a, str>> {
    if token.names_uid("") {
        findings.add(
            Code::WildcardUser,
            "the token lets in any user: whoever gets hold of it may use it",
            "make the token for the uid or account that the app joins with",
        );
        return Some(Cow::Borrowed(""));
    }
    if token.names_uid("0") {
        say_uid_zero(findings);
    }
    let wanted = case.joins.user.as_ref()?;
    let text = wanted.signed_text();
    if token.names_uid(&text) {
        return Some(text);
    }
    let mut hint = "";
    if let RtcUser::Uid(uid) = wanted {
        if uid.signed() < 0 && token.names_uid(&uid.signed().to_string()) {
            say_uid_negative(findings);
            hint = ": the two are the same 32 bits, but the token has to hold the unsigned form";
        } else if uid.get() == 0 {
            hint = ": with uid 0 the SDK chooses a number, which only a token for uid 0 covers";
        }
    }
    findings.add(
        Code::UserMismatch,
        format!("the token is for another user than the app joins as{hint}"),
        "make the token for the very uid or account that the app joins with",
    );
    None
}

/// An RTM token has its user in the place of the channel.
fn rtm_names<'a>(
    token: &ParsedToken,
    case: &Case<'a>,
    findings: &mut Findings,
) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    if case.joins.joins_channel() {
        say_rtc_missing("it is an RTM token", findings);
    }
    let wanted = case.joins.user_id.as_ref()?.as_str();
    if token.names_channel(wanted) {
        return Some((Cow::Borrowed(wanted), Cow::Borrowed("")));
    }
    findings.add(
        Code::UserMismatch,
        "the token is for another user than the app logs in: its checksum is another",
        "make the token for the very name that the app logs in with; letter case counts",
    );
    None
}

fn judge_times(token: &ParsedToken, rtm: bool, case: &Case<'_>, findings: &mut Findings) {
    let ended = u64::from(token.ts) <= case.now;
    if ended {
        findings.add(
            Code::TokenExpired,
            format!(
                "the token ended {} ago",
                span(case.now - u64::from(token.ts))
            ),
            "fetch a new token and call `renewToken` before the old one ends",
        );
    }
    let of = |is: &dyn Fn(u32) -> bool| {
        let named: Vec<String> = token
            .privileges
            .iter()
            .filter(|(_, end)| *end != 0 && is(*end))
            .take(4)
            .map(|(id, _)| {
                privilege_name(id).map_or_else(|| id.to_string(), |name| format!("`{name}`"))
            })
            .collect();
        (!named.is_empty()).then(|| named.join(", "))
    };
    if let Some(named) = of(&|end| end < LOOKS_LIKE_A_TIMESTAMP) {
        findings.add(
            Code::EndIsLifetime,
            format!("the end of {named} is a small number, so it ended long ago: version 006 takes absolute Unix times, where 007 takes seconds from issue"),
            "hand the builder the time now plus the seconds that the privilege is to last, or use version 007",
        );
    }
    let lately = |end: u32| end >= LOOKS_LIKE_A_TIMESTAMP && u64::from(end) <= case.now;
    if !ended && let Some(named) = of(&lately) {
        findings.add(
            Code::PrivilegeEnded,
            format!("{named} in the token has ended"),
            "fetch a new token",
        );
    }
    let known = |id: u16| privilege_name(id).is_some();
    if !rtm && let Some((id, _)) = token.privileges.iter().find(|(id, _)| !known(*id)) {
        findings.add(
            Code::PrivilegeUnknown,
            format!("there is no privilege {id} that a current SDK asks for"),
            "nothing, if an old builder made the token",
        );
    }
}
