//! The service inside this process: the handlers that serve requests, with a clock and with randomness
//! that a vector gives.

use std::future::ready;
use std::time::Duration;

use agora_token::access::Access;
use agora_token::clock_and_randomness::ClockAndRandomness;
use agora_token::http::App;
use agora_token::secret::{Loading, Secret, SecretSource, SecretStore};
use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::functions;
use agora_token_tests::routes::{self, Listed};
use agora_token_tests::sample::API_KEY;
use serde_json::{Value, json};

use agora_token_tests::vectors::TokenVector;
use agora_token_tests::vectors::calls::{LEGACY_LIFE, TokenRequest};

/// The surroundings in which a vector was made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moment {
    pub(crate) unix_millis: u64,
    pub(crate) salt: u32,
    /// The official whiteboard libraries take UUIDs of another version than the service does.
    pub(crate) uuid: String,
}

impl ClockAndRandomness for Moment {
    fn unix_millis(&self) -> u64 {
        self.unix_millis
    }

    fn random(&self) -> Option<[u8; 16]> {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&self.salt.to_le_bytes());
        Some(bytes)
    }

    fn uuid(&self) -> Option<String> {
        Some(self.uuid.clone())
    }
}

/// When, and with what randomness, a vector was made.
pub(crate) fn moment(method: &str, inputs: &Value) -> Moment {
    let number = |key: &str| inputs[key].as_i64();
    let unix_millis = match (number("now_ms"), number("issue_ts")) {
        (Some(millis), _) => millis,
        (None, Some(seconds)) => seconds * 1000,
        (None, None) => {
            let ts = number("ts").unwrap_or_else(|| panic!("{method} has no time"));
            (ts - LEGACY_LIFE) * 1000
        }
    };
    Moment {
        unix_millis: u64::try_from(unix_millis).unwrap(),
        salt: u32::try_from(number("salt").unwrap_or_default()).unwrap(),
        uuid: inputs["nonce"].as_str().unwrap_or_default().to_owned(),
    }
}

/// The keys of the project's whiteboard app, where the vector has them.
pub(crate) fn whiteboard_keys(vector: &TokenVector) -> Option<Value> {
    let (ak, sk) = (&vector.inputs["ak"], &vector.inputs["sk"]);
    ak.is_string()
        .then(|| json!({ "accessKey": ak, "secretKey": sk }))
}

/// The secret document of the project that signs.
pub(crate) fn project(app_id: &str, app_certificate: &str, whiteboard: Option<Value>) -> Value {
    let mut document = json!({
        "appId": app_id,
        "appCertificate": app_certificate,
        "apiKey": API_KEY,
    });
    if let Some(keys) = whiteboard {
        document["whiteboard"] = keys;
    }
    document
}

struct Fixed(String);

impl SecretSource for Fixed {
    fn load(&self) -> Loading<'_> {
        Box::pin(ready(Secret::parse(&self.0).map_err(Into::into)))
    }
}

/// Sends a service's request.
pub(crate) fn answer(project: &Value, moment: Moment, ask: &TokenRequest) -> Answer {
    let serves = |one: &&Listed| one.paths.contains(&ask.path);
    let listed = routes::all().iter().find(serves);
    let name = &listed
        .unwrap_or_else(|| panic!("no function serves {}", ask.path))
        .function;
    let function = functions::all().into_iter().find(|(one, _)| one == name);
    let (_, routes) = function.unwrap();
    let store = SecretStore::new(
        Ok(Box::new(Fixed(project.to_string()))),
        Duration::from_secs(300),
        Box::new(moment.clone()),
        |_, _| {},
    );
    let app = App::new(routes, store, Access::default(), Box::new(moment));
    let event = Event::post(&ask.path)
        .header("x-api-key", API_KEY)
        .json(&ask.body)
        .to_json();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let response = runtime.block_on(app.answer(&event.to_string(), "an invocation"));
    Answer::from_response(&serde_json::to_value(response).unwrap())
}
