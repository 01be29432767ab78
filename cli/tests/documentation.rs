//! docs/cli.md: its commands print what it says, and it leaves none out.

// The exemption for tests in clippy.toml does not reach what they share.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code)]

mod support;

use std::path::Path;
use support::{Surroundings, session};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cli.md");

#[test]
fn the_page_shows_what_the_commands_print() {
    let count = session::check(Path::new(PAGE));
    // A reader of the page that finds nothing finds nothing wrong.
    assert!(count > 20, "{count} commands");
}

#[test]
fn every_command_has_its_place_on_the_page() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let help = Surroundings::default().run(["--help"]).output;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty());
    for name in names {
        assert!(page.contains(&format!("agora-token {name}")), "{name}");
    }
}
