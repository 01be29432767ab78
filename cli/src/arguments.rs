//! The commands and options, and what is said where the program was called in another way.

use crate::failure::{Exit, Failure};
use agora_token::explain::Joins;
use agora_token::grant::words;
use agora_token::grant::{Kind, kinds};
use agora_token::params::{Asked, Parameters, Value, quoted};
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::Shell;
use std::ffi::OsString;

const EXITS: &str = "\
Exit codes: 0 as wished, 1 a token would be refused or what was checked is
wrong, 2 called wrongly, 3 no credentials. More: docs/cli.md";

/// Where the options stand that are no parameters.
const GENERAL: &str = "General options";

/// The whole command line.
pub(crate) fn cli() -> Command {
    Command::new("agora-token")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Signs, explains and verifies Agora tokens, and checks what a deployment is given")
        .after_help(EXITS)
        .term_width(80)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .arg(
            Arg::new("json")
                .long("json")
                .global(true)
                .action(ArgAction::SetTrue)
                .help_heading(GENERAL)
                .help("Answer with one JSON object, errors too"),
        )
        .subcommand(mint())
        .subcommand(explaining(
            Command::new("inspect")
                .about("Explains a token: what it says, and why it would be refused")
                .after_help("The more is told of what the app joins with, the more is found. With credentials, the signature is checked too."),
        ))
        .subcommand(explaining(
            Command::new("verify")
                .about("Tells by the exit code whether a token is good, signature included")
                .after_help("It exits with 0 if the token is signed by these credentials and nothing is wrong with it, and with 1 if not."),
        ))
        .subcommand(check())
        .subcommand(key())
        .subcommand(
            Command::new("completions")
                .about("Writes the completions for a shell")
                .arg(
                    Arg::new("shell")
                        .required(true)
                        .value_name("SHELL")
                        .value_parser(value_parser!(Shell)),
                ),
        )
        .subcommand(
            Command::new("man")
                .about("Writes the manual page, or all of them into a folder")
                .arg(
                    Arg::new("folder")
                        .value_name("FOLDER")
                        .value_hint(ValueHint::DirPath)
                        .help("Where to write a page for each command; left out, the first page is printed"),
                ),
        )
}

fn mint() -> Command {
    let mint = Command::new("mint")
        .about("Signs a token of a kind")
        .after_help("Where nobody looks, in a pipe or in `$(…)`, the token alone is printed.")
        .subcommand_required(true)
        .subcommand_value_name("KIND")
        .subcommand_help_heading("Kinds")
        .arg_required_else_help(true)
        .disable_help_subcommand(true);
    kinds().fold(mint, |mint, kind| mint.subcommand(one_kind(kind)))
}

fn one_kind(kind: Kind) -> Command {
    let about = kind.about();
    let command = Command::new(kind.name())
        .about(format!("For {}", about.audience))
        .after_help(format!(
            "Signs the same as Agora's {}.\n\nExample: {}",
            about.builder.replace('`', ""),
            example(kind)
        ))
        .arg(credentials());
    with(command, &kind.asked().unwrap_or_default(), kind.name())
}

/// The call that the documentation has as an example, on the command line.
fn example(kind: Kind) -> String {
    let mut words = vec![format!("agora-token mint {}", kind.name())];
    for (name, value) in kind.about().example.sent() {
        words.push(match value {
            Value::Text(text) => format!("--{name} {text}"),
            Value::Integer(number) => format!("--{name} {number}"),
            _ => format!("--{name} '…'"),
        });
    }
    words.join(" ")
}

fn explaining(command: Command) -> Command {
    let command = command
        .arg(
            Arg::new("text")
                .value_name("TOKEN")
                .required(true)
                .help("The token, or a text with one; @FILE for a file, - for standard input"),
        )
        .arg(credentials());
    with(command, &joins(), INSPECT)
}

fn check() -> Command {
    let of = |name: &'static str, about: &'static str| {
        Command::new(name).about(about).arg(
            Arg::new("file")
                .value_name("FILE")
                .default_value("-")
                .value_hint(ValueHint::FilePath)
                .help("The file, or - for standard input"),
        )
    };
    Command::new("check")
        .about("Checks settings, a policy or a secret document by the functions' own parsers")
        .after_help("Without more, the settings are checked. No value of a secret is repeated.")
        .disable_help_subcommand(true)
        .subcommand(Command::new("settings").about("The variables AGORA_… of the environment"))
        .subcommand(of("policy", "A policy"))
        .subcommand(of("secret", "A secret document, with the policy in it"))
}

fn key() -> Command {
    let new = Command::new("new")
        .about("Makes an API key, and the entry for the secret document")
        .after_help("The entry goes into the list `apiKeys`. With a name, it holds the SHA-256 of the key; without one, it is the key itself. The key is shown this once.")
        .arg(
            Arg::new("name")
                .long("name")
                .value_name("NAME")
                .help("What the log calls it; 1 to 64 letters, digits, `-`, `_` or `.`"),
        )
        .arg(
            Arg::new("expires")
                .long("expires")
                .value_name("WHEN")
                .requires("name")
                .help("Until when it is good: 90d or 12h from now, 2031-01-31T00:00:00Z, or Unix seconds"),
        )
        .arg(
            Arg::new("publishable")
                .long("publishable")
                .action(ArgAction::SetTrue)
                .requires("name")
                .help("It may stand in an app, and gets no more than anonymous callers"),
        )
        .arg(
            Arg::new("origin")
                .long("origin")
                .value_name("ORIGIN")
                .action(ArgAction::Append)
                .requires("publishable")
                .help("A web page that may use it, such as https://app.example.com; can be repeated"),
        );
    Command::new("key")
        .about("Makes API keys")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(new)
}

