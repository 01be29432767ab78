//! Showing text out of a token, whose author may be anybody.

use crate::explain::Knowledge;
use crate::params::quoted;
use std::cell::Cell;

/// The longest name that an answer lists whole, in characters: any that Agora takes.
const LISTED: usize = 256;

/// Shows names, cut to size. One that is a key of a project of the asker's is withheld: somebody mixed up
/// the arguments of a token builder, and an answer travels further than a token.
pub(crate) struct Names<'a> {
    context: &'a dyn Knowledge,
    withheld: Cell<bool>,
    cut: Cell<bool>,
}

impl<'a> Names<'a> {
    /// Withholds what `context` says is a secret.
    pub(crate) fn new(context: &'a dyn Knowledge) -> Self {
        Self {
            context,
            withheld: Cell::new(false),
            cut: Cell::new(false),
        }
    }

    /// A name, as the answer lists it.
    pub(crate) fn listed(&self, name: &str) -> String {
        if self.is_secret(name) {
            return "(withheld)".to_owned();
        }
        match name.char_indices().nth(LISTED) {
            None => name.to_owned(),
            Some((end, _)) => {
                self.cut.set(true);
                format!("{}…", name.get(..end).unwrap_or_default())
            }
        }
    }

    /// A name, as a sentence repeats it.
    pub(crate) fn quoted(&self, name: &str) -> String {
        if self.is_secret(name) {
            return "(withheld)".to_owned();
        }
        if name.is_empty() {
            return "(empty)".to_owned();
        }
        format!("`{}`", quoted(name))
    }

    /// Whether a name had to be withheld.
    pub(crate) fn withheld_any(&self) -> bool {
        self.withheld.get()
    }

    /// Whether a listed name was cut.
    pub(crate) fn cut_any(&self) -> bool {
        self.cut.get()
    }

    fn is_secret(&self, name: &str) -> bool {
        let secret = self.context.is_secret(name);
        if secret {
            self.withheld.set(true);
        }
        secret
    }
}
