//! What a token of each format says.

pub(crate) mod listing;
pub(crate) mod v006;
pub(crate) mod v007;
pub(crate) mod whiteboard;
