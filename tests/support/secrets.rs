//! A stand-in for AWS Secrets Manager: it answers `GetSecretValue`, well or badly, as it is told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::loopback::{Reply, Server};
use crate::monitor::Monitor;

/// How long a test waits for requests that should come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running stand-in, empty at first. It ends when this is dropped.
///
/// ```no_run
/// use agora_token_tests::runtime::Function;
/// use agora_token_tests::secrets::SecretsManager;
///
/// let secrets = SecretsManager::start();
/// secrets.set("agora", r#"{"appId": "..."}"#);
/// let rtc = Function::builder("rtc").secrets_manager(&secrets).start();
/// secrets.wait_for_requests(1);
/// ```
#[derive(Debug)]
pub struct SecretsManager {
    server: Server,
    state: Arc<Monitor<State>>,
    conduct: watch::Sender<Conduct>,
}

/// A request that reached the stand-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRequest {
    /// The operation: `secretsmanager.GetSecretValue`.
    pub target: String,
    /// The secret that was asked for, if the request could be read.
    pub secret_id: Option<String>,
    /// The `Authorization` header, empty if there was none.
    pub authorization: String,
}

impl SecretRequest {
    /// Whether the request carries a signature of version 4. It is not verified.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.authorization.starts_with("AWS4-HMAC-SHA256 ")
    }
}

#[derive(Debug, Default)]
struct State {
    secrets: BTreeMap<String, String>,
    requests: Vec<SecretRequest>,
    delay: Duration,
}

/// How requests are treated. Watched by those that hang, so that a change sets them free.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Conduct {
    Answer,
    Fail { code: String, status: StatusCode },
    Garbage,
    Close,
    Hang,
}

impl SecretsManager {
    /// Starts the stand-in on a port of its own.
    #[must_use]
    pub fn start() -> Self {
        let state = Arc::new(Monitor::<State>::default());
        let (conduct, watcher) = watch::channel(Conduct::Answer);
        let served = Arc::clone(&state);
        let server =
            Server::start(move |request| reply(request, Arc::clone(&served), watcher.clone()));
        Self {
            server,
            state,
            conduct,
        }
    }

    /// The URL for `AWS_ENDPOINT_URL_SECRETS_MANAGER`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Creates the secret or gives it another value.
    pub fn set(&self, secret_id: &str, secret: &str) {
        self.state.update(|state| {
            state
                .secrets
                .insert(secret_id.to_owned(), secret.to_owned());
        });
    }

    /// Deletes the secret.
    pub fn remove(&self, secret_id: &str) {
        self.state.update(|state| state.secrets.remove(secret_id));
    }

    /// Answers well again; requests that hang are answered now.
    pub fn recover(&self) {
        self.conduct.send_replace(Conduct::Answer);
    }

    /// Refuses every request with an error such as `AccessDeniedException`.
    ///
    /// # Panics
    ///
    /// When the status is none.
    pub fn fail_with(&self, code: &str, status: u16) {
        self.conduct.send_replace(Conduct::Fail {
            code: code.to_owned(),
            status: StatusCode::from_u16(status).expect("a status code has three digits"),
        });
    }

    /// Answers every request with something that is not JSON.
    pub fn answer_garbage(&self) {
        self.conduct.send_replace(Conduct::Garbage);
    }

    /// Closes every connection once the request has come in.
    pub fn close_connections(&self) {
        self.conduct.send_replace(Conduct::Close);
    }

    /// Leaves every request without an answer until the stand-in is told something else.
    pub fn hang(&self) {
        self.conduct.send_replace(Conduct::Hang);
    }

    /// Takes its time for every request from now on, whatever comes of it.
    pub fn delay(&self, delay: Duration) {
        self.state.update(|state| state.delay = delay);
    }

    /// How many requests have come in, those included that were never answered.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.state.read(|state| state.requests.len())
    }

    /// The requests that have come in.
    #[must_use]
    pub fn received(&self) -> Vec<SecretRequest> {
        self.state.read(|state| state.requests.clone())
    }

    /// Waits until this many requests have come in since the start.
    ///
    /// # Panics
    ///
    /// When fewer have come in after 20 seconds.
    #[track_caller]
    pub fn wait_for_requests(&self, count: usize) {
        let reached = self.state.wait_for(PATIENCE, |state| {
            (state.requests.len() >= count).then_some(())
        });
        assert!(
            reached.is_some(),
            "{count} requests were expected, {} came",
            self.requests()
        );
    }
}

async fn reply(
    request: Request<Bytes>,
    state: Arc<Monitor<State>>,
    mut conduct: watch::Receiver<Conduct>,
) -> Reply {
    let request = read(&request);
    let delay = state.update(|state| {
        state.requests.push(request.clone());
        state.delay
    });
    tokio::time::sleep(delay).await;
    // An error here means that the stand-in is being dropped.
    let conduct = conduct
        .wait_for(|conduct| *conduct != Conduct::Hang)
        .await
        .map(|conduct| conduct.clone())
        .unwrap_or(Conduct::Close);
    match conduct {
        Conduct::Answer => Some(state.read(|state| answer(&request, &state.secrets))),
        Conduct::Fail { code, status } => {
            Some(failure(status, &code, "The stand-in was told to fail."))
        }
        Conduct::Garbage => Some(respond(StatusCode::OK, "<!doctype html>".to_owned())),
        Conduct::Close | Conduct::Hang => None,
    }
}

fn read(request: &Request<Bytes>) -> SecretRequest {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    SecretRequest {
        target: header(request.headers(), "x-amz-target"),
        secret_id: body["SecretId"].as_str().map(str::to_owned),
        authorization: header(request.headers(), "authorization"),
    }
}

fn header(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// What the service itself would answer.
fn answer(request: &SecretRequest, secrets: &BTreeMap<String, String>) -> Response<Full<Bytes>> {
    if request.target != "secretsmanager.GetSecretValue" {
        return failure(StatusCode::BAD_REQUEST, "UnknownOperationException", "");
    }
    let Some(secret_id) = &request.secret_id else {
        return failure(StatusCode::BAD_REQUEST, "SerializationException", "");
    };
    let Some(secret) = secrets.get(secret_id) else {
        return failure(
            StatusCode::BAD_REQUEST,
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
        );
    };
    let value = json!({
        "ARN": format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{secret_id}-a1b2c3"),
        "CreatedDate": 1_584_039_838.39,
        "Name": secret_id,
        "SecretString": secret,
        "VersionId": "a1b2c3d4-5678-90ab-cdef-1234567890ab",
        "VersionStages": ["AWSCURRENT"],
    });
    respond(StatusCode::OK, value.to_string())
}

fn failure(status: StatusCode, code: &str, message: &str) -> Response<Full<Bytes>> {
    respond(
        status,
        json!({"__type": code, "message": message}).to_string(),
    )
}

fn respond(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amzn-requestid", "a1b2c3d4-5678-90ab-cdef-example11111")
        .body(Full::from(body))
        .expect("every header is printable")
}
