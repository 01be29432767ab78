//! Whether a token could be issued now, and to whoever watches the deployment, why not.

use super::app::App;
use super::audit::Audit;
use super::done::Done;
use super::gateway::{Request, Response};
use super::problem::Problem;
use super::route::Work;
use crate::access::SecretRules;
use crate::refresh::Unavailable;
use crate::secret::Secret;
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use std::fmt;
use std::pin::Pin;

/// The seconds after which it is worth to look again whether the operator has mended a setting.
const MENDED: u64 = 60;

/// The work of the route that says so. A function without that route has none of this linked into it.
#[derive(Clone, Copy)]
pub struct Readiness(Look);

type Look = for<'a> fn(&'a App, &'a Request<'_>, &'a mut Audit<'_>) -> Looking<'a>;
type Looking<'a> = Pin<Box<dyn Future<Output = Done> + Send + 'a>>;

impl Work {
    /// Says whether a token could be issued now.
    pub const READY: Self = Self::Ready(Readiness(|app, request, audit| {
        Box::pin(app.ready(request, audit))
    }));
}

impl Readiness {
    pub(super) fn look<'a>(
        self,
        app: &'a App,
        request: &'a Request<'_>,
        audit: &'a mut Audit<'_>,
    ) -> Looking<'a> {
        (self.0)(app, request, audit)
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readiness")
    }
}

/// Something that a token takes.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    ok: bool,
    /// Why not; or, where the last good value serves, why it could not be refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl App {
    /// Looks at what a token takes, as this process has it. What is due is refreshed, as a request for a
    /// token would have it refreshed: to ask costs no more than that, and no secret or key is fetched for it
    /// alone.
    async fn ready(&self, request: &Request<'_>, audit: &mut Audit<'_>) -> Done {
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
            let ready = Response::json(StatusCode::OK, &json!({ "status": "ready" }));
            return Done::greeted(with(ready, shown));
        }
        let problem = Problem::not_ready(retry_after);
        Done::refused(with(problem.to_response(id), shown), &problem)
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

/// The same answer, an object, with the checks as its last member, if they are shown.
fn with(mut response: Response, checks: Option<&[Check]>) -> Response {
    if let Some(checks) = checks
        && response.body.ends_with('}')
    {
        let checks = Response::json(response.status, &checks).body;
        response.body.pop();
        response.body += &format!(",\"checks\":{checks}}}");
    }
    response
}
