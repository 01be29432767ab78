//! The events that a function receives for HTTP requests, from each of the front doors.

mod balancer;
mod body;
mod gateways;
mod rest;

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use body::Body;

/// An HTTP request, and which of the front doors hands it to the function.
///
/// ```
/// use agora_token_tests::event::Event;
/// use serde_json::json;
///
/// let event = Event::post("/v1/rtc")
///     .header("X-Api-Key", "open sesame")
///     .json(&json!({"channelName": "lobby", "uid": 1}))
///     .to_json();
/// assert_eq!(event["routeKey"], "POST /v1/rtc");
/// assert_eq!(event["headers"]["x-api-key"], "open sesame");
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Event {
    gateway: Gateway,
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<Body>,
    route_key: Option<String>,
    path_parameters: BTreeMap<String, String>,
    request_id: String,
}

/// Who makes the event. They differ in what they decode and in what they leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gateway {
    HttpApi,
    FunctionUrl,
    CargoLambda,
    RestApi,
    /// With single or with multiple values.
    LoadBalancer {
        lists: bool,
    },
}

impl Event {
    /// A request as API Gateway hands it over; the path as it stands in the URL, percent-encoded.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            gateway: Gateway::HttpApi,
            method: method.to_owned(),
            path: path.to_owned(),
            query: None,
            headers: Vec::new(),
            body: None,
            route_key: None,
            path_parameters: BTreeMap::new(),
            request_id: "JKJaXmPLvHcESHA=".to_owned(),
        }
    }

    /// A `GET` request.
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// A `POST` request.
    pub fn post(path: &str) -> Self {
        Self::new("POST", path)
    }

    /// Sets the query, verbatim and without the question mark.
    pub fn query(mut self, query: &str) -> Self {
        self.query = Some(query.to_owned());
        self
    }

    /// Adds a header, also in place of one that is there in any case.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Sets the body as text, and leaves the content type alone.
    pub fn body(mut self, text: &str) -> Self {
        self.body = Some(Body::Text(text.to_owned()));
        self
    }

    /// Sets the body as bytes, which arrive base64-encoded; the content type is left alone.
    pub fn body_base64(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(Body::Bytes(bytes.into()));
        self
    }

    /// Sets a JSON body and its content type.
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(&body.to_string())
    }

    /// Sets a form as the body, with its content type. Neither gateway counts a form as text: it
    /// arrives base64-encoded.
    pub fn form(self, form: &str) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded")
            .body_base64(form)
    }

    /// Sets the route that matched: `GET /rtc/{proxy+}`. Unless set, it is the method and the path.
    pub fn route_key(mut self, route_key: &str) -> Self {
        self.route_key = Some(route_key.to_owned());
        self
    }

    /// Sets what a variable part of the route stood for, verbatim.
    pub fn path_parameter(mut self, name: &str, value: &str) -> Self {
        self.path_parameters
            .insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets the id that the gateway gave the request.
    pub fn request_id(mut self, request_id: &str) -> Self {
        self.request_id = request_id.to_owned();
        self
    }

    /// The same request as `cargo lambda watch` hands it over: one route for everything, and a path
    /// that nobody has decoded.
    pub fn as_cargo_lambda(mut self) -> Self {
        self.gateway = Gateway::CargoLambda;
        self
    }

    /// The same request as a function URL hands it over: one route for everything, and the path as it was
    /// sent and decoded.
    pub fn as_function_url(mut self) -> Self {
        self.gateway = Gateway::FunctionUrl;
        self
    }

    /// The same request as a REST API hands it over: `{proxy+}` is its whole path unless it has a route.
    pub fn as_rest_api(mut self) -> Self {
        self.gateway = Gateway::RestApi;
        self
    }

    /// The same request as an Application Load Balancer hands it over, whose target group has single
    /// values.
    pub fn as_load_balancer(mut self) -> Self {
        self.gateway = Gateway::LoadBalancer { lists: false };
        self
    }

    /// The same where the target group has multiple values.
    pub fn as_load_balancer_with_lists(mut self) -> Self {
        self.gateway = Gateway::LoadBalancer { lists: true };
        self
    }

    /// The event.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut event = match self.gateway {
            Gateway::HttpApi => self.http_api(),
            Gateway::FunctionUrl => self.function_url(),
            Gateway::CargoLambda => self.cargo_lambda(),
            Gateway::RestApi => return self.rest_api(),
            Gateway::LoadBalancer { lists } => return self.load_balancer(lists),
        };
        let parameters = self.query_parameters();
        if !parameters.is_empty() {
            event["queryStringParameters"] = parameters.into();
        }
        if !self.path_parameters.is_empty() && self.gateway == Gateway::HttpApi {
            event["pathParameters"] = json!(self.path_parameters);
        }
        if let Some(body) = &self.body {
            event["body"] = body.in_event().into();
        }
        event["isBase64Encoded"] = self.body.as_ref().is_some_and(Body::is_encoded).into();
        event
    }

    /// The request's headers, over those that are there in any case. The values of a repeated header are
    /// joined with commas; of what cargo-lambda hands over, only the first is left.
    fn headers_over<const N: usize>(
        &self,
        defaults: [(&str, &str); N],
    ) -> BTreeMap<String, String> {
        let mut headers = BTreeMap::<String, String>::new();
        for (name, value) in &self.headers {
            match headers.get_mut(name) {
                Some(values) if self.gateway != Gateway::CargoLambda => {
                    *values = format!("{values},{value}");
                }
                Some(_) => {}
                None => drop(headers.insert(name.clone(), value.clone())),
            }
        }
        let length = self.body.as_ref().map(|body| body.len().to_string());
        let length = length.as_deref().map(|length| ("content-length", length));
        for (name, value) in defaults.into_iter().chain(length) {
            let header = headers.entry(name.to_owned());
            header.or_insert_with(|| value.to_owned());
        }
        headers
    }

    /// The query's names and values as they were sent.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let query = self.query.as_deref().unwrap_or_default();
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    /// The headers, and before them those that are there in any case, each with all of its values.
    fn header_lists(&self, defaults: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
        let mut headers = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in &self.headers {
            headers.entry(name.clone()).or_default().push(value.clone());
        }
        for (name, value) in defaults {
            let header = headers.entry((*name).to_owned());
            header.or_insert_with(|| vec![(*value).to_owned()]);
        }
        headers
    }

    /// The query as both gateways fill it in: decoded, and repeated names joined with commas.
    fn query_parameters(&self) -> Map<String, Value> {
        let mut parameters = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in self.pairs() {
            let values = parameters.entry(decoded_query(name)).or_default();
            values.push(decoded_query(value));
        }
        let parameters = parameters.into_iter();
        parameters
            .map(|(name, values)| (name, values.join(",").into()))
            .collect()
    }
}

/// The last of each name's values, which is all that is left of them where there are no lists.
fn last(lists: &BTreeMap<String, Vec<String>>) -> BTreeMap<&str, &str> {
    let lists = lists.iter();
    lists
        .filter_map(|(name, values)| Some((name.as_str(), values.last()?.as_str())))
        .collect()
}

fn decoded_query(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}
