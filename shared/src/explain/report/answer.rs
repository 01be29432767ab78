//! The answer.

use crate::explain::case::Case;
use crate::explain::report::code::Code;
use crate::explain::report::finding::{Finding, Findings};
use serde::Serialize;
use serde_json::{Map, Value};

/// What a text is and what is wrong with it.
///
/// As JSON, it also has the services of the token with their privileges.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub(crate) verdict: Verdict,
    /// What was not checked and could turn a token that looks good into a bad one: names of parameters, and
    /// the signature.
    pub(crate) unchecked: Vec<&'static str>,
    pub(crate) format: Format,
    pub(crate) app_id: Option<String>,
    issued_at: Option<u64>,
    expires_at: Option<u64>,
    services: Vec<ServiceView>,
    pub(crate) signature: Signature,
    pub(crate) findings: Vec<Finding>,
    /// The same of further tokens in the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) others: Vec<Self>,
}

/// Whether the token is good for what the app does with it.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Verdict {
    /// Everything that matters was checked, and is right.
    Valid,
    /// Something is wrong.
    Invalid,
    /// Nothing wrong was found, and not everything was checked.
    Unverified,
}

/// What a token says.
pub(crate) struct Content {
    pub(crate) format: Format,
    pub(crate) app_id: Option<String>,
    /// Unix time in seconds.
    pub(crate) issued_at: Option<u64>,
    /// Unix time in seconds.
    pub(crate) expires_at: Option<u64>,
    pub(crate) services: Vec<ServiceView>,
    pub(crate) signature: Signature,
}

/// What kind of text it is.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Format {
    /// AccessToken2.
    #[serde(rename = "007")]
    V007,
    /// AccessToken.
    #[serde(rename = "006")]
    V006,
    /// A token of the Interactive Whiteboard.
    #[serde(rename = "whiteboard")]
    Whiteboard,
    /// No token can be read in it.
    #[serde(rename = "unknown")]
    Unknown,
}

/// Who signed.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Signature {
    /// The project's primary certificate, or its whiteboard key.
    Primary,
    /// The project's secondary certificate.
    Secondary,
    /// Neither.
    Mismatch,
    /// Nobody could tell, or the asker may not know.
    Unchecked,
}

/// A service in the answer.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
pub(crate) struct ServiceView {
    /// Its number in a 007 token; the other formats have none.
    pub(crate) r#type: Option<u16>,
    pub(crate) name: &'static str,
    pub(crate) fields: Map<String, Value>,
    pub(crate) privileges: Vec<PrivilegeView>,
}

/// A privilege in the answer.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PrivilegeView {
    pub(crate) id: u16,
    pub(crate) name: Option<&'static str>,
    /// In seconds from issue; a 006 token has none.
    pub(crate) lifetime: Option<u32>,
    /// Unix time in seconds; a 006 token may have a privilege without end.
    pub(crate) expires_at: Option<u64>,
}

impl Report {
    /// Of a text in which no token can be read.
    pub(crate) fn unread(format: Format, findings: Findings, case: &Case<'_>) -> Self {
        let content = Content {
            format,
            app_id: None,
            issued_at: None,
            expires_at: None,
            services: Vec::new(),
            signature: Signature::Unchecked,
        };
        Self::new(content, false, Vec::new(), findings, case)
    }

    pub(crate) fn new(
        content: Content,
        shortened: bool,
        unchecked: Vec<&'static str>,
        mut findings: Findings,
        case: &Case<'_>,
    ) -> Self {
        if case.names.withheld_any() {
            findings.add(
                Code::SecretInToken,
                format!(
                    "a certificate or secret key {} stands in the token, where everybody who gets the token can read it",
                    findings.speaker.says("of this deployment", "that is known here")
                ),
                "put the arguments of the token builder into the right order (App ID first, then the certificate), and replace the secret that was given away",
            );
        }
        if shortened || findings.left_out() || case.names.cut_any() {
            findings.add(
                Code::AnswerShortened,
                "there is more in this token than an answer shows: the first services, privileges and names, and the first findings of each kind",
                "a real token is small; look at whatever put so much into this one",
            );
        }
        Self {
            verdict: if findings.has_errors() {
                Verdict::Invalid
            } else if unchecked.is_empty() {
                Verdict::Valid
            } else {
                Verdict::Unverified
            },
            unchecked,
            format: content.format,
            app_id: content.app_id,
            issued_at: content.issued_at,
            expires_at: content.expires_at,
            services: content.services,
            signature: content.signature,
            findings: findings.sorted(),
            others: Vec::new(),
        }
    }

    /// Whether the token is good for what the app does with it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// What was found: the likeliest cause first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What was not checked and could turn a token that looks good into a bad one: names of parameters,
    /// such as `channelName`, and `signature`.
    #[must_use]
    pub fn unchecked(&self) -> &[&'static str] {
        &self.unchecked
    }

    /// What kind of text it is.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Who signed.
    #[must_use]
    pub fn signature(&self) -> Signature {
        self.signature
    }

    /// The App ID in the token. Nobody has checked that it is one.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        self.app_id.as_deref()
    }

    /// When the token was issued, as it says: Unix time in seconds. Only a 007 token says so.
    #[must_use]
    pub fn issued_at(&self) -> Option<u64> {
        self.issued_at
    }

    /// When the token ends, as it says: Unix time in seconds.
    #[must_use]
    pub fn expires_at(&self) -> Option<u64> {
        self.expires_at
    }

    /// The same of further tokens in the text.
    #[must_use]
    pub fn others(&self) -> &[Self] {
        &self.others
    }

    /// How many errors were found.
    pub(crate) fn errors(&self) -> usize {
        let errors = self.findings.iter().filter(|finding| finding.is_error());
        errors.count()
    }
}
