//! `mint`: signs a token.

use crate::credentials;
use crate::failure::{Exit, Failure};
use crate::sent;
use crate::show::{self, Paint};
use crate::world::World;
use agora_token::InspectContext;
use agora_token::explain::{Joins, explain};
use agora_token::grant::kinds;
use agora_token::issue::{Issued, issue_for_holder};
use agora_token::secret::Secret;
use clap::ArgMatches;
use serde_json::json;

pub(super) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    let asked_for = matches
        .subcommand()
        .and_then(|(name, own)| Some((kinds().find(|kind| kind.name() == name)?, own)));
    let Some((kind, own)) = asked_for else {
        return Err(Failure::usage(
            "the kind of token is missing; mint --help lists them",
        ));
    };
    let parameters = sent::parameters(&kind.asked()?, kind.name(), own)?;
    let request = kind.request(parameters)?;
    let secret = credentials::required(own, world)?;
    let now = world.system.unix_millis();
    let issued = issue_for_holder(&secret, request, world.system, now)?;
    match (own.get_flag("json"), world.terminal) {
        (true, _) => world.print(&show::json(&issued)?),
        (false, true) => for_people(&issued, secret, world),
        (false, false) => {
            world.print(&issued.token);
            for warning in &issued.warnings {
                world.complain(&format!("warning: {}", warning.message));
            }
        }
    }
    Ok(Exit::AsWished)
}

/// The token by itself, to be copied, and below it what it says.
fn for_people(issued: &Issued, secret: Secret, world: &mut World<'_>) {
    let paint = Paint::of(world);
    world.print(&issued.token);
    let millis = issued.issued_at * 1000;
    let context = InspectContext::for_holder(secret, None, millis);
    let report = explain(&issued.token, &Joins::default(), &context, millis);
    // What is doubtful about it is said by the warnings, in words for whoever makes it.
    let mut report = json!(report);
    if let Some(members) = report.as_object_mut() {
        members.remove("findings");
    }
    world.print(&format!(
        "\n{}",
        show::report(&report, false, issued.issued_at, paint)
    ));
    for warning in &issued.warnings {
        let label = format!("\n{} ", paint.doubtful("warning"));
        world.print(&show::labelled(&label, &warning.message, "        "));
    }
}
