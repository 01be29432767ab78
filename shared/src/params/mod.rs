//! Parameters: read once, and held by types that keep their rules.
//!
//! [`Parameters`] is the one way in, whether a request came as JSON or as a query.

pub(crate) mod field;
pub(crate) mod identity;
mod invalid;
mod lifetime;
pub(crate) mod name;
mod parameters;
#[cfg(feature = "contract")]
pub mod record;
mod role;
mod schema;
mod value;
mod version;

pub use field::FromValue;
pub use identity::{AnyUser, RtcUser, Uid};
pub use invalid::{Invalid, Rule, quoted};
pub use lifetime::{Lifetime, PrivilegeLifetime};
pub use name::{Account, ChannelName, ChatUsername, RoomId, UserId};
pub use parameters::{Asked, Parameters};
pub use schema::Schema;
pub use value::Value;
pub use version::Version;

pub(crate) use invalid::is_deceptive;
