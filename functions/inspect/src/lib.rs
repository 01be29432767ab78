//! Explains tokens: `/v1/inspect`; and says that the service is there: `/health` and `/ping`.

mod app_id;
mod case;
mod code;
mod damage;
mod explain;
mod finding;
mod health;
mod joins;
mod listing;
mod logins;
mod names;
mod nonsense;
mod places;
mod read;
mod report;
mod rights;
mod route;
mod sdk;
mod signature;
#[cfg(test)]
mod tests;
mod times;
mod users;
mod v006;
mod v007;
mod whiteboard;
mod wildcard;
mod words;
mod wrapping;

use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .route(route::INSPECT)
        .route(health::HEALTH)
        .route(health::PING)
}
