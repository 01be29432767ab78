//! Explains tokens: `/v1/inspect`; and says that the service is there, and whether it can work: `/health`,
//! `/ping`, `/ready`.

mod health;
mod ready;
mod route;

use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .route(route::INSPECT)
        .route(health::HEALTH)
        .route(ready::READY)
        .route(health::PING)
}
