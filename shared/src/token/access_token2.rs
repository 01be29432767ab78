//! Version 007: one signed, compressed text that opens any number of services.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    AppCertificate, AppId, BuildError, MAX_MESSAGE_LEN, ParseError, ParsedToken2, Service,
    SignedToken,
    deflate::deflate,
    lifetime::{privilege_end, token_end},
    mac::{SIGNATURE_LEN, hmac_sha256},
    wire::Writer,
};

/// What a 007 token begins with.
pub(super) const VERSION: &str = "007";

/// An AccessToken2 before it is signed.
///
/// The same value signed with the same certificate gives the same token, so `issue_ts` and `salt`
/// are the caller's to choose: the clock at the time of signing, and a random number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken2 {
    /// The project.
    pub app_id: AppId,
    /// When the token is issued: Unix time in seconds.
    pub issue_ts: u32,
    /// How long the token lives, in seconds counted from `issue_ts`.
    pub expire: u32,
    /// Any number; tells apart tokens that are otherwise equal. Most libraries stay within
    /// 1..=99999999.
    pub salt: u32,
    /// What the token opens: one service or more, also several of one type. They may stand in any
    /// order; the token has them by ascending type, those of one type in the order given here.
    pub services: Vec<Service>,
}

impl AccessToken2 {
    /// The signed token.
    ///
    /// # Errors
    /// [`BuildError`] if there is no service, if a text is too long for the format, or if the token
    /// as a whole is larger than [`MAX_MESSAGE_LEN`] or has more than
    /// [`MAX_ENTRIES`](super::MAX_ENTRIES) entries.
    pub fn sign(&self, certificate: &AppCertificate) -> Result<SignedToken, BuildError> {
        let message = self.message()?;
        let signature = signature(certificate, self.issue_ts, self.salt, &message);

        let mut content = Writer::with_capacity(2 + SIGNATURE_LEN + message.len());
        content.u16(SIGNATURE_LEN as u16);
        content.raw(&signature);
        content.raw(&message);

        let zlib = deflate(&content.into_bytes());
        let mut text = String::with_capacity(VERSION.len() + zlib.len().div_ceil(3) * 4);
        text.push_str(VERSION);
        BASE64_STANDARD.encode_string(&zlib, &mut text);
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
    /// [`ParseError`] if the text is not a 007 token. See [`ParsedToken2`] for what is accepted.
    pub fn parse(text: &str) -> Result<ParsedToken2, ParseError> {
        ParsedToken2::from_text(text)
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

    /// The bytes that are signed.
    fn message(&self) -> Result<Vec<u8>, BuildError> {
        if self.services.is_empty() {
            return Err(BuildError::NoServices);
        }
        let mut services: Vec<&Service> = self.services.iter().collect();
        services.sort_by_key(|service| service.service_type());

        // Enough for the common token: an App ID, a channel, a user, five privileges.
        let mut out = Writer::with_capacity(256);
        out.string("App ID", self.app_id.as_str())?;
        out.u32(self.issue_ts);
        out.u32(self.expire);
        out.u32(self.salt);
        out.count("services", services.len())?;
        for service in services {
            service.write(&mut out)?;
            if out.len() > MAX_MESSAGE_LEN {
                return Err(BuildError::MessageTooLong { len: out.len() });
            }
        }
        Ok(out.into_bytes())
    }
}

/// The signature over a message. Mind the roles: the packed number is the key, and the certificate
/// is the message it is applied to.
pub(super) fn signature(
    certificate: &AppCertificate,
    issue_ts: u32,
    salt: u32,
    message: &[u8],
) -> [u8; SIGNATURE_LEN] {
    let by_time = hmac_sha256(&issue_ts.to_le_bytes(), certificate.as_bytes());
    let key = hmac_sha256(&salt.to_le_bytes(), &by_time);
    hmac_sha256(&key, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{MAX_ENTRIES, Privileges, RtmPermissions, ServiceKind};

    fn certificate() -> AppCertificate {
        "5CFd2fd1755d40ecb72977518be15d3b".parse().unwrap()
    }

    fn token(services: Vec<Service>) -> AccessToken2 {
        AccessToken2 {
            app_id: "970CA35de60c44645bbae8a215061b33".parse().unwrap(),
            issue_ts: 1_700_000_000,
            expire: 600,
            salt: u32::MAX,
            services,
        }
    }

    fn rtm(user_id: String) -> Service {
        Service {
            kind: ServiceKind::Rtm { user_id },
            privileges: Privileges::new(),
        }
    }

    #[test]
    fn services_are_sorted_by_type_and_keep_their_order_within_one() {
        let fpa = Service {
            kind: ServiceKind::Fpa,
            privileges: Privileges::new(),
        };
        let given = vec![fpa.clone(), rtm("b".to_owned()), rtm("a".to_owned())];
        let text = token(given).build(&certificate()).unwrap();
        let parsed = AccessToken2::parse(&text).unwrap();
        assert_eq!(
            parsed.services,
            [rtm("b".to_owned()), rtm("a".to_owned()), fpa]
        );
        assert_eq!(parsed.salt, u32::MAX);
        assert!(parsed.verify(&certificate()));
    }

    #[test]
    fn a_token_without_services_is_refused() {
        assert_eq!(
            token(vec![]).sign(&certificate()),
            Err(BuildError::NoServices)
        );
    }

    #[test]
    fn the_most_entries_that_can_be_signed_can_be_read_and_no_more() {
        // A service, its privilege, a resource type, a permission; the rest are names.
        let names = MAX_ENTRIES - 4;
        let permissions = |names| RtmPermissions::new().with(0_u16, 0_u16, vec![""; names]);
        let crowded = |names| {
            let permissions = permissions(names);
            token(vec![Service {
                kind: ServiceKind::Rtm2 {
                    user_id: String::new(),
                    permissions,
                },
                privileges: Privileges::new().with(1_u16, 0),
            }])
        };
        let signed = crowded(names).sign(&certificate()).unwrap();
        let parsed = AccessToken2::parse(signed.as_str()).unwrap();
        assert_eq!(parsed.services, crowded(names).services);

        let refused = crowded(names + 1).sign(&certificate());
        let what = "RTM resource names";
        let count = names + 1;
        assert_eq!(refused, Err(BuildError::TooManyEntries { what, count }));
        for count in [MAX_ENTRIES + 1, 65536] {
            let refused = token(vec![rtm(String::new()); count]).sign(&certificate());
            let what = "services";
            assert_eq!(refused, Err(BuildError::TooManyEntries { what, count }));
        }
    }

    #[test]
    fn what_says_that_it_holds_too_many_entries_is_not_read() {
        let signed = token(vec![rtm(String::new())])
            .sign(&certificate())
            .unwrap();
        let message = signed.message();
        // The count of services follows S(App ID) and three numbers, the count of privileges a type.
        for place in [46, 50] {
            let mut message = message.to_vec();
            message[place..place + 2].copy_from_slice(&4097_u16.to_le_bytes());
            let content = [&[32, 0], signed.signature().as_slice(), &message].concat();
            assert_eq!(
                ParsedToken2::from_content(content),
                Err(ParseError::TooManyEntries)
            );
        }
    }

    #[test]
    fn the_largest_token_that_can_be_signed_can_be_read() {
        // S(App ID), four numbers and the count of services; then type, count of privileges and
        // S(user id) of each service.
        let head = 2 + 32 + 12 + 2;
        let per_service = 2 + 2 + 2;
        let full = 65535;
        let last = MAX_MESSAGE_LEN - head - 3 * (per_service + full) - per_service;
        // Three-byte characters that hardly compress, so that the text is long too.
        let noise = |len: usize| {
            let mut state = len as u32;
            let next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from_u32(0x4e00 + (state >> 18)).unwrap_or('x')
            };
            let mut text: String = std::iter::repeat_with(next).take(len / 3).collect();
            while text.len() < len {
                text.push('x');
            }
            text
        };
        let services = |last| [full, full, full, last].map(|len| rtm(noise(len))).to_vec();

        let signed = token(services(last)).sign(&certificate()).unwrap();
        assert_eq!(signed.message().len(), MAX_MESSAGE_LEN);
        let parsed = AccessToken2::parse(signed.as_str()).unwrap();
        assert_eq!(parsed.services, services(last));
        assert!(parsed.verify(&certificate()));

        let error = BuildError::MessageTooLong {
            len: MAX_MESSAGE_LEN + 1,
        };
        assert_eq!(token(services(last + 1)).sign(&certificate()), Err(error));
    }
}
