//! One public key of an issuer.

use super::algorithm::Algorithm;
use super::encoding;
#[cfg(feature = "lambda")]
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde_json::Value;
use std::fmt;

/// The bits of the smallest RSA key that counts (RFC 7518, 3.3).
const RSA_BITS: usize = 2048;
/// The bits of the largest one that `ring` computes with.
const RSA_BITS_MOST: usize = 8192;
/// The bytes of one coordinate on P-256, and of a key of Ed25519.
const CURVE_BYTES: usize = 32;
/// What precedes the two coordinates of a point that is not compressed (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A public key for one algorithm.
pub(super) struct Key {
    /// Its `kid`.
    pub(super) id: Option<String>,
    material: Material,
}

enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// A point that is not compressed.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Key {
    /// Reads a JWK (RFC 7517, 4). `None` where it is of no use here: another type, curve, algorithm or
    /// purpose, too small, malformed, or published together with its private half.
    pub(super) fn parse(jwk: &Value) -> Option<Self> {
        let jwk = jwk.as_object()?;
        // A member that is there must be text.
        let text = |name: &str| jwk.get(name).map(Value::as_str);
        let required = |name: &str| text(name).flatten();
        let bytes = |name: &str| encoding::decode(required(name)?);
        if text("use").is_some_and(|purpose| purpose != Some("sig")) || jwk.contains_key("d") {
            return None;
        }
        if let Some(operations) = jwk.get("key_ops")
            && !operations.as_array()?.iter().any(|one| one == "verify")
        {
            return None;
        }
        let material = match (required("kty")?, text("crv").flatten()) {
            ("RSA", _) => rsa(bytes("n")?, bytes("e")?)?,
            ("EC", Some("P-256")) => {
                let (x, y) = (coordinate(bytes("x")?)?, coordinate(bytes("y")?)?);
                let point = [&[UNCOMPRESSED], x.as_slice(), y.as_slice()].concat();
                Material::P256(point)
            }
            ("OKP", Some("Ed25519")) => Material::Ed25519(coordinate(bytes("x")?)?),
            _ => return None,
        };
        let id = match text("kid") {
            None => None,
            Some(id) => Some(id?.to_owned()),
        };
        let key = Self { id, material };
        match text("alg") {
            Some(name) if Algorithm::named(name?) != Some(key.algorithm()) => None,
            _ => Some(key),
        }
    }

    /// The one algorithm that it is for. It follows from the key alone: a token has no say in it.
    pub(super) fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Rsa { .. } => Algorithm::Rs256,
            Material::P256(_) => Algorithm::Es256,
            Material::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// Whether `signature` over `message` was made with the private half.
    #[cfg(feature = "lambda")]
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
            Material::P256(key) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(message, signature)
            }
            Material::Ed25519(key) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature)
            }
        }
        .is_ok()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}

/// An RSA key whose size is right. `ring` judges the exponent, at each verification.
fn rsa(n: Vec<u8>, e: Vec<u8>) -> Option<Material> {
    // Some issuers write the sign byte of ASN.1, which has no place here but does no harm.
    let (n, e) = (without_zeros(n), without_zeros(e));
    let unused = n.first()?.leading_zeros() as usize;
    let bits = n.len() * 8 - unused;
    (RSA_BITS..=RSA_BITS_MOST)
        .contains(&bits)
        .then_some(Material::Rsa { n, e })
}

fn without_zeros(mut number: Vec<u8>) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    number
}

