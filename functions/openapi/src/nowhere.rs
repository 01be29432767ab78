//! What no route takes: the gateway hands it to this function, so that the answer helps and the log has it.

use crate::document;
use agora_token::http::{Problem, Request, Response, Route, Work};
use http::StatusCode;

pub(crate) const NOWHERE: Route = Route {
    methods: &["ANY"],
    path: Route::DEFAULT,
    largest_body: Route::ONE_TOKEN,
    work: Work::Public(nowhere),
};

fn nowhere(request: &Request<'_>) -> Result<Response, Problem> {
    let (method, path) = (request.method(), request.raw_path());
    let methods = Vec::from_iter(document::methods(request.segments()));
    let allowed = methods.join(", ");
    if method == "OPTIONS" {
        // A preflight, should the gateway not answer it by itself: with any other status, the browser would
        // keep back the request that is to be answered. The gateway adds the headers of CORS.
        let allow = (!methods.is_empty()).then_some(allowed);
        let response = Response::text(StatusCode::NO_CONTENT, "");
        return Ok(match allow {
            Some(allow) => response.with_header("allow", allow),
            None => response,
        });
    }
    if methods.is_empty() {
        return Err(Problem::no_route(method, path, &document::all()));
    }
    if methods.contains(&method) {
        let other = match path.ends_with('/') {
            true => "without the slash at its end",
            false => "at another function",
        };
        return Err(Problem::no_route(
            method,
            path,
            &format!("the same {other}"),
        ));
    }
    Err(Problem::method_not_allowed(&allowed))
}
