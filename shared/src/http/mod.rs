//! How it is answered: gateway events in, JSON and problems out, one audit line each.
//!
//! [`run`] is all that a function's `main` calls. The order in which a request is dealt with stands in
//! `app`; everything else here is one step of it.

mod answer;
mod app;
mod audit;
mod code;
mod done;
pub mod drop_in;
mod event;
mod inspect_context;
mod log;
mod path;
mod problem;
mod query;
mod request;
mod response;
mod route;
mod run;
mod settings;

pub use crate::issue::Issued;
pub use app::App;
pub use audit::MetricsNamespace;
pub use code::Code;
pub use event::Event;
pub use inspect_context::InspectContext;
pub use problem::Problem;
pub use request::{Looks, Request};
pub use response::Response;
pub use route::{Captures, Each, Route, Routes, Work};
pub use run::run;
pub use settings::Settings;
