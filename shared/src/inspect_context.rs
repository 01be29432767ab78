//! What an explanation of a token may draw on: questions, and no keys.

#[cfg(feature = "lambda")]
use crate::access::Principal;
use crate::access::Reach;
use crate::explain::{Knowledge, Signer, Speaker};
use crate::known_projects::signer;
use crate::project::Project;
use crate::secret::Secret;
use crate::token::{AppId, SignatureOf};
use std::sync::Arc;

/// What an explanation may draw on, and for whom it is.
///
/// Anybody may ask which projects there are: their App IDs stand in every app. What tells whether a guess
/// at a secret is right is answered to a service only, and only of the projects that its key is good for.
pub struct InspectContext {
    secret: Option<Arc<Secret>>,
    asker: Asker,
    /// Unix milliseconds.
    now: u64,
    speaker: Speaker,
}

#[derive(Debug, Clone)]
enum Asker {
    Anybody,
    /// A service, whose key may be good for some projects only.
    Service(Reach),
}

impl InspectContext {
    /// For whoever shows nothing.
    pub(crate) fn for_anybody(secret: Option<Arc<Secret>>, now: u64) -> Self {
        Self {
            secret,
            asker: Asker::Anybody,
            now,
            speaker: Speaker::Service,
        }
    }

    /// For a caller who was recognised.
    #[cfg(feature = "lambda")]
    pub(crate) fn for_principal(secret: Arc<Secret>, principal: &Principal, now: u64) -> Self {
        let reach = principal.service_reach();
        Self {
            asker: reach.map_or(Asker::Anybody, |reach| Asker::Service(reach.clone())),
            ..Self::for_anybody(Some(secret), now)
        }
    }

    /// For a service whose key is good for this project, or for all of them, at `now`, a Unix time in
    /// milliseconds: for whoever holds a secret of their own.
    pub fn for_holder(secret: Secret, own: Option<AppId>, now: u64) -> Self {
        Self {
            asker: Asker::Service(own.map_or(Reach::All, |own| Reach::Listed(vec![own]))),
            ..Self::for_anybody(Some(Arc::new(secret)), now)
        }
    }

    /// The same for somebody who is no service.
    pub fn for_others(self) -> Self {
        Self {
            asker: Asker::Anybody,
            ..self
        }
    }

    /// The same with findings that speak of this one, and not of the service.
    pub fn with_speaker(self, speaker: Speaker) -> Self {
        Self { speaker, ..self }
    }

    /// The Unix time in milliseconds.
    pub fn now(&self) -> u64 {
        self.now
    }

    fn judge(&self, project: Option<&Project>, token: SignatureOf<'_>) -> Signer {
        let project = match (&self.asker, project) {
            (Asker::Anybody, _) => return Signer::NotForAnybody,
            (Asker::Service(_), None) => return Signer::UnknownProject,
            (Asker::Service(reach), Some(project)) if !reach.holds(project.app_id()) => {
                return Signer::KeyOfOtherProject;
            }
            (Asker::Service(_), Some(project)) => project,
        };
        signer(project, self.reach(), token)
    }

    fn projects(&self) -> impl Iterator<Item = &Project> {
        let secret = self.secret.iter();
        secret.flat_map(|secret| secret.projects.iter())
    }

    /// The projects whose secrets the asker may recognise.
    fn reach(&self) -> impl Iterator<Item = &Project> {
        self.projects().filter(|project| match &self.asker {
            Asker::Anybody => false,
            Asker::Service(reach) => reach.holds(project.app_id()),
        })
    }

    fn project(&self, app_id: &str) -> Option<&Project> {
        self.projects()
            .find(|project| project.app_id().as_str() == app_id)
    }

    fn whiteboard(&self, access_key: &str) -> Option<&Project> {
        self.projects()
            .find(|project| project.access_key() == Some(access_key))
    }
}

impl Knowledge for InspectContext {
    fn knows_app_id(&self, app_id: &str) -> Option<bool> {
        self.secret.as_ref()?;
        Some(self.project(app_id).is_some())
    }

    fn knows_access_key(&self, access_key: &str) -> Option<bool> {
        self.secret.as_ref()?;
        Some(self.whiteboard(access_key).is_some())
    }

    fn is_api_key(&self, text: &str) -> bool {
        match (&self.secret, &self.asker) {
            (Some(secret), Asker::Service(reach)) => secret.access.api_keys().is_key(text, reach),
            _ => false,
        }
    }

    fn is_secret(&self, text: &str) -> bool {
        self.reach().any(|project| project.is_secret(text))
    }

    fn signer(&self, app_id: &str, token: SignatureOf<'_>) -> Signer {
        self.judge(self.project(app_id), token)
    }

    fn whiteboard_signer(&self, access_key: &str, token: SignatureOf<'_>) -> Signer {
        self.judge(self.whiteboard(access_key), token)
    }

    fn speaker(&self) -> Speaker {
        self.speaker
    }
}
