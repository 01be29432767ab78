//! What the policy says of a token.
//!
//! It is sure of what must not be granted. Where the documentation leaves open whether something is refused
//! all the same, it has a doubt, and only a request without one has to be granted.

use crate::kinds::{self, Piece, Place, Service, User, groupings};
use crate::model::deployment::{Deployment, Project, Secret, Standing};
use crate::model::identity::Identity;
use crate::model::names::{Product, chat_of_education, is_many, uid_of_digits};
use crate::model::pattern::Pattern;
use crate::model::policy::{Grant, Wildcards};
use crate::model::token::{Format, Token};

/// What a request says that its token does not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) app_id: Option<&'a str>,
    /// The lifetime, and the one of those who don't say, both in seconds.
    pub(crate) life: Option<u32>,
    pub(crate) usual: u32,
    pub(crate) batch: bool,
    /// Whether it is a request of another token server.
    pub(crate) drop_in: bool,
}

/// What the model thinks of a token.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// The rules that it breaks.
    pub(crate) breaks: Vec<String>,
    /// Why it might be refused although it breaks none.
    pub(crate) doubts: Vec<&'static str>,
}

impl Verdict {
    /// Whether a refusal with this code names one of the rules that are broken.
    pub(crate) fn explains(&self, code: &str) -> bool {
        let rules: &[&str] = match code {
            "denied_token_type" => &["tokenTypes"],
            "denied_role" => &["roles"],
            "denied_education_role" => &["educationRoles"],
            "denied_channel" => &["channels"],
            "denied_room" => &["rooms"],
            "denied_wildcard" | "denied_wildcard_role" => &["wildcards"],
            "denied_lifetime" => &["maxLifetime", "withinJwt"],
            "denied_rtm_permissions" => &["rtmPermissions"],
            "denied_legacy_token" => &["legacyTokens"],
            "denied_batch" => &["batches"],
            "denied_identity" | "denied_identity_unusable" => &["identity"],
            "denied_app_privilege" => &["app privilege"],
            "denied_project" => &["projects"],
            "denied_listed" => &["denied"],
            "denied_drop_in_route" => &["dropInRoutes"],
            _ => &[],
        };
        let is_named = |rule: &String| {
            let (name, _) = rule.split_once(':').unwrap_or_default();
            rules.contains(&name)
        };
        self.breaks.iter().any(is_named)
    }

    fn unless(&mut self, kept: bool, rule: impl FnOnce() -> String) {
        if !kept {
            self.breaks.push(rule());
        }
    }
}

/// What is wrong with granting this token to this caller at the time `now`, in Unix seconds.
pub(crate) fn judge(
    deployment: &Deployment,
    standing: &Standing<'_>,
    asked: Asked<'_>,
    token: &Token,
    now: u64,
) -> Verdict {
    let mut verdict = Verdict::default();
    let secret = match &deployment.secret {
        Ok(secret) if standing.faults.is_empty() => secret,
        _ => {
            let faults = &standing.faults;
            verdict
                .breaks
                .push(format!("caller: gets nothing, for {faults:?}"));
            return verdict;
        }
    };
    switches(deployment, asked, token, &mut verdict);
    if let Some(app_id) = asked.app_id {
        verdict.unless(token.app_id == app_id, || {
            format!("projects: asked for {app_id}, got {}", token.app_id)
        });
    }
    verdict.unless(
        !asked.batch || standing.rules.iter().any(|(_, rule)| rule.batches),
        || "batches: the token came in a batch".to_owned(),
    );
    verdict.unless(!secret.denied.token(&token.services), || {
        "denied: it is listed".to_owned()
    });
    verdict.unless(token.begins <= now + 1, || {
        format!("maxLifetime: it begins at {}", token.begins)
    });
    let court = Court {
        secret,
        standing,
        services: &token.services,
        format: token.format,
        now,
    };
    court.judge_pieces(token, &mut verdict);
    court.judge_users(&mut verdict);
    court.doubt(&mut verdict);
    verdict
}

