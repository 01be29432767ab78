//! All that an explanation draws on besides the token.

use crate::joins::Joins;
use crate::names::Names;
use agora_token::http::Scene;
use agora_token::project::{Project, Projects};
use agora_token::token::AppId;

/// One question: what the app joins with, who asks, when, and what this deployment knows.
#[derive(Debug)]
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

impl<'a> Case<'a> {
    pub(crate) fn new(joins: &'a Joins, scene: &'a Scene) -> Self {
        let projects = scene.projects.as_deref();
        Self {
            joins,
            projects,
            asker: if scene.service {
                Asker::Service(scene.key_project)
            } else {
                Asker::Anybody
            },
            now: joins.at.map_or(scene.now / 1000, |moment| moment.0),
            names: Names::new(projects),
        }
    }

    /// The deployment's project with this App ID.
    pub(crate) fn project(&self, app_id: &str) -> Option<&'a Project> {
        self.projects?
            .iter()
            .find(|project| project.app_id.as_str() == app_id)
    }
}
