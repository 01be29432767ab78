//! What comes before the work and after it, in every function: an event in, its route found; the audit line
//! and the answer out.

use super::audit::Audit;
use super::done::Done;
use super::gateway::{Door, Event, Reply, Request, Response};
use super::problem::Problem;
use super::process::Process;
use super::route::{Captures, Route, Routes};
use crate::clock_and_randomness::ClockAndRandomness;
use crate::settings::MetricsNamespace;
use http::StatusCode;
use std::time::Instant;

/// By how much an event may be larger than the largest body of its function, in bytes: for the headers,
/// and for all else that the gateway says.
const AROUND_THE_BODY: usize = 64 * 1024;

/// How many times its own length a body may have within an event: in JSON, two bytes may take six.
const ESCAPED: usize = 3;

/// The longest id that the gateway gives a request, in bytes, and some room.
const LONGEST_ID: usize = 128;

/// What a function has, whether or not it knows a project.
pub(super) struct Front {
    pub(super) routes: Routes,
    pub(super) system: Box<dyn ClockAndRandomness>,
    pub(super) metrics_namespace: MetricsNamespace,
    pub(super) local_paths_encoded: bool,
    pub(super) process: Process,
}

/// An event, and the front door that it came through.
pub(super) struct Received<'e> {
    door: Door,
    event: Result<Event<'e>, Problem>,
    /// Its id where the front door gave none.
    invocation: &'e str,
}

/// A request and its route.
pub(super) struct Found<'a> {
    pub(super) request: Request<'a>,
    pub(super) route: &'a Route,
    pub(super) captures: Captures,
}

impl Front {
    /// A function with these routes.
    pub(super) fn new(routes: Routes, system: Box<dyn ClockAndRandomness>) -> Self {
        Self {
            routes,
            system,
            metrics_namespace: MetricsNamespace::default(),
            local_paths_encoded: false,
            process: Process::begin(),
        }
    }

    /// Reads an event, unless it is larger than any that holds a body of a size that is taken: to read
    /// it would cost more than to answer most requests.
    pub(super) fn receive<'e>(&self, text: &'e str, invocation: &'e str) -> Received<'e> {
        let largest_body = self.routes.largest_body();
        let (door, event) = if text.len() > ESCAPED * largest_body + AROUND_THE_BODY {
            (Door::of(text), Err(Problem::body_too_large(largest_body)))
        } else {
            Event::read(text)
        };
        Received {
            door,
            event,
            invocation,
        }
    }

    /// Finds the route of what was received. Where there is none, all is done.
    pub(super) fn find<'a>(
        &'a self,
        received: &'a Received<'_>,
    ) -> (Audit<'a>, Result<Found<'a>, Done>) {
        let event = received.event.as_ref();
        let gateway_id = event
            .ok()
            .and_then(Event::request_id)
            .filter(|id| id.len() <= LONGEST_ID);
        let mut audit = Audit {
            request_id: gateway_id.unwrap_or(received.invocation),
            namespace: self.metrics_namespace.as_str(),
            process: &self.process,
            started: Instant::now(),
            time: self.system.unix_millis(),
            route: None,
            nowhere: None,
            principal: None,
            refused: Vec::new(),
        };
        let request = event
            .map_err(Clone::clone)
            .and_then(|event| event.request(self.local_paths_encoded));
        let found = request.and_then(|request| {
            let (route, captures) = match self.routes.find(&request) {
                Ok((route, captures)) => {
                    let mut methods = route.methods.iter();
                    let method = methods.find(|method| **method == request.method());
                    audit.route = method.map(|method| (*method, route.path));
                    (route, captures)
                }
                Err(problem) => {
                    if is_health_check(event) {
                        return Err(problem);
                    }
                    audit.saw_nowhere(request.method(), request.raw_path());
                    let rest = self.routes.of_the_rest().ok_or(problem)?;
                    (rest, Captures::default())
                }
            };
            Ok(Found {
                request: request.with_body(route.largest_body),
                route,
                captures,
            })
        });
        let found = found.map_err(|problem| {
            // It goes to each function by itself, and by default to none of its paths.
            if is_health_check(event) && problem.status() == StatusCode::NOT_FOUND {
                return Done::greeted(Response::healthy());
            }
            Done::refused(problem.to_response(audit.request_id), &problem)
        });
        (audit, found)
    }
}

impl Received<'_> {
    /// Writes the audit line, and has the answer leave by the door that the request came through.
    pub(super) fn reply(&self, audit: &Audit<'_>, done: Done) -> Reply {
        audit.write(&done);
        Reply {
            door: self.door,
            response: done
                .response
                .with_header("x-request-id", audit.request_id.to_owned()),
        }
    }
}

fn is_health_check(event: Result<&Event<'_>, &Problem>) -> bool {
    event.is_ok_and(Event::is_health_check)
}
