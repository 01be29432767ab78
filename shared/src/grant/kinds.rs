//! The kinds of token by name, for requests that ask for several.

use super::{Grant, KINDS, ReadGrant};
use crate::params::field::choice;
use crate::params::{Invalid, Parameters};

/// How a kind of token is read, and who it is for.
#[derive(Clone, Copy)]
pub(super) struct Kind {
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
        read: boxed::<G>,
        administers: G::ADMINISTERS,
        for_servers: G::FOR_SERVERS,
    };
    (G::TOKEN_TYPE, kind)
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
    let name: String = parameters.require(names, "the kind of token, such as \"rtc\"")?;
    let field = parameters.field(names.first().copied().unwrap_or_default());
    let known: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
    let kind = choice(
        &name,
        &field,
        &format!("one of {}", known.join(", ")),
        KINDS,
    )?;
    (kind.read)(parameters)
}
