//! The stand-ins, tried on themselves and on the reference function.

mod answer;
mod event;
mod front;
mod function;
mod secrets;
