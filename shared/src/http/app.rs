//! The way of a request: event, route, parameters, principal, policy, project, token, answer.

use super::audit::{Audit, MetricsNamespace, Refused};
use super::drop_in::{Call, Forms, Reading, Wanted};
use super::gateway::{Door, Event, Reply, Request, Response};
use super::issue::{Issued, issue};
use super::log;
use super::problem::Problem;
use super::route::{Captures, Route, Routes, Scene, Work};
use crate::access::{Access, Circumstances, Principal};
use crate::ambient::Ambient;
use crate::project::{ProjectStore, Projects};
use crate::request::{Ask, Version};
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;

/// By how much an event may be larger than the largest body of its function, in bytes: for the headers,
/// and for all else that the gateway says.
const AROUND_THE_BODY: usize = 64 * 1024;

/// How many times its own length a body may have within an event: in JSON, two bytes may take six.
const ESCAPED: usize = 3;

/// The longest id that the gateway gives a request, in bytes, and some room.
const LONGEST_ID: usize = 128;

/// One function: its routes, and all that they need to be answered.
pub struct App {
    routes: Routes,
    store: ProjectStore,
    access: Access,
    ambient: Box<dyn Ambient>,
    node_routes: Version,
    metrics_namespace: MetricsNamespace,
    local_paths_encoded: bool,
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
            node_routes: Version::default(),
            metrics_namespace: MetricsNamespace::default(),
            local_paths_encoded: false,
        }
    }

    /// The same, where the drop-in routes of servers that sign 006 tokens answer in this format.
    pub fn with_node_routes(self, node_routes: Version) -> Self {
        Self {
            node_routes,
            ..self
        }
    }

    /// The same, counting in this namespace.
    pub fn with_metrics_namespace(self, metrics_namespace: MetricsNamespace) -> Self {
        Self {
            metrics_namespace,
            ..self
        }
    }

    /// The same behind a local server, if it hands paths over as they were sent.
    pub fn with_local_paths_encoded(self, local_paths_encoded: bool) -> Self {
        Self {
            local_paths_encoded,
            ..self
        }
    }

    /// Reads the projects, and side by side the keys of the JWT issuer if there is one, before the first
    /// request comes. A failure is logged and is no reason to stop: requests are answered with 503
    /// until it heals.
    pub async fn prime(&self) {
        let now = self.ambient.unix_millis();
        let keys = async {
            self.access.prime(now).await;
        };
        let (_, ()) = tokio::join!(self.store.current(now), keys);
    }

    /// Answers the event whose JSON is `event`. `invocation` is its id where the front door gave none.
    pub async fn answer(&self, event: &str, invocation: &str) -> Reply {
        let (door, parsed) = self.parse(event);
        let request = parsed
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|event| event.request(self.local_paths_encoded));
        let gateway_id = parsed
            .as_ref()
            .ok()
            .and_then(Event::request_id)
            .filter(|id| id.len() <= LONGEST_ID);
        let request_id = gateway_id.unwrap_or(invocation);
        let mut audit = Audit {
            request_id,
            namespace: self.metrics_namespace.as_str(),
            started: Instant::now(),
            time: self.ambient.unix_millis(),
            principal: None,
            refused: Vec::new(),
        };

        let routed = request.and_then(|request| {
            let (route, captures) = self.routes.find(&request)?;
            Ok((request.with_body(route.largest_body), route, captures))
        });
        let health_check = parsed.as_ref().is_ok_and(Event::is_health_check);
        let done = match routed {
            // It goes to each function by itself, and by default to none of its paths.
            Err(problem) if health_check && problem.status == StatusCode::NOT_FOUND => {
                Done::greeted(Response::json(StatusCode::OK, &Healthy { status: "ok" }))
            }
            Err(problem) => Done::refused(problem.to_response(request_id), &problem),
            Ok((request, route, captures)) => {
                self.work(&request, route, &captures, &mut audit).await
            }
        };
        audit.write(&done);
        let response = done
            .response
            .with_header("x-request-id", request_id.to_owned());
        Reply { door, response }
    }

    /// Reads an event, unless it is larger than any that holds a body of a size that is taken: to read
    /// it would cost more than to answer most requests.
    fn parse<'e>(&self, event: &'e str) -> (Door, Result<Event<'e>, Problem>) {
        let largest_body = self.routes.largest_body();
        if event.len() > ESCAPED * largest_body + AROUND_THE_BODY {
            let problem = Problem::body_too_large(largest_body);
            return (Door::of(event), Err(problem));
        }
        Event::read(event)
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
            Work::Issue(read) => {
                let issued = async {
                    let ask = read(request)?;
                    let mut caller = self.caller(request, audit).await?;
                    self.issue(ask, &mut caller)
                };
                match issued.await {
                    Ok(issued) => {
                        Done::issued(Response::json(StatusCode::OK, &issued), vec![issued])
                    }
                    Err(problem) => Done::refused(problem.to_response(id), &problem),
                }
            }
            Work::DropIn(row) => {
                let (wanted, shape) = self.read_drop_in(request, captures, row.forms, audit);
                let issued = async {
                    let Wanted { asks, echo } = wanted?;
                    let mut caller = self.caller(request, audit).await?;
                    let one = |ask| self.issue(ask, &mut caller);
                    let issued = asks.into_iter().map(one);
                    Ok::<_, Problem>((issued.collect::<Result<Vec<_>, _>>()?, echo))
                };
                match issued.await {
                    Ok((issued, echo)) => {
                        Done::issued(shape.success.answer(&issued, &echo), issued)
                    }
                    Err(problem) => Done::refused(shape.failure.answer(&problem), &problem),
                }
            }
            Work::IssueEach { read, answer } => {
                let each = async {
                    let asks = read(request)?;
                    let mut caller = self.caller(request, audit).await?;
                    self.access.authorise_batch(caller.principal)?;
                    let one = |ask: Result<Ask, Problem>| self.issue(ask?, &mut caller);
                    Ok::<_, Problem>(asks.into_iter().map(one).collect::<Vec<_>>())
                };
                match each.await {
                    Ok(each) => Done {
                        response: answer(&each, id),
                        outcome: "issued",
                        reason: each
                            .iter()
                            .flat_map(|one| one.as_ref().err())
                            .find_map(Problem::reason),
                        tokens: each,
                    },
                    Err(problem) => Done::refused(problem.to_response(id), &problem),
                }
            }
            Work::Explain(explain) => {
                let explained = async { explain(request, &self.scene(request, audit).await?) };
                match explained.await {
                    Ok(response) => Done {
                        response,
                        outcome: "explained",
                        reason: None,
                        tokens: Vec::new(),
                    },
                    Err(problem) => Done::refused(problem.to_response(id), &problem),
                }
            }
            Work::Greet(greet) => Done::greeted(greet()),
        }
    }

    /// Reads a request in the form of another server, and says in which shape it is answered.
    fn read_drop_in(
        &self,
        request: &Request<'_>,
        captures: &Captures,
        forms: Forms,
        audit: &Audit<'_>,
    ) -> Reading {
        let ambient = self.ambient.as_ref();
        let call = Call::new(request, captures, ambient, audit.time, self.node_routes);
        let reading = forms.reading(&call);
        if call.saw_certificate() {
            log::certificate_shipped(audit.request_id);
        }
        reading
    }

    /// The projects and the caller, who is noted for the audit line.
    async fn caller<'a>(
        &self,
        request: &Request<'_>,
        audit: &'a mut Audit<'_>,
    ) -> Result<Caller<'a>, Problem> {
        let projects = self.store.current(audit.time).await?;
        // The projects may have been waited for.
        let now = self.ambient.unix_millis();
        let principal = self
            .access
            .identify(request.credentials(), projects.api_keys(), now)
            .await?;
        Ok(Caller {
            projects,
            principal: audit.principal.insert(principal),
            refused: &mut audit.refused,
            now: audit.time,
        })
    }

    /// What an explanation may draw on. Anybody may have one, but whoever shows something is judged
    /// by it.
    async fn scene(&self, request: &Request<'_>, audit: &mut Audit<'_>) -> Result<Scene, Problem> {
        let now = audit.time;
        if request.credentials().shown() {
            let caller = self.caller(request, audit).await?;
            return Ok(Scene {
                projects: Some(caller.projects),
                service: caller.principal.is_service(),
                key_project: caller.principal.key_project(),
                now,
            });
        }
        Ok(Scene {
            projects: self.store.current(now).await.ok(),
            service: false,
            key_project: None,
            now,
        })
    }

    /// Issues one token, or notes what was refused.
    fn issue(&self, ask: Ask, caller: &mut Caller<'_>) -> Result<Issued, Problem> {
        let now = caller.now;
        let circumstances = Circumstances {
            default_app_id: caller.projects.default_app_id(),
            now,
        };
        let authorised = self
            .access
            .authorise(caller.principal, ask, circumstances)
            .map_err(|(denied, ask)| {
                let problem = Problem::from(denied);
                caller.refused.push(Refused::new(&ask, &problem));
                problem
            })?;
        issue(&authorised, &caller.projects, self.ambient.as_ref(), now).inspect_err(|problem| {
            let refused = Refused::new(authorised.ask(), problem);
            caller.refused.push(refused);
        })
    }
}

