//! Speech-to-text tokens: `/v1/stt`.

use agora_token::http::Routes;
use agora_token::request::Stt;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new().api::<Stt>("/v1/stt")
}
