//! How it is answered: events of the front doors in, JSON and problems out, one audit line each.
//!
//! [`run`] is all that a function's `main` calls. The order in which a request is dealt with stands in
//! `app`; everything else here is one step of it.

mod answer;
mod app;
mod audit;
pub mod drop_in;
mod gateway;
mod issue;
mod log;
mod problem;
mod route;
mod run;
mod settings;

pub use app::App;
pub use audit::MetricsNamespace;
pub use gateway::{Door, Looks, Reply, Request, Response};
pub use issue::Issued;
pub use problem::Problem;
pub use route::{Captures, Each, Route, Routes, Scene, Work};
pub use run::run;
pub use settings::Settings;
