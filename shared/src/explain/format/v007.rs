//! Tokens of version 007.

use crate::explain::case::Case;
use crate::explain::check::{app_id, logins, places, samples, signature, times};
use crate::explain::format::listing;
use crate::explain::nutshell::{JOIN_CALL, LOGIN_CALL, Told};
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::explain::report::{Content, Format, Signature};
use crate::token::SignatureOf;
use crate::token::{ParsedToken2, Service, ServiceKind};

/// The length of a signature, in bytes.
const SIGNATURE_LEN: usize = 32;

/// What the token says, and whether that is not all of it.
pub(crate) fn explain(
    token: &ParsedToken2,
    case: &Case<'_>,
    findings: &mut Findings,
) -> (Content, bool, Told) {
    let (services, more_services) = listing::listed(token);
    findings.about(Products::of(services));
    app_id::judge(&token.app_id, case, findings);
    let signature = check_signature(token, case, findings);
    times::judge(token, services, case, findings);
    judge_services(token, services, findings);
    places::judge(token, services, case, findings);
    logins::judge(token, services, case, findings);
    let (channel, uid) = places::samples(services);
    samples::judge(&token.app_id, channel, uid, case, findings);
    let (views, shortened) = listing::views(token, services, case);
    let content = Content {
        format: Format::V007,
        app_id: Some(case.names.listed(&token.app_id)),
        issued_at: Some(token.issue_ts.into()),
        expires_at: Some(token.expires_at()),
        services: views,
        signature,
    };
    (content, shortened || more_services, told(services, case))
}

/// For whom the token is, and what would tell more.
fn told(services: &[Service], case: &Case<'_>) -> Told {
    let mut unchecked = Vec::new();
    let mut whom: Vec<String> = services
        .iter()
        .filter_map(|service| {
            places::told(service, case, &mut unchecked)
                .or_else(|| logins::told(service, case, &mut unchecked))
        })
        .collect();
    whom.dedup();
    whom.truncate(4);
    let rtc = services
        .iter()
        .any(|service| matches!(service.kind, ServiceKind::Rtc { .. }));
    Told {
        whom: whom.join(" + "),
        unchecked,
        call: if rtc { JOIN_CALL } else { LOGIN_CALL },
    }
}

fn check_signature(token: &ParsedToken2, case: &Case<'_>, findings: &mut Findings) -> Signature {
    let len = token.signature().len();
    if len != SIGNATURE_LEN {
        findings.add(
            Code::SignatureMalformed,
            format!("the signature has {len} bytes; a genuine one has {SIGNATURE_LEN}"),
            format!(
                "build the token with an official library{}",
                findings.speaker.adds(", or ask this service for one")
            ),
        );
    }
    signature::check(&token.app_id, SignatureOf::V007(token), case, findings)
}

/// What the token holds, whatever it is for.
fn judge_services(token: &ParsedToken2, services: &[Service], findings: &mut Findings) {
    if let Some(unknown) = token.unknown_service {
        findings.add(
            Code::ServiceUnknown,
            format!("the token holds a service of type {unknown}, which is not known here; it and what follows it cannot be read, and Agora's own libraries stop there as well"),
            format!(
                "look at what built the token; if the service is new, {}",
                findings.speaker.says("this service has to learn it", "a newer version of agora-token may know it")
            ),
        );
    } else if services.is_empty() {
        findings.add(
            Code::ServicesNone,
            "the token holds no service, so it opens nothing",
            format!(
                "add the service that the app uses{}",
                findings
                    .speaker
                    .adds(", or ask this service for a token of that type")
            ),
        );
    }
    if services.len() > 1 {
        let names: Vec<&str> = services.iter().map(|service| service.kind.name()).collect();
        findings.add(
            Code::ServicesSeveral,
            format!("the token holds several services: {}", names.join(", ")),
            "nothing; but some libraries (npm agora-token up to 2.0.5) keep only the last of several services of one type",
        );
    }
    for service in services {
        let unknown: Vec<String> = service
            .privileges
            .iter()
            .filter(|(id, _)| service.kind.privilege_name(*id).is_none())
            .take(4)
            .map(|(id, _)| id.to_string())
            .collect();
        if !unknown.is_empty() {
            findings.add(
                Code::PrivilegeUnknown,
                format!("the service {} has no privilege {}", service.kind.name(), unknown.join(", ")),
                "look at the privilege ids in whatever builds the token; 1 is the right to join or to log in",
            );
        }
    }
    if token.trailing_bytes() > 0 {
        findings.add(
            Code::TrailingBytes,
            format!(
                "{} bytes follow the end of the token; Agora's own libraries do not read them",
                token.trailing_bytes()
            ),
            "look at what adds them: no builder does",
        );
    }
}
