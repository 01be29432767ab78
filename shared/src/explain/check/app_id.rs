//! Whether a token is for the right project.

use crate::explain::case::Case;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::token::AppId;

/// The App ID of Agora's documentation.
const SAMPLE: &str = "970CA35de60c44645bbae8a215061b33";

/// Whether this is the App ID of Agora's documentation, in any letters.
pub(crate) fn is_sample(app_id: &str) -> bool {
    SAMPLE.eq_ignore_ascii_case(app_id)
}

/// Judges the App ID that a token is for.
pub(crate) fn judge(app_id: &str, case: &Case<'_>, findings: &mut Findings) {
    if let Err(error) = app_id.parse::<AppId>() {
        let space = if app_id.contains(char::is_whitespace) {
            " (there is a space or a line break in it)"
        } else {
            ""
        };
        findings.add(
            Code::AppIdMalformed,
            format!("what stands in the token as its App ID is none{space}: {error}"),
            "copy the App ID from Agora Console into the settings of whatever makes the token, without spaces or quotation marks",
        );
        return;
    }
    if let Some(own) = case.joins.app_id.as_deref()
        && own.trim() != app_id
        && own.trim().parse::<AppId>().is_ok()
    {
        let how = if own.trim().eq_ignore_ascii_case(app_id) {
            ": the same in other letters, upper for lower case, and that counts"
        } else {
            ""
        };
        findings.add(
            Code::AppIdMismatch,
            format!(
                "the token is for the App ID {}, your app uses {}{how}",
                ends(app_id),
                ends(own.trim())
            ),
            "use one project in the app and in whatever makes the token: compare both with Agora Console",
        );
    }
    let known = |text: &str| case.knowledge.knows_app_id(text) == Some(true);
    if case.joins.app_id.is_none() && !known(app_id) && is_known_otherwise(app_id, case) {
        findings.add(
            Code::AppIdMismatch,
            findings.speaker.says(
                "this deployment has the App ID of the token in other letters, upper for lower case or the reverse, and that counts",
                "the App ID of the token is known here in other letters, upper for lower case or the reverse, and that counts",
            ),
            "copy the App ID from Agora Console, letter by letter, into the app and into whatever makes the token",
        );
        return;
    }
    if case.knowledge.knows_app_id(app_id) == Some(false) {
        findings.add(
            Code::AppIdUnknown,
            format!(
                "the token is for a project that is not {}. If Agora does not know it either, or it is disabled, the SDK reports an invalid App ID",
                findings.speaker.says("one of this deployment", "known here")
            ),
            format!(
                "compare the App ID with that in Agora Console; if it is right, {}",
                findings.speaker.says(
                    "ask the deployment that holds its certificate",
                    "name it with its certificate, and the signature is checked"
                )
            ),
        );
    }
}

/// Whether a project at hand has this App ID in other letters.
pub(crate) fn is_known_otherwise(app_id: &str, case: &Case<'_>) -> bool {
    let known = |text: &str| case.knowledge.knows_app_id(text) == Some(true);
    known(&app_id.to_ascii_lowercase())
        || known(&app_id.to_ascii_uppercase())
        || is_sample(app_id) && known(SAMPLE)
}

/// An App ID by its ends. Somebody may have sent a certificate in its place.
fn ends(app_id: &str) -> String {
    let head = app_id.get(..4).unwrap_or_default();
    let tail = app_id
        .len()
        .checked_sub(4)
        .and_then(|at| app_id.get(at..))
        .unwrap_or_default();
    format!("`{head}…{tail}`")
}