/// Whether a token has the project and the lifetime that a request without them gets.
pub(crate) fn is_usual(
    deployment: &Deployment,
    standing: &Standing<'_>,
    asked: Asked<'_>,
    token: &Token,
    now: u64,
) -> Result<(), String> {
    let Ok(secret) = &deployment.secret else {
        return Ok(());
    };
    let court = Court {
        secret,
        standing,
        services: &token.services,
        format: token.format,
        now,
    };
    let Some((app_id, life)) = court.settle(asked) else {
        return Ok(());
    };
    if token.app_id != app_id {
        return Err(format!(
            "projects: {app_id} is the usual one, it is of {}",
            token.app_id
        ));
    }
    // The clock moves on while a request is answered; some formats have the end alone.
    let lasts = token.ends.saturating_sub(now);
    match asked.life.is_some() || lasts.abs_diff(life) <= 3 {
        true => Ok(()),
        false => Err(format!(
            "lifetime: {life} s is the usual one, it lasts {lasts} s"
        )),
    }
}

/// What the model thinks of what was asked for.
pub(crate) fn foresee(
    deployment: &Deployment,
    standing: &Standing<'_>,
    asked: Asked<'_>,
    (format, services): (Format, &[Service]),
    now: u64,
) -> Verdict {
    let token = |app_id: &str, life: u64| Token {
        format,
        app_id: app_id.to_owned(),
        begins: now,
        ends: now + life,
        services: services.to_vec(),
    };
    let judged = |token: &Token| judge(deployment, standing, asked, token, now);
    let Ok(secret) = &deployment.secret else {
        return judged(&token("", 0));
    };
    let court = Court {
        secret,
        standing,
        services,
        format,
        now,
    };
    if let Some((app_id, life)) = court.settle(asked) {
        return judged(&token(app_id, life));
    }
    // Whatever is wrong with it in any of the projects.
    let mut whole = Verdict::default();
    for app_id in court.candidates(asked) {
        let verdict = judged(&token(app_id, asked.life.unwrap_or(1).into()));
        whole.breaks.extend(verdict.breaks);
        whole.doubts.extend(verdict.doubts);
    }
    whole
}

fn switches(deployment: &Deployment, asked: Asked<'_>, token: &Token, verdict: &mut Verdict) {
    let Ok(policy) = &deployment.policy else {
        verdict.doubts.push("what the switches say is broken");
        return;
    };
    verdict.unless(policy.drop_in_routes || !asked.drop_in, || {
        "dropInRoutes: it is a request of another server".to_owned()
    });
    verdict.unless(policy.legacy_tokens || token.format != Format::V006, || {
        "legacyTokens: they are off for everybody".to_owned()
    });
}

/// Who judges: a caller, and what they ask for.
struct Court<'a> {
    secret: &'a Secret,
    standing: &'a Standing<'a>,
    services: &'a [Service],
    format: Format,
    now: u64,
}

