//! The services of each product, as the official token builders put them together.
//!
//! Each function says which builder of Agora's libraries it equals (by its Node.js name; the others
//! differ in case style only). The official ones return a token; these return what goes into an
//! [`AccessToken2`](super::AccessToken2), so that services of several products can share one token.
//! Every lifetime is in seconds counted from the token's `issue_ts`.

pub mod chat;
pub mod convoai;
pub mod education;
pub mod fcdn;
pub mod fpa;
pub mod rtc;
pub mod rtc006;
pub mod rtm;
pub mod rtm006;
pub mod streaming;
pub mod stt;
