//! One token that was asked for.

use super::{Grant, Invalid, Lifetime, Parameters, ReadGrant, kinds};
use crate::token::AppId;

/// A validated wish for one token. It says nothing of who may have it: that is what access control
/// makes of it.
#[derive(Debug)]
pub struct Ask {
    /// The project that is to sign; the deployment's default where absent.
    pub app_id: Option<AppId>,
    /// How long the token is to live; where absent, as long as tokens of its kind do, or as the
    /// caller may have it if that is shorter.
    pub lifetime: Option<Lifetime>,
    /// What it is to allow.
    pub grant: Box<dyn Grant>,
}

impl Ask {
    /// An ask that leaves the project and the lifetime open.
    pub fn new(grant: impl Grant + 'static) -> Self {
        Self {
            app_id: None,
            lifetime: None,
            grant: Box::new(grant),
        }
    }

    /// The same with this lifetime.
    pub fn lasting(self, lifetime: Option<Lifetime>) -> Self {
        Self { lifetime, ..self }
    }

    /// Reads an ask in the API's own form: what every token type has in common, then what `G` knows,
    /// then nothing.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    pub fn read<G: ReadGrant + 'static>(mut parameters: Parameters) -> Result<Self, Invalid> {
        Self::read_with(&mut parameters, |parameters| {
            Ok(Box::new(G::read(parameters)?))
        })
    }

    /// The same for a kind of token that the request names in `tokenType`.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    pub fn read_any(mut parameters: Parameters) -> Result<Self, Invalid> {
        Self::read_with(&mut parameters, |parameters| {
            kinds::read(parameters, &["tokenType"])
        })
    }

    fn read_with(
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
            grant,
        })
    }
}
