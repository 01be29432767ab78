//! Speech-to-text tokens: `/v1/stt`.

use agora_token::grant::Stt;
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new().api::<Stt>("/v1/stt")
}
