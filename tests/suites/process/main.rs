//! The real binaries, started as Lambda starts them.

mod access;
mod agent;
mod api;
mod bundle;
mod by_hand;
mod chat;
mod console;
mod doors;
mod drop_in;
mod education;
mod events;
mod examples;
mod explain_access;
mod fcdn;
mod fpa;
mod hostile;
mod inspect;
mod log;
mod openapi;
mod ready;
mod rtc;
mod rtm;
mod secret;
mod streaming;
mod whiteboard;
