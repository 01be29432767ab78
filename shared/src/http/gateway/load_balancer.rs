//! Events of an Application Load Balancer.

use super::super::problem::Problem;
use super::headers::{Headers, joined};
use super::request::{Request, Sent};
use super::response::Response;
use super::{path, query};
use aws_lambda_events::alb::{AlbTargetGroupRequest, AlbTargetGroupResponse};
use std::borrow::Cow;

/// An event of a load balancer. Its target group has single or multiple values: one with multiple values
/// sends each header and parameter as a list, and takes headers as lists only.
#[derive(Debug)]
pub(in super::super) struct Event(pub(super) AlbTargetGroupRequest);

impl Event {
    /// A load balancer numbers no requests; this is what its access log and its client know.
    pub(super) fn request_id(&self) -> Option<&str> {
        match self.header("x-amzn-trace-id") {
            Some(Cow::Borrowed(trace)) => Some(trace),
            _ => None,
        }
    }

    /// Whether the load balancer asks by itself. Whoever else says so learns that the function is there.
    pub(super) fn is_health_check(&self) -> bool {
        self.header("user-agent")
            .is_some_and(|agent| agent.starts_with("ELB-HealthChecker/"))
    }

    /// The request: path and query arrive as they were sent.
    pub(super) fn request(&self) -> Result<Request<'_>, Problem> {
        let Self(event) = self;
        let path = event.path.as_deref().unwrap_or_default();
        Request::new(Sent {
            method: event.http_method.as_str(),
            path,
            segments: path::encoded(path),
            query: query::of_encoded(query::fuller(
                &event.multi_value_query_string_parameters,
                &event.query_string_parameters,
            ))?,
            headers: Headers::pick(|name| self.header(name)),
            body: event.body.as_deref().unwrap_or_default(),
            body_is_base64: event.is_base64_encoded,
        })
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        joined(&self.0.multi_value_headers, &self.0.headers, name)
    }
}

/// The answer. Which of the two kinds of headers it reads depends on the target group.
pub(super) fn answer(response: &Response) -> AlbTargetGroupResponse {
    let mut answer = AlbTargetGroupResponse::default();
    let reason = response.status.canonical_reason().unwrap_or_default();
    answer.status_code = response.status.as_u16().into();
    answer.status_description = Some(format!("{} {reason}", response.status.as_u16()));
    answer.headers = response.header_map();
    answer.multi_value_headers = answer.headers.clone();
    answer.body = Some(response.body.as_str().into());
    answer.is_base64_encoded = response.is_base64;
    answer
}