impl Court<'_> {
    fn default_project(&self) -> &str {
        &self.secret.projects[0].app_id
    }

    /// The projects that a request may mean, in order.
    fn candidates<'b>(&'b self, asked: Asked<'b>) -> Vec<&'b str> {
        if let Some(app_id) = asked.app_id {
            return vec![app_id];
        }
        let mut candidates = vec![self.default_project()];
        let all = || {
            self.secret
                .projects
                .iter()
                .map(|Project { app_id, .. }| app_id.as_str())
        };
        for listed in self
            .standing
            .rules
            .iter()
            .flat_map(|(_, rule)| &rule.projects)
        {
            match listed.as_str() {
                "*" => candidates.extend(all()),
                one => candidates.push(one),
            }
        }
        candidates
    }

    /// The project and the lifetime in seconds that this request gets, if it gets anything.
    fn settle<'b>(&'b self, asked: Asked<'b>) -> Option<(&'b str, u64)> {
        let groupings = groupings(self.services);
        self.candidates(asked).into_iter().find_map(|app_id| {
            let longest = |piece: &Piece<'_>| {
                let rules = self.standing.rules.iter().map(|(_, rule)| *rule);
                let rules = rules.filter(|rule| self.faults(rule, piece, app_id).is_empty());
                rules.map(|rule| self.limit(rule)).max()
            };
            let whole = |pieces: &Vec<Piece<'_>>| {
                let lives: Option<Vec<u64>> = pieces.iter().map(longest).collect();
                lives?.into_iter().min()
            };
            let limit = groupings.iter().filter_map(whole).max()?;
            let life = match asked.life {
                Some(life) => u64::from(life),
                None => limit.min(asked.usual.into()),
            };
            (1..=limit).contains(&life).then_some((app_id, life))
        })
    }

    /// How long a token may live by a rule.
    fn limit(&self, rule: &Grant) -> u64 {
        match rule.within_jwt {
            true => rule
                .max_lifetime
                .min(self.jwt_ends().saturating_sub(self.now)),
            false => rule.max_lifetime,
        }
    }

    fn jwt_ends(&self) -> u64 {
        let claims = self.standing.claims.as_ref();
        claims
            .and_then(|claims| claims["exp"].as_u64())
            .unwrap_or(u64::MAX)
    }

    /// One rule has to grant each piece, alone and whole.
    fn judge_pieces(&self, token: &Token, verdict: &mut Verdict) {
        let mut refused = None;
        for pieces in groupings(self.services) {
            let mut breaks = Vec::new();
            for piece in &pieces {
                let by_rule = self.standing.rules.iter().map(|(name, rule)| {
                    let mut faults = self.faults(rule, piece, &token.app_id);
                    faults.extend(self.too_long(rule, token));
                    let by = |fault| format!("{fault}; by the rule {name}");
                    faults.into_iter().map(by).collect::<Vec<_>>()
                });
                let by_rule: Vec<_> = by_rule.collect();
                if by_rule.iter().all(|faults| !faults.is_empty()) {
                    breaks.extend(by_rule.concat());
                }
            }
            if breaks.is_empty() {
                return;
            }
            refused.get_or_insert(breaks);
        }
        verdict.breaks.extend(refused.unwrap_or_default());
    }

    fn too_long(&self, rule: &Grant, token: &Token) -> Option<String> {
        let (life, most) = (token.ends.saturating_sub(token.begins), rule.max_lifetime);
        if life > most {
            return Some(format!("maxLifetime: it lives for {life} of {most} s"));
        }
        let (ends, exp) = (token.ends, self.jwt_ends());
        let over = rule.within_jwt && ends > exp;
        over.then(|| format!("withinJwt: it ends at {ends}, the JWT at {exp}"))
    }

    /// Why a rule does not grant a piece of the token in this project, however short its life.
    fn faults(&self, rule: &Grant, piece: &Piece<'_>, app_id: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let mut unless = |kept: bool, fault: &dyn Fn() -> String| {
            if !kept {
                faults.push(fault());
            }
        };
        let kind = piece.kind;
        unless(rule.has_kind(kind), &|| {
            format!("tokenTypes: {kind} is not granted")
        });
        unless(rule.has_kind(kind) || !kinds::administers(kind), &|| {
            format!("app privilege: {kind} is for services")
        });
        unless(rule.has_project(app_id, self.default_project()), &|| {
            format!("projects: {app_id} is not granted")
        });
        unless(self.format != Format::V006 || rule.legacy_tokens, &|| {
            "legacyTokens: the token is in the 006 format".to_owned()
        });
        for service in &piece.services {
            unless(rule.publisher || !service.publishes(), &|| {
                format!("roles: {service:?} may send")
            });
            if is_wildcard(service) {
                let receives = !self.services.iter().any(Service::publishes);
                let granted = match rule.wildcards {
                    Wildcards::None => false,
                    Wildcards::Subscriber => receives,
                    Wildcards::Any => true,
                };
                unless(granted, &|| format!("wildcards: {service:?} is for many"));
            }
            if let Service::RtmLists { .. } = service {
                unless(rule.rtm_permissions, &|| {
                    format!("rtmPermissions: {service:?}")
                });
            }
            if let (Service::RoomUser { role, .. }, Some(roles)) = (service, &rule.education_roles)
            {
                unless(roles.contains(role), &|| {
                    format!("educationRoles: {role} is not granted")
                });
            }
            for place in service.places() {
                let (patterns, what, name) = match place {
                    Place::Channel(name) => (&rule.channels, "channels", Some(name)),
                    Place::Room(name) => (&rule.rooms, "rooms", Some(name)),
                    Place::EveryRoom => (&rule.rooms, "rooms", None),
                };
                let claims = self.standing.claims.as_ref();
                let fits = |pattern: &Pattern| match name {
                    Some(name) => pattern.fits(claims, name),
                    None => pattern.is_any(),
                };
                unless(patterns.iter().any(fits), &|| {
                    format!("{what}: {:?} fits none", name.unwrap_or("every room"))
                });
            }
        }
        faults
    }

    fn judge_users(&self, verdict: &mut Verdict) {
        let users = || self.services.iter().filter_map(Service::user);
        for service in self.services {
            if let Service::Rtc { user, .. } = service {
                let known = user.is_empty() || Product::Rtc.takes(&user.replace('*', "x"));
                verdict.unless(known, || format!("identity: {user:?} is no RTC account"));
            }
        }
        let Some(identity) = &self.standing.identity else {
            return;
        };
        let room_chats = self.services.iter().filter_map(|service| match service {
            Service::RoomUser { user, .. } => Some(chat_of_education(user)),
            _ => None,
        });
        let room_chats: Vec<String> = room_chats.collect();
        for user in users() {
            let (is_own, name) = match user {
                User::Chat(name) => {
                    let of_room = room_chats.iter().any(|one| one == name);
                    (of_room || identity.chat.as_deref() == Some(name), name)
                }
                User::Account(name) => (
                    is_many(name) || identity.rtm().as_deref() == Some(name),
                    name,
                ),
                User::Rtc(name) => (is_own_in_rtc(identity, name), name),
            };
            verdict.unless(is_own, || {
                format!("identity: {name:?} is not of {identity:?}")
            });
        }
    }

    fn doubt(&self, verdict: &mut Verdict) {
        let rules = || self.standing.rules.iter().map(|(_, rule)| rule);
        let many = self.services.iter().any(is_wildcard);
        if many && rules().any(|rule| rule.wildcards == Wildcards::Subscriber) {
            verdict.doubts.push("a wildcard may only receive");
        }
        if rules().any(|rule| rule.within_jwt) && self.jwt_ends() < self.now + 5 {
            verdict.doubts.push("the JWT is about to end");
        }
        if self
            .standing
            .identity
            .as_ref()
            .is_some_and(Identity::is_unclear)
        {
            verdict.doubts.push("who the user is, is not clear");
        }
        if groupings(self.services).len() > 1 {
            verdict.doubts.push("what belongs to an agent is not clear");
        }
    }
}

/// Anybody at all is a matter of `wildcards`.
fn is_own_in_rtc(identity: &Identity, name: &str) -> bool {
    match uid_of_digits(name) {
        Some(0) => true,
        Some(uid) => identity.uid == Some(uid),
        None => is_many(name) || identity.rtc().as_deref() == Some(name),
    }
}

/// Whether a service is for many channels, rooms or users.
fn is_wildcard(service: &Service) -> bool {
    let place = |place: &Place<'_>| match place {
        Place::Channel(name) | Place::Room(name) => is_many(name),
        Place::EveryRoom => false,
    };
    let user = match service.user() {
        Some(User::Rtc(user)) => is_many(user) || user == "0",
        Some(User::Account(user) | User::Chat(user)) => is_many(user),
        None => false,
    };
    let mut listed = service.listed().iter().flat_map(|(.., names)| names);
    user || service.places().iter().any(place) || listed.any(|name| is_many(name))
}
