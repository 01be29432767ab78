//! A request that is sent to learn from.

use serde_json::{Map, Value, json};

/// A request, in parts that can be changed one by one.
#[derive(Debug, Clone)]
pub struct Ask {
    pub method: &'static str,
    /// The path as the list of routes has it, with variables.
    pub template: &'static str,
    /// The texts that stand for its variables.
    pub segments: Map<String, Value>,
    pub sends: Sends,
    pub parameters: Value,
}

/// Where the parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sends {
    Query,
    Json,
    Form,
}

impl Ask {
    /// A request as an example has it: a whole path, a query, a JSON object, or a form.
    pub fn of(method: &'static str, template: &'static str, example: &str) -> Self {
        let mut ask = Self {
            method,
            template,
            segments: Map::new(),
            sends: Sends::Query,
            parameters: json!({}),
        };
        let (path, rest) = match example.strip_prefix('/') {
            Some(_) => example.split_once('?').unwrap_or((example, "")),
            None => ("", example.trim_start_matches('?')),
        };
        for (at, name, choices) in variables(template) {
            let sent = path
                .split('/')
                .skip(1)
                .nth(at)
                .filter(|sent| !sent.is_empty());
            let other = choices.first().copied().unwrap_or("ann");
            let text = sent.unwrap_or(other);
            ask.segments.insert(name.to_owned(), text.into());
        }
        if let Ok(body) = serde_json::from_str::<Value>(rest) {
            ask.sends = Sends::Json;
            ask.parameters = body;
        } else {
            let pairs = rest.split('&').filter_map(|pair| pair.split_once('='));
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.into()));
            ask.parameters = Value::Object(pairs.collect());
            ask.sends = match method {
                "POST" if !rest.is_empty() => Sends::Form,
                "POST" => Sends::Json,
                _ => Sends::Query,
            };
        }
        ask
    }

    /// The event that the gateway makes of it.
    pub fn event(&self, api_key: Option<&str>) -> Value {
        let mut path = String::new();
        for segment in self.template.split('/').skip(1) {
            path.push('/');
            path.push_str(match variable(segment) {
                Some((name, _)) => self.segments[name].as_str().unwrap_or_default(),
                None => segment,
            });
        }
        let (query, body, media_type) = match self.sends {
            Sends::Query => (pairs(&self.parameters), None, None),
            Sends::Form => (
                String::new(),
                Some(pairs(&self.parameters)),
                Some("application/x-www-form-urlencoded"),
            ),
            Sends::Json => {
                let body = (!self.parameters.is_null()).then(|| self.parameters.to_string());
                (String::new(), body, Some("application/json"))
            }
        };
        let mut headers = Map::new();
        if let Some(media_type) = media_type {
            headers.insert("content-type".to_owned(), media_type.into());
        }
        if let Some(api_key) = api_key {
            headers.insert("x-api-key".to_owned(), api_key.into());
        }
        let route = format!("{} {path}", self.method);
        json!({
            "version": "2.0",
            "routeKey": route,
            "rawPath": path,
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {
                "http": {"method": self.method, "path": path},
                "requestId": "a-request",
                "routeKey": route,
                "stage": "$default",
            },
            "body": body,
            "isBase64Encoded": false,
        })
    }
}

/// The name of a variable, and what may stand for it if that is listed.
pub fn variable(segment: &str) -> Option<(&str, Vec<&str>)> {
    let inner = segment.strip_prefix('{')?.strip_suffix('}')?;
    Some(match inner.split_once('=') {
        Some((name, choices)) => (name, choices.split('|').collect()),
        None => (inner, Vec::new()),
    })
}

/// The variables of a path, each with its place.
pub fn variables(template: &str) -> impl Iterator<Item = (usize, &str, Vec<&str>)> {
    let segments = template.split('/').skip(1).enumerate();
    segments.filter_map(|(at, segment)| {
        let (name, choices) = variable(segment)?;
        Some((at, name, choices))
    })
}

/// The parameters as a query or a form has them; what is no text or number cannot stand there.
fn pairs(parameters: &Value) -> String {
    let members = parameters.as_object().into_iter().flatten();
    let pairs = members.map(|(name, value)| match value {
        Value::String(text) => format!("{name}={}", escaped(text)),
        other => format!("{name}={}", escaped(&other.to_string())),
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let bytes = text.bytes();
    let one = |byte| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    bytes.map(one).collect()
}
