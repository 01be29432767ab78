//! Every code of a problem, with its status.

use crate::access::jwt::JwtError;
use crate::access::{DeniedRule, Unauthenticated};
use crate::params::Rule;
use http::StatusCode;
use serde::{Serialize, Serializer};
use std::fmt;

/// What a program can rely on. The texts are part of the API and stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A parameter breaks a rule.
    Parameter(Rule),
    /// The caller could not be recognised.
    Credentials(Unauthenticated),
    /// The policy does not grant what was asked for.
    Denied(DeniedRule),
    /// The event is none of a front door.
    EventMalformed,
    /// A name in the path cannot be told for sure.
    PathAmbiguous,
    /// The body is not the JSON it should be.
    BodyNotJson,
    /// The body is not the form it should be.
    BodyNotForm,
    /// The body holds more values than any request, or nests them deeper.
    BodyTooComplex,
    /// A path takes two forms of request, and this one is neither or both.
    FormUnclear,
    /// The token would be too large.
    TokenTooLarge,
    /// No route has this path.
    RouteUnknown,
    /// The path is right and the method isn't.
    MethodNotAllowed,
    /// The body is larger than its route takes.
    BodyTooLarge,
    /// Path and query are longer than any request's.
    UriTooLong,
    /// The body is announced as something else than JSON.
    BodyMediaType,
    /// Something failed that should not be able to.
    Internal,
    /// The project has no keys that could sign a whiteboard token. The operator left them out, so it is no
    /// 4xx. Nor is it a 503, which clients take for a reason to try again: nothing changes before somebody
    /// adds the keys.
    WhiteboardUnconfigured,
    /// There is no project to sign for.
    ProjectUnavailable,
    /// A token could not be issued now, or not to everybody.
    NotReady,
}

impl Code {
    /// The code as it stands in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parameter(rule) => rule.code(),
            Self::Credentials(refusal) => refusal.code(),
            Self::Denied(rule) => rule.code(),
            Self::EventMalformed => "event_malformed",
            Self::PathAmbiguous => "path_ambiguous",
            Self::BodyNotJson => "body_not_json",
            Self::BodyNotForm => "body_not_form",
            Self::BodyTooComplex => "body_too_complex",
            Self::FormUnclear => "form_unclear",
            Self::TokenTooLarge => "token_too_large",
            Self::RouteUnknown => "route_unknown",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BodyTooLarge => "body_too_large",
            Self::UriTooLong => "uri_too_long",
            Self::BodyMediaType => "body_media_type",
            Self::Internal => "internal",
            Self::WhiteboardUnconfigured => "whiteboard_unconfigured",
            Self::ProjectUnavailable => "project_unavailable",
            Self::NotReady => "not_ready",
        }
    }

    /// The status of an answer with this code.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Parameter(_)
            | Self::EventMalformed
            | Self::PathAmbiguous
            | Self::BodyNotJson
            | Self::BodyNotForm
            | Self::BodyTooComplex
            | Self::FormUnclear
            | Self::TokenTooLarge => StatusCode::BAD_REQUEST,
            // Nobody can tell who it is: that is no fault of the caller's.
            Self::Credentials(
                Unauthenticated::Misconfigured
                | Unauthenticated::Jwt(JwtError::KeysUnavailable { .. }),
            ) => StatusCode::SERVICE_UNAVAILABLE,
            // It is known who they are.
            Self::Credentials(Unauthenticated::Origin | Unauthenticated::Listed) => {
                StatusCode::FORBIDDEN
            }
            Self::Credentials(_) => StatusCode::UNAUTHORIZED,
            Self::Denied(_) => StatusCode::FORBIDDEN,
            Self::RouteUnknown => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::BodyMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::WhiteboardUnconfigured => StatusCode::NOT_IMPLEMENTED,
            Self::ProjectUnavailable | Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The status in words.
    pub fn title(self) -> &'static str {
        self.status().canonical_reason().unwrap_or_default()
    }

    /// Whether the caller was refused for who they are.
    pub fn is_denial(self) -> bool {
        match self {
            Self::Denied(_) => true,
            Self::Credentials(_) => self.status().is_client_error(),
            _ => false,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