/// Of full length, as RFC 7518, 6.2.1.2 and RFC 8037, 2 have it.
fn coordinate(bytes: Vec<u8>) -> Option<Vec<u8>> {
    (bytes.len() == CURVE_BYTES).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    fn spell(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn number(bits: usize) -> String {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        bytes[0] >>= bytes.len() * 8 - bits;
        spell(&bytes)
    }

    fn p256() -> Value {
        json!({"kty": "EC", "crv": "P-256", "x": spell(&[1; 32]), "y": spell(&[2; 32])})
    }

    fn with(mut jwk: Value, name: &str, value: impl Into<Value>) -> Value {
        jwk[name] = value.into();
        jwk
    }

    #[test]
    fn each_type_is_for_one_algorithm() {
        let rsa = json!({"kty": "RSA", "n": number(2048), "e": "AQAB", "kid": "1"});
        let okp = json!({"kty": "OKP", "crv": "Ed25519", "x": spell(&[1; 32])});
        for (jwk, algorithm, names, others) in [
            (rsa, Algorithm::Rs256, vec!["RS256"], vec!["RS512", "PS256"]),
            (p256(), Algorithm::Es256, vec!["ES256"], vec!["ES256K"]),
            (
                okp,
                Algorithm::Ed25519,
                vec!["EdDSA", "Ed25519"],
                vec!["Ed448"],
            ),
        ] {
            assert_eq!(Key::parse(&jwk).unwrap().algorithm(), algorithm);
            for name in names {
                assert!(Key::parse(&with(jwk.clone(), "alg", name)).is_some());
            }
            for name in others.into_iter().chain(["none", "HS256", ""]) {
                assert!(Key::parse(&with(jwk.clone(), "alg", name)).is_none());
            }
        }
    }

    #[test]
    fn keys_for_other_ends_are_passed_over() {
        assert!(Key::parse(&with(p256(), "use", "sig")).is_some());
        assert!(Key::parse(&with(p256(), "key_ops", json!(["sign", "verify"]))).is_some());
        for jwk in [
            with(p256(), "use", "enc"),
            with(p256(), "use", 1),
            with(p256(), "key_ops", json!(["sign"])),
            with(p256(), "key_ops", "verify"),
            with(p256(), "kid", 7),
            with(p256(), "alg", Value::Null),
            with(p256(), "d", spell(&[3; 32])),
            with(p256(), "crv", "P-384"),
            with(p256(), "crv", "Ed25519"),
            with(p256(), "kty", "OKP"),
            with(p256(), "kty", "ec"),
            with(p256(), "x", spell(&[1; 31])),
            with(p256(), "y", spell(&[1; 33])),
            with(p256(), "y", format!("{}=", spell(&[1; 32]))),
            json!({"kty": "OKP", "crv": "Ed25519", "x": spell(&[1; 31])}),
            json!({"kty": "OKP", "crv": "X25519", "x": spell(&[1; 32])}),
            json!({"kty": "oct", "k": spell(&[1; 32])}),
            json!({"n": number(2048), "e": "AQAB"}),
            json!("RSA"),
        ] {
            assert!(Key::parse(&jwk).is_none(), "{jwk}");
        }
    }

    #[test]
    fn an_rsa_key_has_2048_bits_at_least() {
        for (bits, good) in [
            (1024, false),
            (2047, false),
            (2048, true),
            (4096, true),
            (8200, false),
        ] {
            let jwk = json!({"kty": "RSA", "n": number(bits), "e": "AQAB"});
            assert_eq!(Key::parse(&jwk).is_some(), good, "{bits} bits");
        }
        // Zeros in front do not make a small key a large one.
        let padded = [vec![0; 128], vec![0xff; 128]].concat();
        assert!(Key::parse(&json!({"kty": "RSA", "n": spell(&padded), "e": "AQAB"})).is_none());
        assert!(Key::parse(&json!({"kty": "RSA", "n": "", "e": "AQAB"})).is_none());
    }

    #[test]
    fn an_exponent_of_one_lets_nothing_through() {
        // With e = 1, the padded hash itself would be its signature.
        let message = b"message";
        let hash = ring::digest::digest(&ring::digest::SHA256, message);
        let info = [
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x01, 0x05, 0x00, 0x04, 0x20,
        ];
        let mut forged = vec![0xff; 256 - info.len() - 32];
        (forged[0], forged[1]) = (0, 1);
        *forged.last_mut().unwrap() = 0;
        let forged = [forged, info.to_vec(), hash.as_ref().to_vec()].concat();
        for e in ["AQ", "AAE", "AA", "", "Ag"] {
            let jwk = json!({"kty": "RSA", "n": number(2048), "e": e});
            assert!(Key::parse(&jwk).is_none_or(|key| !key.verifies(message, &forged)));
        }
    }

    #[test]
    fn a_point_off_the_curve_verifies_nothing() {
        let off = Key::parse(&p256()).unwrap();
        for signature in [[0; 64], [1; 64], [0xff; 64]] {
            assert!(!off.verifies(b"message", &signature));
        }
    }
}
