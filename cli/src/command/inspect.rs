//! `inspect`: explains a token.

use crate::arguments::{INSPECT, joins};
use crate::credentials;
use crate::failure::{Exit, Failure};
use crate::show::{self, Paint, Verdict};
use crate::world::World;
use crate::{intake, sent};
use agora_token::explain::{Joins, Knowledge, Report, Speaker, explain};
use agora_token::secret::Secret;
use agora_token::{InspectContext, KnownProjects};
use clap::ArgMatches;
use serde_json::Value;

/// Findings speak of this program.
const SPEAKER: Speaker = Speaker::Program {
    certificates: "set AGORA_APP_ID and AGORA_APP_CERTIFICATE, or give --credentials",
};

pub(super) fn run(matches: &ArgMatches, world: &mut World<'_>) -> Result<Exit, Failure> {
    let one_input = one_reader(matches);
    let secret = one_input.and_then(|()| credentials::found(matches, world))?;
    let unknown = secret.is_none();
    let explained = explained(matches, secret, world)?;
    let report = explained.told()?;
    let found = show::verdict(&report);
    if matches.get_flag("json") {
        world.print(&show::json(&explained.report)?);
    } else {
        let paint = Paint::of(world);
        let body = show::report(&report, unknown, explained.at, paint);
        world.print(&format!(
            "{}\n\n{body}",
            show::headline(&report, unknown, paint)
        ));
    }
    Ok(match found {
        Verdict::Invalid => Exit::Wrong,
        Verdict::Valid | Verdict::Unverified => Exit::AsWished,
    })
}

/// An explanation, and the Unix time in seconds at which it holds.
pub(super) struct Explained {
    pub(super) report: Report,
    pub(super) at: u64,
}

impl Explained {
    /// As JSON, like an answer of the API.
    pub(super) fn told(&self) -> Result<Value, Failure> {
        serde_json::to_value(&self.report)
            .map_err(|error| Failure::new(Exit::Wrong, "internal", error.to_string()))
    }
}

/// Explains what was given, by these credentials.
pub(super) fn explained(
    matches: &ArgMatches,
    secret: Option<Secret>,
    world: &mut World<'_>,
) -> Result<Explained, Failure> {
    let mut parameters = sent::parameters(&joins(), INSPECT, matches)?;
    let app_joins = Joins::read(&mut parameters)?;
    let text = matches.get_one::<String>("text").map_or("", String::as_str);
    let text = intake::argument(text, world)?;
    let now = world.system.unix_millis();
    let context: Box<dyn Knowledge> = match secret {
        Some(secret) => {
            Box::new(InspectContext::for_holder(secret, None, now).with_speaker(SPEAKER))
        }
        None => Box::new(KnownProjects::new().with_speaker(SPEAKER)),
    };
    let report = explain(&text, &app_joins, context.as_ref(), now);
    let at = matches
        .get_one::<String>("at")
        .and_then(|at| at.parse().ok());
    Ok(Explained {
        report,
        at: at.unwrap_or(now / 1000),
    })
}

/// Standard input can be read once.
pub(super) fn one_reader(matches: &ArgMatches) -> Result<(), Failure> {
    let from_input = |name| {
        matches
            .get_one::<String>(name)
            .is_some_and(|word| word == "-")
    };
    match from_input("text") && from_input("credentials") {
        true => Err(Failure::usage(
            "the token and the credentials cannot both come from standard input",
        )),
        false => Ok(()),
    }
}
