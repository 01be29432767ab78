//! A request, who makes it, and what comes of it.

use crate::deployment::{Deployment, now};
use agora_token_tests::event::Event;
use agora_token_tests::sample::{CERTIFICATE, read_token};
use serde_json::{Value, json};

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    Nobody,
    /// With an API key.
    Key(&'static str),
    /// With an API key, from a web page of this origin.
    Page(&'static str, &'static str),
    /// With a JWT of these claims.
    User(Value),
    /// The same whose JWT ends in so many seconds.
    Leaving(Value, u64),
}

/// A request and its end.
pub(crate) struct Attempt {
    who: Who,
    call: &'static str,
    end: End,
}

enum End {
    /// The answer holds this. `lifetime` is that of its token, in seconds.
    Granted(Value),
    Refused(u16, &'static str),
}

/// It is granted, and the answer holds these members.
pub(crate) fn gets(who: &Who, call: &'static str, what: Value) -> Attempt {
    Attempt {
        who: who.clone(),
        call,
        end: End::Granted(what),
    }
}

/// It is refused with 403 and this code.
pub(crate) fn denied(who: &Who, call: &'static str, code: &'static str) -> Attempt {
    refused(who, call, 403, code)
}

/// It is refused with this status and code; requests of other token servers have none (`-`).
pub(crate) fn refused(who: &Who, call: &'static str, status: u16, code: &'static str) -> Attempt {
    Attempt {
        who: who.clone(),
        call,
        end: End::Refused(status, code),
    }
}

impl Attempt {
    pub(crate) fn is_granted(&self) -> bool {
        matches!(self.end, End::Granted(_))
    }

    pub(crate) fn code(&self) -> &'static str {
        match self.end {
            End::Granted(_) => "-",
            End::Refused(_, code) => code,
        }
    }

    /// Tries it; why it ended otherwise, if it did.
    pub(crate) fn try_at(&self, deployment: &Deployment) -> Result<(), String> {
        let (method, path, event) = self.event();
        let answer = deployment.send(method, path, self.shown(event, deployment));
        let said = answer.json();
        let told = |why: String| {
            Err(format!(
                "{:?}: {}: {why}: {} {}",
                self.who, self.call, answer.status, answer.body
            ))
        };
        match &self.end {
            End::Refused(status, code) => {
                let coded = said["code"].as_str().unwrap_or("-");
                if (answer.status, coded) != (*status, code) {
                    return told(format!("{status} {code}"));
                }
                if answer.body.contains("\"007") {
                    return told("a token".to_owned());
                }
            }
            End::Granted(what) => {
                if answer.status != 200 {
                    return told("200".to_owned());
                }
                for (name, value) in what.as_object().unwrap() {
                    let right = match name.as_str() {
                        // A second may pass between one clock and the other.
                        "lifetime" => (0..=2).any(|late| lifetime(&said) + late == *value),
                        _ => said[name] == *value,
                    };
                    if !right {
                        return told(format!("{name} is {value}"));
                    }
                }
                if let Some(token) = said["token"].as_str() {
                    read_token(token, CERTIFICATE);
                }
            }
        }
        Ok(())
    }

    /// `GET /path?query`, or `POST /path {json}`.
    fn event(&self) -> (&str, &str, Event) {
        let (method, rest) = self.call.split_once(' ').unwrap();
        match method {
            "GET" => {
                let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
                (method, path, Event::get(path).query(query))
            }
            _ => {
                let (path, body) = rest.split_once(' ').unwrap();
                let body = serde_json::from_str(body).unwrap();
                (method, path, Event::post(path).json(&body))
            }
        }
    }

    fn shown(&self, event: Event, deployment: &Deployment) -> Event {
        let bearer = |jwt: &str| format!("Bearer {jwt}");
        match &self.who {
            Who::Nobody => event,
            Who::Key(key) => event.header("x-api-key", key),
            Who::Page(key, origin) => event.header("x-api-key", key).header("origin", origin),
            Who::User(claims) => event.header("authorization", &bearer(&deployment.jwt(claims))),
            Who::Leaving(claims, seconds) => {
                let mut claims = claims.clone();
                claims["exp"] = json!(now() + seconds);
                event.header("authorization", &bearer(&deployment.jwt(&claims)))
            }
        }
    }
}

fn lifetime(answer: &Value) -> i64 {
    answer["expiresAt"].as_i64().unwrap_or_default()
        - answer["issuedAt"].as_i64().unwrap_or_default()
}
