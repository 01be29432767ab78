//! What is odd about a user, and how two names differ.

use crate::explain::case::Case;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::params::RtcUser;

/// What there is to say about a user in a token, whoever the app joins as.
pub(crate) fn judge(user: &str, findings: &mut Findings) {
    if user == "0" {
        say_uid_zero(findings);
    }
    if user.parse::<i64>().is_ok_and(|number| number < 0) {
        say_uid_negative(findings);
    }
}

/// The token is for the account `0`.
pub(crate) fn say_uid_zero(findings: &mut Findings) {
    findings.add(
        Code::UidZeroText,
        "the token is for a user named `0`. The number 0, which lets in anybody, is signed as an empty text; Agora's PHP library and some for 006 write `0` instead",
        "make the token for the uid that the app joins with",
    );
}

/// The token is for a negative number.
pub(crate) fn say_uid_negative(findings: &mut Findings) {
    findings.add(
        Code::UidNegative,
        "the token is for a user with a minus sign. A uid is a number from 0 to 4294967295; Java and C# print the upper half of these as negative numbers, and a builder that takes text signs the minus sign",
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

/// In which way a user is not the one that the app joins as.
pub(crate) fn difference(signed: &str, wanted: &RtcUser) -> &'static str {
    let number = signed.parse::<i64>().ok();
    match (wanted, number) {
        (RtcUser::Uid(uid), Some(number)) if number < 0 && number == i64::from(uid.signed()) => {
            ": the two are the same 32 bits, but the token has to hold the unsigned form"
        }
        (RtcUser::Uid(uid), Some(_)) if uid.get() == 0 => {
            ": with uid 0 the SDK chooses a number, which only a token for uid 0 covers"
        }
        (RtcUser::Uid(_), None) => ": the token is for an account, and the app joins with a number",
        (RtcUser::Account(_), Some(_)) => {
            ": the token is for a number, and the app joins with an account"
        }
        (RtcUser::Account(account), None) => near(signed, account.as_str()),
        (RtcUser::Uid(_), Some(_)) => "",
    }
}

/// In which small way two names differ.
pub(crate) fn near(signed: &str, wanted: &str) -> &'static str {
    if matches!(signed, "undefined" | "null" | "None" | "NaN") {
        ": the builder was given a variable without a value"
    } else if signed.trim() == wanted.trim() {
        ": the two differ in white space"
    } else if signed.eq_ignore_ascii_case(wanted) {
        ": the two differ in letter case"
    } else {
        ""
    }
}
