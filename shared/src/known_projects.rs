//! What an explanation may draw on where somebody holds the certificates themselves.

use crate::explain::{Knowledge, Signer, Speaker};
use crate::project::{Project, SigningKey, Whiteboard};
use crate::token::whiteboard::WhiteboardSecretKey;
use crate::token::{AppCertificate, AppId, SignatureOf};
use std::fmt;

/// Your projects, whose certificates an explanation checks signatures with. There is no way back to a
/// certificate: it is asked whether it signed something.
///
/// ```
/// use agora_token::KnownProjects;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let projects = KnownProjects::new().with_project(
///     "970CA35de60c44645bbae8a215061b33".parse()?,
///     "5CFd2fd1755d40ecb72977518be15d3b".parse()?,
///     None, // the secondary certificate, while one replaces the other
/// );
/// assert!(!format!("{projects:?}").contains("5CFd2fd1755d40ecb72977518be15d3b"));
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct KnownProjects {
    projects: Vec<Project>,
    whiteboards: Vec<Whiteboard>,
    speaker: Speaker,
}

impl KnownProjects {
    /// None: a token is explained, and its signature stays unchecked.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a project of Agora Console.
    #[must_use]
    pub fn with_project(
        mut self,
        app_id: AppId,
        certificate: AppCertificate,
        secondary: Option<AppCertificate>,
    ) -> Self {
        self.projects
            .push(Project::new(app_id, certificate, secondary, None));
        self
    }

    /// With the key pair of an Interactive Whiteboard project: `AK` and `SK` in Agora Console.
    #[must_use]
    pub fn with_whiteboard(
        mut self,
        access_key: impl Into<String>,
        secret_key: WhiteboardSecretKey,
    ) -> Self {
        self.whiteboards.push(Whiteboard {
            access_key: access_key.into(),
            secret_key,
        });
        self
    }

    /// With findings that speak of this one.
    #[must_use]
    pub fn with_speaker(mut self, speaker: Speaker) -> Self {
        self.speaker = speaker;
        self
    }

    fn whiteboard(&self, access_key: &str) -> Option<&Whiteboard> {
        self.whiteboards
            .iter()
            .find(|keys| keys.access_key == access_key)
    }
}

/// Who signed a token that is for `project`. One of `others` may have, by mistake.
pub(crate) fn signer<'a>(
    project: &Project,
    mut others: impl Iterator<Item = &'a Project>,
    token: SignatureOf<'_>,
) -> Signer {
    match project.signing_key(token) {
        Some(SigningKey::Primary) => Signer::Primary,
        Some(SigningKey::Secondary) => Signer::Secondary,
        None if others.any(|other| other.signing_key(token) == Some(SigningKey::Primary)) => {
            Signer::OtherProject
        }
        None => Signer::Nobody,
    }
}

impl Knowledge for KnownProjects {
    fn knows_app_id(&self, app_id: &str) -> Option<bool> {
        let mut projects = self.projects.iter();
        (!self.projects.is_empty())
            .then(|| projects.any(|project| project.app_id().as_str() == app_id))
    }

    fn knows_access_key(&self, access_key: &str) -> Option<bool> {
        (!self.whiteboards.is_empty()).then(|| self.whiteboard(access_key).is_some())
    }

    fn is_api_key(&self, _text: &str) -> bool {
        false
    }

    fn is_secret(&self, text: &str) -> bool {
        self.projects.iter().any(|project| project.is_secret(text))
            || self
                .whiteboards
                .iter()
                .any(|keys| keys.secret_key.is_text(text))
    }

    fn signer(&self, app_id: &str, signature: SignatureOf<'_>) -> Signer {
        if self.projects.is_empty() {
            return Signer::NoCertificates;
        }
        let mut projects = self.projects.iter();
        match projects.find(|project| project.app_id().as_str() == app_id) {
            Some(project) => signer(project, self.projects.iter(), signature),
            None => Signer::UnknownProject,
        }
    }

    fn whiteboard_signer(&self, access_key: &str, signature: SignatureOf<'_>) -> Signer {
        if self.whiteboards.is_empty() {
            return Signer::NoCertificates;
        }
        let SignatureOf::Whiteboard(token) = signature else {
            return Signer::UnknownProject;
        };
        match self.whiteboard(access_key) {
            Some(keys) if token.verify(&keys.secret_key) => Signer::Primary,
            Some(_) => {
                let mut others = self.whiteboards.iter();
                if others.any(|other| token.verify(&other.secret_key)) {
                    Signer::OtherProject
                } else {
                    Signer::Nobody
                }
            }
            None => Signer::UnknownProject,
        }
    }

    fn speaker(&self) -> Speaker {
        self.speaker
    }
}

