//! Whether the signature is right. Only a service learns that.

use crate::case::{Asker, Case};
use crate::code::Code;
use crate::finding::Findings;
use crate::report::Signature;
use agora_token::project::Project;
use agora_token::token::AppCertificate;

/// Checks the signature of a token for this App ID. `verify` says whether a certificate made it.
pub(crate) fn check(
    app_id: &str,
    case: &Case<'_>,
    findings: &mut Findings,
    verify: impl Fn(&AppCertificate) -> bool,
) -> Signature {
    let Some(project) = reach(case, findings, case.project(app_id)) else {
        return Signature::Unchecked;
    };
    if verify(&project.certificate) {
        return Signature::Primary;
    }
    if project.secondary_certificate.as_ref().is_some_and(&verify) {
        findings.add(
            Code::SignatureSecondary,
            "the secondary certificate of the project signed the token, which is good as long as that certificate is enabled",
            "nothing, while certificates are being replaced; afterwards sign with the new one only",
        );
        return Signature::Secondary;
    }
    let mut others = case.asker.reach(case.projects).into_iter();
    let elsewhere = others.any(|other| verify(&other.certificate));
    findings.add(
        Code::SignatureWrong,
        if elsewhere {
            "the certificate of another project of this deployment signed the token"
        } else {
            "neither certificate of the project signed the token: it was signed with another one, or altered afterwards"
        },
        "copy the project's certificate from Agora Console into the settings of whatever makes the token. It has to be enabled there: to a project without one, RTC Web answers any token with 119 (STATIC_USE_DYNAMIC_KEY)",
    );
    Signature::Mismatch
}

/// Whether a whiteboard key made the signature.
pub(crate) fn check_whiteboard(
    access_key: &str,
    case: &Case<'_>,
    findings: &mut Findings,
    verify: impl Fn(&Project) -> bool,
) -> Signature {
    let project = case
        .projects
        .and_then(|projects| projects.iter().find(|project| holds(project, access_key)));
    let Some(project) = reach(case, findings, project) else {
        return Signature::Unchecked;
    };
    if verify(project) {
        return Signature::Primary;
    }
    findings.add(
        Code::SignatureWrong,
        "the secret key that belongs to the token's access key did not sign it, or it was altered afterwards",
        "copy access key and secret key together from Agora Console. The official libraries for Python, PHP, Go and Java sign names with other than plain letters in their own ways, which fails as well",
    );
    Signature::Mismatch
}

/// Whether this is the access key of the project's whiteboard app.
pub(crate) fn holds(project: &Project, access_key: &str) -> bool {
    project
        .whiteboard
        .as_ref()
        .is_some_and(|keys| keys.access_key == access_key)
}

/// Says that a signature was not checked.
pub(crate) fn unchecked(findings: &mut Findings, why: &str, fix: &str) -> Signature {
    findings.add(
        Code::SignatureUnchecked,
        format!("the signature was not checked: {why}"),
        fix,
    );
    Signature::Unchecked
}

/// The project, if the asker may know whether its key signed something.
fn reach<'a>(
    case: &Case<'_>,
    findings: &mut Findings,
    project: Option<&'a Project>,
) -> Option<&'a Project> {
    let (why, fix) = match (case.asker, project) {
        (Asker::Anybody, _) => (
            "only a service with an API key learns whether it is right",
            "send the same request with an API key of this deployment in the header `x-api-key`",
        ),
        (Asker::Service(_), None) => (
            "the key that it takes is not in this deployment",
            "ask the deployment that has the project in its secret",
        ),
        (Asker::Service(Some(own)), Some(project)) if own != project.app_id => (
            "your API key is good for another project",
            "send the request with an API key of the token's project",
        ),
        (Asker::Service(_), Some(project)) => return Some(project),
    };
    unchecked(findings, why, fix);
    None
}
