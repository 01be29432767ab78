//! The OpenAPI document, made from the code that reads the requests: each route is sent requests that show
//! what it asks for, what it requires, and what it answers.

pub mod functions;

mod answers;
mod ask;
mod document;
mod explore;
mod problems;
mod sender;

pub use document::document;
