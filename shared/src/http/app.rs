//! The way of a request: event, route, parameters, principal, policy, project, token, answer.

use super::audit::{Audit, Refused};
use super::caller::CallerContext;
use super::done::Done;
use super::drop_in::{Call, DropInRequest, Forms, Reading};
use super::front::{Found, Front};
use super::gateway::{Reply, Request, Response};
use super::log;
use super::problem::Problem;
use super::route::{Captures, Route, Routes, Work};
use crate::InspectContext;
use crate::access::{Access, Circumstances, Principal, SecretRules, Unauthenticated};
use crate::clock_and_randomness::ClockAndRandomness;
use crate::grant::TokenRequest;
use crate::issue::{Issued, issue};
use crate::params::Version;
use crate::secret::{Secret, SecretStore, SourceError};
use crate::settings::MetricsNamespace;
use http::StatusCode;
use std::sync::Arc;

/// One function: its routes, and all that they need to be answered.
pub struct App {
    front: Front,
    pub(super) store: SecretStore,
    pub(super) access: Access,
    node_routes: Version,
}

impl App {
    /// A function with these routes.
    pub fn new(
        routes: Routes,
        store: SecretStore,
        access: Access,
        system: Box<dyn ClockAndRandomness>,
    ) -> Self {
        Self {
            front: Front::new(routes, system),
            store,
            access,
            node_routes: Version::default(),
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
    pub fn with_metrics_namespace(mut self, metrics_namespace: MetricsNamespace) -> Self {
        self.front.metrics_namespace = metrics_namespace;
        self
    }

    /// The same behind a local server, if it hands paths over as they were sent.
    pub fn with_local_paths_encoded(mut self, local_paths_encoded: bool) -> Self {
        self.front.local_paths_encoded = local_paths_encoded;
        self
    }

    /// Reads the secret, and side by side the keys of the JWT issuer if there is one, before the first
    /// request comes. A failure is logged and is no reason to stop: requests are answered with 503
    /// until it heals.
    pub async fn prime(&self) {
        let now = self.front.system.unix_millis();
        let keys = async {
            self.access.prime(now).await;
        };
        let (secret, ()) = tokio::join!(self.store.current(now), keys);
        if let Ok(secret) = secret {
            self.access.prime_added(&secret.access, now).await;
            if let Some(why) = self.access.stopped_by(&secret.access) {
                log::users_stopped(&SourceError::Setting(why));
            }
        }
        self.front.process.is_ready();
    }

    /// Answers the event whose JSON is `event`. `invocation` is its id where the front door gave none.
    pub async fn answer(&self, event: &str, invocation: &str) -> Reply {
        let received = self.front.receive(event, invocation);
        let (mut audit, found) = self.front.find(&received);
        let done = match found {
            Ok(Found {
                request,
                route,
                captures,
            }) => self.work(&request, route, &captures, &mut audit).await,
            Err(done) => done,
        };
        received.reply(&audit, done)
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
            Work::Issue { read, .. } => {
                let issued = async {
                    let token_request = read(request)?;
                    let mut caller = self.caller(request, audit).await?;
                    self.issue(token_request, &mut caller)
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
                    let DropInRequest { requests, echo } = wanted?;
                    let mut caller = self.caller(request, audit).await?;
                    self.access.authorise_drop_in(&caller.secret.access)?;
                    let one = |token_request| self.issue(token_request, &mut caller);
                    let issued = requests.into_iter().map(one);
                    Ok::<_, Problem>((issued.collect::<Result<Vec<_>, _>>()?, echo))
                };
                match issued.await {
                    Ok((issued, echo)) => {
                        Done::issued(shape.success.answer(&issued, &echo), issued)
                    }
                    Err(problem) => Done::refused(shape.failure.answer(&problem), &problem),
                }
            }
            Work::IssueEach { read, answer, .. } => {
                let each = async {
                    let requests = read(request)?;
                    let mut caller = self.caller(request, audit).await?;
                    self.access.authorise_batch(caller.principal)?;
                    let one = |token_request: Result<TokenRequest, Problem>| {
                        self.issue(token_request?, &mut caller)
                    };
                    Ok::<_, Problem>(requests.into_iter().map(one).collect::<Vec<_>>())
                };
                match each.await {
                    Ok(each) => Done::each(answer(&each, id), each),
                    Err(problem) => Done::refused(problem.to_response(id), &problem),
                }
            }
            Work::Explain(explain) => {
                let explained =
                    async { explain(request, &self.inspect_context(request, audit).await?) };
                match explained.await {
                    Ok(response) => Done::explained(response),
                    Err(problem) => Done::refused(problem.to_response(id), &problem),
                }
            }
            Work::Caller(tell) => {
                let told = async {
                    let caller = self.caller(request, audit).await?;
                    let context = CallerContext {
                        access: &self.access,
                        principal: caller.principal,
                        circumstances: caller.circumstances(),
                    };
                    tell(request, &context)
                };
                match told.await {
                    Ok(response) => Done::explained(response),
                    Err(problem) => Done::refused(problem.to_response(id), &problem),
                }
            }
            Work::Health(greet) => Done::greeted(greet()),
            Work::Ready => self.ready(request, audit).await,
            Work::Public(answer) | Work::Page(answer) => Done::answered(answer(request), id),
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
        let system = self.front.system.as_ref();
        let call = Call::new(request, captures, system, audit.time, self.node_routes);
        let reading = forms.reading(&call);
        if call.saw_certificate() {
            log::certificate_shipped(audit.request_id);
        }
        reading
    }

    /// The secret and the caller, who is noted for the audit line.
    pub(super) async fn caller<'a>(
        &self,
        request: &Request<'_>,
        audit: &'a mut Audit<'_>,
    ) -> Result<Caller<'a>, Problem> {
        let secret = self.store.current(audit.time).await?;
        // The secret may have been waited for.
        let now = self.front.system.unix_millis();
        let principal = self
            .access
            .identify(request.credentials(), &secret.access, now)
            .await
            .inspect_err(|refusal| self.say_why(*refusal, &secret))?;
        Ok(Caller {
            secret,
            principal: audit.principal.insert(principal),
            refused: &mut audit.refused,
            now: audit.time,
        })
    }

