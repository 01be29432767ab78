//! What the commands print, in the files of `golden/`: `UPDATE=1` writes anew what differs.

// The exemption for tests in clippy.toml does not reach what they share.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code)]

mod support;

use support::session;

#[test]
fn the_commands_print_what_the_files_hold() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let files = std::fs::read_dir(folder).unwrap();
    let counts = files.map(|file| session::check(&file.unwrap().path()));
    let count: usize = counts.sum();
    assert!(count > 30, "{count} commands");
}
