//! The forms of other token servers: their recorded answers replayed, more requests of our own, and the
//! code of their clients.

mod bundle;
mod chat;
mod clients;
pub(crate) mod describe;
mod education;
mod otherwise;
mod replay;
mod rtc;
mod rtm;
mod rules;
mod table;

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use serde_json::Value;

/// A request of another server's client: `GET /path?query` or `POST /path`, with the JSON that it sends.
pub(crate) fn ask(line: &str, body: Option<&Value>) -> Event {
    let (method, target) = line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let event = Event::new(method, path).query(query);
    match body {
        Some(body) => event.json(body),
        None => event,
    }
}

/// Sends a GET.
#[track_caller]
pub(crate) fn get(function: &Function, target: &str) -> Answer {
    function.send(&ask(&format!("GET {target}"), None))
}

/// Sends a POST with JSON.
#[track_caller]
pub(crate) fn post(function: &Function, path: &str, body: &Value) -> Answer {
    function.send(&ask(&format!("POST {path}"), Some(body)))
}

/// The JSON of an answer that carries a token.
#[track_caller]
pub(crate) fn ok(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// The names in a JSON object, in order.
#[track_caller]
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("no object: {value}"));
    object.keys().map(String::as_str).collect()
}
