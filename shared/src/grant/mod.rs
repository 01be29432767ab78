//! What is asked for: one file for each product.
//!
//! A [`Grant`] is what a function makes of parameters; everything after it (policy, signing, the answer, the
//! audit line) works on grants and knows no kind of token by name. Grants have the builders sign, whose
//! tokens are those of the official libraries.

mod about;
mod bundle;
mod channel_media;
mod chat;
mod common;
mod convoai;
mod education;
mod fcdn;
mod fpa;
mod identity;
mod kinds;
mod legacy;
mod privilege_set;
mod rtc;
mod rtc_agent;
mod rtm;
mod streaming;
mod stt;
mod token_request;
mod whiteboard;
mod whole;
pub mod words;

pub use about::{About, Example};
pub use bundle::Bundle;
pub use chat::{ChatApp, ChatUser};
pub use common::{Description, Grant, Part, ReadGrant, Room, UnsignedToken, Warning};
pub use convoai::ConvoAi;
pub use education::{EducationApp, EducationRoomUser, EducationUser};
pub use fcdn::Fcdn;
pub use fpa::Fpa;
pub use identity::IdentitySlot;
pub use privilege_set::PrivilegeSet;
pub use rtc::{Rtc, RtcRights};
pub use rtm::{Rtm, RtmScope};
pub use streaming::Streaming;
pub use stt::Stt;
pub use token_request::TokenRequest;
pub use whiteboard::{WhiteboardRoom, WhiteboardSdk, WhiteboardTask};

pub use kinds::{Kind, kinds};

pub(crate) use kinds::{client_token_types, token_types};

use kinds::kind;

/// Every kind of token that can be one part of a request.
const KINDS: &[(&str, Kind)] = &[
    kind::<Rtc>(),
    kind::<Rtm>(),
    kind::<ChatUser>(),
    kind::<ChatApp>(),
    kind::<EducationRoomUser>(),
    kind::<EducationUser>(),
    kind::<EducationApp>(),
    kind::<WhiteboardRoom>(),
    kind::<WhiteboardTask>(),
    kind::<WhiteboardSdk>(),
    kind::<ConvoAi>(),
    kind::<Stt>(),
    kind::<Streaming>(),
    kind::<Fcdn>(),
    kind::<Fpa>(),
    kind::<Bundle>(),
];
