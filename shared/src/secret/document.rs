//! The document: one JSON object.

use super::Secret;
use super::entries::{ApiKeyEntry, Denied};
use crate::access::{ApiKeys, DenyList, SecretRules};
use crate::params::Value;
use crate::project::{Project, Projects, Whiteboard};
use crate::token::{AppCertificate, AppId};
use serde::Deserialize;
use std::fmt;
use zeroize::Zeroizing;

impl Secret {
    /// Reads the document.
    ///
    /// # Errors
    /// [`DocumentError`] names the field that is missing or malformed, and never repeats a value.
    pub fn parse(document: &str) -> Result<Self, DocumentError> {
        let document: Document = serde_json::from_str(document).map_err(|error| {
            // serde_json's own text may quote a value, and every value here is a secret.
            DocumentError::new(
                "(document)",
                format!(
                    "is not the JSON object described in docs/configuration.md (line {}, column {}){}",
                    error.line(),
                    error.column(),
                    hint(&error.to_string()),
                ),
            )
        })?;
        document.into_secret()
    }
}

/// What is wrong with the secret document. It goes to the operator's log, so it names the field and
/// never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    field: String,
    rule: String,
}

impl DocumentError {
    /// `field` breaks `rule`.
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            rule: rule.into(),
        }
    }

    /// The field, such as `projects[1].appCertificate`.
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.rule)
    }
}

impl std::error::Error for DocumentError {}

/// How alike two names must be (0 to 1, Jaro-Winkler) for one to be offered for the other.
const ALIKE: f64 = 0.8;

/// What a member with an unknown name may have been meant to be. The name itself is not repeated: a key
/// may have slipped into its place.
fn hint(error: &str) -> String {
    let Some((name, known)) = error
        .strip_prefix("unknown field `")
        .and_then(|rest| rest.rsplit_once("`, expected "))
    else {
        return missing(error);
    };
    let known = known.split('`').skip(1).step_by(2);
    let nearest = known
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((alike, known)) if alike >= ALIKE => {
            format!(": a member has a name that is not known; did you mean `{known}`?")
        }
        _ => ": a member has a name that is not known".to_owned(),
    }
}

/// The member that is not there, by the name that we gave it.
fn missing(error: &str) -> String {
    let name = error
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split_once('`'));
    name.map_or_else(String::new, |(name, _)| format!(": `{name}` is missing"))
}

/// The document as it is written: one project at the top, or a list of them. All values are wiped
/// when they have been read. An unknown name is an error: it is a misspelt one, and ignoring it would
/// lock somebody out without a word.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(super) struct Document {
    pub(super) app_id: Option<String>,
    pub(super) app_certificate: Option<Zeroizing<String>>,
    pub(super) secondary_certificate: Option<Zeroizing<String>>,
    pub(super) api_key: Option<Zeroizing<String>>,
    pub(super) api_keys: Option<Vec<ApiKeyEntry>>,
    pub(super) whiteboard: Option<WhiteboardEntry>,
    pub(super) projects: Option<Vec<Document>>,
    pub(super) default_app_id: Option<String>,
    pub(super) policy: Option<Value>,
    pub(super) denied: Option<Denied>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct WhiteboardEntry {
    pub(super) access_key: String,
    pub(super) secret_key: Zeroizing<String>,
}

impl Document {
    pub(super) fn into_secret(mut self) -> Result<Secret, DocumentError> {
        let mut api_keys = ApiKeys::default();
        let policy = self.policy.take();
        let denied = match self.denied.take() {
            Some(denied) => denied.into_list()?,
            None => DenyList::default(),
        };
        let projects = self.into_projects(&mut api_keys)?;
        if let Some(name) = api_keys.stray_project(|app_id| projects.find(Some(app_id)).is_some()) {
            return Err(DocumentError::new(
                format!("the key `{name}`"),
                "names a project that is none of this document",
            ));
        }
        Ok(Secret {
            projects,
            access: SecretRules::new(api_keys, policy, denied),
        })
    }

    fn into_projects(mut self, api_keys: &mut ApiKeys) -> Result<Projects, DocumentError> {
        let Some(list) = self.projects.take() else {
            let default = self.into_project("", None, api_keys)?;
            return Ok(Projects::new(default, Vec::new()));
        };
        if self.app_id.is_some()
            || self.app_certificate.is_some()
            || self.secondary_certificate.is_some()
            || self.whiteboard.is_some()
        {
            return Err(DocumentError::new(
                "projects",
                "replaces `appId` and what belongs to it; move them into the list",
            ));
        }
        read_keys(self.api_key, self.api_keys, "", None, api_keys)?;

        let mut projects: Vec<Project> = Vec::with_capacity(list.len());
        for (index, entry) in list.into_iter().enumerate() {
            let prefix = format!("projects[{index}].");
            let own = entry.app_id(&prefix)?;
            if projects.iter().any(|project| project.app_id() == own) {
                return Err(DocumentError::new(
                    format!("{prefix}appId"),
                    "stands in the list twice",
                ));
            }
            projects.push(entry.into_project(&prefix, Some(own), api_keys)?);
        }
        let place = match &self.default_app_id {
            Some(wanted) => projects
                .iter()
                .position(|project| project.app_id().as_str() == wanted)
                .ok_or_else(|| {
                    DocumentError::new("defaultAppId", "is not the appId of any of the projects")
                })?,
            None if projects.len() == 1 => 0,
            None if projects.is_empty() => return Err(DocumentError::new("projects", "is empty")),
            None => {
                return Err(DocumentError::new(
                    "defaultAppId",
                    "must say which of the projects is the default",
                ));
            }
        };
        let default = projects.swap_remove(place);
        Ok(Projects::new(default, projects))
    }

