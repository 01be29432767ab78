//! `POST /token/generate`, where two servers take different requests: JSON that enables services, and a
//! form that asks for a Chat token.

mod form;
mod json;

use agora_token::http::drop_in::{Call, Reading};
use agora_token::http::{Looks, Problem};

/// Tells the two apart by what the body looks like.
pub(crate) fn read(call: &Call<'_>) -> Reading {
    match call.looks() {
        Looks::Json => json::FORM.reading(call),
        Looks::Form => form::FORM.reading(call),
        Looks::Empty | Looks::Odd => (Err(unclear()), json::FORM.shape),
    }
}

/// The request is neither form, or both.
fn unclear() -> Problem {
    Problem::form_unclear(
        "this path takes two forms: JSON such as {\"channelName\": \"demo\", \"uid\": \"7\", \
         \"tokenExpireTs\": 3600, \"serviceRtc\": {\"enable\": true, \"role\": 1}} for a token of those \
         services, or a form such as userId=alice&expireSeconds=3600&tokenType=user for a Chat token; \
         send one of them",
    )
}
