//! The stand-ins, tried on themselves and on the reference function.

mod answer;
mod event;
mod function;
mod gateway;
mod secrets;
