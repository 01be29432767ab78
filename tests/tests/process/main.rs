//! The real binaries, started as Lambda starts them.

mod events;
mod rtc;
mod secret;
