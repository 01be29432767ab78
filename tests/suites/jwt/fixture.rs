//! An issuer, a verifier that trusts it, and a clock that stands still.

use std::cell::RefCell;

use agora_token::access::jwt::{Claims, JwksSource, JwtError, JwtSettings, JwtVerifier, KeysError};
use agora_token::refresh::LastGood;
use agora_token_tests::issuer::{Algorithm, Issuer};
use serde_json::{Value, json};

/// Now, as a Unix time in seconds.
pub(crate) const NOW: u64 = 1_900_000_000;

/// Whom the tokens are for.
pub(crate) const AUDIENCE: &str = "app";

thread_local! {
    /// The codes of the failures that were logged. Each test has a thread of its own.
    static LOGGED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// The codes of the failures that were logged since the last look.
pub(crate) fn logged() -> Vec<&'static str> {
    LOGGED.take()
}

fn log(error: &KeysError, _: LastGood) {
    // Sentences for a person, without anything that could be missing in them.
    assert!(error.to_string().len() > 20, "{error}");
    LOGGED.with_borrow_mut(|logged| logged.push(error.code()));
}

pub(crate) struct Fixture {
    pub(crate) issuer: Issuer,
    pub(crate) verifier: JwtVerifier,
}

impl Fixture {
    /// Finds the keys by discovery.
    pub(crate) fn new() -> Self {
        Self::with(|_| JwksSource::Discover)
    }

    /// Finds the keys as told.
    pub(crate) fn with(keys: impl FnOnce(&Issuer) -> JwksSource) -> Self {
        Self::made(keys, |settings| settings)
    }

    /// Finds the keys by discovery, with settings changed in this way.
    pub(crate) fn set(change: impl FnOnce(JwtSettings) -> JwtSettings) -> Self {
        Self::made(|_| JwksSource::Discover, change)
    }

    fn made(
        keys: impl FnOnce(&Issuer) -> JwksSource,
        change: impl FnOnce(JwtSettings) -> JwtSettings,
    ) -> Self {
        let issuer = Issuer::start();
        let settings = JwtSettings::new(
            issuer.issuer_url(),
            vec!["other".to_owned(), AUDIENCE.to_owned()],
            keys(&issuer),
            JwtSettings::DEFAULT_LEEWAY,
        );
        let verifier = JwtVerifier::new(change(settings.unwrap()), log);
        Self { issuer, verifier }
    }

    /// Claims that are all right.
    pub(crate) fn claims(&self) -> Value {
        json!({
            "iss": self.issuer.issuer_url(),
            "aud": AUDIENCE,
            "sub": "ann",
            "iat": NOW,
            "exp": NOW + 600,
        })
    }

    /// A header that is all right.
    pub(crate) fn header(&self, algorithm: Algorithm) -> Value {
        json!({"alg": algorithm.name(), "kid": self.issuer.key(algorithm).id(), "typ": "JWT"})
    }

    /// A token that is all right.
    pub(crate) fn token(&self, algorithm: Algorithm) -> String {
        self.issuer.sign(algorithm, &self.claims())
    }

    /// A token whose header or payload is wrong in one member, with a signature that is right. A
    /// change to null leaves the member out.
    pub(crate) fn signed(&self, algorithm: Algorithm, header: Value, claims: Value) -> String {
        let (header, claims) = (
            changed(self.header(algorithm), header),
            changed(self.claims(), claims),
        );
        self.issuer
            .sign_text(algorithm, &header.to_string(), &claims.to_string())
    }

    pub(crate) async fn verify(&self, token: &str) -> Result<Claims, JwtError> {
        self.verify_at(token, 0).await
    }

    /// Verifies as many seconds after now.
    pub(crate) async fn verify_at(&self, token: &str, later: u64) -> Result<Claims, JwtError> {
        self.verifier.verify(token, (NOW + later) * 1000).await
    }

    /// Makes sure that a token lets in.
    #[track_caller]
    pub(crate) fn accepts(&self, token: &str) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let outcome = self.verify(token).await;
            let code = outcome.as_ref().map(Claims::sub).map_err(JwtError::code);
            assert_eq!(code, Ok("ann"), "{place}: {}", readable(token));
        }
    }

    /// Makes sure that a token is refused for this reason, in words that repeat nothing of it.
    #[track_caller]
    pub(crate) fn refuses(&self, token: &str, code: &str) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let error = match self.verify(token).await {
                Ok(_) => panic!("{place}: accepted {}", readable(token)),
                Err(error) => error,
            };
            assert_eq!(error.code(), code, "{place}: {}", readable(token));
            for part in token.split('.').filter(|part| part.len() > 12) {
                assert!(!error.to_string().contains(part) && !format!("{error:?}").contains(part));
            }
        }
    }
}

/// Members set to other values, or left out where the value is null.
pub(crate) fn changed(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => members.remove(name),
            value => members.insert(name.clone(), value.clone()),
        };
    }
    object
}

/// A token with its texts in the clear, for a message of a test that failed.
fn readable(token: &str) -> String {
    let shorter = token.get(..token.len().min(600)).unwrap_or_default();
    shorter
        .split('.')
        .map(|part| String::from_utf8(decoded(part)).unwrap_or_else(|_| part.to_owned()))
        .collect::<Vec<_>>()
        .join(" . ")
}

/// What a part of a token spells; nothing where it is malformed.
pub(crate) fn decoded(part: &str) -> Vec<u8> {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    URL_SAFE_NO_PAD.decode(part).unwrap_or_default()
}

/// Bytes as a part of a token.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    URL_SAFE_NO_PAD.encode(bytes)
}
