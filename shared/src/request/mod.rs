//! What was asked for: parameters read once, checked by the types that hold them.
//!
//! [`Parameters`] is the one way in, whether a request came as JSON or as a query. A [`Grant`] is what
//! a function makes of them; everything after it (policy, signing, the answer, the audit line) works
//! on grants and knows no token type by name.

mod agent;
mod ask;
mod bundle;
mod field;
mod grant;
mod identity;
mod invalid;
mod kinds;
mod lifetime;
mod name;
mod parameters;
mod privilege_set;
mod rtc;
mod rtm;
mod value;
mod version;

pub use agent::{ConvoAi, Stt};
pub use ask::Ask;
pub use bundle::Bundle;
pub use field::FromValue;
pub use grant::{Description, Draft, Grant, ReadGrant, Rights, Warning};
pub use identity::{IdentitySlot, RtcUser, Uid};
pub use invalid::{Invalid, Rule};
pub use lifetime::{Lifetime, PrivilegeLifetime};
pub use name::{Account, ChannelName, ChatUsername, UserId};
pub use parameters::Parameters;
pub use privilege_set::PrivilegeSet;
pub use rtc::{Rtc, RtcRights};
pub use rtm::{Rtm, RtmScope};
pub use value::Value;
pub use version::Version;

pub(crate) use invalid::quoted;
pub(crate) use kinds::token_types;
