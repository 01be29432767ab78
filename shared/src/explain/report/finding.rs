//! What was found about a token.

use crate::explain::Speaker;
use crate::explain::report::code::{Code, Severity};
use crate::explain::report::sdk::{Products, SdkError};
use serde::Serialize;
use std::borrow::Cow;

/// How often one code is listed. A token may be made of thousands of the same mistake.
const MOST_OF_ONE: usize = 3;

/// One finding.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    severity: Severity,
    pub(crate) code: Code,
    /// What is the matter.
    message: Cow<'static, str>,
    /// What to do.
    fix: Cow<'static, str>,
    /// What somebody has seen of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sdk_errors: Vec<SdkError>,
}

impl Finding {
    /// What was found; its text is stable.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What is the matter, as a sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do.
    #[must_use]
    pub fn fix(&self) -> &str {
        &self.fix
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The findings so far.
#[derive(Debug)]
pub(crate) struct Findings {
    found: Vec<Finding>,
    left_out: bool,
    /// Whose SDK errors a finding names.
    products: Products,
    /// Of whom a finding speaks.
    pub(crate) speaker: Speaker,
}

impl Findings {
    pub(crate) fn new(speaker: Speaker) -> Self {
        Self {
            found: Vec::new(),
            left_out: false,
            products: Products::ALL,
            speaker,
        }
    }

    /// From here on findings name the errors of these products.
    pub(crate) fn about(&mut self, products: Products) {
        self.products = products;
    }

    pub(crate) fn add(
        &mut self,
        code: Code,
        message: impl Into<Cow<'static, str>>,
        fix: impl Into<Cow<'static, str>>,
    ) {
        self.push(self.products, code, message.into(), fix.into());
    }

    /// Adds a finding that only SDKs of these products can have shown.
    pub(crate) fn add_for(
        &mut self,
        products: Products,
        code: Code,
        message: impl Into<Cow<'static, str>>,
        fix: impl Into<Cow<'static, str>>,
    ) {
        self.push(products, code, message.into(), fix.into());
    }

    /// Not once more in each of a hundred places.
    #[inline(never)]
    fn push(
        &mut self,
        products: Products,
        code: Code,
        message: Cow<'static, str>,
        fix: Cow<'static, str>,
    ) {
        let same = self.found.iter().filter(|finding| finding.code == code);
        if same.count() >= MOST_OF_ONE {
            self.left_out = true;
            return;
        }
        self.found.push(Finding {
            severity: code.severity(),
            code,
            message,
            fix,
            sdk_errors: code
                .refusal()
                .map(|refusal| refusal.errors(products))
                .unwrap_or_default(),
        });
    }

    /// Whether some were left out, because there are more of their kind.
    pub(crate) fn left_out(&self) -> bool {
        self.left_out
    }

    /// Whether an error was found.
    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(Finding::is_error)
    }

    /// Whether this was found.
    pub(crate) fn has(&self, code: Code) -> bool {
        self.found.iter().any(|found| found.code == code)
    }

    /// The likeliest cause comes first: errors, and of these and of the rest what stands first in the list of
    /// codes.
    pub(crate) fn sorted(mut self) -> Vec<Finding> {
        self.found
            .sort_by_key(|finding| (!finding.is_error(), finding.code));
        self.found
    }
}
