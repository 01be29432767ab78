//! The front doors: the same requests through each of them, and what only one of them sends or takes.

mod alike;
mod hostile;
mod load_balancer;
mod rest_api;
