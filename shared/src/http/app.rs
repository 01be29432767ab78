//! The way of a request: event, route, parameters, principal, policy, project, token, answer.

use super::ambient::Ambient;
use super::audit::Audit;
use super::event::Event;
use super::issue::{Issued, issue};
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use super::route::{Captures, Route, Routes, Scene, Work};
use crate::access::{Access, Principal};
use crate::project::{ProjectStore, Projects};
use crate::request::Ask;
use std::sync::Arc;
use std::time::Instant;

/// One function: its routes, and all that they need to be answered.
pub struct App {
    routes: Routes,
    store: ProjectStore,
    access: Access,
    ambient: Box<dyn Ambient>,
}

impl App {
    /// A function with these routes.
    pub fn new(
        routes: Routes,
        store: ProjectStore,
        access: Access,
        ambient: Box<dyn Ambient>,
    ) -> Self {
        Self {
            routes,
            store,
            access,
            ambient,
        }
    }

    /// Reads the projects before the first request comes. A failure is logged by the store and is no
    /// reason to stop: requests are answered with 503 until it heals.
    pub async fn prime(&self) {
        let _ = self.store.current(self.ambient.unix_millis()).await;
    }

    /// Answers the event whose JSON is `event`. `invocation` is its id where the gateway gave none.
    pub async fn answer(&self, event: &str, invocation: &str) -> Response {
        let parsed = serde_json::from_str::<Event<'_>>(event);
        let request = parsed
            .as_ref()
            .map_err(|_| Problem::event_malformed())
            .and_then(Request::read);
        let gateway_id = parsed
            .as_ref()
            .ok()
            .and_then(|event| event.request_context.request_id.as_deref());
        let request_id = gateway_id.unwrap_or(invocation);
        let mut audit = Audit {
            request_id,
            started: Instant::now(),
            time: self.ambient.unix_millis(),
            principal: None,
        };

        let routed = request
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|request| Ok((request, self.routes.find(request)?)));
        let done = match routed {
            Err(problem) => Done::refused(problem.to_response(request_id), problem.code),
            Ok((request, (route, captures))) => {
                self.work(request, route, &captures, &mut audit).await
            }
        };
        audit.write(&done);
        done.response
            .with_header("x-request-id", request_id.to_owned())
    }

    async fn work(
        &self,
        request: &Request<'_>,
        route: &Route,
        captures: &Captures,
        audit: &mut Audit<'_>,
    ) -> Done {
        let id = audit.request_id;
        match route.work {
            Work::Issue { read, shape } => {
                let issued = async {
                    let asks = read(request, captures)?;
                    let (projects, principal) = self.caller(request, audit).await?;
                    asks.into_iter()
                        .map(|ask| self.issue(ask, &principal, &projects, audit.time))
                        .collect::<Result<Vec<_>, Problem>>()
                };
                match issued.await {
                    Ok(issued) => Done::issued((shape.success)(&issued), issued),
                    Err(problem) => Done::refused((shape.failure)(&problem, id), problem.code),
                }
            }
            Work::IssueEach { read, answer } => {
                let each = async {
                    let asks = read(request)?;
                    let (projects, principal) = self.caller(request, audit).await?;
                    let one = |ask: Result<Ask, Problem>| {
                        self.issue(ask?, &principal, &projects, audit.time)
                    };
                    Ok::<_, Problem>(asks.into_iter().map(one).collect::<Vec<_>>())
                };
                match each.await {
                    Ok(each) => Done {
                        response: answer(&each, id),
                        outcome: "issued",
                        tokens: each,
                    },
                    Err(problem) => Done::refused(problem.to_response(id), problem.code),
                }
            }
            Work::Explain(explain) => {
                let explained = async { explain(request, &self.scene(request, audit).await?) };
                match explained.await {
                    Ok(response) => Done {
                        response,
                        outcome: "explained",
                        tokens: Vec::new(),
                    },
                    Err(problem) => Done::refused(problem.to_response(id), problem.code),
                }
            }
            Work::Greet(greet) => Done {
                response: greet(),
                outcome: "greeted",
                tokens: Vec::new(),
            },
        }
    }

    /// The projects and the caller, who is noted for the audit line.
    async fn caller(
        &self,
        request: &Request<'_>,
        audit: &mut Audit<'_>,
    ) -> Result<(Arc<Projects>, Principal), Problem> {
        let projects = self.store.current(audit.time).await?;
        let principal = self
            .access
            .identify(request.credentials(), projects.api_keys())?;
        audit.principal = Some(principal.clone());
        Ok((projects, principal))
    }

    /// What an explanation may draw on. Anybody may have one, but whoever shows something is judged
    /// by it.
    async fn scene(&self, request: &Request<'_>, audit: &mut Audit<'_>) -> Result<Scene, Problem> {
        let now = audit.time;
        if request.credentials().shown() {
            let (projects, principal) = self.caller(request, audit).await?;
            let service = matches!(principal, Principal::Service { .. });
            return Ok(Scene {
                projects: Some(projects),
                service,
                now,
            });
        }
        Ok(Scene {
            projects: self.store.current(now).await.ok(),
            service: false,
            now,
        })
    }

    fn issue(
        &self,
        ask: Ask,
        principal: &Principal,
        projects: &Projects,
        now: u64,
    ) -> Result<Issued, Problem> {
        let authorised = self.access.authorise(principal, ask, now)?;
        issue(&authorised, projects, self.ambient.as_ref(), now)
    }
}

/// What became of a request.
pub(super) struct Done {
    pub(super) response: Response,
    /// What the audit line calls it: the code of the problem where it was one.
    pub(super) outcome: &'static str,
    pub(super) tokens: Vec<Result<Issued, Problem>>,
}

impl Done {
    fn issued(response: Response, issued: Vec<Issued>) -> Self {
        Self {
            response,
            outcome: "issued",
            tokens: issued.into_iter().map(Ok).collect(),
        }
    }

    fn refused(response: Response, code: &'static str) -> Self {
        Self {
            response,
            outcome: code,
            tokens: Vec::new(),
        }
    }
}
