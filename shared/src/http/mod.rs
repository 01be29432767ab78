//! How it is answered: events of the front doors in, JSON and problems out, one audit line each.
//!
//! [`run`] is all that a function's `main` calls. The order in which a request is dealt with stands in
//! `app`; everything else here is one step of it.

mod app;
mod audit;
mod caller;
mod code;
#[cfg(feature = "contract")]
pub mod contract;
mod done;
pub mod drop_in;
mod front;
mod gateway;
mod log;
mod problem;
mod process;
mod public;
mod ready;
mod route;
mod run;

pub use crate::InspectContext;
pub use crate::issue::Issued;
pub use crate::settings::MetricsNamespace;
pub use app::App;
pub use caller::CallerContext;
pub use code::Code;
pub use gateway::{BodyKind, Door, Reply, Request, Response};
pub use problem::Problem;
pub use route::{Captures, Each, Issues, Route, Routes, Work};
pub use run::{run, run_public};
