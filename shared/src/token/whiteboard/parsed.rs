//! Reading and verifying whiteboard tokens.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{
    super::{
        MAX_TEXT_LEN, ParseError, hex,
        mac::{SIGNATURE_LEN, hmac_sha256, signatures_match},
    },
    WhiteboardResource, WhiteboardRole, WhiteboardSecretKey, WhiteboardToken, percent,
};

/// A whiteboard token that was read from its text. Nothing of it can be trusted before
/// [`verify`](Self::verify) has said so.
#[derive(Clone, PartialEq, Eq)]
pub struct ParsedWhiteboardToken {
    /// What the token says.
    pub token: WhiteboardToken,
    signature: [u8; SIGNATURE_LEN],
}

impl ParsedWhiteboardToken {
    pub(super) fn from_text(text: &str) -> Result<Self, ParseError> {
        if text.len() > MAX_TEXT_LEN {
            return Err(ParseError::TextTooLong { len: text.len() });
        }
        let (mut resource, base64) = split_prefix(text)?;
        let query = BASE64_URL_SAFE_NO_PAD
            .decode(base64)
            .map_err(|error| ParseError::base64(&error, text.len() - base64.len()))?;
        let query = str::from_utf8(&query).map_err(|_| ParseError::NotUtf8 { field: "content" })?;

        let mut fields = Fields::from_query(query)?;
        if let WhiteboardResource::Room { uuid } | WhiteboardResource::Task { uuid } = &mut resource
        {
            *uuid = fields.take("uuid")?;
        }
        let token = WhiteboardToken {
            access_key: fields.take("ak")?,
            nonce: fields.take("nonce")?,
            role: WhiteboardRole::from_text(&fields.take("role")?)
                .ok_or(ParseError::BadField { field: "role" })?,
            resource,
            expire_at_ms: fields
                .take_optional("expireAt")
                .map(milliseconds)
                .transpose()?,
        };
        let signature =
            hex::decode(&fields.take("sig")?).ok_or(ParseError::BadField { field: "sig" })?;
        if fields.is_empty() {
            Ok(Self { token, signature })
        } else {
            Err(ParseError::Query)
        }
    }

    /// Whether this key signed the token. Takes the same time wherever signatures differ.
    ///
    /// By its design the signature leaves out what the token begins with: that of a room verifies
    /// as that of a task with the same uuid. Whether the token has expired is another question: see
    /// [`expire_at_ms`](WhiteboardToken::expire_at_ms).
    #[must_use]
    pub fn verify(&self, secret_key: &WhiteboardSecretKey) -> bool {
        let expected = hmac_sha256(secret_key.as_bytes(), self.token.message().as_bytes());
        signatures_match(&expected, &self.signature)
    }

    /// The signature as it stands in the token, decoded from hexadecimal.
    #[must_use]
    pub fn signature(&self) -> &[u8; SIGNATURE_LEN] {
        &self.signature
    }
}

/// Leaves out the signature, without which the token cannot be rebuilt from a log.
impl std::fmt::Debug for ParsedWhiteboardToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParsedWhiteboardToken")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// What the token is for, its uuid still empty, and the base64 part.
fn split_prefix(text: &str) -> Result<(WhiteboardResource, &str), ParseError> {
    let uuid = String::new;
    [
        WhiteboardResource::Sdk,
        WhiteboardResource::Room { uuid: uuid() },
        WhiteboardResource::Task { uuid: uuid() },
    ]
    .into_iter()
    .find_map(|resource| {
        text.strip_prefix(resource.prefix())
            .map(|base64| (resource, base64))
    })
    .ok_or(ParseError::Prefix {
        expected: "NETLESSSDK_, NETLESSROOM_ or NETLESSTASK_",
    })
}

/// Decimal as the builders write it. Another way to write the number would be signed as other
/// bytes.
fn milliseconds(text: String) -> Result<u64, ParseError> {
    text.parse()
        .ok()
        .filter(|ms: &u64| ms.to_string() == text)
        .ok_or(ParseError::BadField { field: "expireAt" })
}

/// Every field that a token may have.
const FIELDS: [&str; 6] = ["ak", "expireAt", "nonce", "role", "sig", "uuid"];

