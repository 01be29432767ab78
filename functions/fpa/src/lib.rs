//! FPA tokens: `/v1/fpa`.

use agora_token::grant::Fpa;
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new().api::<Fpa>("/v1/fpa")
}