fn credentials() -> Arg {
    Arg::new("credentials")
        .long("credentials")
        .help_heading(GENERAL)
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .help("A secret document, lines as in .env, or a certificate alone; - for standard input. Left out, AGORA_APP_ID and AGORA_APP_CERTIFICATE")
}

/// What stands for a kind where parameters say what an app joins with.
pub(crate) const INSPECT: &str = "inspect";

/// What an app joins with, as the explanation asks for it.
pub(crate) fn joins() -> Vec<Asked> {
    let Ok(mut nothing) = Parameters::new(Vec::new()) else {
        return Vec::new();
    };
    match Joins::read(&mut nothing) {
        Ok(_) => nothing.asked(),
        Err(_) => Vec::new(),
    }
}

/// An option for each parameter, under the names that it has in the API.
fn with(command: Command, asked: &[Asked], kind: &str) -> Command {
    asked.iter().fold(command, |command, one| {
        let words = words::of(one.name, kind);
        let arg = Arg::new(one.name)
            .long(one.name)
            .visible_aliases(one.aliases.clone())
            .value_name(words.map_or("VALUE", |words| words.value))
            .allow_negative_numbers(true)
            .help(words.map_or("", |words| words.help));
        // As other command lines have it.
        command.arg(match kebab(one.name) {
            kebab if kebab != one.name => arg.alias(kebab),
            _ => arg,
        })
    })
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// Reads the arguments.
pub(crate) fn parse(arguments: Vec<OsString>) -> Result<ArgMatches, Failure> {
    cli().try_get_matches_from(arguments).map_err(explain)
}

/// What clap says, with what was typed cut and cleaned: it may be a paste, or a certificate.
fn explain(error: clap::Error) -> Failure {
    let shown = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return Failure {
                shown: Some(error.render().to_string()),
                ..Failure::new(Exit::AsWished, "help", "")
            };
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return Failure {
                shown: Some(error.render().to_string()),
                ..Failure::usage("a command is missing; --help lists them")
            };
        }
        ErrorKind::InvalidUtf8 => return Failure::usage("an argument is not UTF-8 text"),
        ErrorKind::UnknownArgument => {
            Some(("there is no such argument here", ContextKind::InvalidArg))
        }
        ErrorKind::InvalidSubcommand => {
            Some(("there is no such command", ContextKind::InvalidSubcommand))
        }
        _ => None,
    };
    let text = |kind| error.get(kind).map(in_words);
    let detail = match shown {
        Some((what, kind)) => {
            let typed = text(kind).map(|typed| safe(&typed)).unwrap_or_default();
            let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand];
            let near = near.into_iter().find_map(text);
            let hint = near.map_or_else(
                || "--help lists what there is".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            format!("{what}: {typed}; {hint}")
        }
        None => {
            let all = error.render().to_string();
            let first: Vec<&str> = all.lines().take_while(|line| !line.is_empty()).collect();
            let first = first.join(" ");
            let cut: String = first
                .trim_start_matches("error: ")
                .chars()
                .filter(|c| !c.is_control())
                .take(400)
                .collect();
            cut.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    };
    Failure::usage(detail)
}

fn in_words(value: &ContextValue) -> String {
    let styled = |text: &StyledStr| text.to_string();
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.first().cloned().unwrap_or_default(),
        ContextValue::StyledStr(text) => styled(text),
        ContextValue::StyledStrs(texts) => texts.first().map(styled).unwrap_or_default(),
        _ => String::new(),
    }
}

/// What was typed, unless it could be a secret.
fn safe(typed: &str) -> String {
    match typed.len() >= 16 && !typed.starts_with("--") {
        true => "a long word, which may be a secret and is not repeated".to_owned(),
        false => format!("`{}`", quoted(typed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use agora_token::grant::words::{ALL, of};
    use std::collections::BTreeSet;

    #[test]
    fn the_commands_are_sound() {
        cli().debug_assert();
    }

    #[test]
    fn every_kind_can_be_asked_for_by_its_own_names() {
        for kind in kinds() {
            let command = one_kind(kind);
            let options: Vec<&str> = command
                .get_arguments()
                .map(|arg| arg.get_id().as_str())
                .collect();
            let asked = kind.asked().unwrap();
            for one in &asked {
                assert!(options.contains(&one.name), "{}: {}", kind.name(), one.name);
            }
            assert_eq!(options.len(), asked.len() + 1, "{}", kind.name());
        }
    }

    #[test]
    fn every_parameter_has_words_and_all_words_a_parameter() {
        let mut used = BTreeSet::new();
        let kinds = kinds().map(|kind| (kind.name(), kind.asked().unwrap()));
        for (kind, asked) in kinds.chain([(INSPECT, joins())]) {
            for one in asked {
                let words = of(one.name, kind);
                assert!(words.is_some(), "{kind}: nothing is said of {}", one.name);
                used.insert((one.name, words.unwrap().help));
            }
        }
        for (name, _, _, help, _) in ALL {
            assert!(used.contains(&(*name, *help)), "{name}: nobody reads it");
        }
    }

    #[test]
    fn what_is_said_is_short_and_no_sentence() {
        for (name, _, _, help, _) in ALL {
            assert!(help.len() < 90 && !help.ends_with('.'), "{name}");
        }
    }
}
