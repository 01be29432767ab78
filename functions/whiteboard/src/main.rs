//! Whiteboard tokens: `/v1/whiteboard/room`, `/v1/whiteboard/task` and `/v1/whiteboard/sdk`.

use agora_token::http::{Routes, run};
use agora_token::request::{WhiteboardRoom, WhiteboardSdk, WhiteboardTask};
use std::process::ExitCode;

fn main() -> ExitCode {
    run(Routes::new()
        .api::<WhiteboardRoom>("/v1/whiteboard/room")
        .api::<WhiteboardTask>("/v1/whiteboard/task")
        .api::<WhiteboardSdk>("/v1/whiteboard/sdk"))
}
