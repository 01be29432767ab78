//! Streaming tokens: `/v1/streaming`.

use agora_token::grant::Streaming;
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new().api::<Streaming>("/v1/streaming")
}
