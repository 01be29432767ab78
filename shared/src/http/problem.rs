//! What goes wrong, as the caller sees it: RFC 9457 problem details, made in one place.
//!
//! What a caller cannot mend has a reason for the operator besides, which goes to the log and not into
//! the answer; everything else that an operator needs to know is logged where it is found. Nothing that
//! is secret ever gets this far.

use super::code::Code;
use super::gateway::Response;
use crate::access::jwt::JwtError;
use crate::access::{Denied, Unauthenticated};
use crate::issue::IssueError;
use crate::params::{Invalid, quoted};
use crate::refresh::Unavailable;
use http::StatusCode;
use serde::Serialize;
use std::borrow::Cow;

/// A refusal with a stable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What a program can rely on.
    pub code: Code,
    /// What happened and what to do.
    pub detail: String,
    /// The parameter that is wrong, if it is one.
    pub field: Option<String>,
    more: More,
}

/// What there is to a problem beyond what every problem has.
#[derive(Debug, Clone, PartialEq, Eq)]
enum More {
    Nothing,
    /// The header that belongs to the status.
    Header(&'static str, Cow<'static, str>),
    /// What the operator is told of an internal one.
    Reason(&'static str),
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(rename = "requestId")]
    request_id: &'a str,
}

impl Problem {
    fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            field: None,
            more: More::Nothing,
        }
    }

    fn with_header(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.more = More::Header(name, value.into());
        self
    }

    /// The event is none of a front door, or lacks what each has.
    pub(super) fn event_malformed() -> Self {
        Self::new(
            Code::EventMalformed,
            "this function answers requests of an API Gateway or an Application Load Balancer; call it through one of them",
        )
    }

    /// A name in the path cannot be told for sure.
    pub(super) fn path_ambiguous() -> Self {
        Self::new(
            Code::PathAmbiguous,
            "a name with `%`, `?`, `#` or `/` cannot travel in a path; send it to the /v1 route in the query or in a JSON body",
        )
    }

    /// No route has this path; `known` says which there are.
    pub fn no_route(method: &str, path: &str, known: &str) -> Self {
        let (method, path) = (quoted(method), quoted(path));
        Self::new(
            Code::RouteUnknown,
            format!("there is no route {method} {path}; there are: {known}"),
        )
    }

    /// The path is right and the method isn't; `allowed` says which are, with commas between them.
    pub fn method_not_allowed(allowed: &str) -> Self {
        Self::new(
            Code::MethodNotAllowed,
            format!("this route takes {allowed}"),
        )
        .with_header("allow", allowed.to_owned())
    }

    /// Path and query are longer than any request's.
    pub(super) fn uri_too_long(most: usize) -> Self {
        Self::new(
            Code::UriTooLong,
            format!("path and query may have at most {most} bytes together; send a POST"),
        )
    }

    /// The body is larger than its route takes.
    pub(super) fn body_too_large(most: usize) -> Self {
        Self::new(
            Code::BodyTooLarge,
            format!("a body of more than {most} bytes is not taken here"),
        )
    }

    /// The body holds more values than any request, or nests them deeper.
    pub(super) fn body_too_complex(why: String) -> Self {
        Self::new(Code::BodyTooComplex, why)
    }

    /// The body is announced as something else than JSON.
    pub(super) fn body_not_announced_as_json() -> Self {
        Self::new(
            Code::BodyMediaType,
            "send the parameters as JSON, with the header `content-type: application/json`",
        )
    }

    /// The body is not the JSON it should be.
    pub(super) fn body_not_json(why: impl Into<String>) -> Self {
        Self::new(Code::BodyNotJson, why)
    }

    /// The body is not the form it should be.
    pub(super) fn body_not_form(why: impl Into<String>) -> Self {
        Self::new(Code::BodyNotForm, why)
    }

    /// A path takes two forms of request, and this one is neither or both.
    pub fn form_unclear(detail: impl Into<String>) -> Self {
        Self::new(Code::FormUnclear, detail)
    }

    /// The project has no keys that could sign a whiteboard token.
    pub(super) fn whiteboard_unconfigured() -> Self {
        Self::new(
            Code::WhiteboardUnconfigured,
            "this project has no whiteboard keys; the operator adds them to it in the deployment's secret, as `whiteboard` with `accessKey` and `secretKey`",
        )
    }

    /// A token could not be issued now, or not to everybody.
    pub(super) fn not_ready(retry_after: u64) -> Self {
        Self::new(
            Code::NotReady,
            "tokens cannot be issued now, or not to users; with an API key, the answer has the reasons, and the log has them too",
        )
        .with_header("retry-after", retry_after.to_string())
    }

    /// Something failed that should not be able to. The reason, which must not be secret, goes to the
    /// log.
    pub(super) fn internal(reason: &'static str) -> Self {
        let problem = Self::new(
            Code::Internal,
            "the service could not do its work; the operator finds the reason under this request id",
        );
        Self {
            more: More::Reason(reason),
            ..problem
        }
    }

    /// What the operator is told, if it is an internal one.
    pub(super) fn reason(&self) -> Option<&'static str> {
        match self.more {
            More::Reason(reason) => Some(reason),
            More::Nothing | More::Header(..) => None,
        }
    }

    /// The status, 4xx or 5xx.
    pub fn status(&self) -> StatusCode {
        self.code.status()
    }

    /// The problem details of RFC 9457, for an answer that holds more than them.
    pub fn body<'a>(&'a self, request_id: &'a str) -> impl Serialize + 'a {
        Body {
            r#type: format!("urn:agora-token:problem:{}", self.code),
            title: self.code.title(),
            status: self.status().as_u16(),
            detail: &self.detail,
            code: self.code,
            field: self.field.as_deref(),
            request_id,
        }
    }

    /// The problem as an answer in the service's own form.
    pub fn to_response(&self, request_id: &str) -> Response {
        let response = Response {
            content_type: "application/problem+json",
            ..Response::json(self.status(), &self.body(request_id))
        };
        self.add_header(response)
    }

    /// Adds the header that belongs to the status, whatever the form of the answer.
    pub fn add_header(&self, mut response: Response) -> Response {
        if let More::Header(name, value) = &self.more {
            response.headers.push((name, value.clone()));
        }
        response
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let problem = Self::new(Code::Parameter(invalid.rule), invalid.detail);
        Self {
            field: Some(invalid.field),
            ..problem
        }
    }
}

