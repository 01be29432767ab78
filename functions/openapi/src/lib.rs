//! Describes the API: `/openapi.json`; and answers what no route takes, by the same description.

mod document;
mod nowhere;

use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .route(document::DOCUMENT)
        .route(nowhere::NOWHERE)
}
