//! Whether a token is for the right project.

use crate::explain::case::Case;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::token::AppId;

/// Judges the App ID that a token is for.
pub(crate) fn judge(app_id: &str, case: &Case<'_>, findings: &mut Findings) {
    if let Err(error) = app_id.parse::<AppId>() {
        findings.add(
            Code::AppIdMalformed,
            format!("what stands in the token as its App ID is none: {error}"),
            "copy the App ID from Agora Console into the settings of whatever makes the token, without spaces or quotation marks",
        );
        return;
    }
    if let Some(own) = case.joins.app_id
        && own.as_str() != app_id
    {
        findings.add(
            Code::AppIdMismatch,
            if own.as_str().eq_ignore_ascii_case(app_id) {
                "the App ID in the token and that of the app differ in letter case, and letter case counts"
            } else {
                "the token is for another App ID than the app's"
            },
            "use one project in the app and in the token service; the App ID is in the answer beside the token",
        );
    }
    if case.knowledge.knows_app_id(app_id) == Some(false) {
        findings.add(
            Code::AppIdUnknown,
            "the token is for a project that is not one of this deployment. If Agora does not know it either, or it is disabled, the SDK reports an invalid App ID",
            "compare the App ID with that in Agora Console; if it is right, ask the deployment that holds its certificate",
        );
    }
}
