//! `completions`: what a shell needs to complete commands and options.

use crate::arguments::cli;
use crate::failure::{Exit, Failure};
use crate::world::World;
use clap::ArgMatches;
use clap_complete::{Shell, generate};

pub(super) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    if let Some(shell) = matches.get_one::<Shell>("shell") {
        // It wants to write by itself, and panics where that fails: a closed pipe is no reason to.
        let mut script = Vec::new();
        generate(*shell, &mut cli(), "agora-token", &mut script);
        world.print(String::from_utf8_lossy(&script).trim_end());
    }
    Ok(Exit::AsWished)
}
