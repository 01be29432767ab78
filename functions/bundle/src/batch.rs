//! `POST /v1/batch` with `{"requests": [{"tokenType": "rtc", ...}, ...]}`, answered with
//! `{"results": [...]}` in the same order: a token each, or the problem of that one.

use agora_token::grant::{About, Bundle, Example, ReadGrant, TokenRequest};
use agora_token::http::{Each, Issued, Issues, Problem, Request, Response, Route, Work};
use agora_token::params::{FromValue, Invalid, Parameters, Rule, Value};
use serde::{Serialize, Serializer};

pub(crate) const ROUTE: Route = Route {
    methods: &["POST"],
    path: "/v1/batch",
    largest_body: LARGEST_BODY,
    work: Work::IssueEach {
        read,
        answer,
        issues: Issues::any(&ABOUT),
    },
};

static ABOUT: About = About {
    product: Bundle::ABOUT.product,
    audience: "several tokens in one call",
    parameters: "`requests`: up to 100 of the above, each with `tokenType` (what follows `/v1/` in its route)",
    builder: "",
    example: Example {
        asks: r#"{"requests":[{"tokenType":"rtc","channelName":"lobby","uid":7},{"tokenType":"rtm"}]}"#,
        token: "results.0.token",
        holds: r#"{"type":1,"channel_name":"lobby","uid":"7"}"#,
    },
    shows: r#""results":[{"token":"007eJx…",…},{"problem":{"status":400,"code":"parameter_missing","field":"requests[1].userId",…}}]"#,
};

/// The most requests of one call.
const MOST: usize = 100;

/// Some 2.5 KB for each of them.
const LARGEST_BODY: usize = 256 * 1024;

/// One request's place in the body, as errors name it.
fn place(index: usize) -> String {
    format!("requests[{index}]")
}

fn read(request: &Request<'_>) -> Result<Each<TokenRequest>, Problem> {
    let mut parameters = request.parameters()?;
    let list: Vec<Value> = parameters.require(
        &["requests"],
        "a list such as [{\"tokenType\": \"rtc\", ...}, {\"tokenType\": \"rtm\", ...}]",
    )?;
    parameters.finish()?;
    if list.is_empty() || list.len() > MOST {
        let detail = format!("a call holds 1 to {MOST} requests, not {}", list.len());
        return Err(Invalid::new("requests", Rule::Length, detail).into());
    }
    let requests = list.into_iter().enumerate().map(|(index, value)| {
        let parameters = Parameters::from_value(value, &place(index))?;
        Ok(TokenRequest::read_any(parameters)?)
    });
    Ok(requests.collect())
}

#[derive(Serialize)]
struct Answer<'a> {
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome<'a> {
    Token(&'a Issued),
    Refused { problem: Refusal<'a> },
}

struct Refusal<'a> {
    problem: Problem,
    request_id: &'a str,
}

impl Serialize for Refusal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.problem.body(self.request_id).serialize(serializer)
    }
}

fn answer(each: &[Result<Issued, Problem>], request_id: &str) -> Response {
    let outcomes = each.iter().enumerate().map(|(index, one)| match one {
        Ok(issued) => Outcome::Token(issued),
        Err(problem) => Outcome::Refused {
            problem: Refusal {
                problem: placed(problem.clone(), index),
                request_id,
            },
        },
    });
    let results = outcomes.collect();
    Response::json(http::StatusCode::OK, &Answer { results })
}

/// What is found wrong after reading is named by its field alone: whoever finds it knows of no batch.
fn placed(mut problem: Problem, index: usize) -> Problem {
    let place = place(index);
    problem.field = problem.field.map(|field| {
        if field.starts_with(&place) {
            field
        } else {
            format!("{place}.{field}")
        }
    });
    problem
}
