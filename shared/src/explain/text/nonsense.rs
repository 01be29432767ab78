//! What people paste where a token belongs.

use crate::explain::Speaker;
use crate::explain::case::Case;
use crate::explain::check::app_id::{is_known_otherwise, is_sample};
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::explain::text::errors;
use crate::explain::text::read::decoded;
use crate::explain::text::search::{begins, hex, holds, is_hex, trimmed, words};

/// What programs print for a value that is not there.
const NOTHING: [&str; 10] = [
    "undefined",
    "null",
    "nil",
    "none",
    "nan",
    "optionalnil",
    "false",
    "0",
    "promisepending",
    "nsnull",
];

/// What stands in samples where a token belongs.
const SAMPLES: [&str; 12] = [
    "token",
    "your",
    "paste",
    "insert",
    "replace",
    "enter",
    "temp",
    "here",
    "example",
    "placeholder",
    "todo",
    "xxxx",
];

/// What stands before a token in logs, code, JSON and headers.
const LABELS: [&str; 3] = ["token", "bearer", "authorization"];

/// The longest text that is taken for a sample's, and the longest that is looked at for more than one word.
const LONGEST_SAMPLE: usize = 100;
const LONGEST: usize = 8 * 1024;

/// The lengths of the oldest dynamic keys: with and without uid and end.
const OLDEST_KEYS: [usize; 2] = [90, 110];

/// The longest text that is compared with API keys, in bytes.
const LONGEST_API_KEY: usize = 256;

/// The ways to a token, for somebody who has none.
fn ways(speaker: Speaker) -> String {
    format!(
        "get a token: for a first test a temporary one of Agora Console (for RTC only), otherwise one from a token server{}. Wait for its answer before you join, and look at its status: 404 is a wrong address, 401 a caller who is not let in. Only in a project without a certificate, in testing mode, the App ID alone is enough",
        speaker.adds(" such as this one (/v1/rtc, /v1/rtm)")
    )
}

/// Says what `text` is where no token can be read in it, but something known.
pub(crate) fn recognise(text: &str, case: &Case<'_>, findings: &mut Findings) -> bool {
    let speaker = findings.speaker;
    let bare = trimmed(text, "\"'`,;“”‘’");
    if bare.is_empty() {
        findings.add(
            Code::TextEmpty,
            "there is no token here: a project with a certificate lets nobody in without one (RTC Web: `dynamic use static key`)",
            ways(speaker),
        );
        return true;
    }
    if is_hex(bare, 32) {
        say_hex(bare, case, findings);
        return true;
    }
    if bare.len() > LONGEST {
        return is_one_word(bare, findings);
    }
    let value = labelled(bare);
    let object = begins(
        bare,
        &[
            "Instance of",
            "[object ",
            "<coroutine",
            "<function",
            "function ",
            "async ",
        ],
    );
    if object
        || value.is_some_and(str::is_empty)
        || NOTHING.contains(&plain(value.unwrap_or(bare)).as_str())
    {
        findings.add(
            Code::PlaceholderAsToken,
            "there is no token here: this is what a program prints for a variable without a value",
            format!("look at the name of the field that the token is read from, and whether its answer is awaited. If you have no token yet, {}", ways(speaker)),
        );
        return true;
    }
    if is_api_key(bare, case) {
        findings.add(
            Code::ApiKeyAsToken,
            format!("this is an API key of {} deployment: whoever holds it can make tokens", speaker.says("this", "your")),
            format!("keep it on your servers; they show it to {} service and hand the token in the answer to the app. If it was in an app, replace it", speaker.says("this", "the token")),
        );
        return true;
    }
    if words(bare, "\"'`,;<>{}[]()&?").into_iter().any(|word| {
        let value = word.split_once(['=', ':']).map_or("", |(_, value)| value);
        is_one_word(word, findings) || is_one_word(value, findings)
    }) {
        return true;
    }
    if errors::recognise(bare, case, findings) {
        return true;
    }
    if holds(&bare.to_ascii_lowercase(), &["certificate"]) && hex(bare).is_some() {
        say_certificate(findings);
        return true;
    }
    if bare.len() <= LONGEST_SAMPLE && !holds(bare, &["://"]) && is_sample_text(bare) {
        findings.add(
            Code::PlaceholderAsToken,
            "there is no token here: this is the text that stands in a sample until you put a token in its place",
            ways(speaker),
        );
        return true;
    }
    if words(bare, "").len() == 1 && holds(bare, &["***", "…", "...", "•"]) {
        findings.add(
            Code::TextMasked,
            "part of the text was replaced by dots or stars, so that no token can be read in it",
            format!(
                "paste the whole token{}",
                speaker.adds(": this service stores none and logs none")
            ),
        );
        return true;
    }
    if bare.starts_with(['{', '[']) {
        findings.add(
            Code::JsonAsToken,
            "this is a JSON document, and there is no whole token in it",
            "look at what answered your app's request for a token, and read the token from its field (`token`, `rtcToken`, `key` …)",
        );
        return true;
    }
    let hex = hex(bare);
    if let Some(hex) = hex {
        say_hex(hex, case, findings);
    }
    hex.is_some()
}

