//! Users, by JWT: every forgery in the book, keys that change, and issuers that fail.

mod claims;
mod fetching;
mod fixture;
mod keys;
mod shapes;
mod signatures;
