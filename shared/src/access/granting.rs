//! What rules grant: each part of a token by one of them, alone and whole.

use super::authorise::{Denied, DeniedRule};
use super::pattern::OwnClaims;
use super::{NamePattern, PolicyRule, Projects, Reach, Wildcards};
use crate::grant::{Part, Room};
use crate::params::Lifetime;
use crate::token::AppId;
use std::sync::Arc;

/// By which rules somebody is granted what.
pub(super) struct Granting<'a> {
    pub(super) rules: &'a [Arc<PolicyRule>],
    /// What stands for claims in patterns.
    pub(super) claims: Option<&'a OwnClaims>,
    /// The seconds until the caller's own JWT ends.
    pub(super) left: u64,
    /// The projects that the caller's API key is good for; any for who has none.
    pub(super) reach: Option<&'a Reach>,
    pub(super) default_app_id: AppId,
}

/// What is asked for, with the identities filled in.
pub(super) struct Asked<'a> {
    pub(super) parts: Vec<Part<'a>>,
    pub(super) lifetime: Option<Lifetime>,
    /// What it is where the request doesn't say.
    pub(super) usual: Lifetime,
    pub(super) app_id: Option<AppId>,
}

/// What a part is judged with: the token that it belongs to.
struct Whole {
    /// Whether the token can do no more than receive.
    only_receives: bool,
    lifetime: Option<Lifetime>,
    app_id: AppId,
}

impl Granting<'_> {
    /// Whether each part is of a kind that one of the rules grants. That comes before identities: who may
    /// not have a kind at all is not told about names.
    pub(super) fn check_kinds(&self, parts: &[Part<'_>]) -> Result<(), Denied> {
        parts.iter().try_for_each(|part| {
            self.by_one_rule(&(), |rule| rule.check_kind(part))
                .map(drop)
        })
    }

    /// How long the token may live, and which project signs it.
    ///
    /// A project that was left out is the default one if all is granted there, and otherwise the first
    /// that the rules name where it is.
    pub(super) fn grant(&self, asked: &Asked<'_>) -> Result<(Lifetime, AppId), Denied> {
        let mut refused = None;
        for app_id in self.projects(asked.app_id) {
            let whole = Whole {
                only_receives: asked.parts.iter().all(Part::only_receives),
                lifetime: asked.lifetime,
                app_id,
            };
            match self.grant_in(asked, &whole) {
                Ok(lifetime) => return Ok((lifetime, app_id)),
                Err(denied) => {
                    refused = Some(match refused {
                        Some(before) if !further(&denied, &before) => before,
                        _ => denied,
                    });
                }
            }
        }
        Err(refused.unwrap_or_else(|| Denied::new(DeniedRule::Project, NO_PROJECT)))
    }

    fn grant_in(&self, asked: &Asked<'_>, whole: &Whole) -> Result<Lifetime, Denied> {
        let mut lifetime = asked.lifetime.unwrap_or(asked.usual);
        for part in &asked.parts {
            let longest = self.by_one_rule(&lifetime, |rule| self.judge(rule, part, whole))?;
            lifetime = lifetime.min(longest);
        }
        Ok(lifetime)
    }

    /// The best that any of the rules says, as far as it has to be `enough`; or what the one says that came
    /// nearest.
    fn by_one_rule<T: Ord>(
        &self,
        enough: &T,
        judge: impl Fn(&PolicyRule) -> Result<T, Denied>,
    ) -> Result<T, Denied> {
        let mut best = None;
        let mut nearest: Option<(Denied, &str)> = None;
        for rule in self.rules {
            match judge(rule) {
                Ok(granted) if granted >= *enough => return Ok(granted),
                Ok(granted) => best = best.max(Some(granted)),
                Err(denied) => {
                    if nearest
                        .as_ref()
                        .is_none_or(|(before, _)| further(&denied, before))
                    {
                        nearest = Some((denied, &rule.name));
                    }
                }
            }
        }
        match (best, nearest) {
            (Some(best), _) => Ok(best),
            (None, Some((denied, name))) if self.rules.len() > 1 => Err(Denied::new(
                denied.rule,
                format!(
                    "{}. Of the rules that apply to you, `{name}` comes nearest",
                    denied.detail
                ),
            )),
            (None, Some((denied, _))) => Err(denied),
            (None, None) => Err(Denied::new(
                DeniedRule::TokenType,
                "nothing is granted to you",
            )),
        }
    }

    /// The projects to try, in order.
    fn projects(&self, asked: Option<AppId>) -> Vec<AppId> {
        if let Some(asked) = asked {
            return vec![asked];
        }
        let mut projects = vec![self.default_app_id];
        for rule in self.rules {
            if let Projects::Listed(listed) = &rule.projects {
                projects.extend(listed);
            }
        }
        if let Some(Reach::Listed(listed)) = self.reach {
            projects.extend(listed);
        }
        projects.retain(|app_id| self.reach.is_none_or(|reach| reach.holds(*app_id)));
        projects
    }

    /// Judges a part by one rule: the longest life that the rule grants it.
    fn judge(&self, rule: &PolicyRule, part: &Part<'_>, whole: &Whole) -> Result<Lifetime, Denied> {
        rule.check_kind(part)?;
        rule.check_wildcard(part, whole)?;
        rule.check_part(part, self.claims)?;
        rule.check_project(whole.app_id, self.default_app_id)?;
        rule.check_lifetime(whole.lifetime, self.left)
    }
}

