//! The token in a nutshell: for whom it is, and what was not compared.

use crate::explain::case::Case;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::words::date;
use crate::explain::report::{Content, Format, Signature};

/// What the names in a token say, and which of them were not compared.
pub(crate) struct Told {
    /// For whom and what the token is, as the end of a sentence.
    pub(crate) whom: String,
    /// The parameters that would tell more.
    pub(crate) unchecked: Vec<&'static str>,
    /// How an app hands the token to the SDK.
    pub(crate) call: &'static str,
}

pub(crate) const JOIN_CALL: &str = "`joinChannel(token, channel, uid)`, on the web `client.join(appId, channel, token, uid)`, for an account `joinChannelWithUserAccount(token, channel, account)`";
pub(crate) const LOGIN_CALL: &str = "RTM 2.x `new AgoraRTM.RTM(appId, userId)` and `rtm.login({ token })`, RTM 1.x `rtmClient.login(token, userId)`, Chat `open({ user, accessToken })`";

/// Says it in one finding, where there is no error that says more. Returns what was not checked.
///
/// `altered` is what an SDK would mind about the text itself, and what to do about it.
pub(crate) fn say(
    content: &Content,
    told: Told,
    altered: Option<(&'static str, &'static str)>,
    case: &Case<'_>,
    findings: &mut Findings,
) -> Vec<&'static str> {
    let mut unchecked = told.unchecked;
    let names = unchecked.join("` and `");
    let signed = content.signature != Signature::Unchecked;
    if !signed {
        unchecked.push("signature");
        if case.joins.app_id.is_none() && content.app_id.is_some() {
            unchecked.push("appId");
        }
    }
    if altered.is_some() {
        unchecked.push("token");
    }
    let compared = case.joins.is_told();
    if unchecked.is_empty() || compared && findings.has_errors() {
        return unchecked;
    }

    let (around, mut fix) = match altered {
        Some((what, fix)) => (format!("{what}. Apart from that: "), format!("{fix}. ")),
        None => Default::default(),
    };
    // Agora ends a 007 token a day after its making, whatever it says.
    let latest = content.issued_at.map_or(u64::MAX, |issued| issued + 86_400);
    let until = content
        .expires_at
        .map(|end| end.min(latest))
        .map(|end| format!(", until {}", date(end)))
        .unwrap_or_default();
    let whom = &told.whom;
    let (code, message) = if compared {
        fix.push_str("If it is refused all the same, make sure ");
        (
            Code::TokenFits,
            format!(
                "{around}nothing in the token speaks against it. It is for {whom}{until}, and that fits what you sent"
            ),
        )
    } else {
        fix.push_str(
            "Say which channel and user your app joins with (`channelName` and `uid`, for RTM and Chat `userId`), and they are compared. Make sure ",
        );
        (
            Code::NothingCompared,
            format!(
                "{around}this token is for {whom}{until}. You did not say what your app joins with, so nothing was compared: join with exactly these"
            ),
        )
    };
    fix.push_str("that the call in your app has exactly these values: ");
    fix.push_str(told.call);
    if compared && !names.is_empty() {
        fix.push_str("; that the app has the token's value of what you did not send: `");
        fix.push_str(&names);
        fix.push('`');
    }
    if !signed {
        fix.push_str("; that App ID and certificate are those of one project in Agora Console, and the certificate is enabled (if not, RTC Web says `static use dynamic key`; a new one needs some minutes");
        fix.push_str(findings.speaker.says(
            "; with an API key in `x-api-key`, this service checks the signature)",
            ")",
        ));
    }
    fix.push_str(match content.format {
        Format::V007 => {
            "; that the SDK is new enough for version 007: RTC 3.5, RTC Web 4.8, RTM 1.5"
        }
        Format::V006 => "; that the product takes version 006: RTM 2.x, Chat and newer ones do not",
        _ => "",
    });
    findings.add(code, message, fix);
    unchecked
}
