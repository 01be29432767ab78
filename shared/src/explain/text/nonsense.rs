//! What people paste where a token belongs.

use crate::explain::case::Case;
use crate::explain::report::Format;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::explain::text::read::format;

/// What programs print for a value that is not there.
const PLACEHOLDERS: [&str; 9] = [
    "undefined",
    "null",
    "nil",
    "none",
    "nan",
    "[object object]",
    "[object promise]",
    "<token>",
    "your_token",
];

/// The lengths of the oldest dynamic keys: with and without uid and end.
const OLDEST_KEYS: [usize; 2] = [90, 110];

/// The longest text that is compared with API keys, in bytes.
const LONGEST_API_KEY: usize = 256;

/// Says what `text` is where it is none of the formats that are read, but something known.
pub(crate) fn recognise(text: &str, case: &Case<'_>, findings: &mut Findings) -> bool {
    if text.trim().is_empty() {
        findings.add(
            Code::TextEmpty,
            "there is no token: a project with an enabled certificate lets nobody in without one",
            "look at whether the request for the token succeeded, and whether the app waits for its answer",
        );
    } else if PLACEHOLDERS
        .iter()
        .any(|placeholder| placeholder.eq_ignore_ascii_case(text))
    {
        findings.add(
            Code::PlaceholderAsToken,
            "this is what a program prints for a variable without a value, not a token",
            "look at the name of the field that the token is read from, and whether its answer is awaited",
        );
    } else if is_hex(text, 32) {
        say_hex(text, case, findings);
    } else if format(text) != Format::Unknown {
        return false;
    } else if text.starts_with(['{', '[']) {
        findings.add(
            Code::JsonAsToken,
            "this is a whole JSON document",
            "hand over the value of its token field alone, such as `token`, `rtcToken` or `key`",
        );
    } else if is_jwt(text) {
        findings.add(
            Code::JwtAsToken,
            "this is a JSON Web Token: it says who somebody is to some service, and opens nothing at Agora",
            "show it to the token service as `Authorization: Bearer`, and hand the token in the answer to the SDK",
        );
    } else if text.starts_with("YWMt") {
        findings.add_for(
            Products::RTC_AND_RTM,
            Code::ChatServerToken,
            "this is a token that Chat's own servers made; nothing but Chat takes it, and nobody else can read it",
            "RTC and RTM take an Agora token; Chat takes one as well, from /v1/chat/user",
        );
    } else if is_dynamic_key(text) {
        findings.add(
            Code::DynamicKey,
            "this is a dynamic key or a signaling key: RTC SDKs up to 2.0.2 and the first Signaling SDK took these",
            "use a current SDK, and make a token of version 007 for it",
        );
    } else if is_api_key(text, case) {
        findings.add(
            Code::ApiKeyAsToken,
            "this is an API key of this deployment: whoever holds it can make tokens",
            "keep it on your servers; they show it to this service and hand the token in the answer to the app. If it was in an app, replace it",
        );
    } else {
        return false;
    }
    true
}

/// An App ID and a certificate look the same, so the warning has to be for the worse case.
fn say_hex(text: &str, case: &Case<'_>, findings: &mut Findings) {
    let own = case
        .joins
        .app_id
        .is_some_and(|app_id| app_id.as_str() == text);
    if own || case.knowledge.knows_app_id(text) == Some(true) {
        findings.add(
            Code::AppIdAsToken,
            "this is an App ID, not a token",
            "hand the App ID to the SDK as the App ID, and a token from this service as the token",
        );
    } else {
        findings.add(
            Code::CertificateAsToken,
            "32 hexadecimal digits are an App ID or a certificate, not a token. Whoever holds a certificate can make any token of its project",
            "never show a certificate to anybody, nor put it into an app. If this is one, replace it in Agora Console",
        );
    }
}

fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Three parts of URL-safe base64, the first of them a JSON object.
fn is_jwt(text: &str) -> bool {
    text.starts_with("eyJ")
        && text.split('.').count() == 3
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte))
}

fn is_dynamic_key(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let base64 = || {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    };
    match text.get(..3) {
        Some("003" | "004") => plain && text.len() > 90,
        Some("005") => base64() && text.len() > 60,
        _ => {
            let oldest = plain
                && OLDEST_KEYS.contains(&text.len())
                && text.get(..72).is_some_and(|head| is_hex(head, 72));
            oldest || is_signaling_key(text)
        }
    }
}

/// `1:<App ID>:<end>:<MD5>`
fn is_signaling_key(text: &str) -> bool {
    let mut parts = text.split(':');
    parts.next() == Some("1")
        && parts.next().is_some_and(|part| is_hex(part, 32))
        && parts
            .next()
            .is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        && parts.next().is_some_and(|part| is_hex(part, 32))
        && parts.next().is_none()
}

/// Whether the text is an API key of this deployment, as far as the asker may know.
fn is_api_key(text: &str, case: &Case<'_>) -> bool {
    text.len() <= LONGEST_API_KEY && case.knowledge.is_api_key(text)
}
