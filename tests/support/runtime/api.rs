//! The Lambda Runtime API, version 2018-06-01.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;

use super::environment::REGION;
use super::invocation::Outcome;
use super::record::Record;
use crate::loopback::{Reply, Server};
use crate::monitor::Monitor;

/// An event on its way to the function.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) request_id: String,
    pub(super) event: Bytes,
}

/// The API of one function.
pub(super) struct Api {
    /// The function's name.
    pub(super) function: String,
    /// How long it may take for one event.
    pub(super) timeout: Duration,
    /// The events it has not fetched yet. An asynchronous lock, because a poll waits inside it: of
    /// several polls, each gets one event, in the order in which they came.
    pub(super) deliveries: Mutex<UnboundedReceiver<Delivery>>,
    pub(super) record: Arc<Monitor<Record>>,
}

impl Api {
    pub(super) fn serve(self) -> Server {
        let api = Arc::new(self);
        Server::start(move |request| {
            let api = Arc::clone(&api);
            async move { api.reply(request).await }
        })
    }

    async fn reply(&self, request: Request<Bytes>) -> Reply {
        let (parts, body) = request.into_parts();
        let Some(route) = parts.uri.path().strip_prefix("/2018-06-01/runtime/") else {
            return Some(not_found());
        };
        let route: Vec<&str> = route.split('/').collect();
        match (&parts.method, route.as_slice()) {
            (&Method::GET, ["invocation", "next"]) => self.next().await,
            (&Method::POST, ["invocation", id, "response"]) => {
                Some(self.conclude(id, Outcome::Response(json_or_text(&body))))
            }
            (&Method::POST, ["invocation", id, "error"]) => {
                Some(self.conclude(id, Outcome::Failed(json_or_text(&body))))
            }
            (&Method::POST, ["init", "error"]) => Some(self.init_failed(&body)),
            _ => Some(not_found()),
        }
    }

    /// Waits for an event. A poll whose connection breaks is dropped here, before it took one.
    async fn next(&self) -> Reply {
        self.record.update(Record::polled);
        let delivery = self.deliveries.lock().await.recv().await?;
        let function = &self.function;
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("lambda-runtime-aws-request-id", delivery.request_id)
            .header("lambda-runtime-deadline-ms", self.deadline())
            .header(
                "lambda-runtime-invoked-function-arn",
                format!("arn:aws:lambda:{REGION}:123456789012:function:{function}"),
            )
            .header(
                "lambda-runtime-trace-id",
                "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
            )
            .body(Full::new(delivery.event))
            .expect("every header is printable");
        Some(response)
    }

    /// When the function's time for this event is over, in Unix milliseconds.
    fn deadline(&self) -> String {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        (now + self.timeout).as_millis().to_string()
    }

    fn conclude(&self, request_id: &str, outcome: Outcome) -> Response<Full<Bytes>> {
        if self
            .record
            .update(|record| record.conclude(request_id, outcome))
        {
            accepted()
        } else {
            error(StatusCode::BAD_REQUEST, "InvalidRequestID")
        }
    }

    fn init_failed(&self, body: &[u8]) -> Response<Full<Bytes>> {
        self.record
            .update(|record| record.init_error = Some(json_or_text(body)));
        accepted()
    }
}

/// A body that is not JSON is kept as it is, for the test to stumble over.
fn json_or_text(body: &[u8]) -> Value {
    serde_json::from_slice(body)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

fn accepted() -> Response<Full<Bytes>> {
    json_response(StatusCode::ACCEPTED, &json!({"status": "OK"}))
}

fn not_found() -> Response<Full<Bytes>> {
    error(StatusCode::NOT_FOUND, "NotFound")
}

fn error(status: StatusCode, kind: &str) -> Response<Full<Bytes>> {
    json_response(status, &json!({"errorType": kind, "errorMessage": kind}))
}

fn json_response(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    response
}
