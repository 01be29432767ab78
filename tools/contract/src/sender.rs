//! A function of which one asks, and sees what it read.

use super::ask::Ask;
use agora_token::access::Access;
use agora_token::clock_and_randomness::System;
use agora_token::http::{App, Routes};
use agora_token::params::record::{self, Record};
use agora_token::secret::{Loading, Secret, SecretSource, SecretStore};
use serde_json::{Value, json};
use std::time::Duration;

const API_KEY: &str = "an-api-key-of-the-contract";

/// A sample project with everything that a token needs.
struct Sample;

impl SecretSource for Sample {
    fn load(&self) -> Loading<'_> {
        let document = json!({
            "appId": "970CA35de60c44645bbae8a215061b33",
            "appCertificate": "5CFd2fd1755d40ecb72977518be15d3b",
            "apiKey": API_KEY,
            "whiteboard": {"accessKey": "an-access-key", "secretKey": "a-secret-key"},
        });
        Box::pin(async move { Ok(Secret::parse(&document.to_string())?) })
    }
}

/// One function, in this process.
pub struct Sender {
    app: App,
    runtime: tokio::runtime::Runtime,
}

/// What came of a request.
#[derive(Debug)]
pub struct Seen {
    pub record: Record,
    pub answer: Answer,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub media_type: String,
    /// JSON, or a text.
    pub body: Value,
}

impl Sender {
    pub fn new(routes: Routes) -> Self {
        let hour = Duration::from_secs(3600);
        let store = SecretStore::new(Ok(Box::new(Sample)), hour, Box::new(System), |_, _| {});
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            app: App::new(routes, store, Access::default(), Box::new(System)),
            runtime: runtime.expect("an event loop"),
        }
    }

    /// Sends a request of a service.
    pub fn send(&self, ask: &Ask) -> Seen {
        self.seen(&ask.event(Some(API_KEY)))
    }

    /// Sends it without credentials.
    pub fn send_unknown(&self, ask: &Ask) -> Seen {
        self.seen(&ask.event(None))
    }

    fn seen(&self, event: &Value) -> Seen {
        record::begin();
        let event = event.to_string();
        let reply = self
            .runtime
            .block_on(self.app.answer(&event, "an-invocation"));
        let mut record = record::end();
        let response = reply.response;
        // What issues no token is read as a whole where it is answered.
        record.whole |= response.status.is_success() && record.refused.is_none();
        let media_type = response.content_type.split(';').next().unwrap_or_default();
        let body = match media_type.contains("json") {
            true => serde_json::from_str(&response.body).unwrap_or_default(),
            false => response.body.into(),
        };
        let answer = Answer {
            status: response.status.as_u16(),
            media_type: media_type.to_owned(),
            body,
        };
        Seen { record, answer }
    }
}
