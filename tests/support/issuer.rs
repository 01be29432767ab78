//! A stand-in for an OpenID Connect issuer: it publishes its keys, well or badly, as it is told, and
//! signs whatever it is given.

mod keys;
mod rsa;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::loopback::{Reply, Server};
use crate::monitor::Monitor;

pub use keys::{Algorithm, SigningKey};

/// The path of the configuration (OpenID Connect Discovery 1.0, 4).
pub const CONFIGURATION: &str = "/.well-known/openid-configuration";
/// The path of the key set.
pub const KEY_SET: &str = "/keys";

/// A running issuer with one key for each algorithm. It ends when this is dropped.
///
/// ```no_run
/// use agora_token_tests::issuer::{Algorithm, Issuer};
/// use serde_json::json;
///
/// let issuer = Issuer::start();
/// let claims = json!({"iss": issuer.issuer_url(), "aud": "app", "sub": "ann", "exp": 4102444800_u64});
/// let token = issuer.sign(Algorithm::Es256, &claims);
/// ```
#[derive(Debug)]
pub struct Issuer {
    server: Server,
    state: Arc<Monitor<State>>,
}

#[derive(Debug)]
struct State {
    keys: [SigningKey; 3],
    /// How often the keys have been replaced.
    generation: usize,
    /// What is published instead of the keys.
    published: Option<Value>,
    /// What the configuration says differently.
    configuration: Value,
    conduct: Conduct,
    delay: Duration,
    requests: Vec<String>,
}

#[derive(Clone, Debug)]
enum Conduct {
    Answer,
    Fail(StatusCode),
    Redirect(String),
    Text(String),
    Close,
}

impl Issuer {
    /// Starts an issuer on a port of its own. The first one of a process makes the RSA keys, which
    /// takes a moment.
    #[must_use]
    pub fn start() -> Self {
        let state = Arc::new(Monitor::new(State {
            keys: generation(0),
            generation: 0,
            published: None,
            configuration: json!({}),
            conduct: Conduct::Answer,
            delay: Duration::ZERO,
            requests: Vec::new(),
        }));
        let served = Arc::clone(&state);
        let server = Server::start(move |request| reply(request, Arc::clone(&served)));
        Self { server, state }
    }

    /// What `iss` has to be: the issuer's URL, without a slash at its end.
    #[must_use]
    pub fn issuer_url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Where the key set is, for settings without discovery.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        format!("{}{KEY_SET}", self.issuer_url())
    }

    /// The key set as it is published now, for settings that hold it.
    #[must_use]
    pub fn jwks_json(&self) -> String {
        self.state.read(|state| state.key_set().to_string())
    }

    /// A token with these claims and nothing added to them, signed with the current key.
    #[must_use]
    pub fn sign(&self, algorithm: Algorithm, claims: &Value) -> String {
        let key = self.key(algorithm);
        let header = json!({"alg": algorithm.name(), "kid": key.id(), "typ": "JWT"});
        self.sign_text(algorithm, &header.to_string(), &claims.to_string())
    }

    /// A token of any two texts, signed with the current key of the algorithm, whatever the texts
    /// say.
    #[must_use]
    pub fn sign_text(&self, algorithm: Algorithm, header: &str, payload: &str) -> String {
        let message = message(header, payload);
        let signature = self.key(algorithm).sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The current key of an algorithm.
    #[must_use]
    pub fn key(&self, algorithm: Algorithm) -> SigningKey {
        self.state
            .read(|state| {
                state
                    .keys
                    .iter()
                    .find(|key| key.algorithm() == algorithm)
                    .cloned()
            })
            .expect("there is a key for each algorithm")
    }

    /// Replaces every key by a new one of another name. The old ones are no longer published.
    pub fn rotate(&self) {
        let next = self.state.read(|state| state.generation + 1);
        let keys = generation(next);
        self.state.update(|state| {
            state.keys = keys;
            state.generation = next;
        });
    }

    /// Publishes these keys instead of its own.
    pub fn publish(&self, keys: &[Value]) {
        let published = json!({ "keys": keys });
        self.state.update(|state| state.published = Some(published));
    }

    /// Lets the configuration say something else: `issuer` or `jwks_uri`.
    pub fn configure(&self, member: &str, value: &str) {
        self.state
            .update(|state| state.configuration[member] = value.into());
    }

    /// Answers well again.
    pub fn recover(&self) {
        self.conduct(Conduct::Answer);
    }

    /// Answers every request with an error.
    ///
    /// # Panics
    ///
    /// When the status is none.
    pub fn fail_with(&self, status: u16) {
        self.conduct(Conduct::Fail(
            StatusCode::from_u16(status).expect("a status code has three digits"),
        ));
    }

    /// Sends every request to the same path below another URL.
    pub fn redirect_to(&self, url: &str) {
        self.conduct(Conduct::Redirect(url.to_owned()));
    }

    /// Answers every request with this text.
    pub fn answer(&self, text: String) {
        self.conduct(Conduct::Text(text));
    }

    /// Closes every connection once the request has come in.
    pub fn close_connections(&self) {
        self.conduct(Conduct::Close);
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

    /// How many of them were for the key set.
    #[must_use]
    pub fn key_set_requests(&self) -> usize {
        let is_key_set = |path: &&String| *path == KEY_SET;
        self.state
            .read(|state| state.requests.iter().filter(is_key_set).count())
    }

    fn conduct(&self, conduct: Conduct) {
        self.state.update(|state| state.conduct = conduct);
    }
}

/// What a signature is over: both texts in base64url, with a dot between them.
#[must_use]
pub fn message(header: &str, payload: &str) -> String {
    let (header, payload) = (
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload),
    );
    format!("{header}.{payload}")
}

fn generation(number: usize) -> [SigningKey; 3] {
    Algorithm::ALL.map(|algorithm| SigningKey::generate(algorithm, number))
}

impl State {
    fn key_set(&self) -> Value {
        let own = || json!({"keys": self.keys.iter().map(SigningKey::jwk).collect::<Vec<_>>()});
        self.published.clone().unwrap_or_else(own)
    }
}

async fn reply(request: Request<Bytes>, state: Arc<Monitor<State>>) -> Reply {
    let path = request.uri().path().to_owned();
    let (conduct, delay) = state.update(|state| {
        state.requests.push(path.clone());
        (state.conduct.clone(), state.delay)
    });
    tokio::time::sleep(delay).await;
    let host = request.headers().get("host")?.to_str().ok()?.to_owned();
    let (status, text, location) = match conduct {
        Conduct::Close => return None,
        Conduct::Fail(status) => (status, String::new(), None),
        Conduct::Redirect(url) => (
            StatusCode::FOUND,
            String::new(),
            Some(format!("{url}{path}")),
        ),
        Conduct::Text(text) => (StatusCode::OK, text, None),
        Conduct::Answer => match state.read(|state| document(&path, &host, state)) {
            Some(document) => (StatusCode::OK, document.to_string(), None),
            None => (StatusCode::NOT_FOUND, String::new(), None),
        },
    };
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("location", location.unwrap_or_default())
        .body(Full::from(text));
    Some(response.expect("every header is printable"))
}

fn document(path: &str, host: &str, state: &State) -> Option<Value> {
    match path {
        CONFIGURATION => {
            let url = format!("http://{host}");
            let mut document = json!({"issuer": url, "jwks_uri": format!("{url}{KEY_SET}")});
            for (member, value) in state.configuration.as_object().into_iter().flatten() {
                document[member] = value.clone();
            }
            Some(document)
        }
        KEY_SET => Some(state.key_set()),
        _ => None,
    }
}
