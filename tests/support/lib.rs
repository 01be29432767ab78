//! What the tests share: the functions as whole processes, the two AWS services they talk to, and
//! the events and answers that go through them.
//!
//! A test starts a function's real binary in a clean environment, sends it events and looks at what
//! comes back. Everything is synchronous, stays on the loopback interface, takes free ports only and
//! leaves nothing running behind.

pub mod answer;
pub mod binary;
pub mod cloudwatch;
pub mod event;
pub use contract::functions;
pub mod gateway;
pub mod hostile;
pub mod issuer;
mod loopback;
mod monitor;
pub mod routes;
pub mod runtime;
pub mod sample;
pub mod secrets;
pub mod vectors;
