//! What Lambda puts into a function's environment.

use std::net::SocketAddr;

/// The region in which every function runs.
pub(super) const REGION: &str = "us-east-1";

/// The variables of the managed runtime `provided.al2023`. The credentials are dummies: they only
/// have to be there to sign with.
pub(super) fn of(function: &str, api: SocketAddr) -> Vec<(String, String)> {
    let api = api.to_string();
    let log_group = format!("/aws/lambda/{function}");
    let variables = [
        ("AWS_ACCESS_KEY_ID", "stand-in-access-key-id"),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_NAME", function),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &log_group),
        (
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "2026/01/01/[$LATEST]0123456789abcdef",
        ),
        ("AWS_LAMBDA_RUNTIME_API", &api),
        ("AWS_REGION", REGION),
        ("AWS_SECRET_ACCESS_KEY", "stand-in-secret-access-key"),
        ("AWS_SESSION_TOKEN", "stand-in-session-token"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        ("TZ", ":UTC"),
        ("_HANDLER", "bootstrap"),
    ];
    variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}
