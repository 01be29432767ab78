//! Colours, where somebody looks.

use crate::world::World;

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint(bool);

impl Paint {
    /// Colours on a terminal that has them, unless NO_COLOR is set (no-color.org).
    pub(crate) fn of(world: &World<'_>) -> Self {
        Self::on(world.terminal, world)
    }

    /// The same for standard error.
    pub(crate) fn of_errors(world: &World<'_>) -> Self {
        Self::on(world.errors_terminal, world)
    }

    fn on(terminal: bool, world: &World<'_>) -> Self {
        let able = match world.set("TERM") {
            Some(name) => name != "dumb",
            // The old console of Windows shows the codes themselves; the new one says who it is.
            None => world.set("WT_SESSION").is_some(),
        };
        Self(terminal && able && world.set("NO_COLOR").is_none())
    }

    fn with(self, code: &str, text: &str) -> String {
        match self.0 && !text.is_empty() {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.with("31", text)
    }

    pub(crate) fn doubtful(self, text: &str) -> String {
        self.with("33", text)
    }
}
