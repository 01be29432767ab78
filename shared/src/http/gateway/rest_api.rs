//! Events of a REST API, and of an HTTP API in payload format 1.0.

use super::super::problem::Problem;
use super::headers::{Headers, joined};
use super::request::{Request, Sent};
use super::response::Response;
use super::{path, query};
use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};

/// An event in payload format 1.0.
#[derive(Debug)]
pub(in super::super) struct Event {
    pub(super) event: ApiGatewayProxyRequest,
    /// Whether it came through an HTTP API, which hands over a decoded path. A REST API doesn't decode it.
    pub(super) of_http_api: bool,
}

impl Event {
    pub(super) fn request_id(&self) -> Option<&str> {
        self.event.request_context.request_id.as_deref()
    }

    /// The request: its parameters arrive decoded.
    pub(super) fn request(&self) -> Result<Request<'_>, Problem> {
        let event = &self.event;
        let sent = event.path.as_deref().unwrap_or_default();
        let resource = event.resource.as_deref().unwrap_or_default();
        let variable = |name: &str| event.path_parameters.get(name).map(String::as_str);
        let path = path::below(sent, resource, variable).ok_or_else(Problem::path_ambiguous);
        let segments = match self.of_http_api {
            true => path.clone().and_then(path::decoded),
            false => path.clone().and_then(path::encoded),
        };
        Request::new(Sent {
            method: event.http_method.as_str(),
            path: path.unwrap_or(sent),
            segments,
            query: query::of_decoded(query::fuller(
                &event.multi_value_query_string_parameters,
                &event.query_string_parameters,
            ))?,
            headers: Headers::pick(|name| joined(&event.multi_value_headers, &event.headers, name)),
            body: event.body.as_deref().unwrap_or_default(),
            body_is_base64: event.is_base64_encoded,
        })
    }
}

/// The answer.
pub(super) fn answer(response: &Response) -> ApiGatewayProxyResponse {
    let mut answer = ApiGatewayProxyResponse::default();
    answer.status_code = response.status.as_u16().into();
    // Both kinds of headers would be merged.
    answer.multi_value_headers = response.header_map();
    answer.body = Some(response.body.as_str().into());
    answer.is_base64_encoded = response.is_base64;
    answer
}
