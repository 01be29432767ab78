//! A JWT as it travels, taken apart: nothing of it is to be believed yet.

use super::algorithm::Algorithm;
use super::encoding;
use super::error::JwtError;
#[cfg(feature = "lambda")]
use super::key_set::{KeySet, Verdict};
use super::object;
use serde_json::{Map, Value};

/// The bytes of the longest token that is looked at. Issuers stay below 4 KiB, for their tokens have
/// to fit into a header.
const LONGEST: usize = 8 * 1024;

/// What `typ` says of most tokens, if anything.
const JWT: &str = "jwt";

/// What `typ` says of access tokens by RFC 9068.
const ACCESS_TOKEN: &str = "at+jwt";

/// Whether `token` has the shape of a JWT, be it good or bad: it tells one from an API key, which
/// travels in the same header.
pub fn looks_like_jwt(token: &str) -> bool {
    // Base64url of `{` and whatever may follow it begins with one of these.
    (token.starts_with("ey") || token.starts_with("ew"))
        && token.bytes().filter(|byte| *byte == b'.').count() >= 2
}

/// The parts of a token whose form is right.
pub(super) struct Unverified<'a> {
    algorithm: Algorithm,
    /// `kid`: the name of the key, if the token gives one.
    key: Option<String>,
    /// Whether `typ` calls it an access token (RFC 9068, 2.1).
    access: bool,
    claims: Map<String, Value>,
    /// What is signed: header and payload as they were sent.
    message: &'a str,
    signature: Vec<u8>,
}

/// The issuer that a token says it is of, which its signature has yet to prove.
///
/// # Errors
/// [`JwtError`] where it is none that could be judged.
pub(crate) fn issuer_of(token: &str) -> Result<Option<String>, JwtError> {
    let token = Unverified::parse(token)?;
    let issuer = token
        .claims()
        .get("iss")
        .and_then(serde_json::Value::as_str);
    Ok(issuer.map(str::to_owned))
}

impl<'a> Unverified<'a> {
    /// Takes a token in compact serialization apart (RFC 7515, 7.1, and RFC 7519, 7.2).
    pub(super) fn parse(token: &'a str) -> Result<Self, JwtError> {
        if token.len() > LONGEST {
            return Err(JwtError::Malformed("it is longer than 8192 bytes"));
        }
        let parts = JwtError::Malformed("it must be three parts with a dot between each two");
        let (header, rest) = token.split_once('.').ok_or(parts)?;
        let (payload, signature) = rest.split_once('.').ok_or(parts)?;
        if signature.contains('.') {
            return Err(match signature.split('.').count() {
                3 => JwtError::Unsupported("it is encrypted"),
                _ => parts,
            });
        }
        let Header {
            algorithm,
            key,
            access,
        } = read_header(header)?;
        let claims = encoding::decode(payload)
            .and_then(|payload| object::parse(&payload))
            .ok_or(JwtError::Malformed(
                "its payload must be base64url of a JSON object without repeated names",
            ))?;
        if signature.is_empty() {
            return Err(JwtError::Malformed("its signature is missing"));
        }
        let signature = encoding::decode(signature)
            .ok_or(JwtError::Malformed("its signature must be base64url"))?;
        let (message, _) = token.rsplit_once('.').ok_or(parts)?;
        Ok(Self {
            algorithm,
            key,
            access,
            claims,
            message,
            signature,
        })
    }

    /// Whether its header calls it an access token.
    pub(super) fn is_access(&self) -> bool {
        self.access
    }

    /// What it claims.
    pub(super) fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// What the keys say of its signature.
    #[cfg(feature = "lambda")]
    pub(super) fn judge(&self, keys: &KeySet) -> Verdict {
        keys.judge(
            self.key.as_deref(),
            self.algorithm,
            self.message.as_bytes(),
            &self.signature,
        )
    }

    /// What it claims, once its signature has been found genuine.
    pub(super) fn into_claims(self) -> Map<String, Value> {
        self.claims
    }
}

/// What a header says.
struct Header {
    algorithm: Algorithm,
    /// `kid`
    key: Option<String>,
    /// Whether `typ` is that of access tokens.
    access: bool,
}

