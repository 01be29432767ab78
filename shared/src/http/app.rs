//! The way of a request: event, route, parameters, principal, policy, project, token, answer.

use super::ambient::Ambient;
use super::audit::{Audit, MetricsNamespace, Refused};
use super::drop_in::{Call, Forms, Reading, Wanted};
use super::event::Event;
use super::issue::{Issued, issue};
use super::log;
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use super::route::{Captures, Route, Routes, Scene, Work};
use crate::access::{Access, Circumstances, Principal};
use crate::project::{ProjectStore, Projects};
use crate::request::{Ask, Version};
use http::StatusCode;
use std::sync::Arc;
use std::time::Instant;

/// One function: its routes, and all that they need to be answered.
pub struct App {
    routes: Routes,
    store: ProjectStore,
    access: Access,
    ambient: Box<dyn Ambient>,
    node_routes: Version,
    metrics_namespace: MetricsNamespace,
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

    /// Reads the projects, and side by side the keys of the JWT issuer if there is one, before the first
    /// request comes. A failure is logged and is no reason to stop: requests are answered with 503
    /// until it heals.
    pub async fn prime(&self) {
        let now = self.ambient.unix_millis();
        let keys = async {
            if let Some(jwt) = &self.access.jwt {
                jwt.prime(now).await;
            }
        };
        let (_, ()) = tokio::join!(self.store.current(now), keys);
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
            namespace: self.metrics_namespace.as_str(),
            started: Instant::now(),
            time: self.ambient.unix_millis(),
            route: None,
            principal: None,
            refused: Vec::new(),
        };

        let routed = request
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|request| Ok((request, self.routes.find(request)?)));
        let done = match routed {
            Err(problem) => Done::refused(problem.to_response(request_id), problem.code),
            Ok((request, (route, captures))) => {
                audit.route = Some((request.method(), route.path));
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
                    Err(problem) => Done::refused(problem.to_response(id), problem.code),
                }
            }
            Work::DropIn(forms) => {
                let (wanted, shape) = self.read_drop_in(request, captures, forms, audit);
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
                    Err(problem) => Done::refused(shape.failure.answer(&problem), problem.code),
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
        let principal = self
            .access
            .identify(request.credentials(), projects.api_keys(), audit.time)
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
            let (service, key_project) = match caller.principal {
                Principal::Service { project, .. } => (true, *project),
                _ => (false, None),
            };
            return Ok(Scene {
                projects: Some(caller.projects),
                service,
                key_project,
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
