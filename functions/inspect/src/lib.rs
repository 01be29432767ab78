//! Explains tokens: `/v1/inspect`; and says that the service is there: `/health` and `/ping`.

mod health;
mod route;

use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .route(route::INSPECT)
        .route(health::HEALTH)
        .route(health::PING)
}
