//! Whether a token could be issued now, and to whoever watches the deployment, why not.

use super::app::App;
use super::audit::Audit;
use super::done::Done;
use super::gateway::{Request, Response};
use super::problem::Problem;
use crate::access::SecretRules;
use crate::refresh::Unavailable;
use crate::secret::Secret;
use http::StatusCode;
use serde::Serialize;

/// The seconds after which it is worth to look again whether the operator has mended a setting.
const MENDED: u64 = 60;

/// Something that a token takes.
#[derive(Serialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub(super) struct Check {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    ok: bool,
    /// Why not; or, where the last good value serves, why it could not be refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct Ready<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<&'a [Check]>,
}

#[derive(Serialize)]
struct NotReady<'a, P: Serialize> {
    #[serde(flatten)]
    problem: P,
    checks: &'a [Check],
}

impl App {
    /// Looks at what a token takes, as this process has it. What is due is refreshed, as a request for a
    /// token would have it refreshed: to ask costs no more than that, and no secret or key is fetched for it
    /// alone.
    pub(super) async fn ready(&self, request: &Request<'_>, audit: &mut Audit<'_>) -> Done {
        let (id, now) = (audit.request_id, audit.time);
        let secret = self.store.current(now).await;
        // Without a secret, nobody can tell who it is.
        let is_service = match request.credentials().shown() && secret.is_ok() {
            false => false,
            true => match self.caller(request, audit).await {
                Ok(caller) => caller.principal.service_reach().is_some(),
                Err(problem) if problem.status().is_server_error() => false,
                Err(problem) => return Done::refused(problem.to_response(id), &problem),
            },
        };
        let (checks, retry_after) = self.checks(secret.as_deref(), now).await;
        let shown = is_service.then_some(checks.as_slice());
        if checks.iter().all(|check| check.ok) {
            let status = "ready";
            return Done::greeted(Response::json(
                StatusCode::OK,
                &Ready {
                    status,
                    checks: shown,
                },
            ));
        }
        let problem = Problem::not_ready(retry_after);
        let mut response = problem.to_response(id);
        if let Some(checks) = shown {
            let problem = problem.body(id);
            response.body = Response::json(response.status, &NotReady { problem, checks }).body;
        }
        Done::refused(response, &problem)
    }

    /// Each of them, and the seconds after which those that failed may be better.
    async fn checks(&self, secret: Result<&Secret, &Unavailable>, now: u64) -> (Vec<Check>, u64) {
        let (missing, none) = (secret.err(), SecretRules::default());
        let rules = secret.map_or(&none, |secret| &secret.access);
        let wrong = self.access.misconfigured(rules);
        let mut retry_after = missing.map_or(0, |missing| missing.retry_after);
        if wrong.is_some() {
            retry_after = retry_after.max(MENDED);
        }
        let mut checks = vec![
            Check {
                name: "secret",
                issuer: None,
                ok: missing.is_none(),
                reason: self.store.trouble(),
            },
            Check {
                name: "access",
                issuer: None,
                ok: wrong.is_none(),
                reason: wrong,
            },
        ];
        for keys in self.access.keys(rules, now).await {
            if let Some(missing) = keys.missing {
                retry_after = retry_after.max(missing.retry_after);
            }
            checks.push(Check {
                name: "keys",
                issuer: Some(keys.issuer),
                ok: keys.missing.is_none(),
                reason: keys.trouble,
            });
        }
        (checks, retry_after)
    }
}
