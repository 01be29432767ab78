//! From what was pasted to the text of a token.

pub(crate) mod damage;
pub(crate) mod nonsense;
pub(crate) mod read;
pub(crate) mod wrapping;
