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
        let script = String::from_utf8_lossy(&script);
        // For bash, clap_complete 4.6 names commands below a program with a hyphen in two ways, and then
        // finds none of them.
        let script = script.replace("agora__subcmd__token", "agora__token");
        world.print(script.trim_end());
    }
    Ok(Exit::AsWished)
}
