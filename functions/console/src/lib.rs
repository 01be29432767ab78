//! Serves the console, a page to look at tokens: `/` leads to `/console/index.html`, and each of its files is below.

mod files;

use agora_token::http::{Problem, Request, Response, Route, Routes, Work};
use http::StatusCode;

/// The routes of the function.
pub fn routes() -> Routes {
    let redirects = files::REDIRECTS.iter().map(|(path, _)| *path);
    redirects
        .chain(["/console/{file}"])
        .map(|path| Route {
            methods: &["GET"],
            path,
            largest_body: Route::ONE_TOKEN,
            work: Work::Page(answer),
        })
        .fold(Routes::new(), Routes::route)
}

fn answer(request: &Request<'_>) -> Result<Response, Problem> {
    let (method, path) = (request.method(), request.raw_path());
    if !is_on() {
        let others = "GET /openapi.json, which describes all others; the console is switched off";
        return Err(Problem::no_route(method, path, others));
    }
    let file = match request.segments() {
        [_, name] => files::named(name),
        _ if path.ends_with("/console/") => files::named(files::INDEX),
        segments => {
            // Relative, for what stands before the path: the base path of a domain, and some proxies'. Some
            // gateways take the slash from the end of a path: then a browser at `/console/` is led to
            // `/console/console/index.html`, and from there up again.
            let mut redirects = files::REDIRECTS.iter();
            let redirect = redirects.find(|(from, _)| from.split('/').skip(1).eq(segments));
            if let Some((_, location)) = redirect {
                let response = Response::text(StatusCode::TEMPORARY_REDIRECT, "");
                return Ok(response.with_header("location", *location));
            }
            None
        }
    };
    let file = file.ok_or_else(|| Problem::no_route(method, path, "GET /console/"))?;
    Ok(file.answer(request))
}

/// Whether the operator has it: `AGORA_CONSOLE` is `on` or not set. What is neither `on` nor `off` is a slip, and
/// opens nothing.
fn is_on() -> bool {
    std::env::var("AGORA_CONSOLE").map_or(true, |set| matches!(set.as_str(), "on" | ""))
}
