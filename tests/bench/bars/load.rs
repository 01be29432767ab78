//! What is asked of the functions.

use agora_token_tests::binary::binary;
use agora_token_tests::event::Event;
use agora_token_tests::sample::API_KEY;
use serde_json::json;
use std::path::{Path, PathBuf};

/// An RTC token for a publisher, by a service.
pub fn event() -> String {
    let body = json!({"channelName": "lobby", "uid": 42, "role": "publisher"});
    let event = Event::post("/v1/rtc")
        .header("x-api-key", API_KEY)
        .json(&body);
    event.to_json().to_string()
}

/// The function that answers it; `BENCH_RTC` names another build of it, to compare two.
pub fn rtc() -> PathBuf {
    std::env::var_os("BENCH_RTC").map_or_else(|| binary("rtc"), PathBuf::from)
}

/// The function that does nothing, well: the reference.
pub fn empty() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_empty"))
}
