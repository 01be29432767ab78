//! Tokens of version 006: one RTC channel or one RTM user, with absolute times.
//!
//! The channel and the user are not in such a token, only their checksums.

use crate::explain::case::Case;
use crate::explain::check::logins::{LOGIN, say_rtm_missing};
use crate::explain::check::places::{SWAPPED, say_channel, say_rtc_missing};
use crate::explain::check::times::{LOOKS_LIKE_A_TIMESTAMP, RENEW, SHORT, say_short};
use crate::explain::check::users::{
    FIX, difference, joined_as, judge_account, say_uid_negative, say_uid_zero, signed_as,
};
use crate::explain::check::{app_id, rights, samples, signature};
use crate::explain::nutshell::{JOIN_CALL, LOGIN_CALL, Told};
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::explain::report::words::{date, span};
use crate::explain::report::{Content, Format, PrivilegeView, ServiceView};
use crate::params::RtcUser;
use crate::token::SignatureOf;
use crate::token::{ParsedToken, RtcPrivilege, Rtm006Privilege};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Ten years, in seconds.
const DECADE: u64 = 315_360_000;

/// The most privileges that are listed.
const PRIVILEGES: usize = 10;

/// What the token says, and whether that is not all of it.
pub(crate) fn explain(
    token: &ParsedToken,
    case: &Case<'_>,
    findings: &mut Findings,
) -> (Content, bool, Told) {
    let rtm = token.privileges.get(Rtm006Privilege::Login).is_some();
    findings.about(if rtm { Products::RTM } else { Products::RTC });
    findings.add(
        Code::Format006,
        "this is a token of version 006, the older one, for RTC and for RTM 1.x. RTM 2.x, Chat, Education and other newer products take version 007 only",
        "ask for version 007, unless the app's SDK is older than RTC 3.5, RTC Web 4.8 or RTM 1.5",
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
    if !rtm {
        let (channel, uid) = (
            token.names_channel(samples::CHANNEL),
            token.names_uid(samples::UID),
        );
        samples::judge(&token.app_id, channel, uid, case, findings);
    }
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
    (
        content,
        token.privileges.len() > PRIVILEGES,
        told(token, rtm, case),
    )
}

/// For whom the token is, as far as its checksums tell, and what would tell more.
fn told(token: &ParsedToken, rtm: bool, case: &Case<'_>) -> Told {
    let joins = case.joins;
    let mut unchecked = Vec::new();
    let quoted = |name: Option<String>| {
        name.map_or_else(
            || "(its name is not in a 006 token)".to_owned(),
            |name| case.names.quoted(&name),
        )
    };
    let call = if rtm { LOGIN_CALL } else { JOIN_CALL };
    let whom = if rtm {
        if joins.user_id.is_none() {
            unchecked.push("userId");
        }
        let user = joins.user_id.as_ref().map(|user| user.as_str());
        format!(
            "an RTM user {}",
            quoted(name(user, CHANNELS, &|name| token.names_channel(name)))
        )
    } else {
        if joins.channel_name.is_none() {
            unchecked.push("channelName");
        }
        if joins.user.is_none() && !token.names_uid("") {
            unchecked.push("uid");
        }
        let channel = name(joins.channel_name.as_deref(), CHANNELS, &|name| {
            token.names_channel(name)
        });
        let user = match uid(token, case) {
            Some(uid) => signed_as(&uid, &case.names),
            None => format!("a user {}", quoted(None)),
        };
        format!("a channel {} and {user}", quoted(channel))
    };
    Told {
        whom,
        unchecked,
        call,
    }
}

/// Channels and users that many try first. A 006 token has only checksums, and these are compared with them.
const CHANNELS: &[&str] = &[
    "test",
    "demo",
    "channel",
    "room",
    "testchannel",
    "test_channel",
    "channelName",
    "channel_name",
    "main",
    "undefined",
    "null",
    "None",
    "1",
    "0",
    samples::CHANNEL,
];
const USERS: &[&str] = &[
    samples::UID,
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "10000",
    "10001",
    "100000",
    "undefined",
    "null",
    "None",
    "NaN",
    "test",
    "user",
    "uid",
    "-1",
];

/// The uids below this are compared as well.
const SMALL: u32 = 1000;

/// The name that a checksum stands for, if it is the one that the app has or one of these.
#[inline(never)]
fn name(own: Option<&str>, others: &[&'static str], fits: &dyn Fn(&str) -> bool) -> Option<String> {
    own.into_iter()
        .chain(others.iter().copied())
        .find(|name| fits(name))
        .map(str::to_owned)
}

/// The uid of an RTC token, as far as its checksum tells.
fn uid(token: &ParsedToken, case: &Case<'_>) -> Option<String> {
    if token.names_uid("") {
        return Some(String::new());
    }
    let own = case.joins.user.as_ref().map(RtcUser::signed_text);
    name(own.as_deref(), USERS, &|name| token.names_uid(name)).or_else(|| {
        (0..SMALL)
            .map(|number| number.to_string())
            .find(|number| token.names_uid(number))
    })
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
    let wanted = case.joins.channel_name.as_deref();
    let channel = match wanted {
        Some(channel) if token.names_channel(channel) => Some(Cow::Borrowed(channel)),
        Some(channel) => {
            let known = name(None, CHANNELS, &|name| token.names_channel(name));
            let user = case.joins.user.as_ref().map(RtcUser::signed_text);
            let how = if user.is_some_and(|user| token.names_channel(&user))
                && token.names_uid(channel)
            {
                SWAPPED
            } else if token.names_channel("") {
                ": the builder was given an empty name"
            } else if other_writing(channel, &|name| token.names_channel(name)) {
                ": the two differ in letter case, upper or lower, or in spaces, and that counts"
            } else {
                ""
            };
            let signed = known.map_or_else(
                || "another channel".to_owned(),
                |name| format!("channel {}", case.names.quoted(&name)),
            );
            say_channel(&signed, channel, how, case, findings);
            None
        }
        None => token.names_channel("").then_some(Cow::Borrowed("")),
    };
    let uid = rtc_uid(token, case, findings);
    let has = |right: &RtcPrivilege| token.privileges.get(*right).is_some();
    rights::judge(has, case, findings);
    if case.joins.user_id.is_some() && !case.joins.joins_channel() {
        say_rtm_missing(Some("RTC"), findings);
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
            "the token lets in any user (uid 0): whoever gets hold of it may use it",
            "nothing, if this is what you want; otherwise make the token for the uid or account that the app joins with",
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
    let signed = uid(token, case);
    let mut how = signed
        .as_deref()
        .map_or("", |signed| difference(signed, wanted));
    match wanted {
        RtcUser::Uid(uid) if uid.signed() < 0 && token.names_uid(&uid.signed().to_string()) => {
            say_uid_negative(findings);
            how = ": the two are the same 32 bits, but the token has to hold the unsigned form";
        }
        RtcUser::Uid(uid) if uid.get() == 0 && signed.is_none() => {
            how = ". With uid 0 (or `null`) the SDK chooses a number of its own, and only a token for uid 0 fits that; this token is for one user, a number or an account";
        }
        RtcUser::Account(account)
            if other_writing(account.as_str(), &|name| token.names_uid(name)) =>
        {
            how = ": the two differ in letter case, upper or lower, or in spaces, and that counts";
        }
        _ => {}
    }
    findings.add(
        Code::UserMismatch,
        format!(
            "the token is for {}, your app joins with {}{how}",
            signed.map_or_else(
                || "another user (a 006 token does not tell which)".to_owned(),
                |signed| signed_as(&signed, &case.names)
            ),
            joined_as(wanted, &case.names)
        ),
        FIX,
    );
    None
}

/// Whether a name fits as it may have been written otherwise where the token was made.
#[inline(never)]
fn other_writing(name: &str, fits: &dyn Fn(&str) -> bool) -> bool {
    let others = [
        // What an SDK takes is ASCII, and the letters of all languages would be a tenth of the console's module.
        name.to_ascii_lowercase(),
        name.to_ascii_uppercase(),
        name.trim().to_owned(),
        format!("{name} "),
        format!("\"{name}\""),
    ];
    others.iter().any(|name| fits(name))
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
    if !token.names_uid("") {
        findings.add(
            Code::RtmUidNotEmpty,
            "this RTM token was made with a uid beside the user. In a 006 token for RTM the user stands in the place of the channel, and the uid is empty; RTM refuses any other",
            format!(
                "make it with `RtmTokenBuilder.buildToken(appId, certificate, userId, …)`, or with `AccessToken(appId, certificate, userId, \"\")`; better, make one of version 007{}",
                findings.speaker.adds(" (/v1/rtm)")
            ),
        );
    }
    let wanted = case.joins.user_id.as_ref()?.as_str();
    if token.names_channel(wanted) {
        return Some((Cow::Borrowed(wanted), Cow::Borrowed("")));
    }
    let known = name(None, CHANNELS, &|name| token.names_channel(name));
    let how = if other_writing(wanted, &|name| token.names_channel(name)) {
        ": the two differ in letter case, upper or lower, or in spaces, and that counts"
    } else {
        ""
    };
    findings.add(
        Code::UserMismatch,
        format!(
            "the token is for {}, your app logs in {}{how}",
            known.map_or_else(
                || "another user".to_owned(),
                |name| format!("user {}", case.names.quoted(&name))
            ),
            case.names.quoted(wanted)
        ),
        LOGIN,
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
            RENEW,
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
            format!("the right to {named} ended in 1970 or soon after: the builder was given a lifetime or another small number where version 006 takes the moment of the end, a Unix time"),
            "hand the builder the time now plus the seconds that the right is to last, and look at the order of its arguments (role, then end); or use version 007, which takes seconds",
        );
    }
    let lately = |end: u32| end >= LOOKS_LIKE_A_TIMESTAMP && u64::from(end) <= case.now;
    if !ended && let Some(named) = of(&lately) {
        let last = token.privileges.iter().map(|(_, end)| end);
        let last = last.filter(|end| lately(*end)).max().map_or(0, u64::from);
        findings.add(
            Code::PrivilegeEnded,
            format!(
                "the right to {named} ended {} ago, on {}, which ends the use of the token",
                span(case.now.saturating_sub(last)),
                date(last)
            ),
            RENEW,
        );
    }
    // The builders of 006 tokens set the token's end to a day after its making.
    let made = u64::from(token.ts).saturating_sub(86_400);
    let ends = || {
        token
            .privileges
            .iter()
            .map(|(_, end)| u64::from(end))
            .filter(|end| *end > made)
    };
    if let Some(last) = ends().max()
        && last - made <= SHORT.into()
    {
        say_short(last - made, findings);
    }
    if let Some(last) = ends().max().filter(|last| *last > made + DECADE) {
        findings.add(
            Code::EndInDecades,
            format!("a right in the token ends on {} only, and Agora ends every token a day after its making: most likely a time was added to a time", date(last)),
            "hand the builder the time now plus the seconds that the right is to last, such as 3600, and renew the token in the app",
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
