//! `/v1/inspect`: by GET with a query or POST with JSON, for anybody.

use agora_token::explain::{Joins, explain, pasted};
use agora_token::http::{InspectContext, Problem, Request, Response, Route, Work};
use http::StatusCode;

/// A token of this service has at most 24 KB, and what somebody pastes may have it in JSON or encoded for
/// a URL.
const LARGEST_BODY: usize = 64 * 1024;

pub(crate) const INSPECT: Route = Route {
    methods: &["GET", "POST"],
    path: "/v1/inspect",
    largest_body: LARGEST_BODY,
    work: Work::Explain(inspect),
};

fn inspect(request: &Request<'_>, context: &InspectContext) -> Result<Response, Problem> {
    let mut parameters = request.parameters()?;
    let text = pasted(&mut parameters)?;
    let joins = Joins::read(&mut parameters)?;
    parameters.finish()?;
    let report = explain(&text, &joins, context, context.now());
    Ok(Response::json(StatusCode::OK, &report))
}
