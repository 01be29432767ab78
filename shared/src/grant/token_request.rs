//! A request for one token.

use super::{Bundle, Grant, IdentitySlot, ReadGrant, kinds};
use crate::params::{Invalid, Lifetime, Parameters, RtcUser, Uid, UserId};
use crate::token::AppId;

/// A validated request for one token. It says nothing of who may have it: that is what access control
/// makes of it.
#[derive(Debug)]
pub struct TokenRequest {
    /// The project that is to sign; the deployment's default where absent.
    pub app_id: Option<AppId>,
    /// How long the token is to live; where absent, as long as tokens of its kind do, or as the
    /// caller may have it if that is shorter.
    pub lifetime: Option<Lifetime>,
    /// The life where the request doesn't say, if it isn't that of tokens of its kind. Unlike one that
    /// was asked for, it is shortened to what the caller may have.
    pub default_lifetime: Option<Lifetime>,
    /// Whom the token is for if the request names nobody and the caller has no identity of their own.
    pub fallback_uid: Option<Uid>,
    /// What it is to allow.
    pub grant: Box<dyn Grant>,
}

impl TokenRequest {
    /// A request that leaves the project and the lifetime open.
    pub fn new(grant: impl Grant + 'static) -> Self {
        Self::all(vec![Box::new(grant)])
    }

    /// A request for all of these in one token; one alone stays what it is.
    pub fn all(mut grants: Vec<Box<dyn Grant>>) -> Self {
        let grant = match grants.pop() {
            Some(alone) if grants.is_empty() => alone,
            last => {
                grants.extend(last);
                Box::new(Bundle::new(grants))
            }
        };
        Self {
            app_id: None,
            lifetime: None,
            default_lifetime: None,
            fallback_uid: None,
            grant,
        }
    }

    /// The same, signed by this project.
    pub fn of(self, app_id: Option<AppId>) -> Self {
        Self { app_id, ..self }
    }

    /// The same with this lifetime.
    pub fn lasting(self, lifetime: Option<Lifetime>) -> Self {
        Self { lifetime, ..self }
    }

    /// The same with this life where the request doesn't say.
    pub fn default_lifetime(self, lifetime: Lifetime) -> Self {
        Self {
            default_lifetime: Some(lifetime),
            ..self
        }
    }

    /// The same for this user where the request names nobody and the caller has no identity either.
    pub fn fallback_uid(self, uid: Uid) -> Self {
        Self {
            fallback_uid: Some(uid),
            ..self
        }
    }

    /// Puts the fallback uid where nobody is named.
    pub(crate) fn apply_fallback_uid(&mut self) {
        let Some(uid) = self.fallback_uid else { return };
        for slot in self.grant.identities() {
            match slot {
                IdentitySlot::Rtc(user) if user.is_none() => *user = Some(RtcUser::Uid(uid)),
                // 0 is anybody in a channel, and nobody's name anywhere else.
                IdentitySlot::User(user) | IdentitySlot::RtmAndRtc(user)
                    if user.is_none() && uid.get() != 0 =>
                {
                    *user = UserId::new(uid.get().to_string(), "uid").ok();
                }
                _ => {}
            }
        }
    }

    /// How long the token lives where the request doesn't say.
    pub(crate) fn usual_lifetime(&self) -> Lifetime {
        self.default_lifetime
            .unwrap_or_else(|| self.grant.default_lifetime())
    }

    /// Reads a request in the API's own form: what every token type has in common, then what `G` knows,
    /// then nothing.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    pub fn read<G: ReadGrant + 'static>(mut parameters: Parameters) -> Result<Self, Invalid> {
        Self::take(&mut parameters, |parameters| {
            Ok(Box::new(G::read(parameters)?))
        })
    }

    /// The same for a kind of token that the request names in `tokenType`.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    pub fn read_any(mut parameters: Parameters) -> Result<Self, Invalid> {
        Self::take(&mut parameters, |parameters| {
            kinds::read(parameters, &["tokenType"])
        })
    }

    /// What every token type has in common, then what `read` knows, then nothing.
    pub(super) fn take(
        parameters: &mut Parameters,
        read: fn(&mut Parameters) -> Result<Box<dyn Grant>, Invalid>,
    ) -> Result<Self, Invalid> {
        let app_id = parameters.take(&["appId"])?;
        let lifetime = parameters.take(&["tokenExpire", "expire"])?;
        let grant = read(parameters)?;
        parameters.finish()?;
        Ok(Self {
            app_id,
            lifetime,
            default_lifetime: None,
            fallback_uid: None,
            grant,
        })
    }
}
