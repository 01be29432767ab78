//! Whether the signature is right. Only a service learns that.

use crate::explain::case::Case;
use crate::explain::report::Signature;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::{Signer, Speaker};
use crate::token::SignatureOf;
use crate::token::whiteboard::ParsedWhiteboardToken;
use std::borrow::Cow;

/// Checks the signature of a token for this App ID.
pub(crate) fn check(
    app_id: &str,
    token: SignatureOf<'_>,
    case: &Case<'_>,
    findings: &mut Findings,
) -> Signature {
    let signer = case.knowledge.signer(app_id, token);
    let what = match signer {
        Signer::Primary => return Signature::Primary,
        Signer::Secondary => {
            findings.add(
                Code::SignatureSecondary,
                "the secondary certificate of the project signed the token, which is good as long as that certificate is enabled",
                "nothing, while certificates are being replaced; afterwards sign with the new one only",
            );
            return Signature::Secondary;
        }
        Signer::OtherProject => findings.speaker.says(
            "the certificate of another project of this deployment signed the token",
            "the certificate of another project that is known here signed the token",
        ),
        Signer::Nobody => {
            "the certificate of the project did not sign the token: another certificate did, or the token was changed afterwards"
        }
        unchecked => return say_unchecked(unchecked, findings),
    };
    findings.add(
        Code::SignatureWrong,
        what,
        "copy App ID and certificate together from Agora Console into the settings of whatever makes the token; a new certificate needs some minutes until Agora takes it. It has to be enabled there: to a project without one, RTC Web answers any token with 119 (STATIC_USE_DYNAMIC_KEY)",
    );
    Signature::Mismatch
}

/// Checks the signature of a whiteboard token for this access key.
pub(crate) fn check_whiteboard(
    access_key: &str,
    token: &ParsedWhiteboardToken,
    case: &Case<'_>,
    findings: &mut Findings,
) -> Signature {
    let token = SignatureOf::Whiteboard(token);
    match case.knowledge.whiteboard_signer(access_key, token) {
        Signer::Primary => Signature::Primary,
        Signer::Secondary | Signer::OtherProject | Signer::Nobody => {
            findings.add(
                Code::SignatureWrong,
                "the secret key that belongs to the token's access key did not sign it, or it was altered afterwards",
                "copy access key and secret key together from Agora Console. The official libraries for Python, PHP, Go and Java sign names with other than plain letters in their own ways, which fails as well",
            );
            Signature::Mismatch
        }
        unchecked => say_unchecked(unchecked, findings),
    }
}

/// Says that a signature was not checked.
pub(crate) fn unchecked(
    findings: &mut Findings,
    why: &str,
    fix: impl Into<Cow<'static, str>>,
) -> Signature {
    findings.add(
        Code::SignatureUnchecked,
        format!("the signature was not checked: {why}"),
        fix,
    );
    Signature::Unchecked
}

fn say_unchecked(signer: Signer, findings: &mut Findings) -> Signature {
    let speaker = findings.speaker;
    let (why, fix): (_, Cow<'static, str>) = match signer {
        Signer::UnknownProject => (
            speaker.says(
                "the key that it takes is not in this deployment",
                "the key that it takes is not known here",
            ),
            speaker
                .says(
                    "ask the deployment that has the project in its secret",
                    "name that key, and the signature is checked",
                )
                .into(),
        ),
        Signer::KeyOfOtherProject => (
            "your API key is good for another project",
            "send the request with an API key of the token's project".into(),
        ),
        _ => {
            let (why, ask, end) = match speaker {
                Speaker::Service => (
                    "only a caller with an API key learns whether it is right",
                    "send the same request with an API key of this deployment in the header `x-api-key`",
                    "",
                ),
                Speaker::Program { certificates } => (
                    "no certificate is at hand",
                    certificates,
                    ", and the signature is checked",
                ),
            };
            let fix = format!(
                "{ask}{end}. A token that another certificate signed looks like a good one until then: compare App ID and certificate with Agora Console, where the certificate has to be enabled (if it is not, RTC Web says `static use dynamic key`)"
            );
            (why, fix.into())
        }
    };
    unchecked(findings, why, fix)
}
