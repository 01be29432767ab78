//! The service's own form of an answer.

use super::issue::Issued;
use super::problem::Problem;
use super::response::Response;
use super::route::Shape;
use http::StatusCode;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The service's own form: the token with its times and scope, or a problem.
pub(super) const OWN: Shape = Shape {
    success: first,
    failure: Problem::to_response,
};

fn first(issued: &[Issued]) -> Response {
    match issued.first() {
        Some(issued) => Response::json(StatusCode::OK, issued),
        None => Problem::internal().to_response(""),
    }
}

impl Serialize for Issued {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("token", &self.token)?;
        map.serialize_entry("tokenType", self.token_type)?;
        map.serialize_entry("appId", self.app_id.as_str())?;
        for (name, value) in &self.description {
            map.serialize_entry(name, value)?;
        }
        for (name, value) in &self.derived {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("issuedAt", &self.issued_at)?;
        map.serialize_entry("expiresAt", &self.expires_at)?;
        map.serialize_entry("renewAt", &self.renew_at)?;
        map.serialize_entry("warnings", &self.warnings)?;
        map.end()
    }
}
