//! The front doors: what an event says becomes one kind of request, and an answer what its door takes.
//!
//! HTTP APIs and function URLs send payload format 2.0, which is read here; the events of REST APIs and
//! of Application Load Balancers are read as `lambda_http` has them. Its conversion into an
//! `http::Request` is left out: it panics on what browsers do send (a raw `"`, `<`, `>` or space in the
//! query) and on other odd events.

mod event;
mod headers;
mod http_api;
mod load_balancer;
mod path;
mod query;
mod request;
mod response;
mod rest_api;

pub use event::Door;
pub(super) use event::Event;
pub use request::{BodyKind, Request};
pub use response::{Reply, Response};
