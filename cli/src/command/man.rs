//! `man`: manual pages.

use crate::arguments::cli;
use crate::failure::{Exit, Failure};
use crate::world::World;
use clap::ArgMatches;
use clap_mangen::{Man, generate_to};

pub(super) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    let unwritten =
        |error: std::io::Error| Failure::usage(format!("the pages cannot be written: {error}"));
    match matches.get_one::<String>("folder") {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(unwritten)?;
            generate_to(cli(), folder).map_err(unwritten)?;
        }
        None => {
            let mut page = Vec::new();
            Man::new(cli()).render(&mut page).map_err(unwritten)?;
            world.print(String::from_utf8_lossy(&page).trim_end());
        }
    }
    Ok(Exit::AsWished)
}