    fn app_id(&self, prefix: &str) -> Result<AppId, DocumentError> {
        let field = format!("{prefix}appId");
        let Some(text) = &self.app_id else {
            return Err(DocumentError::new(field, "is missing"));
        };
        text.parse().map_err(|_| {
            DocumentError::new(field, "must be the 32 hex digits that Agora Console shows")
        })
    }

    /// `keys_for`: the project that its own API keys are good for, all where absent.
    fn into_project(
        self,
        prefix: &str,
        keys_for: Option<AppId>,
        api_keys: &mut ApiKeys,
    ) -> Result<Project, DocumentError> {
        if self.projects.is_some() {
            return Err(DocumentError::new(
                format!("{prefix}projects"),
                "stands at the top of the document only",
            ));
        }
        if self.default_app_id.is_some() {
            return Err(DocumentError::new(
                format!("{prefix}defaultAppId"),
                "goes with the list of `projects`",
            ));
        }
        for (name, given) in [
            ("policy", self.policy.is_some()),
            ("denied", self.denied.is_some()),
        ] {
            if given {
                return Err(DocumentError::new(
                    format!("{prefix}{name}"),
                    "stands at the top of the document only",
                ));
            }
        }
        let app_id = self.app_id(prefix)?;
        let certificate = self
            .app_certificate
            .ok_or_else(|| DocumentError::new(format!("{prefix}appCertificate"), "is missing"))?;
        let certificate = read_certificate(&certificate, format!("{prefix}appCertificate"))?;
        let secondary_certificate = self
            .secondary_certificate
            .map(|text| read_certificate(&text, format!("{prefix}secondaryCertificate")))
            .transpose()?;
        let whiteboard = self
            .whiteboard
            .map(|entry| entry.into_whiteboard(prefix))
            .transpose()?;
        read_keys(self.api_key, self.api_keys, prefix, keys_for, api_keys)?;
        Ok(Project::new(
            app_id,
            certificate,
            secondary_certificate,
            whiteboard,
        ))
    }
}

impl WhiteboardEntry {
    fn into_whiteboard(self, prefix: &str) -> Result<Whiteboard, DocumentError> {
        let as_shown = |name: &str| {
            let field = format!("{prefix}whiteboard.{name}");
            DocumentError::new(
                field,
                "must be the text that Agora Console shows, without spaces",
            )
        };
        let visible = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !visible(&self.access_key) {
            return Err(as_shown("accessKey"));
        }
        if !visible(&self.secret_key) {
            return Err(as_shown("secretKey"));
        }
        let secret_key = self.secret_key.parse().map_err(|_| as_shown("secretKey"))?;
        Ok(Whiteboard {
            access_key: self.access_key,
            secret_key,
        })
    }
}

fn read_certificate(text: &str, field: String) -> Result<AppCertificate, DocumentError> {
    text.parse().map_err(|_| {
        DocumentError::new(field, "must be the 32 hex digits that Agora Console shows")
    })
}

