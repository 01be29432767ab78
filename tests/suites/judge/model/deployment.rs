//! What the operator set up, and what that makes of a caller.

use serde_json::Value;

use crate::model::denied::Denied;
use crate::model::identity::{Identity, is_subject};
use crate::model::keys::Key;
use crate::model::policy::{Broken, Grant, Policy};

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// With an API key.
    Key(String),
    /// With a JWT of an issuer, and these claims.
    User { claims: Value },
    /// With nothing.
    Anonymous,
    /// With something that is wrong.
    Stranger,
}

/// One of the secret's projects.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) app_id: String,
    pub(crate) whiteboard_key: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Secret {
    /// The first is the default.
    pub(crate) projects: Vec<Project>,
    keys: Vec<Key>,
    pub(crate) denied: Denied,
}

#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub(crate) secret: Result<Secret, Broken>,
    pub(crate) policy: Result<Policy, Broken>,
    pub(crate) open: bool,
    /// The issuer of the settings.
    pub(crate) issuer: Option<String>,
}

/// What a caller is here, before it is known what they ask for.
#[derive(Debug, Default)]
pub(crate) struct Standing<'a> {
    /// Why they get nothing, each with a status and a code.
    pub(crate) faults: Vec<(u16, &'static str)>,
    /// What they get by each rule, in the order of the rules.
    pub(crate) rules: Vec<(&'a str, &'a Grant)>,
    /// Whether they get everything in their projects.
    pub(crate) unlimited: bool,
    /// Of a user, with the subject as it is here.
    pub(crate) claims: Option<Value>,
    pub(crate) identity: Option<Identity>,
}

impl Secret {
    fn read(document: &Value) -> Result<Self, Broken> {
        let mut keys = Key::read_all(document, None)?;
        let mut projects = Vec::new();
        for project in document["projects"].as_array().ok_or(Broken)? {
            let app_id = project["appId"].as_str().ok_or(Broken)?;
            keys.extend(Key::read_all(project, Some(app_id))?);
            projects.push(Project {
                app_id: app_id.to_owned(),
                whiteboard_key: project["whiteboard"]["accessKey"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            });
        }
        projects.sort_by_key(|project| document["defaultAppId"] != project.app_id.as_str());
        let twice = |(place, key): (usize, &Key)| keys[..place].iter().any(|one| one.is_same(key));
        if keys.iter().enumerate().any(twice) {
            return Err(Broken);
        }
        Ok(Self {
            projects,
            keys,
            denied: Denied::read(&document["denied"])?,
        })
    }
}

impl Deployment {
    /// Reads the secret and the policy of the settings, with whether the door is open and the issuer.
    pub(crate) fn read(
        secret: &Value,
        policy: Option<&Value>,
        open: bool,
        issuer: Option<&str>,
    ) -> Self {
        let main = issuer.is_some();
        let nothing = Value::Object(serde_json::Map::new());
        Self {
            policy: match (policy, secret.get("policy")) {
                (Some(_), Some(_)) => Err(Broken),
                (Some(policy), None) | (None, Some(policy)) => Policy::read(policy, main),
                (None, None) => Policy::read(&nothing, main),
            },
            secret: Secret::read(secret),
            open,
            issuer: issuer.map(str::to_owned),
        }
    }

    /// What a caller is, whose request has this `Origin`, at a time in Unix seconds.
    pub(crate) fn standing(&self, caller: &Caller, origin: Option<&str>, now: u64) -> Standing<'_> {
        let Ok(secret) = &self.secret else {
            return Standing::nobody(503, "project_unavailable");
        };
        match (caller, &self.policy) {
            (Caller::Stranger, Ok(_)) => Standing::nobody(401, ""),
            (Caller::Key(text), _) => match secret.keys.iter().find(|key| key.is(text)) {
                Some(key) => Standing::of_key(key, secret, origin, now),
                None => Standing::nobody(401, "credentials_unknown"),
            },
            (Caller::Anonymous, Ok(_)) if !self.open => {
                Standing::nobody(401, "credentials_missing")
            }
            // Whom a broken policy would have known is not clear.
            (_, Err(Broken)) => Standing {
                faults: vec![(503, "access_misconfigured"), (401, "")],
                ..Standing::default()
            },
            (Caller::Anonymous, Ok(policy)) => Standing {
                rules: vec![("anonymous", &policy.anonymous)],
                ..Standing::default()
            },
            (Caller::User { claims }, Ok(policy)) => self.user(policy, secret, claims),
        }
    }

    fn user<'a>(&self, policy: &'a Policy, secret: &Secret, claims: &Value) -> Standing<'a> {
        let url = claims["iss"].as_str().unwrap_or_default();
        let main = self.issuer.as_deref();
        let mut known = policy.issuers.iter().skip(1);
        let issuer = match main == Some(url) {
            true => &policy.issuers[0],
            false => match known.find(|issuer| issuer.url == url) {
                Some(issuer) => issuer,
                None => return Standing::nobody(401, ""),
            },
        };
        let prefixes = policy.issuers.iter().skip(usize::from(main.is_none()));
        let prefixes: Vec<&str> = prefixes.map(|issuer| issuer.prefix.as_str()).collect();
        let subject = claims["sub"].as_str().unwrap_or_default();
        if !is_subject(&issuer.prefix, &prefixes, subject) {
            return Standing::nobody(401, "jwt_claims");
        }
        let identity = Identity::of(issuer, &prefixes, claims);
        let mut claims = claims.clone();
        claims["sub"] = identity.subject.as_str().into();
        let mut standing = Standing {
            rules: policy.rules_for(issuer, &claims),
            ..Standing::default()
        };
        if secret.denied.user(&identity) {
            standing.faults.push((403, "denied_listed"));
        }
        standing.claims = Some(claims);
        standing.identity = Some(identity);
        standing
    }
}

impl<'a> Standing<'a> {
    fn nobody(status: u16, code: &'static str) -> Self {
        Self {
            faults: vec![(status, code)],
            ..Self::default()
        }
    }

    fn of_key(key: &'a Key, secret: &Secret, origin: Option<&str>, now: u64) -> Self {
        let mut faults = key.faults(now, origin);
        if secret.denied.key(key) {
            faults.push((403, "denied_listed"));
        }
        Self {
            faults,
            rules: vec![(key.name.as_deref().unwrap_or("the key"), &key.grant)],
            unlimited: key.unlimited,
            ..Self::default()
        }
    }
}
