//! `/v1/explain-access`: what the caller is granted, for the caller alone.

use agora_token::http::{CallerContext, Problem, Request, Response, Route, Work};
use http::StatusCode;

pub(crate) const EXPLAIN_ACCESS: Route = Route {
    methods: &["GET", "POST"],
    path: "/v1/explain-access",
    largest_body: Route::ONE_TOKEN,
    work: Work::Caller(explain_access),
};

fn explain_access(request: &Request<'_>, context: &CallerContext<'_>) -> Result<Response, Problem> {
    request.parameters()?.finish()?;
    Ok(Response::json(StatusCode::OK, &context.granted()?))
}