impl From<Unauthenticated> for Problem {
    fn from(refusal: Unauthenticated) -> Self {
        let problem = Self::new(Code::Credentials(refusal), refusal.to_string());
        match refusal {
            Unauthenticated::Jwt(JwtError::KeysUnavailable { retry_after }) => {
                problem.with_header("retry-after", retry_after.to_string())
            }
            // Nothing changes before the operator mends the setting.
            Unauthenticated::Misconfigured => problem,
            // Other credentials of the same caller would be refused as well.
            Unauthenticated::Origin | Unauthenticated::Listed => problem,
            _ => problem.with_header("www-authenticate", "Bearer realm=\"agora-token\""),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::new(Code::Denied(denied.rule), denied.detail)
    }
}

impl From<Unavailable> for Problem {
    fn from(unavailable: Unavailable) -> Self {
        Self::new(
            Code::ProjectUnavailable,
            "the service has no project to sign for at the moment; try again later. The operator finds the reason in the log",
        )
        .with_header("retry-after", unavailable.retry_after.to_string())
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Invalid(invalid) => invalid.into(),
            IssueError::WhiteboardUnconfigured => Self::whiteboard_unconfigured(),
            // All that is left for the signer to refuse, behind validated parameters, is size.
            IssueError::TooLarge(error) => Self::new(
                Code::TokenTooLarge,
                format!("the token cannot be signed: {error}"),
            ),
            IssueError::Internal(reason) => Self::internal(reason),
        }
    }
}
