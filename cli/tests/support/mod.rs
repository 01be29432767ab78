//! The program with surroundings of the tests' own: a clock that stands, and salts that are known.

pub(crate) mod process;
pub(crate) mod session;

use agora_token::clock_and_randomness::ClockAndRandomness;
use agora_token_cli::{World, run};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// 2026-11-22 18:40:00 UTC.
pub(crate) const NOW: u64 = 1_795_372_800;

/// The sample project of Agora's documentation.
pub(crate) const ID: &str = "970CA35de60c44645bbae8a215061b33";
pub(crate) const CERTIFICATE: &str = "5CFd2fd1755d40ecb72977518be15d3b";

struct Still;

impl ClockAndRandomness for Still {
    fn unix_millis(&self) -> u64 {
        NOW * 1000
    }

    fn random(&self) -> Option<[u8; 16]> {
        Some(std::array::from_fn(|place| place as u8 + 1))
    }
}

/// What surrounds one run.
#[derive(Clone, Default)]
pub(crate) struct Surroundings {
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) input: Vec<u8>,
    pub(crate) terminal: bool,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) code: u8,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl Surroundings {
    /// With the sample project in the environment.
    pub(crate) fn with_project() -> Self {
        let variables = [("AGORA_APP_ID", ID), ("AGORA_APP_CERTIFICATE", CERTIFICATE)];
        Self {
            variables: variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            ..Self::default()
        }
    }

    /// The same, looked at.
    pub(crate) fn on_terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// The same with a variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same with this on standard input.
    pub(crate) fn reading(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_vec();
        self
    }

    /// Runs the program.
    pub(crate) fn run<W: Into<OsString>>(&self, words: impl IntoIterator<Item = W>) -> Outcome {
        let words = words.into_iter().map(Into::into);
        let arguments = std::iter::once(OsString::from("agora-token")).chain(words);
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let code = run(
            arguments.collect(),
            &mut World {
                variable: &|name| self.variables.get(name).cloned(),
                input: &mut self.input.as_slice(),
                output: &mut output,
                errors: &mut errors,
                terminal: self.terminal,
                errors_terminal: self.terminal,
                system: &Still,
            },
        );
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Outcome {
            code,
            output: text(output),
            errors: text(errors),
        }
    }
}
