//! Education tokens: `/v1/education/room-user`, `/v1/education/user` and `/v1/education/app`, and the
//! forms of other servers that issue them.

mod fetch;
mod path_form;

use agora_token::grant::{EducationApp, EducationRoomUser, EducationUser};
use agora_token::http::Routes;

/// The routes of the function.
pub fn routes() -> Routes {
    Routes::new()
        .api::<EducationRoomUser>("/v1/education/room-user")
        .api::<EducationUser>("/v1/education/user")
        .api::<EducationApp>("/v1/education/app")
        .drop_in(&fetch::ROW)
        .drop_in(&path_form::ROW)
}