    /// What an explanation may draw on. Anybody may have one, but whoever sends credentials is judged by
    /// them.
    async fn inspect_context(
        &self,
        request: &Request<'_>,
        audit: &mut Audit<'_>,
    ) -> Result<InspectContext, Problem> {
        let switched_off = |rules: &SecretRules| !self.access.switches(rules).anonymous_inspect;
        if request.credentials().shown() {
            let Caller {
                secret,
                principal,
                now,
                ..
            } = self.caller(request, audit).await?;
            // A key that anybody can have lets nobody in.
            if principal.is_publishable() && switched_off(&secret.access) {
                return Err(Unauthenticated::Missing.into());
            }
            return Ok(InspectContext::for_principal(secret, principal, now));
        }
        let now = audit.time;
        let secret = self.store.current(now).await.ok();
        // Without a secret, the policy of the settings holds.
        let none = SecretRules::default();
        let rules = secret.as_ref().map_or(&none, |secret| &secret.access);
        if switched_off(rules) {
            return Err(Unauthenticated::Missing.into());
        }
        Ok(InspectContext::for_anybody(secret, now))
    }

    /// Logs why users get nothing, where that is for the secret: it may have changed since the start.
    fn say_why(&self, refusal: Unauthenticated, secret: &Secret) {
        if refusal == Unauthenticated::Misconfigured
            && let Some(why) = self.access.stopped_by(&secret.access)
        {
            log::users_stopped(&SourceError::Setting(why));
        }
    }

    /// Issues one token, or notes what was refused.
    fn issue(
        &self,
        token_request: TokenRequest,
        caller: &mut Caller<'_>,
    ) -> Result<Issued, Problem> {
        #[cfg(feature = "contract")]
        crate::params::record::whole();
        let now = caller.now;
        let authorised = self
            .access
            .authorise(caller.principal, token_request, caller.circumstances())
            .map_err(|(denied, token_request)| {
                let problem = Problem::from(denied);
                caller.refused.push(Refused::new(&token_request, &problem));
                problem
            })?;
        let projects = &caller.secret.projects;
        let issued = issue(&authorised, projects, self.front.system.as_ref(), now);
        issued.map_err(Problem::from).inspect_err(|problem| {
            let refused = Refused::new(authorised.request(), problem);
            caller.refused.push(refused);
        })
    }
}

/// Who asks, what signs for them, and where it is noted what they are refused.
pub(super) struct Caller<'a> {
    secret: Arc<Secret>,
    pub(super) principal: &'a Principal,
    refused: &'a mut Vec<Refused>,
    /// Unix milliseconds.
    now: u64,
}

impl Caller<'_> {
    /// What is asked is judged by this.
    fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            secret: &self.secret.access,
            default_app_id: self.secret.projects.default_app_id(),
            now: self.now,
        }
    }
}
