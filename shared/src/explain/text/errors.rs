//! Errors that were pasted, or handed to an SDK, in place of a token.

use crate::explain::Speaker;
use crate::explain::case::Case;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::text::nonsense::plain;
use crate::explain::text::search::{begins, hex, holds};

/// What SDKs say when they refuse a token, by letters and digits only, and what it means. The first that is
/// found counts.
const SDK: [(&str, Refused); 17] = [
    ("staticusedynamickey", Refused::NoCertificate),
    ("dynamicusestatickey", Refused::NoToken),
    ("vendorenabledthedynamickey", Refused::NoToken),
    ("tokenprivilegewillexpire", Refused::Expired),
    ("tokenexpire", Refused::Expired),
    ("tokentimeout", Refused::Expired),
    ("dynamickeytimeout", Refused::Expired),
    ("dynamickeyexpired", Refused::Expired),
    ("invalidvendorkey", Refused::AppId),
    ("cannotfindappid", Refused::AppId),
    ("invalidappid", Refused::AppId),
    ("invalidtoken", Refused::Token),
    ("tokeninvalid", Refused::Token),
    ("noauthorized", Refused::Token),
    ("authorizedfailed", Refused::Token),
    ("cannotgetgatewayserver", Refused::Token),
    ("signatureverificationfailed", Refused::Token),
];

/// The same by their numbers, where these stand alone or after `error`.
const NUMBERS: [(&str, Refused); 9] = [
    ("101", Refused::AppId),
    ("109", Refused::Expired),
    ("110", Refused::Token),
    ("118", Refused::Expired),
    ("119", Refused::NoCertificate),
    ("120", Refused::NoToken),
    ("10005", Refused::Token),
    ("10009", Refused::Expired),
    ("5", Refused::Token),
];

/// Words by which an error of a server is known, in lower case.
const SERVER: [&str; 17] = [
    "error",
    "exception",
    "traceback",
    "not found",
    "cannot ",
    "forbidden",
    "unauthorized",
    "denied",
    "failed",
    "econnrefused",
    "bad gateway",
    "too many requests",
    "missing authentication",
    "timed out",
    "err_",
    "no such app",
    "cors policy",
];

/// The members of JSON that hold the words of an error.
const MEMBERS: [&str; 7] = [
    "detail",
    "message",
    "error_description",
    "errorMessage",
    "error",
    "msg",
    "reason",
];

#[derive(Clone, Copy)]
enum Refused {
    NoToken,
    NoCertificate,
    AppId,
    Token,
    Expired,
}

impl Refused {
    fn words(self, speaker: Speaker) -> (&'static str, &'static str) {
        match self {
            Self::NoToken => (
                "the SDK was given no token, and the project has a certificate, so that it lets nobody in without one (`dynamic use static key`)",
                speaker.says(
                    "hand a token to `joinChannel(token, …)` or `client.join(appId, channel, token, uid)`: a temporary one of Agora Console for a first test, or one from this service (/v1/rtc). Or use a project without a certificate, in testing mode",
                    "hand a token to `joinChannel(token, …)` or `client.join(appId, channel, token, uid)`: a temporary one of Agora Console for a first test, or one from your token server. Or use a project without a certificate, in testing mode",
                ),
            ),
            Self::NoCertificate => (
                "the SDK was given a token, and the project has no certificate (`static use dynamic key`)",
                "enable the primary certificate of the project in Agora Console and make the token with it; in testing mode, join with `null` in place of a token. Look at the App ID too: it may be that of another project",
            ),
            Self::AppId => (
                "the SDK does not know the App ID: it is misspelt, disabled, or that of a sample",
                "copy the App ID from Agora Console, without spaces and in its own letters, into the app and into whatever makes tokens",
            ),
            Self::Token => (
                "this is what an SDK says of a token that it refuses, and not the token",
                "send the token that the SDK was given, with the channel and the user that the app joins with",
            ),
            Self::Expired => (
                "this is what an SDK says of a token that has expired or soon will, and not the token",
                "fetch a new token, and call `renewToken` with it, or join again with it. Send the token to learn when it ended",
            ),
        }
    }
}

/// Says which error the text is, if it is one.
pub(crate) fn recognise(text: &str, case: &Case<'_>, findings: &mut Findings) -> bool {
    let letters = plain(text);
    let after_error = ["error", "err", "code", "errorcode", ""];
    let named = SDK
        .iter()
        .find(|(name, _)| holds(&letters, &[name]))
        .or_else(|| {
            NUMBERS.iter().find(|(number, _)| {
                letters
                    .strip_suffix(number)
                    .is_some_and(|rest| after_error.contains(&rest))
            })
        });
    if let Some((_, refused)) = named {
        let (message, fix) = refused.words(findings.speaker);
        findings.add(Code::ErrorAsToken, message, fix);
        return true;
    }
    let lower = text.to_ascii_lowercase();
    if holds(&lower, &["<html"]) || begins(&lower, &["<!doctype"]) {
        findings.add(
            Code::ErrorAsToken,
            "this is a web page, not a token: the address is wrong, or the server failed and says so",
            "open the address that the app asks for a token in a browser, and look at its status and path",
        );
        return true;
    }
    let member = member(text);
    let told = text.starts_with('{') && member.is_some() && !holds(&lower, &["success"]);
    if !told && !holds(&lower, &SERVER) {
        return false;
    }
    let said = member.unwrap_or(text);
    let secret = hex(said).is_some();
    findings.add(
        Code::ErrorAsToken,
        match secret {
            true => "this is the error of a server, not a token".to_owned(),
            false => format!("this is the error of a server, not a token: {}", case.names.quoted(said)),
        },
        "look at the request for the token: its address, its parameters and what it shows to be let in. In the app, look at the status of the answer before you use it",
    );
    true
}

/// The text of the first member that holds the words of an error.
fn member(json: &str) -> Option<&str> {
    MEMBERS.iter().find_map(|name| {
        let (_, rest) = json.split_once(&format!("\"{name}\""))?;
        let rest = rest.trim_start().strip_prefix(':')?.trim_start();
        let text = rest.strip_prefix('"')?;
        text.split('"').next().filter(|text| !text.is_empty())
    })
}
