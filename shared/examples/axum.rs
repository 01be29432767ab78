//! A token server with axum: `GET /rtc/CHANNEL/UID` answers with a token that is good for an hour.
//!
//! It answers anybody. Put your own sign-in in front of it, and take the uid from that.
//!
//! ```sh
//! export AGORA_APP_ID=… AGORA_APP_CERTIFICATE=…
//! cargo run --example axum
//! ```

use std::error::Error;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use agora_token::token::builders::rtc::{RtcRole, with_role};
use agora_token::token::{AccessToken2, AppCertificate, AppId, uid_text};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Router, routing::get, serve};

/// A project of Agora Console.
pub struct Project {
    /// Its public name.
    pub app_id: AppId,
    /// Its secret. It has no `Debug`, so it cannot end up in a log.
    pub certificate: AppCertificate,
}

/// The routes.
pub fn app(project: Project) -> Router {
    Router::new()
        .route("/rtc/{channel}/{uid}", get(token))
        .with_state(Arc::new(project))
}

async fn token(
    State(project): State<Arc<Project>>,
    Path((channel, uid)): Path<(String, u32)>,
) -> Result<String, (StatusCode, String)> {
    signed(&project, &channel, uid)
        .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

fn signed(project: &Project, channel: &str, uid: u32) -> Result<String, Box<dyn Error>> {
    const HOUR: u32 = 3600;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let token = AccessToken2 {
        app_id: project.app_id,
        issue_ts: now.as_secs().try_into()?,
        expire: HOUR,
        salt: getrandom::u32()?,
        services: vec![with_role(channel, &uid_text(uid), RtcRole::Publisher, HOUR)],
    };
    Ok(token.build(&project.certificate)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let project = Project {
        app_id: std::env::var("AGORA_APP_ID")?.parse()?,
        certificate: std::env::var("AGORA_APP_CERTIFICATE")?.parse()?,
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 8080)).await?;
    println!("http://{}/rtc/lobby/7", listener.local_addr()?);
    Ok(serve(listener, app(project)).await?)
}