/// Who asks, of which projects, and where it is noted what they are refused.
struct Caller<'a> {
    projects: Arc<Projects>,
    principal: &'a Principal,
    refused: &'a mut Vec<Refused>,
    /// Unix milliseconds.
    now: u64,
}

/// What a health check is told that comes to none of the routes.
#[derive(Serialize)]
struct Healthy {
    status: &'static str,
}

/// What became of a request.
pub(super) struct Done {
    pub(super) response: Response,
    /// What the audit line calls it: the code of the problem where it was one.
    pub(super) outcome: &'static str,
    /// What the operator is told of an internal problem, the first where there are several.
    pub(super) reason: Option<&'static str>,
    pub(super) tokens: Vec<Result<Issued, Problem>>,
}

impl Done {
    fn issued(response: Response, issued: Vec<Issued>) -> Self {
        Self {
            response,
            outcome: "issued",
            reason: None,
            tokens: issued.into_iter().map(Ok).collect(),
        }
    }

    fn greeted(response: Response) -> Self {
        Self {
            response,
            outcome: "greeted",
            reason: None,
            tokens: Vec::new(),
        }
    }

    fn refused(response: Response, problem: &Problem) -> Self {
        Self {
            response,
            outcome: problem.code,
            reason: problem.reason(),
            tokens: Vec::new(),
        }
    }
}
