//! The kinds of token by name, for requests that ask for several.

use super::{About, Grant, KINDS, ReadGrant, TokenRequest};
use crate::params::field::choice;
use crate::params::{Asked, FromValue, Invalid, Parameters, Schema, Value};

/// How a kind of token is read, and who it is for.
#[derive(Clone, Copy)]
pub struct Kind {
    name: &'static str,
    about: &'static About,
    read: fn(&mut Parameters) -> Result<Box<dyn Grant>, Invalid>,
    administers: bool,
    for_servers: bool,
}

fn boxed<G: ReadGrant + 'static>(parameters: &mut Parameters) -> Result<Box<dyn Grant>, Invalid> {
    Ok(Box::new(G::read(parameters)?))
}

/// The kind `G`, by its name.
pub(super) const fn kind<G: ReadGrant + 'static>() -> (&'static str, Kind) {
    let kind = Kind {
        name: G::TOKEN_TYPE,
        about: G::ABOUT,
        read: boxed::<G>,
        administers: G::ADMINISTERS,
        for_servers: G::FOR_SERVERS,
    };
    (G::TOKEN_TYPE, kind)
}

/// Every kind of token that can be asked for alone.
pub fn kinds() -> impl Iterator<Item = Kind> {
    KINDS.iter().map(|(_, kind)| *kind)
}

impl Kind {
    /// Its name: what follows `/v1/` in the path of its route.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What the documentation says of it.
    pub fn about(&self) -> &'static About {
        self.about
    }

    /// What a request for one takes, in the order in which they are read: those that its
    /// reader asks for when it reads the example beside it.
    ///
    /// # Errors
    /// [`Invalid`] where it cannot read its own example.
    pub fn asked(&self) -> Result<Vec<Asked>, Invalid> {
        let mut parameters = Parameters::new(self.about.example.sent())?;
        TokenRequest::take(&mut parameters, self.read)?;
        Ok(parameters.asked())
    }

    /// Reads a request for one, in the API's own form.
    ///
    /// # Errors
    /// [`Invalid`] for the first parameter that breaks a rule.
    pub fn request(&self, mut parameters: Parameters) -> Result<TokenRequest, Invalid> {
        TokenRequest::take(&mut parameters, self.read)
    }
}

/// The names of all kinds that a policy can grant. `administering`: whether it can grant those, too, that
/// administer a project.
pub(crate) fn token_types(administering: bool) -> Vec<&'static str> {
    match administering {
        true => names(|_| true),
        false => names(|kind| !kind.administers),
    }
}

/// The names of those among them that clients use, which is what a policy calls `*`.
pub(crate) fn client_token_types() -> Vec<&'static str> {
    names(|kind| !kind.administers && !kind.for_servers)
}

fn names(wanted: fn(&Kind) -> bool) -> Vec<&'static str> {
    let wanted = KINDS.iter().filter(|(_, kind)| wanted(kind));
    wanted.map(|(name, _)| *name).collect()
}

/// Reads a grant of the kind that stands under one of `names`.
pub(super) fn read(
    parameters: &mut Parameters,
    names: &[&'static str],
) -> Result<Box<dyn Grant>, Invalid> {
    let kind: Kind = parameters.require(names, "the kind of token, such as \"rtc\"")?;
    (kind.read)(parameters)
}

/// A kind by its name, in any letter case.
impl FromValue for Kind {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let name = String::from_value(value, field)?;
        let known = names(|_| true).join(", ");
        choice(&name, field, &format!("one of {known}"), KINDS)
    }

    fn schema() -> Schema {
        Schema::choice("TokenType", KINDS, false, "A kind of token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_tells_what_it_reads_by_reading_its_example() {
        let names = |kind: Kind| -> Vec<&str> {
            let asked = kind.asked().unwrap();
            asked.iter().map(|one| one.name).collect()
        };
        for kind in kinds() {
            assert!(
                names(kind).starts_with(&["appId", "tokenExpire"]),
                "{}",
                kind.name()
            );
        }
        let rtc = kinds().find(|kind| kind.name() == "rtc").unwrap();
        let aliases = |name| {
            let asked = rtc.asked().unwrap();
            let one = asked.into_iter().find(|one| one.name == name);
            one.unwrap().aliases
        };
        assert_eq!(aliases("tokenExpire"), ["expire"]);
        assert_eq!(aliases("channelName"), ["channel"]);
        assert_eq!(aliases("role"), [""; 0]);
    }
}
