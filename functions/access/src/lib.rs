//! Tells callers what they are granted: `/v1/explain-access`.

mod route;

use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new().route(route::EXPLAIN_ACCESS)
}
