//! All that an explanation draws on besides the token.

use crate::joins::Joins;
use crate::names::Names;
use agora_token::http::Scene;
use agora_token::project::{Project, Projects};
use agora_token::token::AppId;

/// One question: what the app joins with, who asks, when, and what this deployment knows.
pub(crate) struct Case<'a> {
    pub(crate) joins: &'a Joins,
    /// The deployment's projects, where they can be had.
    pub(crate) projects: Option<&'a Projects>,
    pub(crate) asker: Asker,
    /// The moment at which the token is judged: Unix time in seconds.
    pub(crate) now: u64,
    /// How names out of the token may be shown.
    pub(crate) names: Names<'a>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asker {
    Anybody,
    /// A service, whose key may be good for one project only.
    Service(Option<AppId>),
}

impl Asker {
    /// The projects whose secrets the asker may recognise: those that their API key is good for.
    /// Anybody else would learn from it whether a guess is right.
    pub(crate) fn reach(self, projects: Option<&Projects>) -> Vec<&Project> {
        let Self::Service(own) = self else {
            return Vec::new();
        };
        let projects = projects.into_iter().flat_map(Projects::iter);
        projects
            .filter(|project| own.is_none_or(|own| own == project.app_id))
            .collect()
    }
}

impl<'a> Case<'a> {
    pub(crate) fn new(joins: &'a Joins, scene: &'a Scene) -> Self {
        let projects = scene.projects.as_deref();
        let asker = if scene.service {
            Asker::Service(scene.key_project)
        } else {
            Asker::Anybody
        };
        Self {
            joins,
            projects,
            asker,
            now: joins.at.map_or(scene.now / 1000, |moment| moment.0),
            names: Names::new(asker.reach(projects)),
        }
    }

    /// The deployment's project with this App ID.
    pub(crate) fn project(&self, app_id: &str) -> Option<&'a Project> {
        self.projects?
            .iter()
            .find(|project| project.app_id.as_str() == app_id)
    }
}
