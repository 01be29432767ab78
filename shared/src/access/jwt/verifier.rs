//! From a token to its claims.

use super::claims::Claims;
use super::compact::Unverified;
use super::error::JwtError;
use super::key_set::{KeySet, Verdict};
use super::remote::Remote;
use super::rules::Rules;
use super::settings::{JwtSettings, Keys, Place};
use super::source::{KeySource, KeysError, Origin};
use crate::clock_and_randomness::{ClockAndRandomness, System};
use crate::refresh::{LastGood, Refresher, Unavailable};
use std::sync::Arc;
use std::time::Duration;

/// How long keys are used as they are. Issuers announce new keys longer ahead than that, and one that
/// comes as a surprise is asked for when a token names it.
const FRESH: Duration = Duration::from_secs(3600);

/// How much longer the last good keys serve if they cannot be refreshed. Long enough for an incident
/// at the issuer, short enough that a key it has withdrawn is out of use on the same day.
const STALE: Duration = Duration::from_secs(5 * 3600);

/// Judges tokens by the settings of a deployment.
pub struct JwtVerifier {
    rules: Rules,
    keys: Held,
}

/// Whether the keys of an issuer are there.
pub(crate) struct HeldKeys {
    pub(crate) issuer: String,
    /// Where they aren't.
    pub(crate) missing: Option<Unavailable>,
    /// Why they could not be fetched the last time, if they couldn't: for the operator.
    pub(crate) trouble: Option<String>,
}

enum Held {
    Inline(Arc<KeySet>),
    Fetched(Arc<Refresher<Origin>>),
}

impl JwtVerifier {
    /// A verifier that fetches the keys where the settings say, and measures and scatters that by the
    /// system's clock and randomness. `log` is told of each fetch that fails. Nothing is fetched before
    /// it is needed, and no certificate authority is read.
    pub fn new(settings: JwtSettings, log: fn(&KeysError, LastGood)) -> Self {
        let issuer = settings.rules.issuer.clone();
        Self::build(settings, Box::new(System), log, |place| {
            Box::new(Remote::new(issuer, place))
        })
    }

    /// One that fetches the keys from `source`, unless the settings hold them.
    pub fn with_source(
        settings: JwtSettings,
        source: Box<dyn KeySource>,
        system: Box<dyn ClockAndRandomness>,
        log: fn(&KeysError, LastGood),
    ) -> Self {
        Self::build(settings, system, log, |_| source)
    }

    fn build(
        settings: JwtSettings,
        system: Box<dyn ClockAndRandomness>,
        log: fn(&KeysError, LastGood),
        source: impl FnOnce(Place) -> Box<dyn KeySource>,
    ) -> Self {
        let JwtSettings { rules, keys } = settings;
        let keys = match keys {
            Keys::Inline(keys) => Held::Inline(keys),
            Keys::Remote(place) => {
                let source = Origin(source(place));
                Held::Fetched(Refresher::new(source, FRESH, STALE, system, log))
            }
        };
        Self { rules, keys }
    }

    /// The issuer whose tokens it judges.
    pub(crate) fn issuer(&self) -> &str {
        &self.rules.issuer
    }

    /// Fetches the keys before the first request comes, at `now`, a Unix time in milliseconds. A
    /// failure is logged and is no reason to stop: it is tried again when a token needs it.
    pub async fn prime(&self, now: u64) {
        if let Held::Fetched(keys) = &self.keys {
            let _ = keys.current(now).await;
        }
    }

    /// Whether the keys are there at `now`, a Unix time in milliseconds. They are fetched if it is time for
    /// that, as a token would have them fetched.
    pub(crate) async fn held(&self, now: u64) -> HeldKeys {
        let (missing, trouble) = match &self.keys {
            Held::Inline(_) => (None, None),
            Held::Fetched(keys) => (keys.current(now).await.err(), keys.trouble()),
        };
        HeldKeys {
            issuer: self.rules.issuer.clone(),
            missing,
            trouble,
        }
    }

    /// Judges `token`, without `Bearer ` before it, at `now`, a Unix time in milliseconds.
    ///
    /// What can be judged without a key comes first, so that only a token which would be good with the
    /// right signature can cause a fetch. No claim is handed out before the signature is found genuine.
    ///
    /// # Errors
    /// [`JwtError`] says what is wrong with it, or that nobody can tell now.
    pub async fn verify(&self, token: &str, now: u64) -> Result<Claims, JwtError> {
        let token = Unverified::parse(token)?;
        let essentials = self.rules.judge(token.claims(), token.is_access(), now)?;
        match self.judge(&token, now).await? {
            Verdict::Genuine => Ok(Claims {
                subject: essentials.subject,
                expires: essentials.expires,
                all: token.into_claims(),
            }),
            Verdict::Forged => Err(JwtError::Signature),
            Verdict::NoKey => Err(JwtError::KeyUnknown(
                "the issuer has no key of its name, or none for its algorithm",
            )),
            Verdict::Misfit => Err(JwtError::Algorithm(
                "the key that it names is for another algorithm",
            )),
            Verdict::Ambiguous => Err(JwtError::KeyUnknown(
                "several keys of the issuer fit, and it does not tell which one to use",
            )),
        }
    }

    async fn judge(&self, token: &Unverified<'_>, now: u64) -> Result<Verdict, JwtError> {
        let fetched = match &self.keys {
            Held::Inline(keys) => return Ok(token.judge(keys)),
            Held::Fetched(fetched) => fetched,
        };
        let keys = fetched.current(now).await?;
        let verdict = token.judge(&keys);
        if verdict != Verdict::NoKey {
            return Ok(verdict);
        }
        let newer = fetched.newer(&keys, now).await?;
        Ok(newer.map_or(verdict, |keys| token.judge(&keys)))
    }
}
