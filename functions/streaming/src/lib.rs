//! Streaming tokens: `/v1/streaming`.

use agora_token::http::Routes;
use agora_token::request::Streaming;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new().api::<Streaming>("/v1/streaming")
}
