//! Requests that were sent to the real servers, sent to the functions: what came back there must come
//! back here, but for the table in `otherwise`.

use std::collections::HashMap;

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::gateway;
use agora_token_tests::routes::drop_ins;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, LOCAL_PATHS, open};
use agora_token_tests::vectors::lines;
use serde_json::Value;

use super::otherwise::{BAD_SETTINGS, Instead, Otherwise, otherwise};
use super::{describe, keys};

/// A request that was sent to a real server, and what came back.
struct Pair(Value);

impl Pair {
    fn all() -> Vec<Self> {
        let lines = lines(include_str!("../../../data/peer_http.jsonl"));
        lines.into_iter().map(Self).collect()
    }

    fn text(&self, pointer: &str) -> &str {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    fn name(&self) -> String {
        format!("{}: {}", self.text("/peer"), self.text("/case"))
    }

    fn method(&self) -> &str {
        self.text("/request/method")
    }

    fn path(&self) -> &str {
        let target = self.text("/request/path");
        target.split_once('?').map_or(target, |(path, _)| path)
    }

    fn event(&self) -> Event {
        let target = self.text("/request/path");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut event = Event::new(self.method(), path).query(query);
        for (name, value) in self.0["request"]["headers"].as_object().unwrap() {
            event = event.header(name, value.as_str().unwrap());
        }
        // Tokens for a whole app are for services only.
        if self.text("/case").starts_with("chat app") || self.asks_for_an_app_token() {
            event = event.header("x-api-key", API_KEY);
        }
        match self.0["request"]["body"].as_str() {
            Some(body) => event.body(body),
            None => event,
        }
    }

    fn asks_for_an_app_token(&self) -> bool {
        let body = self.0["request"]["body"].as_str().unwrap_or_default();
        body.contains("chat") && !body.contains("uid")
    }

    fn status(&self) -> u64 {
        self.0["response"]["status"].as_u64().unwrap()
    }

    /// What came back, in the words of `ours`.
    fn answer(&self) -> Body {
        let body = &self.0["response"]["body"];
        if let Some(json) = body.get("json") {
            return Body::Json(json.clone());
        }
        if let Some(token) = body.get("text_token") {
            return Body::Token(token.clone());
        }
        // gin announces the JSON of an answer that it has given up on as text.
        let text = body["text"].as_str().unwrap_or_default();
        match serde_json::from_str::<Value>(text) {
            Ok(json) if json.is_object() => Body::Json(json),
            _ => Body::Text,
        }
    }
}

enum Body {
    Json(Value),
    Token(Value),
    Text,
}

/// The functions of the sample project, each started when it is first asked for.
#[derive(Default)]
struct Functions(HashMap<(&'static str, bool), Function>);

impl Functions {
    /// The function that a path leads to, whatever the method; none where the gateway has no route.
    fn of(&mut self, pair: &Pair) -> Option<&Function> {
        let path = pair.path();
        let named = drop_ins().find(|row| {
            row.paths
                .iter()
                .any(|pattern| gateway::matches(pattern, path))
        });
        // `/rtc/{proxy+}` and its like take what no row names.
        let below = drop_ins().find(|row| {
            row.paths.iter().any(|pattern| {
                let (first, rest) = pattern[1..].split_once('/').unwrap_or((&pattern[1..], ""));
                rest.contains('{') && path[1..].starts_with(&format!("{first}/"))
            })
        });
        let name = match (path, named.or(below)) {
            ("/ping", _) => "inspect",
            (_, Some(row)) => row.function.as_str(),
            _ => return None,
        };
        let bad = pair.text("/peer").starts_with(BAD_SETTINGS);
        let (variable, value) = LOCAL_PATHS;
        let function = open(name).env(variable, value);
        let start = || match bad {
            true => function.env("AGORA_APP_ID", "not-an-app-id").start(),
            false => function.start(),
        };
        Some(self.0.entry((name, bad)).or_insert_with(start))
    }
}

#[test]
fn every_recorded_request_is_answered_as_its_server_does_or_as_the_table_says() {
    let table = otherwise();
    let mut used = vec![0; table.len()];
    let mut functions = Functions::default();
    let pairs = Pair::all();
    for pair in &pairs {
        let rows: Vec<usize> = (0..table.len())
            .filter(|row| table[*row].is_about(pair.text("/peer"), pair.text("/case")))
            .collect();
        assert!(rows.len() <= 1, "{} stands in the table twice", pair.name());
        match rows.first() {
            Some(row) => {
                used[*row] += 1;
                differs(pair, &table[*row], &mut functions);
            }
            None => same(pair, &mut functions),
        }
    }
    for (row, used) in table.iter().zip(used) {
        assert!(used > 0, "no recording is about {}: {}", row.peer, row.case);
    }
}

/// Sends the request as each gateway door hands it over.
fn answers(pair: &Pair, functions: &mut Functions) -> Vec<Answer> {
    let function = functions
        .of(pair)
        .unwrap_or_else(|| panic!("{}: no route", pair.name()));
    let event = pair.event();
    let mut doors = vec![
        event.clone(),
        event.clone().as_cargo_lambda(),
        event.clone().as_load_balancer_with_lists(),
    ];
    let case = pair.text("/case");
    // A REST API decodes a query by itself, and nobody knows what it makes of a malformed one.
    if !case.ends_with("bad percent") {
        doors.push(event.clone().as_rest_api());
    }
    // Without lists, a load balancer drops all but the last.
    if !case.starts_with("repeated ") {
        doors.push(event.as_load_balancer());
    }
    doors.iter().map(|event| function.send(event)).collect()
}

fn same(pair: &Pair, functions: &mut Functions) {
    let name = pair.name();
    for ours in answers(pair, functions) {
        assert_eq!(
            u64::from(ours.status),
            pair.status(),
            "{name}: {}",
            ours.body
        );
        let announced = ours.header("content-type").unwrap();
        match pair.answer() {
            Body::Json(theirs) => {
                assert_eq!(announced, "application/json", "{name}");
                alike(&theirs, &ours.json(), &name);
            }
            Body::Token(theirs) => {
                assert!(announced.starts_with("text/"), "{name}");
                assert_eq!(
                    describe::token(&ours.body),
                    describe::recorded(&theirs),
                    "{name}"
                );
            }
            Body::Text => assert!(
                announced.starts_with("text/plain") && !ours.body.is_empty(),
                "{name}"
            ),
        }
    }
}

/// The same names, types and numbers, and tokens that grant the same; words are everybody's own.
#[track_caller]
fn alike(theirs: &Value, ours: &Value, name: &str) {
    match theirs {
        Value::Object(object) if object.contains_key("$token") => {
            let ours = ours
                .as_str()
                .unwrap_or_else(|| panic!("{name}: no token in {ours}"));
            assert_eq!(describe::token(ours), describe::recorded(theirs), "{name}");
        }
        Value::Object(object) => {
            assert_eq!(keys(theirs), keys(ours), "{name}: {ours}");
            for (key, value) in object {
                alike(value, &ours[key], name);
            }
        }
        Value::String(text) if text.is_empty() => assert_eq!(theirs, ours, "{name}"),
        Value::String(_) => assert!(ours.is_string(), "{name}: {ours}"),
        other => assert_eq!(other, ours, "{name}"),
    }
}

fn differs(pair: &Pair, row: &Otherwise, functions: &mut Functions) {
    let name = pair.name();
    assert!(row.why.len() > 10, "{name}");
    if let Instead::NoRoute = row.instead {
        let path = pair.path();
        assert!(gateway::row(pair.method(), path).is_none(), "{name}");
        // Preflights are the gateway's alone; other methods reach a function on a laptop.
        if pair.method() != "OPTIONS" && functions.of(pair).is_some() {
            for ours in answers(pair, functions) {
                assert!(matches!(ours.status, 404 | 405), "{name}: {}", ours.body);
            }
        }
        return;
    }
    for ours in answers(pair, functions) {
        match &row.instead {
            Instead::NoRoute => {}
            Instead::Problem(status) => {
                assert_eq!(ours.status, *status, "{name}: {}", ours.body);
                let announced = ours.header("content-type");
                assert_eq!(announced, Some("application/problem+json"), "{name}");
            }
            Instead::Refused(status, names) => {
                assert_eq!(ours.status, *status, "{name}: {}", ours.body);
                if names.is_empty() {
                    assert!(
                        !ours.body.is_empty() && !ours.body.starts_with('{'),
                        "{name}"
                    );
                } else {
                    assert_eq!(keys(&ours.json()), *names, "{name}");
                }
            }
            Instead::Says(said) => {
                assert_eq!((ours.status, ours.json()), (200, said.clone()), "{name}")
            }
            Instead::Issued(tokens) => {
                assert_eq!(ours.status, 200, "{name}: {}", ours.body);
                for (pointer, expected) in tokens {
                    let json = (!pointer.is_empty()).then(|| ours.json());
                    let text = match &json {
                        Some(json) => json.pointer(pointer).and_then(Value::as_str).unwrap(),
                        None => ours.body.as_str(),
                    };
                    assert_eq!(describe::token(text), *expected, "{name}");
                }
            }
        }
    }
}
