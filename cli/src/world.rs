//! What surrounds the program.

use agora_token::clock_and_randomness::ClockAndRandomness;
use std::io::{Read, Write};

/// What surrounds the program.
pub struct World<'a> {
    /// The environment variable of a name, if it is set to UTF-8 text.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output.
    pub output: &'a mut dyn Write,
    /// Standard error.
    pub errors: &'a mut dyn Write,
    /// Whether standard output is a terminal: somebody looks at it.
    pub terminal: bool,
    /// Whether standard error is one.
    pub errors_terminal: bool,
    /// The time, and what nobody can guess.
    pub system: &'a dyn ClockAndRandomness,
}

impl World<'_> {
    /// A line, or several, on standard output. Nobody is left to be told where nobody reads it.
    pub(crate) fn print(&mut self, text: &str) {
        let _ = writeln!(self.output, "{text}");
    }

    /// The same on standard error.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = writeln!(self.errors, "{text}");
    }

    /// A variable that is set and not empty.
    pub(crate) fn set(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    /// The Unix time in seconds.
    pub(crate) fn now(&self) -> u64 {
        self.system.unix_millis() / 1000
    }
}
