//! Version 006, the legacy AccessToken: one RTC channel or one RTM user, not compressed.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    AppCertificate, AppId, BuildError, MAX_MESSAGE_LEN, MAX_TEXT_LEN, ParseError, Privileges,
    SignedToken, crc32,
    mac::{SIGNATURE_LEN, hmac_sha256, signatures_match},
    wire::{Reader, Writer},
};

/// What a 006 token begins with.
const VERSION: &str = "006";

/// The App ID stands in the text as it is.
const APP_ID_LEN: usize = 32;

/// A legacy token before it is signed.
///
/// [`rtc006`](super::builders::rtc006) and [`rtm006`](super::builders::rtm006) give the privileges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The project.
    pub app_id: AppId,
    /// The channel; in an RTM token the user account.
    pub channel_name: String,
    /// A decimal uid or a user account, empty for any user: see [`uid_text`](super::uid_text).
    /// Empty in an RTM token.
    pub uid: String,
    /// Any number; tells apart tokens that are otherwise equal.
    pub salt: u32,
    /// When the token ends, as absolute Unix time in seconds. The official builders set the time of
    /// signing plus 86400.
    pub ts: u32,
    /// What the token permits, with absolute Unix times in seconds (0 for no limit).
    pub privileges: Privileges,
}

impl AccessToken {
    /// The signed token.
    ///
    /// # Errors
    /// [`BuildError`] if there are more than [`MAX_ENTRIES`](super::MAX_ENTRIES) privileges, or if
    /// names and privileges together are longer than [`MAX_MESSAGE_LEN`].
    pub fn sign(&self, certificate: &AppCertificate) -> Result<SignedToken, BuildError> {
        let mut packed = Writer::with_capacity(64);
        packed.u32(self.salt);
        packed.u32(self.ts);
        packed.privileges(&self.privileges)?;
        let packed = packed.into_bytes();

        let (channel, uid) = (self.channel_name.as_bytes(), self.uid.as_bytes());
        let message = [self.app_id.as_str().as_bytes(), channel, uid, &packed].concat();
        if message.len() > MAX_MESSAGE_LEN {
            return Err(BuildError::MessageTooLong { len: message.len() });
        }
        let signature = hmac_sha256(certificate.as_bytes(), &message);

        let mut content = Writer::with_capacity(64 + packed.len());
        content.u16(SIGNATURE_LEN as u16);
        content.raw(&signature);
        content.u32(crc32::hash(channel));
        content.u32(crc32::hash(uid));
        content.sized("privileges", &packed)?;

        let mut text = format!("{VERSION}{}", self.app_id);
        BASE64_STANDARD.encode_string(content.into_bytes(), &mut text);
        Ok(SignedToken {
            message,
            signature,
            text,
        })
    }

    /// The text of the signed token.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn build(&self, certificate: &AppCertificate) -> Result<String, BuildError> {
        self.sign(certificate).map(SignedToken::into_text)
    }

    /// Reads the text of a token; does not verify it.
    ///
    /// # Errors
    /// [`ParseError`] if the text is not a 006 token.
    pub fn parse(text: &str) -> Result<ParsedToken, ParseError> {
        ParsedToken::from_text(text)
    }
}

/// A 006 token that was read from its text. Nothing of it can be trusted before
/// [`verify`](Self::verify) has said so.
///
/// A 006 token does not hold its channel and user, only their checksums: whoever verifies it must
/// know them from elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ParsedToken {
    /// The project; any 32 characters, and then it does not verify.
    pub app_id: String,
    /// CRC-32 (IEEE) of the channel, or of the user account in an RTM token.
    pub crc_channel: u32,
    /// CRC-32 (IEEE) of the uid.
    pub crc_uid: u32,
    /// The number that tells apart tokens that are otherwise equal.
    pub salt: u32,
    /// When the token ends: absolute Unix time in seconds.
    pub ts: u32,
    /// What the token permits, with absolute Unix times in seconds (0 for no limit).
    pub privileges: Privileges,
    signature: Vec<u8>,
    message: Vec<u8>,
    /// How many bytes follow the content or the privileges.
    trailing: usize,
}

