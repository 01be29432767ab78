//! What became of a request.

use super::code::Code;
use super::gateway::Response;
use super::problem::Problem;
use crate::issue::Issued;

/// The answer to a request, and what the audit line says of it.
pub(super) struct Done {
    pub(super) response: Response,
    pub(super) outcome: Outcome,
    /// What the operator is told of an internal problem, the first where there are several.
    pub(super) reason: Option<&'static str>,
    pub(super) tokens: Vec<Result<Issued, Problem>>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Issued,
    Explained,
    Greeted,
    Refused(Code),
}

impl Outcome {
    /// What the audit line calls it: the code of the problem where it was one.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Explained => "explained",
            Self::Greeted => "greeted",
            Self::Refused(code) => code.as_str(),
        }
    }
}

impl Done {
    /// Tokens were issued, all that were asked for.
    pub(super) fn issued(response: Response, issued: Vec<Issued>) -> Self {
        Self {
            tokens: issued.into_iter().map(Ok).collect(),
            ..Self::without_tokens(response, Outcome::Issued)
        }
    }

    /// Each part of the request was answered by itself.
    pub(super) fn each(response: Response, each: Vec<Result<Issued, Problem>>) -> Self {
        let mut problems = each.iter().flat_map(|one| one.as_ref().err());
        Self {
            reason: problems.find_map(Problem::reason),
            tokens: each,
            ..Self::without_tokens(response, Outcome::Issued)
        }
    }

    /// A token was explained.
    pub(super) fn explained(response: Response) -> Self {
        Self::without_tokens(response, Outcome::Explained)
    }

    /// Somebody asked whether the function is there, or what it can do.
    pub(super) fn greeted(response: Response) -> Self {
        Self::without_tokens(response, Outcome::Greeted)
    }

    /// Anybody may know the answer.
    pub(super) fn answered(answer: Result<Response, Problem>, request_id: &str) -> Self {
        match answer {
            Ok(response) => Self::greeted(response),
            Err(problem) => Self::refused(problem.to_response(request_id), &problem),
        }
    }

    /// The request was refused.
    pub(super) fn refused(response: Response, problem: &Problem) -> Self {
        Self {
            reason: problem.reason(),
            ..Self::without_tokens(response, Outcome::Refused(problem.code))
        }
    }

    fn without_tokens(response: Response, outcome: Outcome) -> Self {
        Self {
            response,
            outcome,
            reason: None,
            tokens: Vec::new(),
        }
    }
}