fn read_keys(
    one: Option<Zeroizing<String>>,
    more: Option<Vec<ApiKeyEntry>>,
    prefix: &str,
    project: Option<AppId>,
    api_keys: &mut ApiKeys,
) -> Result<(), DocumentError> {
    let wrong = |name: String| move |rule| DocumentError::new(name, rule);
    if let Some(key) = one {
        let added = api_keys.push(&key, project);
        added.map_err(wrong(format!("{prefix}apiKey")))?;
    }
    for (index, entry) in more.into_iter().flatten().enumerate() {
        let name = format!("{prefix}apiKeys[{index}]");
        match entry {
            ApiKeyEntry::Text(key) => api_keys.push(&key, project).map_err(wrong(name))?,
            ApiKeyEntry::Object(entry) => entry.add(&name, project, api_keys)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Reach;

    const ID: &str = "970CA35de60c44645bbae8a215061b33";
    const CERTIFICATE: &str = "5CFd2fd1755d40ecb72977518be15d3b";
    const OTHER: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn one_project_with_keys() {
        let secret = Secret::parse(&format!(
            r#"{{"appId":"{ID}","appCertificate":"{CERTIFICATE}","secondaryCertificate":"{OTHER}",
                "apiKey":"a-key-of-20-letters!","apiKeys":["another-key-012345","a-key-of-20-letters!"],
                "whiteboard":{{"accessKey":"ak","secretKey":"sk"}}}}"#
        ))
        .unwrap();
        let project = secret.projects.find(None).unwrap();
        assert_eq!(project.app_id().as_str(), ID);
        for held in [CERTIFICATE, OTHER, "sk"] {
            assert!(project.is_secret(held));
        }
        assert_eq!(project.access_key(), Some("ak"));
        assert!(
            secret
                .access
                .api_keys()
                .is_key("another-key-012345", &Reach::All)
        );
        assert_eq!(format!("{:?}", secret.projects), format!("[AppId({ID:?})]"));
    }

    #[test]
    fn several_projects_with_a_default_and_keys_of_their_own() {
        let Secret { projects, access } = Secret::parse(&format!(
            r#"{{"defaultAppId":"{OTHER}","apiKey":"key-for-all-projects","projects":[
                {{"appId":"{ID}","appCertificate":"{CERTIFICATE}","apiKey":"key-for-the-first-one"}},
                {{"appId":"{OTHER}","appCertificate":"{CERTIFICATE}"}}]}}"#
        ))
        .unwrap();
        let found = |app_id: Option<&str>| {
            let app_id = app_id.map(|app_id| app_id.parse().unwrap());
            projects
                .find(app_id)
                .map(|project| project.app_id().to_string())
        };
        assert_eq!(found(None).as_deref(), Some(OTHER));
        assert_eq!(found(Some(ID)).as_deref(), Some(ID));
        assert_eq!(found(Some(CERTIFICATE)), None);
        let (first, other) = (ID.parse().ok(), OTHER.parse().ok());
        assert!(
            access
                .api_keys()
                .is_key("key-for-all-projects", &Reach::All)
        );
        let of = |project: Option<AppId>| Reach::Listed(project.into_iter().collect());
        assert!(!access.api_keys().is_key("key-for-all-projects", &of(first)));
        assert!(
            access
                .api_keys()
                .is_key("key-for-the-first-one", &of(first))
        );
        assert!(
            !access
                .api_keys()
                .is_key("key-for-the-first-one", &of(other))
        );
    }

    #[test]
    fn a_wrong_document_names_the_field_and_no_value() {
        let both = format!(r#""appId":"{ID}","appCertificate":"{CERTIFICATE}""#);
        let cases = [
            (String::new(), "(document)"),
            ("null".to_owned(), "(document)"),
            ("{}".to_owned(), "appId"),
            (format!(r#"{{"appId":"{ID}"}}"#), "appCertificate"),
            (
                format!(r#"{{"appId":"{ID}0","appCertificate":"{CERTIFICATE}"}}"#),
                "appId",
            ),
            (
                format!(r#"{{"appId":"{ID}","appCertificate":"SECRET"}}"#),
                "appCertificate",
            ),
            (
                format!(r#"{{{both},"secondaryCertificate":"SECRET"}}"#),
                "secondaryCertificate",
            ),
            (format!(r#"{{{both},"apiKey":"SECRET"}}"#), "apiKey"),
            (format!(r#"{{{both},"apiKeys":["SECRET"]}}"#), "apiKeys[0]"),
            (
                format!(r#"{{{both},"whiteboard":{{"accessKey":"","secretKey":"SECRET"}}}}"#),
                "whiteboard.accessKey",
            ),
            (
                format!(r#"{{{both},"defaultAppId":"{ID}"}}"#),
                "defaultAppId",
            ),
            (
                format!(r#"{{{both},"appCertifcate":"SECRET"}}"#),
                "(document)",
            ),
            (
                format!(
                    r#"{{"apiKey":"SECRET-0123456789","projects":[{{{both},"apiKey":"SECRET-0123456789"}}]}}"#
                ),
                "projects[0].apiKey",
            ),
            (
                format!(
                    r#"{{"defaultAppId":"{ID}","projects":[{{{both},"apiKey":"SECRET-0123456789"}},
                        {{"appId":"{OTHER}","appCertificate":"{CERTIFICATE}","apiKeys":["SECRET-0123456789"]}}]}}"#
                ),
                "projects[1].apiKeys[0]",
            ),
            (
                format!(r#"{{{both},"apiKey":{{"SECRET":1}}}}"#),
                "(document)",
            ),
            (r#"{"projects":[]}"#.to_owned(), "projects"),
            (
                format!(r#"{{"projects":[{{{both},"projects":[]}}]}}"#),
                "projects[0].projects",
            ),
            (format!(r#"{{{both},"projects":[]}}"#), "projects"),
            (
                format!(r#"{{"projects":[{{{both}}},{{{both}}}]}}"#),
                "projects[1].appId",
            ),
            (
                format!(r#"{{"projects":[{{{both}}}],"defaultAppId":"{OTHER}"}}"#),
                "defaultAppId",
            ),
            (
                format!(r#"{{"projects":[{{"appId":"{ID}","appCertificate":"SECRET"}}]}}"#),
                "projects[0].appCertificate",
            ),
        ];
        for (document, field) in cases {
            let error = Secret::parse(&document).map(|_| ()).unwrap_err();
            assert_eq!(error.field(), field, "{document}: {error}");
            assert!(!error.to_string().contains("SECRET"), "{error}");
        }
    }
}
