//! What ends the program before it has done what it was asked.

use agora_token::issue::IssueError;
use agora_token::params::Invalid;
use serde_json::{Value, json};

/// The code that the program exits with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    AsWished = 0,
    /// The token would be refused, or what was checked is wrong.
    Wrong = 1,
    /// The program was called wrongly.
    Usage = 2,
    /// There are no credentials, or they cannot be used.
    NoCredentials = 3,
}

/// What ends the program, in words for people and with a stable code for programs.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    /// The parameter or the member that is wrong, if it is one.
    pub(crate) field: Option<String>,
    pub(crate) detail: String,
    /// What people are shown in its place.
    pub(crate) shown: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            exit,
            code,
            field: None,
            detail: detail.into(),
            shown: None,
        }
    }

    pub(crate) fn usage(detail: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", detail)
    }

    pub(crate) fn of_field(self, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    pub(crate) fn as_json(&self) -> Value {
        let mut error = json!({
            "exit": self.exit as u8,
            "code": self.code,
            "detail": self.detail,
        });
        if let (Some(field), Some(error)) = (&self.field, error.as_object_mut()) {
            error.insert("field".to_owned(), field.as_str().into());
        }
        error
    }
}

/// A parameter comes from the command line.
impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::new(Exit::Usage, invalid.rule.code(), invalid.detail).of_field(invalid.field)
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            IssueError::Invalid(invalid) => invalid.into(),
            IssueError::WhiteboardUnconfigured => Self::new(
                Exit::NoCredentials,
                code,
                format!(
                    "{detail}; set AGORA_WHITEBOARD_ACCESS_KEY and AGORA_WHITEBOARD_SECRET_KEY, or add `whiteboard` to the secret document"
                ),
            ),
            IssueError::TooLarge(_) => Self::new(Exit::Usage, code, detail),
            IssueError::Internal(_) => Self::new(Exit::Wrong, code, detail),
        }
    }
}
