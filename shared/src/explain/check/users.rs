//! What is odd about a user, and how two names differ.

use crate::explain::case::Case;
use crate::explain::check::samples;
use crate::explain::check::wildcard::is_wildcard;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::names::Names;
use crate::explain::text::search::{holds, trimmed};
use crate::params::RtcUser;

/// What to do about a user who is another one.
pub(crate) const FIX: &str = "join with exactly the user that the token is for, or ask for a token for this one: `joinChannel(token, channel, uid)`, on the web `client.join(appId, channel, token, uid)`; a name joins by `joinChannelWithUserAccount`. One token is for one user: a second user or device, a recorder, an AI agent need a uid and a token of their own";

/// What there is to say about a user in a token, whoever the app joins as.
pub(crate) fn judge(user: &str, findings: &mut Findings) {
    if user == "0" {
        say_uid_zero(findings);
    }
    if let Ok(number) = user.parse::<i64>() {
        if number < 0 {
            say_uid_negative(findings);
        } else if number > u32::MAX.into() {
            findings.add(
                Code::UidTooLarge,
                "the token is for a number above 4294967295, which no SDK takes as a uid: some cut it, and then join as another user",
                "number your users with smaller uids, or join with accounts (`joinChannelWithUserAccount`)",
            );
        }
    }
}

/// The token is for the account `0`.
pub(crate) fn say_uid_zero(findings: &mut Findings) {
    findings.add(
        Code::UidZeroText,
        "the token is for a user whose name is the text `0`, and not for uid 0, which stands for any user. Agora's PHP library writes this for uid 0, and so do token servers that take the uid as text",
        "make the token for the uid that the app joins with, or for the number 0 with a builder that takes numbers (`buildTokenWithUid`)",
    );
}

/// The token is for a negative number.
pub(crate) fn say_uid_negative(findings: &mut Findings) {
    findings.add(
        Code::UidNegative,
        "the token is for a user with a minus sign. A uid is a number from 0 to 4294967295; Java and C# print the upper half of these as negative numbers",
        "hand the builder the unsigned form: add 4294967296 to a negative uid",
    );
}

/// The app joins with an account of digits.
pub(crate) fn judge_account(case: &Case<'_>, findings: &mut Findings) {
    if let Some(RtcUser::Account(account)) = &case.joins.user
        && account.is_numeric()
    {
        findings.add(
            Code::NumericAccount,
            "the app joins with an account of digits, which is signed as the uid of the same digits is; in a channel the two are different users",
            "use uids or accounts throughout, never both",
        );
    }
}

/// A user of a token, in words.
pub(crate) fn signed_as(user: &str, names: &Names<'_>) -> String {
    if user.trim().is_empty() || user == "*" {
        "any user (uid 0)".to_owned()
    } else if is_wildcard(user) {
        format!("any user whose name is like {}", names.quoted(user))
    } else if user.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("uid {}", names.quoted(user))
    } else {
        format!("user {}", names.quoted(user))
    }
}

/// The user that an app joins as, in words.
pub(crate) fn joined_as(user: &RtcUser, names: &Names<'_>) -> String {
    match user {
        RtcUser::Uid(uid) if uid.get() == 0 => "uid 0".to_owned(),
        RtcUser::Uid(uid) => format!("uid `{}`", uid.get()),
        RtcUser::Account(account) => format!("account {}", names.quoted(account.as_str())),
    }
}

/// In which way a user is not the one that the app joins as.
pub(crate) fn difference(signed: &str, wanted: &RtcUser) -> &'static str {
    let number = signed.parse::<i64>().ok();
    if signed == samples::UID {
        return ". 2882341273 is the uid of Agora's sample code: put your own into whatever makes the token";
    }
    match (wanted, number) {
        (RtcUser::Uid(uid), Some(number)) if number < 0 && number == i64::from(uid.signed()) => {
            ": the two are the same 32 bits, but the token has to hold the unsigned form"
        }
        (RtcUser::Uid(uid), Some(0)) if uid.get() == 0 => {
            ": the token holds the text `0`, which is the name of one user, and not the number 0, which stands for any"
        }
        (RtcUser::Uid(uid), _) if uid.get() == 0 => {
            ". With uid 0 (or `null`) the SDK chooses a number of its own, and only a token for uid 0 fits that"
        }
        (RtcUser::Uid(_), None) if near(signed, "").is_empty() => {
            ": the token is for an account, a text, and the app joins with a number"
        }
        (RtcUser::Account(_), Some(_)) => {
            ": the token is for a number, and the app joins with an account, a text"
        }
        (RtcUser::Account(account), None) => near(signed, account.as_str()),
        (RtcUser::Uid(_), _) => near(signed, ""),
    }
}

/// In which small way two names differ.
pub(crate) fn near(signed: &str, wanted: &str) -> &'static str {
    let bare = |text| trimmed(text, "\"'`").to_ascii_lowercase();
    if matches!(
        signed,
        "undefined" | "null" | "None" | "NaN" | "nil" | "[object Object]" | "System.Byte[]"
    ) {
        ": the builder was given a variable without a value"
    } else if signed.trim() == wanted.trim() {
        ": the two differ in white space"
    } else if signed.eq_ignore_ascii_case(wanted) {
        ": the two differ in letter case, upper or lower, and that counts"
    } else if bare(signed) == bare(wanted) {
        ": the two differ in quotation marks, spaces or letter case"
    } else if holds(signed, &["%"]) && decodes_to(signed, wanted)
        || holds(wanted, &["%"]) && decodes_to(wanted, signed)
    {
        ": one of the two is encoded for a URL"
    } else {
        ""
    }
}

fn decodes_to(encoded: &str, plain: &str) -> bool {
    percent_encoding::percent_decode_str(encoded).eq(plain.bytes())
}
