//! The shapes of other servers' answers.

use super::super::gateway::Response;
use super::super::problem::Problem;
use crate::issue::Issued;
use http::StatusCode;
use serde_json::{Map, Value, json};

/// Names and values that an answer has beside its tokens.
pub type Echo = Vec<(&'static str, Value)>;

/// How a form of request is answered.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// With tokens.
    pub success: Success,
    /// With a refusal, which keeps its own status whatever the original sends.
    pub failure: Failure,
}

impl Shape {
    /// `{"token","code":"200"}`; a refusal has its message where the token would be.
    pub const CODE_AS_TEXT: Self = Self {
        success: Success::Json(|issued, _| {
            let token = issued.first().map(|issued| issued.token.as_str());
            json!({ "token": token, "code": "200" })
        }),
        failure: Failure::Json(
            |problem| json!({ "token": problem.detail, "code": problem.status().as_str() }),
        ),
    };
}

/// The answer that carries tokens, 200.
#[derive(Debug, Clone, Copy)]
pub enum Success {
    /// An object with each token under its name, in the order in which they were asked for.
    Tokens(&'static [&'static str]),
    /// One token as it is.
    Text,
    /// Any other JSON.
    Json(fn(&[Issued], &Echo) -> Value),
}

impl Success {
    pub(in super::super) fn answer(self, issued: &[Issued], echo: &Echo) -> Response {
        let body = match self {
            Self::Tokens(names) => tokens(names, issued),
            Self::Json(body) => body(issued, echo),
            Self::Text => {
                let token = issued.first().map(|issued| issued.token.as_str());
                return Response::text(StatusCode::OK, token.unwrap_or_default());
            }
        };
        Response::json(StatusCode::OK, &body)
    }
}

fn tokens(names: &[&str], issued: &[Issued]) -> Value {
    let named = names.iter().zip(issued);
    let object: Map<_, _> = named
        .map(|(name, issued)| ((*name).to_owned(), issued.token.as_str().into()))
        .collect();
    object.into()
}

/// The answer to a refusal.
#[derive(Debug, Clone, Copy)]
pub enum Failure {
    /// What is wrong, as text.
    Text,
    /// Any JSON.
    Json(fn(&Problem) -> Value),
}

impl Failure {
    /// `{"error"}`
    pub const ERROR: Self = Self::Json(|problem| json!({ "error": problem.detail }));

    /// `{"message","status"}`
    pub const MESSAGE_AND_STATUS: Self = Self::Json(
        |problem| json!({ "message": problem.detail, "status": problem.status().as_u16() }),
    );

    pub(in super::super) fn answer(self, problem: &Problem) -> Response {
        let response = match self {
            Self::Text => Response::text(problem.status(), &*problem.detail),
            Self::Json(body) => Response::json(problem.status(), &body(problem)),
        };
        problem.add_header(response)
    }
}

/// The value that was signed under `name`, in a token of one service or of several.
pub fn signed<'a>(issued: &'a Issued, name: &str) -> Option<&'a Value> {
    let find = |wanted: &str| {
        let mut description = issued.description.iter();
        description
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value)
    };
    let nested = || {
        find("services")?
            .as_array()?
            .iter()
            .find_map(|one| one.get(name))
    };
    find(name).or_else(nested)
}

/// The user of a channel that was signed, as text, whether it was a number or an account.
pub fn signed_user(issued: &Issued) -> Option<String> {
    match signed(issued, "uid").or_else(|| signed(issued, "account"))? {
        Value::String(account) => Some(account.clone()),
        uid => Some(uid.to_string()),
    }
}