/// The fields of a query, in any order: the libraries do not agree on one. The first that is unknown
/// or comes twice ends the reading, so that there are never more than six.
struct Fields<'a>(BTreeMap<&'a str, String>);

impl<'a> Fields<'a> {
    fn from_query(query: &'a str) -> Result<Self, ParseError> {
        let mut fields = BTreeMap::new();
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').ok_or(ParseError::Query)?;
            if !FIELDS.contains(&key) {
                return Err(ParseError::Query);
            }
            let value = percent::decode(value).ok_or(ParseError::Query)?;
            if fields.insert(key, value).is_some() {
                return Err(ParseError::Query);
            }
        }
        Ok(Self(fields))
    }

    fn take_optional(&mut self, field: &'static str) -> Option<String> {
        self.0.remove(field)
    }

    fn take(&mut self, field: &'static str) -> Result<String, ParseError> {
        self.take_optional(field)
            .ok_or(ParseError::MissingField { field })
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIG: &str = "9f4f1214e5ede3c708efb4aa2c8fcd6a2fcbfe89d7f247dc9a8556317a8f82db";

    fn parse(prefix: &str, query: &str) -> Result<ParsedWhiteboardToken, ParseError> {
        WhiteboardToken::parse(&format!("{prefix}{}", BASE64_URL_SAFE_NO_PAD.encode(query)))
    }

    #[test]
    fn fields_may_stand_in_any_order() {
        let query = format!("sig={SIG}&uuid=a%20room&role=1&expireAt=5&nonce=n&ak=k");
        let parsed = parse("NETLESSROOM_", &query).unwrap();
        assert_eq!(
            parsed.token,
            WhiteboardToken {
                access_key: "k".to_owned(),
                nonce: "n".to_owned(),
                role: WhiteboardRole::Writer,
                resource: WhiteboardResource::Room {
                    uuid: "a room".to_owned()
                },
                expire_at_ms: Some(5),
            }
        );
        assert_eq!(hex::encode(parsed.signature()), SIG);
    }

    #[test]
    fn what_the_builders_would_not_write_is_refused() {
        let missing = |field| ParseError::MissingField { field };
        let bad = |field| ParseError::BadField { field };
        for (prefix, query, error) in [
            (
                "NETLESSSDK_",
                format!("nonce=n&role=0&sig={SIG}"),
                missing("ak"),
            ),
            (
                "NETLESSROOM_",
                format!("ak=k&nonce=n&role=0&sig={SIG}"),
                missing("uuid"),
            ),
            (
                "NETLESSSDK_",
                format!("ak=k&nonce=n&role=0&sig={SIG}&uuid=u"),
                ParseError::Query,
            ),
            (
                "NETLESSSDK_",
                format!("ak=k&nonce=n&role=0&sig={SIG}&role=0"),
                ParseError::Query,
            ),
            (
                "NETLESSSDK_",
                format!("ak=k&nonce=n&role=0&sig={SIG}&x"),
                ParseError::Query,
            ),
            ("NETLESSSDK_", "x=1&ak=k".to_owned(), ParseError::Query),
            (
                "NETLESSSDK_",
                format!("ak=k+k&nonce=n&role=0&sig={SIG}"),
                ParseError::Query,
            ),
            (
                "NETLESSSDK_",
                format!("ak=k&nonce=n&role=3&sig={SIG}"),
                bad("role"),
            ),
            (
                "NETLESSSDK_",
                format!("ak=k&expireAt=05&nonce=n&role=0&sig={SIG}"),
                bad("expireAt"),
            ),
            (
                "NETLESSSDK_",
                format!("ak=k&expireAt=&nonce=n&role=0&sig={SIG}"),
                bad("expireAt"),
            ),
            (
                "NETLESSSDK_",
                format!("ak=k&nonce=n&role=0&sig={}", SIG.to_uppercase()),
                bad("sig"),
            ),
            ("NETLESSSDK_", String::new(), ParseError::Query),
        ] {
            assert_eq!(parse(prefix, &query), Err(error), "{query}");
        }
        assert!(matches!(
            parse("NETLESS_", "ak=k"),
            Err(ParseError::Prefix { .. })
        ));
        assert_eq!(
            WhiteboardToken::parse("NETLESSSDK_YWs9/"),
            Err(ParseError::Base64Character { position: 16 })
        );
    }
}
