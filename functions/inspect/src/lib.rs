//! Explains tokens: `/v1/inspect`; and to callers what they are granted: `/v1/explain-access`. Says that the
//! service is there, and whether it can work: `/health`, `/ping`, `/ready`.

mod access;
mod health;
mod ready;
mod route;

use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .route(route::INSPECT)
        .route(access::EXPLAIN_ACCESS)
        .route(health::HEALTH)
        .route(ready::READY)
        .route(health::PING)
}
