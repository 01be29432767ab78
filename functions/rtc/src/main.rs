//! RTC tokens.
fn main() {}