const NO_PROJECT: &str = "this project is not granted to you; leave out `appId`";

/// Whether a refusal comes later in the order in which a rule is asked than another.
fn further(denied: &Denied, before: &Denied) -> bool {
    let place = |denied: &Denied| match denied.rule {
        DeniedRule::AppPrivilege => 0,
        DeniedRule::TokenType => 1,
        DeniedRule::LegacyToken => 2,
        DeniedRule::Wildcard => 3,
        DeniedRule::WildcardRole => 4,
        DeniedRule::Role => 5,
        DeniedRule::EducationRole => 6,
        DeniedRule::Channel => 7,
        DeniedRule::Room => 8,
        DeniedRule::RtmPermissions => 9,
        DeniedRule::Project => 10,
        DeniedRule::Lifetime => 11,
        DeniedRule::Batch
        | DeniedRule::Identity
        | DeniedRule::IdentityUnusable
        | DeniedRule::Listed
        | DeniedRule::DropInRoute => 12,
    };
    place(denied) > place(before)
}

impl PolicyRule {
    fn check_kind(&self, part: &Part<'_>) -> Result<(), Denied> {
        let named = self.token_types.iter().any(|name| name == part.token_type);
        if part.administers && !named {
            return Err(Denied::new(
                DeniedRule::AppPrivilege,
                "a token that administers the whole project is for services with an API key only",
            ));
        }
        if !named {
            return Err(Denied::new(
                DeniedRule::TokenType,
                format!(
                    "tokens of the type `{}` are not granted to you",
                    part.token_type
                ),
            ));
        }
        if part.legacy && !self.legacy_tokens {
            return Err(Denied::new(
                DeniedRule::LegacyToken,
                "tokens in the 006 format are not granted to you, for they can be cut anew for other channels and users; ask for 007",
            ));
        }
        Ok(())
    }

    /// A wildcard is judged with the whole token: its bearer has all of its parts at once.
    fn check_wildcard(&self, part: &Part<'_>, whole: &Whole) -> Result<(), Denied> {
        match self.wildcards {
            _ if !part.is_wildcard() => Ok(()),
            Wildcards::None => Err(Denied::new(
                DeniedRule::Wildcard,
                "a token for many channels, rooms or users is not granted to you; name one of each",
            )),
            Wildcards::Subscriber if !whole.only_receives => Err(Denied::new(
                DeniedRule::WildcardRole,
                "a token for many channels, rooms or users is granted to you only if it can do no more than receive",
            )),
            Wildcards::Subscriber | Wildcards::Any => Ok(()),
        }
    }

    fn check_part(&self, part: &Part<'_>, claims: Option<&OwnClaims>) -> Result<(), Denied> {
        if part.publishes && !self.publisher {
            return Err(Denied::new(
                DeniedRule::Role,
                "the right to publish is not granted to you; ask for the role `subscriber`, and for no stream channel to write in",
            ));
        }
        if let (Some(role), Some(granted)) = (part.education_role, &self.education_roles)
            && !granted.contains(&role)
        {
            return Err(Denied::new(
                DeniedRule::EducationRole,
                format!("the role {role} of Education is not granted to you"),
            ));
        }
        let fits = |patterns: &[NamePattern], name: &str| {
            patterns.iter().any(|pattern| pattern.matches(name, claims))
        };
        if part.channels.iter().any(|name| !fits(&self.channels, name)) {
            return Err(Denied::new(
                DeniedRule::Channel,
                "this channel is not granted to you",
            ));
        }
        let rooms = self.rooms.as_ref().unwrap_or(&self.channels);
        let granted = match part.room {
            None => true,
            Some(Room::Named(room)) => fits(rooms, room),
            Some(Room::Any) => rooms.iter().any(NamePattern::is_any),
        };
        if !granted {
            return Err(Denied::new(
                DeniedRule::Room,
                "this room is not granted to you; a token for no room in particular needs all of them",
            ));
        }
        if part.permissions && !self.rtm_permissions {
            return Err(Denied::new(
                DeniedRule::RtmPermissions,
                "RTM permissions are not granted to you; leave out `permissions`",
            ));
        }
        Ok(())
    }

    fn check_project(&self, app_id: AppId, default: AppId) -> Result<(), Denied> {
        let granted = match &self.projects {
            Projects::All => true,
            Projects::Default => app_id == default,
            Projects::Listed(listed) => listed.contains(&app_id),
        };
        match granted {
            true => Ok(()),
            false => Err(Denied::new(DeniedRule::Project, NO_PROJECT)),
        }
    }

    /// The longest life that is granted, if what was asked for is no longer. `left`: the seconds until the
    /// caller's own JWT ends.
    fn check_lifetime(&self, asked: Option<Lifetime>, left: u64) -> Result<Lifetime, Denied> {
        let within = match self.within_jwt {
            true => Lifetime::at_most(left),
            false => Some(Lifetime::LONGEST),
        };
        let within = within.ok_or_else(|| {
            Denied::new(
                DeniedRule::Lifetime,
                "your JWT is at its end; get a new one first",
            )
        })?;
        let most = self.max_lifetime.min(within);
        match asked {
            Some(asked) if asked > most => Err(Denied::new(
                DeniedRule::Lifetime,
                format!(
                    "a life of more than {} seconds is not granted to you at the moment",
                    most.seconds()
                ),
            )),
            _ => Ok(most),
        }
    }
}
