//! `GET /health` and `GET /ping`, which need neither a key nor the secret.

use agora_token::http::{Response, Route, Work};
use http::StatusCode;
use serde_json::json;

pub(crate) const HEALTH: Route = Route {
    methods: &["GET"],
    path: "/health",
    largest_body: Route::ONE_TOKEN,
    work: Work::Health(Response::healthy),
};

/// As the public token servers answer it.
pub(crate) const PING: Route = Route {
    methods: &["GET"],
    path: "/ping",
    largest_body: Route::ONE_TOKEN,
    work: Work::Health(|| Response::json(StatusCode::OK, &json!({ "message": "pong" }))),
};
