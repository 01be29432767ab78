//! `man`: manual pages.

use crate::arguments::cli;
use crate::failure::{Exit, Failure};
use crate::world::World;
use clap::{ArgMatches, Command};
use clap_mangen::Man;
use std::path::Path;

pub(super) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    let mut all = cli();
    // What holds for every command goes down to each.
    all.build();
    match matches.get_one::<String>("folder") {
        Some(folder) => {
            let folder = Path::new(folder);
            let written = std::fs::create_dir_all(folder)
                .and_then(|()| write(&all, all.get_name().to_owned(), folder));
            written
                .map_err(|error| Failure::usage(format!("the pages cannot be written: {error}")))?;
        }
        None => {
            let page = page(all)
                .map_err(|error| Failure::new(Exit::Wrong, "internal", error.to_string()))?;
            world.print(page.trim_end());
        }
    }
    Ok(Exit::AsWished)
}

/// Writes the page of a command and those of the commands below it.
fn write(command: &Command, name: String, folder: &Path) -> std::io::Result<()> {
    for below in command.get_subcommands() {
        // A kind of token may have a `/` in its name, and a file may not.
        let name = format!("{name}-{}", below.get_name().replace('/', "-"));
        write(below, name, folder)?;
    }
    let file = folder.join(format!("{name}.1"));
    std::fs::write(file, page(command.clone().display_name(name))?)
}

fn page(command: Command) -> std::io::Result<String> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    let page = String::from_utf8_lossy(&page);
    // Where it names other pages, they are called as above.
    let lines = page.lines().map(|line| match line.ends_with("(1)") {
        true => line.replace('/', "\\-"),
        false => line.to_owned(),
    });
    Ok(lines.map(|line| line + "\n").collect())
}
