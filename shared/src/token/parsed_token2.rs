//! Reading and verifying version 007.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    AppCertificate, AppId, MAX_MESSAGE_LEN, MAX_TEXT_LEN, ParseError, Service,
    access_token2::{VERSION, signature},
    inflate::{Inflated, inflate_counting},
    lifetime::{privilege_end, token_end},
    mac::{SIGNATURE_LEN, signatures_match},
    wire::Reader,
};

/// The signature follows its 16-bit length.
const SIGNATURE_START: usize = 2;

/// A 007 token that was read from its text. Nothing of it can be trusted before
/// [`verify`](Self::verify) has said so.
///
/// Where the official parsers disagree about a text, the strictest counts: the base64 must be
/// canonical, with padding and without line feeds; the zlib stream must have its checksum; texts
/// must be UTF-8. Where all are lenient, so is this: privileges may stand in any order, and bytes
/// may follow the zlib stream or the last service.
#[derive(Clone, PartialEq, Eq)]
pub struct ParsedToken2 {
    /// The project; any text, and then it does not verify.
    pub app_id: String,
    /// When the token was issued: Unix time in seconds.
    pub issue_ts: u32,
    /// How long the token lives, in seconds counted from `issue_ts`.
    pub expire: u32,
    /// The number that tells apart tokens that are otherwise equal.
    pub salt: u32,
    /// The services up to the first one of an unknown type.
    pub services: Vec<Service>,
    /// The type of the service at which reading stopped. What follows it cannot be told apart, but
    /// it is signed as well.
    pub unknown_service: Option<u16>,
    /// `S(signature)` and the message, as inflated.
    content: Vec<u8>,
    /// Where in the content the message begins.
    message_start: usize,
    /// How many bytes follow the zlib stream or the last service.
    trailing: usize,
}

impl ParsedToken2 {
    pub(super) fn from_text(text: &str) -> Result<Self, ParseError> {
        if text.len() > MAX_TEXT_LEN {
            return Err(ParseError::TextTooLong { len: text.len() });
        }
        let base64 = text
            .strip_prefix(VERSION)
            .ok_or(ParseError::Prefix { expected: VERSION })?;
        let zlib = BASE64_STANDARD
            .decode(base64)
            .map_err(|error| ParseError::base64(&error, VERSION.len()))?;
        let Inflated { bytes, trailing } =
            inflate_counting(&zlib, 2 + SIGNATURE_LEN + MAX_MESSAGE_LEN)?;
        let mut token = Self::from_content(bytes)?;
        token.trailing += trailing;
        Ok(token)
    }

    /// Reads `S(signature)` and the message.
    pub(super) fn from_content(content: Vec<u8>) -> Result<Self, ParseError> {
        let mut input = Reader::new(&content);
        let message_start = SIGNATURE_START + input.bytes("the signature")?.len();

        let app_id = input.string("App ID")?.to_owned();
        let issue_ts = input.u32("the issue time")?;
        let expire = input.u32("the lifetime")?;
        let salt = input.u32("the salt")?;
        let mut services = Vec::new();
        let mut unknown_service = None;
        for _ in 0..input.count("the number of services")? {
            let service_type = input.u16("the type of a service")?;
            match Service::read(service_type, &mut input)? {
                Some(service) => services.push(service),
                None => {
                    unknown_service = Some(service_type);
                    break;
                }
            }
        }
        // What follows a service of an unknown type may belong to it.
        let trailing = unknown_service.map_or(input.len(), |_| 0);
        Ok(Self {
            app_id,
            issue_ts,
            expire,
            salt,
            services,
            unknown_service,
            content,
            message_start,
            trailing,
        })
    }

    /// Whether this certificate signed the token. Takes the same time wherever signatures differ.
    ///
    /// A token whose App ID is not 32 hexadecimal digits never verifies. Whether the token has
    /// expired is another question: see [`expires_at`](Self::expires_at).
    #[must_use]
    pub fn verify(&self, certificate: &AppCertificate) -> bool {
        let expected = signature(certificate, self.issue_ts, self.salt, self.message());
        signatures_match(&expected, self.signature()) && self.app_id.parse::<AppId>().is_ok()
    }

    /// The signature as it stands in the token; 32 bytes in a genuine one.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.content
            .get(SIGNATURE_START..self.message_start)
            .unwrap_or_default()
    }

    /// The bytes that the signature is over, as they were received.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        self.content.get(self.message_start..).unwrap_or_default()
    }

    /// How many bytes stand after the zlib stream or after the last service. No library reads them;
    /// no builder writes them.
    #[must_use]
    pub fn trailing_bytes(&self) -> usize {
        self.trailing
    }

    /// When the token ends: Unix time in seconds.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        token_end(self.issue_ts, self.expire)
    }

    /// When a privilege with this lifetime (seconds; 0 for no limit of its own) ends: Unix time in
    /// seconds, never later than the token.
    #[must_use]
    pub fn privilege_expires_at(&self, lifetime: u32) -> u64 {
        privilege_end(self.issue_ts, self.expire, lifetime)
    }
}

/// Leaves out the signature, without which the token cannot be rebuilt from a log.
impl std::fmt::Debug for ParsedToken2 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParsedToken2")
            .field("app_id", &self.app_id)
            .field("issue_ts", &self.issue_ts)
            .field("expire", &self.expire)
            .field("salt", &self.salt)
            .field("services", &self.services)
            .field("unknown_service", &self.unknown_service)
            .finish_non_exhaustive()
    }
}
