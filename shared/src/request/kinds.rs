//! The kinds of token by name, for requests that ask for several.

use super::field::choice;
use super::{Bundle, ConvoAi, Grant, Invalid, Parameters, ReadGrant, Rtc, Rtm, Stt};

type Read = fn(&mut Parameters) -> Result<Box<dyn Grant>, Invalid>;

fn boxed<G: ReadGrant + 'static>(parameters: &mut Parameters) -> Result<Box<dyn Grant>, Invalid> {
    Ok(Box::new(G::read(parameters)?))
}

const fn kind<G: ReadGrant + 'static>() -> (&'static str, Read) {
    (G::TOKEN_TYPE, boxed::<G>)
}

/// Every kind of token that can be one part of a request.
const KINDS: &[(&str, Read)] = &[
    kind::<Rtc>(),
    kind::<Rtm>(),
    kind::<ConvoAi>(),
    kind::<Stt>(),
    kind::<Bundle>(),
];

/// The names of all kinds, for policies.
pub(crate) fn token_types() -> Vec<&'static str> {
    KINDS.iter().map(|(name, _)| *name).collect()
}

/// Reads a grant of the kind that stands under one of `names`.
pub(super) fn read(
    parameters: &mut Parameters,
    names: &[&'static str],
) -> Result<Box<dyn Grant>, Invalid> {
    let name: String = parameters.require(names, "the kind of token, such as \"rtc\"")?;
    let field = parameters.field(names.first().copied().unwrap_or_default());
    let read = choice(
        &name,
        &field,
        &format!("one of {}", token_types().join(", ")),
        KINDS,
    )?;
    read(parameters)
}
