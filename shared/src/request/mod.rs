//! What was asked for: parameters read once, checked by the types that hold them.
//!
//! [`Parameters`] is the one way in, whether a request came as JSON or as a query. A [`Grant`] is what
//! a function makes of them; everything after it (policy, signing, the answer, the audit line) works
//! on grants and knows no token type by name.

mod agent;
mod ask;
mod bundle;
mod chat;
mod education;
mod field;
mod grant;
mod identity;
mod invalid;
mod kinds;
mod lifetime;
mod media;
mod name;
mod parameters;
mod plain;
mod privilege_set;
mod rtc;
mod rtm;
mod value;
mod version;
mod whiteboard;

pub use agent::{ConvoAi, Stt};
pub use ask::Ask;
pub use bundle::Bundle;
pub use chat::ChatUser;
pub use education::{EducationRoomUser, EducationUser};
pub use field::FromValue;
pub use grant::{Description, Draft, Grant, Part, ReadGrant, Room, Warning};
pub use identity::{IdentitySlot, RtcUser, Uid};
pub use invalid::{Invalid, Rule, quoted};
pub use lifetime::{Lifetime, PrivilegeLifetime};
pub use media::{Fcdn, Streaming};
pub use name::{Account, ChannelName, ChatUsername, RoomId, UserId};
pub use parameters::Parameters;
pub use plain::{ChatApp, EducationApp, Fpa};
pub use privilege_set::PrivilegeSet;
pub use rtc::{Rtc, RtcRights};
pub use rtm::{Rtm, RtmScope};
pub use value::Value;
pub use version::Version;
pub use whiteboard::{WhiteboardRoom, WhiteboardSdk, WhiteboardTask};

pub(crate) use invalid::is_deceptive;
pub(crate) use kinds::{client_token_types, token_types};
