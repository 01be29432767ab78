//! Signs, parses and verifies the tokens that let a client into Agora's services.

pub mod token;
