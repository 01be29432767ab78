//! Conversational AI tokens: `/v1/convoai`.

use agora_token::grant::ConvoAi;
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new().api::<ConvoAi>("/v1/convoai")
}
