//! From what was pasted to the token in it.

pub(crate) mod around;
pub(crate) mod clean;
pub(crate) mod damage;
mod errors;
mod find;
pub(crate) mod nonsense;
pub(crate) mod read;
pub(crate) mod search;

use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;

/// Says that nobody knows what this is.
pub(crate) fn say_not_a_token(text: &str, findings: &mut Findings) {
    let text = text.trim();
    let what = if text.starts_with("http") {
        "this is an address, and there is no token in it"
    } else if search::words(text, "").len() > 1 {
        "there is no token in this text"
    } else {
        "this is no token"
    };
    findings.add(
        Code::NotAToken,
        format!("{what}: those of Agora begin with 007 or 006 and have 100 characters and more, those of the whiteboard begin with NETLESSROOM_, NETLESSTASK_ or NETLESSSDK_"),
        "look at what was pasted, or what the app puts where the token belongs: print it right before `joinChannel`, `client.join` or `login`",
    );
}