/// Reads a header. Keys that come with the token (`jwk`, `jku`, `x5c`, `x5u`) are none:
/// whoever makes a token can put anything there.
fn read_header(header: &str) -> Result<Header, JwtError> {
    let mut header = encoding::decode(header)
        .and_then(|header| object::parse(&header))
        .ok_or(JwtError::Malformed(
            "its header must be base64url of a JSON object without repeated names",
        ))?;
    let algorithm = header
        .get("alg")
        .and_then(Value::as_str)
        .and_then(Algorithm::named)
        .ok_or(JwtError::Algorithm("it must be RS256, ES256 or EdDSA"))?;
    // No extension is understood here, and none may then be passed over (RFC 7515, 4.1.11).
    if header.contains_key("crit") {
        return Err(JwtError::Unsupported(
            "it relies on extensions (header `crit`)",
        ));
    }
    // Logout tokens, security events and proofs of possession are signed with the same keys, and let
    // nobody in (RFC 8725, 3.11).
    let access = match header.get("typ").map(media_type) {
        None => false,
        Some(Some(typ)) if typ == JWT => false,
        Some(Some(typ)) if typ == ACCESS_TOKEN => true,
        Some(_) => {
            return Err(JwtError::Unsupported(
                "its header `typ` must be `JWT`, `at+jwt` or absent",
            ));
        }
    };
    let key = match header.remove("kid") {
        None => None,
        Some(Value::String(id)) => Some(id),
        Some(_) => return Err(JwtError::Malformed("its header `kid` must be a string")),
    };
    Ok(Header {
        algorithm,
        key,
        access,
    })
}

/// A media type, whose letter case does not count and whose `application/` may be left out (RFC 7515,
/// 4.1.9). None where it is no text.
fn media_type(typ: &Value) -> Option<String> {
    let typ = typ.as_str()?.to_ascii_lowercase();
    let short = typ.strip_prefix("application/").map(str::to_owned);
    Some(short.unwrap_or(typ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn parse(header: &str, payload: &str) -> Result<Option<String>, &'static str> {
        let spell = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.AAAA", spell(header), spell(payload));
        Unverified::parse(&token)
            .map(|token| token.key)
            .map_err(|error| error.code())
    }

    #[test]
    fn a_header_names_an_algorithm_and_perhaps_a_key() {
        assert_eq!(parse(r#"{"alg":"ES256"}"#, "{}"), Ok(None));
        assert_eq!(
            parse(r#"{"alg":"RS256","kid":"a","typ":"at+JWT"}"#, "{}"),
            Ok(Some("a".to_owned()))
        );
        for (header, code) in [
            (r#"{}"#, "jwt_algorithm"),
            (r#"{"alg":null}"#, "jwt_algorithm"),
            (r#"{"alg":["RS256"]}"#, "jwt_algorithm"),
            (r#"{"alg":"rs256"}"#, "jwt_algorithm"),
            (r#"{"alg":"RS256 "}"#, "jwt_algorithm"),
            (r#"{"alg":"none"}"#, "jwt_algorithm"),
            (r#"{"alg":"HS256"}"#, "jwt_algorithm"),
            (r#"{"alg":"none","alg":"RS256"}"#, "jwt_malformed"),
            (r#"{"alg":"RS256","kid":1}"#, "jwt_malformed"),
            (r#"{"alg":"RS256","kid":null}"#, "jwt_malformed"),
            (r#"{"alg":"RS256","crit":[]}"#, "jwt_unsupported"),
            (r#"{"alg":"RS256","typ":"logout+jwt"}"#, "jwt_unsupported"),
            (r#"{"alg":"RS256","typ":7}"#, "jwt_unsupported"),
            ("", "jwt_malformed"),
            ("[]", "jwt_malformed"),
            ("RS256", "jwt_malformed"),
        ] {
            assert_eq!(parse(header, "{}"), Err(code), "{header}");
        }
    }

    #[test]
    fn a_jwt_is_told_from_a_key() {
        assert!(looks_like_jwt("eyJhbGciOiJub25lIn0.e30."));
        assert!(looks_like_jwt("ewogICJhbGciOiAiUlMyNTYiCn0.e30.AAAA"));
        assert!(looks_like_jwt("eyJ.a.b.c.d"));
        for key in [
            "",
            "ey",
            "a-key-0123456789",
            "eyJhbGciOiJub25lIn0.e30",
            "a.b.c",
        ] {
            assert!(!looks_like_jwt(key), "{key}");
        }
    }
}
