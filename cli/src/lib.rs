//! The command line of Agora tokens: signs, explains and verifies them, and checks what a deployment is
//! given. docs/cli.md describes it.
//!
//! [`run`] is the whole program; what it needs from outside comes in as a [`World`], so that tests give it
//! a clock and a salt of their own without the program having a way to be told.

mod arguments;
mod certificate;
mod command;
mod credentials;
mod failure;
mod intake;
mod sent;
mod show;
mod world;

pub use world::World;

use failure::{Exit, Failure};
use serde_json::json;
use show::{Paint, labelled};
use std::ffi::OsString;

/// Does what `arguments`, the program's name first, ask for. The code to exit with is 0 where it is as
/// wished, 1 where a token would be refused or something that was checked is wrong, 2 where the program
/// was called wrongly, and 3 where there are no credentials.
pub fn run(arguments: Vec<OsString>, world: &mut World<'_>) -> u8 {
    let as_json = arguments.iter().skip(1).any(|word| word == "--json");
    let done = certificate::refuse_in(&arguments)
        .and_then(|()| arguments::parse(arguments))
        .and_then(|matches| command::run(&matches, world));
    match done {
        Ok(exit) => exit as u8,
        Err(failure) => {
            tell(&failure, as_json, world);
            failure.exit as u8
        }
    }
}

/// Says what went wrong: to people on standard error, to programs where they expect the answer.
fn tell(failure: &Failure, as_json: bool, world: &mut World<'_>) {
    match &failure.shown {
        // Help that was asked for is no error.
        Some(help) if failure.exit == Exit::AsWished => world.print(help.trim_end()),
        Some(help) if !as_json => world.complain(help.trim_end()),
        _ if as_json => world.print(&format!("{:#}", json!({ "error": failure.as_json() }))),
        _ if world.errors_terminal => {
            let label = Paint::of_errors(world).bad("error:");
            world.complain(&labelled(&format!("{label} "), &failure.detail, "       "));
        }
        _ => world.complain(&format!("error: {}", failure.detail)),
    }
}
