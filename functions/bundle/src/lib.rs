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

use agora_token::http::{Routes, drop_in};
use agora_token::request::Bundle;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<Bundle>("/v1/bundle")
        .route(batch::ROUTE)
        .drop_in(&drop_in::RTE_PATH, rte::FORM)
        .drop_in(&drop_in::GET_TOKEN, get_token::FORM)
        .drop_in_by(&drop_in::TOKEN_GENERATE, token_generate::read)
        .drop_in(&drop_in::TOOLBOX, toolbox::FORM)
        .drop_in(&drop_in::TOOLBOX_006, toolbox::FORM_006)
        .drop_in_by(&drop_in::API_TOKEN, api_token::read)
        .drop_in(&drop_in::GENERATE_AGORA_TOKEN, generate_agora_token::FORM)
        .drop_in(&drop_in::GET_CONFIG, get_config::FORM)
}
