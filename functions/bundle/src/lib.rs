//! Several services in one token, `/v1/bundle`, several tokens in one call, `/v1/batch`, and the forms
//! of other servers that issue more than one kind of token.

mod api_token;
mod batch;
mod generate_agora_token;
mod get_config;
mod get_token;
mod quickstart;
mod rte;
mod token_generate;
mod toolbox;

use agora_token::grant::Bundle;
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<Bundle>("/v1/bundle")
        .route(batch::ROUTE)
        .drop_in(&rte::ROW)
        .drop_in(&get_token::ROW)
        .drop_in(&token_generate::ROW)
        .drop_in(&toolbox::ROW)
        .drop_in(&toolbox::ROW_006)
        .drop_in(&api_token::ROW)
        .drop_in(&generate_agora_token::ROW)
        .drop_in(&get_config::ROW)
}