/// What is known by its form, wherever it stands.
fn is_one_word(word: &str, findings: &mut Findings) -> bool {
    if is_jwt(word) {
        findings.add(
            Code::JwtAsToken,
            "this is a JSON Web Token: it says who somebody is to some service, and opens nothing at Agora",
            "show it to the token service as `Authorization: Bearer`, and hand the token in the answer to the SDK",
        );
    } else if word.starts_with("YWMt") {
        findings.add_for(
            Products::RTC_AND_RTM,
            Code::ChatServerToken,
            "this is a token that Chat's own servers made; nothing but Chat takes it, and nobody else can read it",
            findings.speaker.says(
                "RTC and RTM take an Agora token (/v1/rtc, /v1/rtm); Chat takes one as well, from /v1/chat/user",
                "RTC and RTM take an Agora token; Chat takes one as well, for one of its users",
            ),
        );
    } else if is_dynamic_key(word) {
        findings.add(
            Code::DynamicKey,
            "this is a dynamic key or a signaling key: RTC SDKs up to 2.0.2 and the first Signaling SDK took these",
            "use a current SDK, and make a token of version 007 for it",
        );
    } else if is_credentials(word)
        || word.len() > 20 && decoded(word).is_some_and(|text| is_credentials(&text))
    {
        findings.add(
            Code::RestCredentialsAsToken,
            "these are customer ID and customer secret, for Agora's REST APIs (`Authorization: Basic`); no SDK takes them, and they open your whole account",
            "hand a token to the SDK, and keep these on your servers. If a REST call answers 401, make the header again from `customerID:customerSecret` of Agora Console (not App ID and certificate). If they were in an app, replace them",
        );
    } else if is_chat_app_key(word) {
        findings.add(
            Code::ChatAppKeyAsToken,
            "this is the app key of Chat, which names your Chat project and is no token",
            format!(
                "start the Chat SDK with it (`appKey`), and log in with a user's token{}",
                findings.speaker.adds(", from /v1/chat/user")
            ),
        );
    } else {
        return false;
    }
    true
}

/// An App ID and a certificate look the same, so the warning has to be for the worse case.
fn say_hex(text: &str, case: &Case<'_>, findings: &mut Findings) {
    let own = case.joins.app_id.as_deref();
    let known = |text: &str| case.knowledge.knows_app_id(text) == Some(true);
    if own == Some(text) || known(text) {
        findings.add(
            Code::AppIdAsToken,
            "this is an App ID, not a token",
            format!(
                "hand the App ID to the SDK as the App ID, and a token from {} as the token",
                findings.speaker.says("this service", "your token server")
            ),
        );
    } else if own.is_some_and(|own| own.eq_ignore_ascii_case(text))
        || is_known_otherwise(text, case)
        || is_sample(text)
    {
        findings.add(
            Code::AppIdAsToken,
            "this is an App ID in other letters, upper for lower case or the reverse, and not a token",
            "copy the App ID from Agora Console, letter by letter, and hand it to the SDK as the App ID; the token is another text",
        );
    } else {
        say_certificate(findings);
    }
}

fn say_certificate(findings: &mut Findings) {
    findings.add(
        Code::CertificateAsToken,
        "32 digits and letters a to f are an App ID or a certificate, not a token. Whoever holds a certificate can make any token of its project",
        "never show a certificate to anybody, nor put it into an app. If this is one, replace it in Agora Console",
    );
}

/// The value after the last label of a token in the text, where it has one.
fn labelled(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    LABELS.iter().find_map(|label| {
        let at = lower.rfind(label)? + label.len();
        let rest = text.get(at..)?.trim_start_matches(['"', '\'', ' ']);
        let rest = match rest.strip_prefix([':', '=']) {
            Some(rest) => rest,
            None if *label == "bearer" && !rest.is_empty() => rest,
            // A sentence: `token is null`, and no other that goes on after the word.
            None => {
                let mut said = words(rest, ",;").into_iter();
                let value = said.find(|word| !matches!(*word, "is" | "was"))?;
                return NOTHING.contains(&plain(value).as_str()).then_some(value);
            }
        };
        let value = words(trimmed(rest, ""), ",};&");
        value.first().map(|value| trimmed(value, "\"'`"))
    })
}

/// Letters and digits of a text, in lower case.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// `YOUR_TOKEN`, `<#Temp Token#>`, `${AGORA_TOKEN}` and the like: few words, of those that stand in samples.
fn is_sample_text(text: &str) -> bool {
    let plain = plain(text);
    let template = text.starts_with(['<', '$', '{', '%', '#']) && !text.contains(['"', '\'']);
    let named = SAMPLES.iter().filter(|word| plain.contains(*word)).count();
    let identifier = text.contains(['_', '.']) && plain.contains("token") && !text.contains(' ');
    plain == "token" || named >= 2 || named == 1 && (template || identifier)
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
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next() == Some("1")
        && parts.next().is_some_and(|part| is_hex(part, 32))
        && parts.next().is_some_and(digits)
        && parts.next().is_some_and(|part| is_hex(part, 32))
        && parts.next().is_none()
}

/// `<customer ID>:<customer secret>`
fn is_credentials(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(id, secret)| is_hex(id, 32) && is_hex(secret, 32))
}

/// `<organisation>#<app>`, the one of Agora's a number.
fn is_chat_app_key(text: &str) -> bool {
    text.len() < 64
        && text.split_once('#').is_some_and(|(organisation, app)| {
            let number =
                |part: &str| part.len() >= 5 && part.bytes().all(|byte| byte.is_ascii_digit());
            number(organisation) && number(app)
        })
}

/// Whether the text is an API key, as far as the asker may know.
fn is_api_key(text: &str, case: &Case<'_>) -> bool {
    text.len() <= LONGEST_API_KEY && case.knowledge.is_api_key(text)
}