impl ParsedToken {
    fn from_text(text: &str) -> Result<Self, ParseError> {
        if text.len() > MAX_TEXT_LEN {
            return Err(ParseError::TextTooLong { len: text.len() });
        }
        let rest = text
            .strip_prefix(VERSION)
            .ok_or(ParseError::Prefix { expected: VERSION })?;
        let (app_id, base64) = rest
            .split_at_checked(APP_ID_LEN)
            .ok_or(ParseError::NoAppId)?;
        let content = BASE64_STANDARD
            .decode(base64)
            .map_err(|error| ParseError::base64(&error, VERSION.len() + APP_ID_LEN))?;

        let mut input = Reader::new(&content);
        let signature = input.bytes("the signature")?.to_vec();
        let crc_channel = input.u32("the checksum of the channel")?;
        let crc_uid = input.u32("the checksum of the uid")?;
        let message = input.bytes("the privileges")?;
        let after_content = input.len();

        let mut input = Reader::new(message);
        Ok(Self {
            app_id: app_id.to_owned(),
            crc_channel,
            crc_uid,
            salt: input.u32("the salt")?,
            ts: input.u32("the end time")?,
            privileges: input.privileges()?,
            signature,
            message: message.to_vec(),
            trailing: after_content + input.len(),
        })
    }

    /// Whether this certificate signed the token for this channel and uid (for RTM: the user
    /// account and an empty uid). Takes the same time wherever signatures differ.
    ///
    /// A token whose App ID is not 32 hexadecimal digits never verifies. Whether it has expired is
    /// another question: see [`ts`](Self::ts).
    #[must_use]
    pub fn verify(&self, certificate: &AppCertificate, channel_name: &str, uid: &str) -> bool {
        let message = [
            self.app_id.as_bytes(),
            channel_name.as_bytes(),
            uid.as_bytes(),
            &self.message,
        ]
        .concat();
        let expected = hmac_sha256(certificate.as_bytes(), &message);
        signatures_match(&expected, &self.signature)
            && self.app_id.parse::<AppId>().is_ok()
            // Not signed, but a genuine token has them right.
            && self.names_channel(channel_name)
            && self.names_uid(uid)
    }

    /// Whether the token says that it is for this channel (for RTM: this user account). Anybody can
    /// tell, without a certificate; what the token says may still be forged.
    #[must_use]
    pub fn names_channel(&self, channel_name: &str) -> bool {
        self.crc_channel == crc32::hash(channel_name.as_bytes())
    }

    /// Whether the token says that it is for this uid; see [`names_channel`](Self::names_channel).
    #[must_use]
    pub fn names_uid(&self, uid: &str) -> bool {
        self.crc_uid == crc32::hash(uid.as_bytes())
    }

    /// How many bytes stand after what a builder writes. No library reads them.
    #[must_use]
    pub fn trailing_bytes(&self) -> usize {
        self.trailing
    }

    /// The signature as it stands in the token; 32 bytes in a genuine one.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The packed salt, end time and privileges as they were received. The signature is over App
    /// ID, channel, uid and these bytes.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }
}

/// Leaves out the signature, without which the token cannot be rebuilt from a log.
impl std::fmt::Debug for ParsedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParsedToken")
            .field("app_id", &self.app_id)
            .field("crc_channel", &self.crc_channel)
            .field("crc_uid", &self.crc_uid)
            .field("salt", &self.salt)
            .field("ts", &self.ts)
            .field("privileges", &self.privileges)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> AppCertificate {
        "5CFd2fd1755d40ecb72977518be15d3b".parse().unwrap()
    }

    fn token() -> AccessToken {
        AccessToken {
            app_id: "970CA35de60c44645bbae8a215061b33".parse().unwrap(),
            channel_name: "demo".to_owned(),
            uid: "77".to_owned(),
            salt: 1,
            ts: 1_700_000_000,
            privileges: Privileges::new().with(1_u16, 1_700_000_000),
        }
    }

    #[test]
    fn it_verifies_for_its_channel_and_uid_only() {
        let parsed = AccessToken::parse(&token().build(&certificate()).unwrap()).unwrap();
        assert!(parsed.verify(&certificate(), "demo", "77"));
        assert!(!parsed.verify(&certificate(), "demo", "78"));
        assert!(
            !parsed.verify(&certificate(), "demo7", "7"),
            "the same signed bytes, cut elsewhere"
        );
    }

    #[test]
    fn the_app_id_is_cut_off_at_a_character() {
        assert_eq!(
            AccessToken::parse("006970CA35de60c44"),
            Err(ParseError::NoAppId)
        );
        assert_eq!(
            AccessToken::parse(&format!("006{}éé", "a".repeat(31))),
            Err(ParseError::NoAppId)
        );
    }

    #[test]
    fn as_many_privileges_can_be_signed_as_can_be_read() {
        let with = |count: u16| {
            let mut token = token();
            token.privileges = (0..count).map(|id| (id, 0)).collect();
            token.build(&certificate())
        };
        let parsed = AccessToken::parse(&with(4096).unwrap()).unwrap();
        assert_eq!(parsed.privileges.len(), 4096);
        assert_eq!(
            with(4097),
            Err(BuildError::TooManyEntries {
                what: "privileges",
                count: 4097
            })
        );
    }
}
