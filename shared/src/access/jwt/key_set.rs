//! The keys of an issuer.

#[cfg(feature = "lambda")]
use super::algorithm::Algorithm;
use super::key::Key;
use super::object;
use serde_json::Value;

/// The keys of a JWK set (RFC 7517, 5) that are of use here: RSA of 2048 to 8192 bits, P-256 and
/// Ed25519, for signatures.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<Key>,
}

/// What the keys say of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is genuine.
    Genuine,
    /// It is not.
    Forged,
    /// There is no key to tell by.
    NoKey,
    /// The key that the token names is for another algorithm.
    Misfit,
    /// The token names no key, and more than one fits.
    Ambiguous,
}

impl KeySet {
    /// Reads a key set. Keys that are of no use here are passed over, as RFC 7517, 5 asks for.
    ///
    /// # Errors
    /// What is wrong with it, in words, to be read after what it is called. A set without any key of
    /// use is an error, so that it cannot take the place of a good one.
    pub fn parse(text: &[u8]) -> Result<Self, &'static str> {
        let set = object::parse(text).ok_or("is not a JSON object")?;
        let keys = set
            .get("keys")
            .and_then(Value::as_array)
            .ok_or("has no list `keys`")?;
        let keys: Vec<Key> = keys.iter().filter_map(Key::parse).collect();
        if keys.is_empty() {
            return Err(
                "holds no key for RS256 (RSA of 2048 bits or more), ES256 (P-256) or EdDSA (Ed25519)",
            );
        }
        Ok(Self { keys })
    }

    /// Judges a signature by the key that the token names, or by the only one for its algorithm where
    /// it names none.
    #[cfg(feature = "lambda")]
    pub(super) fn judge(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Verdict {
        let named = |key: &&Key| id.is_none() || key.id.as_deref() == id;
        let mut candidates = self.keys.iter().filter(named).peekable();
        if candidates.peek().is_none() {
            return Verdict::NoKey;
        }
        let mut fitting = candidates.filter(|key| key.algorithm() == algorithm);
        let Some(key) = fitting.next() else {
            return if id.is_some() {
                Verdict::Misfit
            } else {
                Verdict::NoKey
            };
        };
        // Two keys of one name and one algorithm leave the choice open just as no name does.
        if fitting.next().is_some() {
            return Verdict::Ambiguous;
        }
        if key.verifies(message, signature) {
            Verdict::Genuine
        } else {
            Verdict::Forged
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A key that fits ES256 but verifies nothing.
    fn p256(id: Option<&str>) -> Value {
        let coordinate = "AQ".repeat(21) + "E";
        let mut key = json!({"kty": "EC", "crv": "P-256", "x": coordinate, "y": coordinate});
        if let Some(id) = id {
            key["kid"] = id.into();
        }
        key
    }

    fn set(keys: &[Value]) -> Result<KeySet, &'static str> {
        KeySet::parse(json!({"keys": keys}).to_string().as_bytes())
    }

    fn judge(keys: &[Value], id: Option<&str>, algorithm: Algorithm) -> Verdict {
        set(keys)
            .unwrap()
            .judge(id, algorithm, b"message", &[1; 64])
    }

    #[test]
    fn the_named_key_judges_and_no_other() {
        let keys = [p256(Some("a")), p256(Some("b")), p256(None)];
        let es256 = Algorithm::Es256;
        assert_eq!(judge(&keys, Some("a"), es256), Verdict::Forged);
        assert_eq!(judge(&keys, Some("c"), es256), Verdict::NoKey);
        assert_eq!(judge(&keys, Some("A"), es256), Verdict::NoKey);
        assert_eq!(judge(&keys, Some(""), es256), Verdict::NoKey);
        assert_eq!(judge(&keys, Some("a"), Algorithm::Rs256), Verdict::Misfit);
    }

    #[test]
    fn without_a_name_the_choice_must_be_clear() {
        let none = None;
        let (es256, rs256) = (Algorithm::Es256, Algorithm::Rs256);
        assert_eq!(judge(&[p256(Some("a"))], none, es256), Verdict::Forged);
        assert_eq!(judge(&[p256(Some("a"))], none, rs256), Verdict::NoKey);
        let two = [p256(Some("a")), p256(Some("b"))];
        assert_eq!(judge(&two, none, es256), Verdict::Ambiguous);
        let twins = [p256(Some("a")), p256(Some("a"))];
        assert_eq!(judge(&twins, Some("a"), es256), Verdict::Ambiguous);
    }

    #[test]
    fn a_set_without_a_key_of_use_is_an_error() {
        assert!(set(&[json!({"kty": "oct", "k": "AAAA"}), p256(Some("a"))]).is_ok());
        assert!(set(&[]).is_err());
        assert!(set(&[json!({"kty": "oct", "k": "AAAA"}), json!(7)]).is_err());
        for text in [
            "",
            "[]",
            "{}",
            r#"{"keys":{}}"#,
            r#"{"keys":[],"keys":[]}"#,
            "<html>",
        ] {
            assert!(KeySet::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
