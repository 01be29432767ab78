//! What each command does: one file for each.

mod check;
mod completions;
mod inspect;
mod key;
mod man;
mod mint;
mod verify;

use crate::failure::{Exit, Failure};
use crate::world::World;
use clap::ArgMatches;

/// Does what was asked for.
pub(crate) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("mint", own)) => mint::run(own, world),
        Some(("inspect", own)) => inspect::run(own, world),
        Some(("verify", own)) => verify::run(own, world),
        Some(("check", own)) => check::run(own, world),
        Some(("key", own)) => key::run(own, world),
        Some(("completions", own)) => completions::run(own, world),
        Some(("man", own)) => man::run(own, world),
        _ => Err(Failure::usage("a command is missing; --help lists them")),
    }
}
