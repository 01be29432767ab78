//! Signing keys, made anew for each run.

use std::fmt;
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use serde_json::{Value, json};

use super::rsa::RsaKey;

/// RSA keys take a good part of a second each: two of them serve all issuers of a process in turn.
static RSA_KEYS: LazyLock<[Arc<RsaKey>; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Arc::new(RsaKey::generate(2048))));

/// The algorithms that an issuer signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA of 2048 bits.
    Rs256,
    /// ECDSA on P-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// Its name in headers and keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// A key pair and its name.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    pair: Pair,
}

#[derive(Clone)]
enum Pair {
    Rsa(Arc<RsaKey>),
    P256(Arc<EcdsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}

impl SigningKey {
    /// A key for `algorithm`, named after it and `number`. RSA keys come back at every second number.
    ///
    /// # Panics
    ///
    /// When the system has no randomness.
    #[must_use]
    pub fn generate(algorithm: Algorithm, number: usize) -> Self {
        let random = SystemRandom::new();
        let pair = match algorithm {
            Algorithm::Rs256 => Pair::Rsa(Arc::clone(&RSA_KEYS[number % 2])),
            Algorithm::Es256 => {
                let signing = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let document =
                    EcdsaKeyPair::generate_pkcs8(signing, &random).expect("there is randomness");
                let pair = EcdsaKeyPair::from_pkcs8(signing, document.as_ref(), &random);
                Pair::P256(Arc::new(pair.expect("a fresh key is good")))
            }
            Algorithm::EdDsa => {
                let document =
                    Ed25519KeyPair::generate_pkcs8(&random).expect("there is randomness");
                let pair = Ed25519KeyPair::from_pkcs8(document.as_ref());
                Pair::Ed25519(Arc::new(pair.expect("a fresh key is good")))
            }
        };
        let id = format!("{}-{number}", algorithm.name());
        Self { id, pair }
    }

    /// An RSA key of any size, named after it.
    #[must_use]
    pub fn rsa(bits: usize) -> Self {
        Self {
            id: format!("RSA-{bits}"),
            pair: Pair::Rsa(Arc::new(RsaKey::generate(bits))),
        }
    }

    /// Its name, `kid`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Rsa(_) => Algorithm::Rs256,
            Pair::P256(_) => Algorithm::Es256,
            Pair::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    /// Its public half, as it is published.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let spell = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match &self.pair {
            Pair::Rsa(key) => {
                json!({"kty": "RSA", "n": spell(&key.modulus()), "e": spell(&key.exponent())})
            }
            Pair::P256(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": spell(&point[1..33]), "y": spell(&point[33..])})
            }
            Pair::Ed25519(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": spell(pair.public_key().as_ref())})
            }
        };
        jwk["kid"] = self.id.as_str().into();
        jwk["alg"] = self.algorithm().name().into();
        jwk["use"] = "sig".into();
        jwk
    }

    /// The bytes of its public half that an attacker might take for a shared secret: the modulus, the
    /// point, the key.
    #[must_use]
    pub fn public_bytes(&self) -> Vec<u8> {
        match &self.pair {
            Pair::Rsa(key) => key.modulus(),
            Pair::P256(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    /// A signature.
    ///
    /// # Panics
    ///
    /// When the system has no randomness.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Rsa(key) => key.sign(message),
            Pair::P256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message);
                signature.expect("there is randomness").as_ref().to_vec()
            }
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

/// Without its private half.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
