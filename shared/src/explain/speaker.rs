//! Who explains a token.

/// Who explains a token. Findings speak of it, and of where the token can be had anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Speaker {
    /// A program that knows the certificates that it is given.
    Program {
        /// How it is given one, as the beginning of a sentence.
        certificates: &'static str,
    },
    /// The token service that this crate comes with, which knows the projects of its deployment.
    Service,
}

impl Default for Speaker {
    fn default() -> Self {
        Self::Program {
            certificates: "name the App ID and the certificate of the project",
        }
    }
}

impl Speaker {
    /// What the service says, or what a program says in its place.
    pub(crate) fn says(self, service: &'static str, program: &'static str) -> &'static str {
        match self {
            Self::Service => service,
            Self::Program { .. } => program,
        }
    }

    /// What the service alone says, such as the routes that a token can be had from.
    pub(crate) fn adds(self, service: &'static str) -> &'static str {
        self.says(service, "")
    }
}
