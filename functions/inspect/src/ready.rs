//! `GET /ready`: whether a token could be issued now.

use agora_token::http::{Route, Work};

pub(crate) const READY: Route = Route {
    methods: &["GET"],
    path: "/ready",
    largest_body: Route::ONE_TOKEN,
    work: Work::Ready,
};
