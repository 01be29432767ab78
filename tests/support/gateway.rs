//! A gateway for several functions, so that the code of real clients can call them: a request goes to
//! the function that serves it or, where none does, that its path below `/v1/` names, as the event
//! that API Gateway makes of it.
//!
//! Preflights are answered as the gateway does, with what the template allows. What no route takes goes to
//! the function for that, if it is there.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, ORIGIN};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::json;

use crate::event::Event;
use crate::loopback::{Reply, Server, background};
use crate::routes::{Listed, all, drop_ins};
use crate::runtime::Function;

/// The headers that the template lets web pages send.
const ALLOWED_HEADERS: &str = "authorization,content-type,x-api-key,x-requested-with";

/// The headers of an answer that the template lets web pages read, besides those that they always may.
const EXPOSED_HEADERS: &str = "retry-after,x-request-id";

/// A gateway on a port of its own; it and its functions end when it is dropped.
#[derive(Debug)]
pub struct Gateway {
    server: Server,
    // The server only knows where they are: its tasks must not be the ones that end them, since a process
    // that ends is waited for in the background, where these tasks run.
    _functions: Arc<HashMap<&'static str, Function>>,
}

impl Gateway {
    /// Serves these functions, each under its name.
    #[must_use]
    pub fn start(functions: impl IntoIterator<Item = (&'static str, Function)>) -> Self {
        let functions: Arc<HashMap<_, _>> = Arc::new(functions.into_iter().collect());
        let known = Arc::downgrade(&functions);
        let server = Server::start(move |request| {
            let known = known.clone();
            async move {
                // Invoking a function blocks until it has answered.
                let answered =
                    background().spawn_blocking(move || serve(&*known.upgrade()?, &request));
                answered.await.ok().flatten()
            }
        });
        Self {
            server,
            _functions: functions,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }
}

/// The row that takes this request, if there is one; whether the path ends with a slash is all the same.
#[must_use]
pub fn row(method: &str, path: &str) -> Option<&'static Listed> {
    drop_ins()
        .filter(|row| row.methods == [method])
        .find(|row| row.paths.iter().any(|pattern| matches(pattern, path)))
}

/// Whether a path is one that a row names.
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    let (mut parts, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if stands_for(part, segment) => {}
            _ => return false,
        }
    }
}

fn stands_for(part: &str, segment: &str) -> bool {
    match part
        .strip_prefix('{')
        .and_then(|part| part.strip_suffix('}'))
    {
        None => part == segment,
        Some(variable) => match variable.split_once('=') {
            Some((_, choices)) => choices.split('|').any(|choice| choice == segment),
            None => !segment.is_empty(),
        },
    }
}

/// Whether a path of our own is meant.
fn takes(row: &Listed, own: &str, path: &str) -> bool {
    own == path || (row.page && matches(own, path))
}

fn serve(functions: &HashMap<&'static str, Function>, request: &Request<Bytes>) -> Reply {
    if request.method() == Method::OPTIONS {
        return preflight();
    }
    let (method, path) = (request.method().as_str(), request.uri().path());
    let routed = match row(method, path) {
        Some(row) => Some((row.paths[0].as_str(), row.function.as_str())),
        None => {
            let own = all()
                .iter()
                .find(|row| row.paths.iter().any(|own| takes(row, own, path)));
            let named = path
                .strip_prefix("/v1/")
                .and_then(|rest| rest.split('/').next());
            own.map(|row| row.function.as_str())
                .or(named)
                .map(|name| (path, name))
        }
    };
    let routed = routed.and_then(|(route, name)| Some((route, functions.get(name)?)));
    let nowhere = || Some(("$default", functions.get("openapi")?));
    let Some((route, function)) = routed.or_else(nowhere) else {
        let body = json!({"message": "Not Found"}).to_string();
        return reply(
            StatusCode::NOT_FOUND,
            [("content-type", "application/json")],
            body,
        );
    };
    let route_key = match route.strip_prefix('$') {
        Some(_) => route.to_owned(),
        None => format!("{method} {route}"),
    };
    let mut event = Event::new(method, path)
        .route_key(&route_key)
        .query(request.uri().query().unwrap_or_default());
    for (name, value) in request.headers() {
        event = event.header(name.as_str(), value.to_str().unwrap_or_default());
    }
    let announced = request.headers().get(CONTENT_TYPE);
    let form = announced.is_some_and(|sent| sent.as_bytes().starts_with(b"application/x-www-form"));
    let body = request.body();
    event = match std::str::from_utf8(body) {
        _ if body.is_empty() => event,
        Ok(text) if !form => event.body(text),
        _ => event.body_base64(body.to_vec()),
    };
    let answer = function.send(&event);
    let headers = answer.headers.iter();
    let status = StatusCode::from_u16(answer.status).ok()?;
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
    // What a web page of another origin may see of it.
    let cors = [
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", EXPOSED_HEADERS),
    ];
    let cors = cors
        .into_iter()
        .filter(|_| request.headers().contains_key(ORIGIN));
    reply(status, headers.chain(cors), answer.bytes.clone())
}

fn preflight() -> Reply {
    reply(
        StatusCode::NO_CONTENT,
        [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "GET,POST"),
            ("access-control-allow-headers", ALLOWED_HEADERS),
        ],
        String::new(),
    )
}

fn reply<'a>(
    status: StatusCode,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: impl Into<Bytes>,
) -> Reply {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Full::new(body.into())).ok()
}
