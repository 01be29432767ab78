//! The reference for start-up time and size: a function that does nothing, well.
//!
//! With `EMPTY_LOG_BYTES` it writes a line of so many bytes for each request, and nothing else.

use lambda_http::{Body, Error, Request, Response, run, service_fn};
use std::io::Write;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let Some(length) = std::env::var_os("EMPTY_LOG_BYTES") else {
        return run(service_fn(empty)).await;
    };
    let length: usize = length.to_str().unwrap_or_default().parse()?;
    let line = format!("{:x<width$}\n", "", width = length.saturating_sub(1));
    run(service_fn(async |request| {
        std::io::stdout().lock().write_all(line.as_bytes())?;
        empty(request).await
    }))
    .await
}

async fn empty(_: Request) -> Result<Response<Body>, Error> {
    Ok(Response::new(Body::Empty))
}
