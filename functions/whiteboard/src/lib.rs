//! Whiteboard tokens: `/v1/whiteboard/room`, `/v1/whiteboard/task` and `/v1/whiteboard/sdk`.

use agora_token::grant::{WhiteboardRoom, WhiteboardSdk, WhiteboardTask};
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<WhiteboardRoom>("/v1/whiteboard/room")
        .api::<WhiteboardTask>("/v1/whiteboard/task")
        .api::<WhiteboardSdk>("/v1/whiteboard/sdk")
}
