//! Fast CDN tokens: `/v1/fcdn`.

use agora_token::grant::Fcdn;
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new().api::<Fcdn>("/v1/fcdn")
}
