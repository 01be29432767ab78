//! A list of attacks, each tried against the real binaries. It is meant to be read.
//!
//! `cargo test --test attacks -- --nocapture` prints each attack with its answer.

mod anonymous;
mod app_privilege;
mod attack;
mod explain_access;
mod forged_jwts;
mod guesses;
mod no_credentials;
mod projects;
mod recut;
mod rooms;
mod smuggling;
mod stream_channels;
mod users;
