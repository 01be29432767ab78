//! Netless tokens, which open the Interactive Whiteboard.
//!
//! They are not Agora tokens: a project has an access key and a secret key of its own for them. The
//! reference is the Node.js library of netless-io/netless-token, whose signature the ones for Go,
//! Java, PHP and Ruby share for plain ids; the others differ from it in how they escape.

mod json;
mod parsed;
mod percent;
mod secret_key;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

pub use parsed::ParsedWhiteboardToken;
pub use secret_key::WhiteboardSecretKey;

use super::{ParseError, SignedToken, hex, mac::hmac_sha256};

/// What the holder of a whiteboard token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhiteboardRole {
    /// Everything, also what changes other rooms and tokens.
    Admin,
    /// Read and write.
    Writer,
    /// Read only.
    Reader,
}

impl WhiteboardRole {
    /// The role as it stands in a token.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "0",
            Self::Writer => "1",
            Self::Reader => "2",
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        [Self::Admin, Self::Writer, Self::Reader]
            .into_iter()
            .find(|role| role.as_str() == text)
    }
}

/// What a whiteboard token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhiteboardResource {
    /// The whole project.
    Sdk,
    /// One room.
    Room {
        /// The room.
        uuid: String,
    },
    /// One file-conversion task.
    Task {
        /// The task.
        uuid: String,
    },
}

impl WhiteboardResource {
    /// What the token begins with.
    fn prefix(&self) -> &'static str {
        match self {
            Self::Sdk => "NETLESSSDK_",
            Self::Room { .. } => "NETLESSROOM_",
            Self::Task { .. } => "NETLESSTASK_",
        }
    }

    fn uuid(&self) -> Option<&str> {
        match self {
            Self::Sdk => None,
            Self::Room { uuid } | Self::Task { uuid } => Some(uuid),
        }
    }
}

/// A whiteboard token before it is signed.
///
/// ```
/// use agora_token::token::whiteboard::{
///     WhiteboardResource, WhiteboardRole, WhiteboardSecretKey, WhiteboardToken,
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret_key: WhiteboardSecretKey = "a secret key".parse()?;
/// let token = WhiteboardToken {
///     access_key: "an access key".to_owned(),
///     nonce: "1c9ba6c0-4b5c-11ee-be56-0242ac120002".to_owned(),
///     role: WhiteboardRole::Writer,
///     resource: WhiteboardResource::Room { uuid: "a room".to_owned() },
///     expire_at_ms: Some(1_700_000_000_000),
/// };
/// let text = token.build(&secret_key);
/// assert!(text.starts_with("NETLESSROOM_"));
///
/// let parsed = WhiteboardToken::parse(&text)?;
/// assert_eq!(parsed.token, token);
/// assert!(parsed.verify(&secret_key));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhiteboardToken {
    /// The access key (AK) of the project. Public, unlike the secret key that goes with it.
    pub access_key: String,
    /// Tells apart tokens that are otherwise equal: a random UUID.
    pub nonce: String,
    /// What the holder may do.
    pub role: WhiteboardRole,
    /// What the token is for.
    pub resource: WhiteboardResource,
    /// When the token ends: absolute Unix time in **milliseconds**; `None` for never.
    pub expire_at_ms: Option<u64>,
}

impl WhiteboardToken {
    /// The signed token: `sdkToken`, `roomToken` or `taskToken` of the Node.js library.
    #[must_use]
    pub fn sign(&self, secret_key: &WhiteboardSecretKey) -> SignedToken {
        let message = self.message().into_bytes();
        let signature = hmac_sha256(secret_key.as_bytes(), &message);

        let sig = hex::encode(&signature);
        let mut query = String::with_capacity(256);
        for (key, value) in self.fields(Some(&sig)) {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(key);
            query.push('=');
            percent::encode(&value, &mut query);
        }
        let mut text = self.resource.prefix().to_owned();
        BASE64_URL_SAFE_NO_PAD.encode_string(query, &mut text);
        SignedToken {
            message,
            signature,
            text,
        }
    }

    /// The text of the signed token.
    #[must_use]
    pub fn build(&self, secret_key: &WhiteboardSecretKey) -> String {
        self.sign(secret_key).into_text()
    }

    /// Reads the text of a token; does not verify it.
    ///
    /// # Errors
    /// [`ParseError`] if the text is not a whiteboard token.
    pub fn parse(text: &str) -> Result<ParsedWhiteboardToken, ParseError> {
        ParsedWhiteboardToken::from_text(text)
    }

    /// What is signed: the fields as JSON, keys ascending, without spaces.
    fn message(&self) -> String {
        json::object(self.fields(None))
    }

    /// The fields that the token has, keys ascending, as JavaScript sorts them.
    fn fields(&self, sig: Option<&str>) -> impl Iterator<Item = (&'static str, String)> {
        [
            ("ak", Some(self.access_key.clone())),
            ("expireAt", self.expire_at_ms.map(|ms| ms.to_string())),
            ("nonce", Some(self.nonce.clone())),
            ("role", Some(self.role.as_str().to_owned())),
            ("sig", sig.map(str::to_owned)),
            ("uuid", self.resource.uuid().map(str::to_owned)),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(resource: WhiteboardResource, expire_at_ms: Option<u64>) -> WhiteboardToken {
        WhiteboardToken {
            access_key: "a \"k\"".to_owned(),
            nonce: "n".to_owned(),
            role: WhiteboardRole::Reader,
            resource,
            expire_at_ms,
        }
    }

    #[test]
    fn the_signed_json_escapes_what_json_must() {
        let room = WhiteboardResource::Room {
            uuid: "房/\n".to_owned(),
        };
        assert_eq!(
            token(room, Some(5)).message(),
            r#"{"ak":"a \"k\"","expireAt":"5","nonce":"n","role":"2","uuid":"房/\n"}"#
        );
    }

    #[test]
    fn an_empty_uuid_stays_and_a_missing_one_does_not() {
        let query = |resource| {
            let text = token(resource, None).build(&"sk".parse().unwrap());
            let (_, base64) = text.split_once('_').unwrap();
            String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(base64).unwrap()).unwrap()
        };
        assert!(
            query(WhiteboardResource::Task {
                uuid: String::new()
            })
            .ends_with("&uuid=")
        );
        let sdk = query(WhiteboardResource::Sdk);
        assert!(
            sdk.starts_with("ak=a%20%22k%22&nonce=n&role=2&sig="),
            "{sdk}"
        );
        assert!(!sdk.contains("uuid"), "{sdk}");
    }
}
