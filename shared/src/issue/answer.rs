//! The service's own form of an answer.

use super::Issued;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The token with its times and scope.
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