/// App IDs only: certificates have no place in any output.
impl fmt::Debug for KnownProjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.projects.iter().map(Project::app_id))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{Code, Joins, Signature, explain};
    use crate::token::AccessToken2;
    use crate::token::builders::rtc::{RtcRole, with_role};
    use crate::token::whiteboard::{WhiteboardResource, WhiteboardRole, WhiteboardToken};

    const ONE: (&str, &str) = (
        "970CA35de60c44645bbae8a215061b33",
        "5CFd2fd1755d40ecb72977518be15d3b",
    );
    const OTHER: (&str, &str) = (
        "11111111111111111111111111111111",
        "22222222222222222222222222222222",
    );
    const SECONDARY: &str = "0123456789abcdef0123456789abcdef";

    fn known() -> KnownProjects {
        let app_id = |text: &str| text.parse().unwrap();
        let secondary = Some(SECONDARY.parse().unwrap());
        KnownProjects::new()
            .with_project(app_id(ONE.0), ONE.1.parse().unwrap(), secondary)
            .with_project(app_id(OTHER.0), OTHER.1.parse().unwrap(), None)
            .with_whiteboard("one", "a-secret-key".parse().unwrap())
            .with_whiteboard("two", "another-secret-key".parse().unwrap())
    }

    fn token(app_id: &str) -> AccessToken2 {
        AccessToken2 {
            app_id: app_id.parse().unwrap(),
            issue_ts: 1_700_000_000,
            expire: 3600,
            salt: 7,
            services: vec![with_role("lobby", "7", RtcRole::Publisher, 3600)],
        }
    }

    #[test]
    fn it_tells_whose_certificate_signed() {
        for (app_id, certificate, signer) in [
            (ONE.0, ONE.1, Signer::Primary),
            (ONE.0, SECONDARY, Signer::Secondary),
            (ONE.0, OTHER.1, Signer::OtherProject),
            (OTHER.0, SECONDARY, Signer::Nobody),
            (
                "33333333333333333333333333333333",
                ONE.1,
                Signer::UnknownProject,
            ),
        ] {
            let text = token(app_id).build(&certificate.parse().unwrap()).unwrap();
            let parsed = AccessToken2::parse(&text).unwrap();
            let signature = SignatureOf::V007(&parsed);
            assert_eq!(
                known().signer(app_id, signature),
                signer,
                "{app_id}, {certificate}"
            );
            let none = KnownProjects::new().signer(app_id, signature);
            assert_eq!(none, Signer::NoCertificates);
        }
    }

    #[test]
    fn it_tells_whose_whiteboard_key_signed() {
        for (access_key, secret_key, signer) in [
            ("one", "a-secret-key", Signer::Primary),
            ("one", "another-secret-key", Signer::OtherProject),
            ("two", "a-third-secret-key", Signer::Nobody),
            ("three", "a-secret-key", Signer::UnknownProject),
        ] {
            let text = WhiteboardToken {
                access_key: access_key.to_owned(),
                nonce: "1".to_owned(),
                role: WhiteboardRole::Writer,
                resource: WhiteboardResource::Room {
                    uuid: "a room".to_owned(),
                },
                expire_at_ms: Some(1_700_000_000_000),
            }
            .build(&secret_key.parse().unwrap());
            let parsed = WhiteboardToken::parse(&text).unwrap();
            let signature = SignatureOf::Whiteboard(&parsed);
            let told = known().whiteboard_signer(access_key, signature);
            assert_eq!(told, signer, "{access_key}, {secret_key}");
            let none = KnownProjects::new().whiteboard_signer(access_key, signature);
            assert_eq!(none, Signer::NoCertificates);
        }
    }

    #[test]
    fn certificates_and_keys_are_recognised_and_never_shown() {
        for secret in [
            ONE.1,
            SECONDARY,
            OTHER.1,
            "a-secret-key",
            "another-secret-key",
        ] {
            assert!(known().is_secret(secret));
            assert!(!format!("{:?}", known()).contains(secret));
        }
        assert!(!known().is_secret(ONE.0));
    }

    #[test]
    fn without_certificates_the_signature_stays_unchecked() {
        let text = token(ONE.0).build(&OTHER.1.parse().unwrap()).unwrap();
        let explained = |projects| explain(&text, &Joins::new(), &projects, 1_700_000_010_000);
        assert_eq!(explained(known()).signature(), Signature::Mismatch);
        let speaker = Speaker::Program {
            certificates: "press the button",
        };
        for (projects, fix) in [
            (
                KnownProjects::new(),
                "name the App ID and the certificate of the project, and",
            ),
            (
                KnownProjects::new().with_speaker(speaker),
                "press the button, and",
            ),
        ] {
            let report = explained(projects);
            assert_eq!(report.signature(), Signature::Unchecked);
            let mut findings = report.findings().iter();
            let unchecked = findings.find(|found| found.code() == Code::SignatureUnchecked);
            assert!(unchecked.unwrap().fix().starts_with(fix), "{unchecked:?}");
        }
    }
}
