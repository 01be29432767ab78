//! The settings of a function, from its environment.

mod metrics_namespace;
#[cfg(feature = "lambda")]
mod used;

use crate::access::jwt::{AudienceClaim, JwksSource, JwtSettings, TokenUse};
use crate::access::{Misconfigured, Policy, SecretRules, Stated};
use crate::params::Version;
use crate::secret::SourceError;
use std::time::Duration;

pub use metrics_namespace::MetricsNamespace;

/// What the operator set. Each variable is described in docs/configuration.md.
///
/// By default nothing is: no secret, and nobody who is let in.
pub struct Settings {
    /// `AGORA_SECRET_ID`: the name or ARN of the secret; without it, projects come from the
    /// environment.
    pub secret_id: Option<String>,
    /// `AGORA_SECRET_TTL_SECONDS`: how long a secret is used before it is read again, 1 to 86,400,
    /// by default 300.
    pub secret_ttl: Duration,
    /// `AGORA_ANONYMOUS_ACCESS`, `closed` by default, or `open`: whether a caller who shows nothing is
    /// let in.
    anonymous: bool,
    /// Whose JWTs count: `AGORA_JWT_ISSUER` and `AGORA_JWT_AUDIENCE` (several are separated by commas),
    /// with `AGORA_JWT_JWKS_URL` or `AGORA_JWT_JWKS` where the keys are not to be discovered,
    /// `AGORA_JWT_LEEWAY_SECONDS`, 0 to 300, by default 60, `AGORA_JWT_AUDIENCE_CLAIM` and
    /// `AGORA_JWT_TOKEN_USE`.
    jwt: Result<Option<JwtSettings>, Misconfigured>,
    /// `AGORA_POLICY`, a [`Policy`] as JSON: what users and anonymous callers may have.
    policy: Result<Option<Policy>, Misconfigured>,
    /// What is wrong with `AGORA_POLICY` or an `AGORA_JWT_` variable. Users are then answered with 503,
    /// and where it is the policy, anonymous callers too; services are not.
    pub users_stopped: Vec<SourceError>,
    /// `AGORA_NODE_ROUTES_VERSION`: what the drop-in routes of servers that sign 006 tokens answer,
    /// `007` by default, or `006` for apps with SDKs before RTC 4.x and RTM 2.x.
    pub node_routes: Version,
    /// `AGORA_METRICS_NAMESPACE`: the CloudWatch namespace that the audit line counts in, 1 to 255
    /// letters, digits and `.-_/#`, by default `AgoraToken`.
    pub metrics_namespace: MetricsNamespace,
    /// `AGORA_LOCAL_PATHS`: `encoded` behind a local server that hands paths over as they were sent,
    /// which only `make run` sets. A path of an event with the route `$default` is decoded then; in the
    /// cloud, one may say `$default` as well.
    pub local_paths_encoded: bool,
}

/// Gives the value of a variable.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A variable that is set and not empty.
fn set(lookup: Lookup<'_>, name: &str) -> Option<String> {
    lookup(name).filter(|value| !value.is_empty())
}

/// A whole number of seconds from `least` to `most`.
fn seconds(
    lookup: Lookup<'_>,
    name: &str,
    least: u64,
    most: u64,
    default: u64,
) -> Result<Duration, SourceError> {
    let Some(text) = set(lookup, name) else {
        return Ok(Duration::from_secs(default));
    };
    let seconds = text
        .parse()
        .ok()
        .filter(|seconds| (least..=most).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| {
        SourceError::Setting(format!(
            "{name} must be a whole number of seconds from {least} to {most}"
        ))
    })
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            secret_id: None,
            secret_ttl: Duration::default(),
            anonymous: false,
            jwt: Ok(None),
            policy: Ok(None),
            users_stopped: Vec::new(),
            node_routes: Version::default(),
            metrics_namespace: MetricsNamespace::default(),
            local_paths_encoded: false,
        }
    }
}

impl Settings {
    /// Reads them from the environment.
    ///
    /// # Errors
    /// [`SourceError::Setting`] names the variable and what it may hold.
    pub fn from_env() -> Result<Self, SourceError> {
        Self::from_variables(&|name| std::env::var(name).ok())
    }

    /// Reads them; `lookup` gives the values of variables.
    ///
    /// # Errors
    /// [`SourceError::Setting`] names the variable and what it may hold.
    pub fn from_variables(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, SourceError> {
        let anonymous = word(
            lookup,
            "AGORA_ANONYMOUS_ACCESS",
            &[("closed", false), ("open", true)],
        )?;
        let node_routes = word(
            lookup,
            "AGORA_NODE_ROUTES_VERSION",
            &[("007", Version::V007), ("006", Version::V006)],
        )?;
        let local_paths_encoded = local_paths_encoded(lookup)?;
        // A mistake in these stops users or anonymous callers, and not the operator's own servers.
        let (policy, jwt) = (policy(lookup), jwt(lookup));
        let mut users_stopped = Vec::new();
        let policy = policy.map_err(|error| users_stopped.push(error));
        let jwt = jwt.map_err(|error| users_stopped.push(error));
        let broken = |()| Misconfigured;
        Ok(Self {
            secret_id: set(lookup, "AGORA_SECRET_ID"),
            secret_ttl: seconds(lookup, "AGORA_SECRET_TTL_SECONDS", 1, 86_400, 300)?,
            anonymous: anonymous.unwrap_or_default(),
            jwt: jwt.map_err(broken),
            policy: policy.map_err(broken),
            users_stopped,
            node_routes: node_routes.unwrap_or_default(),
            local_paths_encoded,
            metrics_namespace: metrics_namespace(lookup)?,
        })
    }

    /// Reads what a function heeds that knows no project. One that is wrong counts as not set: the other
    /// functions say so in the log, and refuse their work.
    pub fn of_every_function(lookup: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            local_paths_encoded: local_paths_encoded(lookup).unwrap_or_default(),
            metrics_namespace: metrics_namespace(lookup).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// What stops users and anonymous callers, if anything does: a setting by itself, or several together.
    pub fn wrong(self) -> Option<String> {
        if let Some(error) = self.users_stopped.first() {
            return Some(error.to_string());
        }
        let issuer = self
            .jwt
            .map(|jwt| jwt.map(|settings| settings.issuer().to_owned()));
        Stated::new(self.anonymous, issuer, self.policy).stopped_by(&SecretRules::default())
    }
}

/// Whether a local server hands paths over as they were sent.
fn local_paths_encoded(lookup: Lookup<'_>) -> Result<bool, SourceError> {
    let encoded = word(lookup, "AGORA_LOCAL_PATHS", &[("encoded", true)])?;
    Ok(encoded.unwrap_or_default())
}

/// Where CloudWatch counts.
fn metrics_namespace(lookup: Lookup<'_>) -> Result<MetricsNamespace, SourceError> {
    let Some(name) = set(lookup, "AGORA_METRICS_NAMESPACE") else {
        return Ok(MetricsNamespace::default());
    };
    MetricsNamespace::new(name).ok_or_else(|| {
        SourceError::Setting(
            "AGORA_METRICS_NAMESPACE must be 1 to 255 letters, digits and `.-_/#`".to_owned(),
        )
    })
}

/// What users and anonymous callers may have, if it is a setting.
fn policy(lookup: Lookup<'_>) -> Result<Option<Policy>, SourceError> {
    let Some(document) = set(lookup, "AGORA_POLICY") else {
        return Ok(None);
    };
    Policy::parse(&document)
        .map(Some)
        .map_err(|error| SourceError::Setting(format!("AGORA_POLICY, {}: {error}", error.field)))
}

/// A word of a list, or nothing.
fn word<T: Copy>(
    lookup: Lookup<'_>,
    name: &str,
    words: &[(&str, T)],
) -> Result<Option<T>, SourceError> {
    let Some(text) = set(lookup, name) else {
        return Ok(None);
    };
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| {
        let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        SourceError::Setting(format!("{name} must be {}", known.join(" or ")))
    })
}

/// Who judges JWTs; nobody where no issuer is set.
fn jwt(lookup: Lookup<'_>) -> Result<Option<JwtSettings>, SourceError> {
    let Some(issuer) = set(lookup, "AGORA_JWT_ISSUER") else {
        let others = [
            "AUDIENCE",
            "JWKS_URL",
            "JWKS",
            "AUDIENCE_CLAIM",
            "TOKEN_USE",
        ];
        let mut others = others
            .map(|name| set(lookup, &format!("AGORA_JWT_{name}")))
            .into_iter();
        return match others.any(|other| other.is_some()) {
            false => Ok(None),
            true => Err(SourceError::Setting(
                "AGORA_JWT_ISSUER must be set where another AGORA_JWT_ variable is".to_owned(),
            )),
        };
    };
    let audiences = set(lookup, "AGORA_JWT_AUDIENCE").unwrap_or_default();
    let audiences = audiences
        .split(',')
        .map(|audience| audience.trim().to_owned())
        .collect();
    let jwks = match (
        set(lookup, "AGORA_JWT_JWKS_URL"),
        set(lookup, "AGORA_JWT_JWKS"),
    ) {
        (None, None) => JwksSource::Discover,
        (Some(url), None) => JwksSource::Url(url),
        (None, Some(inline)) => JwksSource::Inline(inline),
        (Some(_), Some(_)) => {
            return Err(SourceError::Setting(
                "AGORA_JWT_JWKS_URL and AGORA_JWT_JWKS say the same thing; set one".to_owned(),
            ));
        }
    };
    let leeway = seconds(lookup, "AGORA_JWT_LEEWAY_SECONDS", 0, 300, 60)?;
    let settings = JwtSettings::new(issuer, audiences, jwks, leeway).map_err(|error| {
        let variable = match error.field {
            "issuer" => "AGORA_JWT_ISSUER",
            "audiences" => "AGORA_JWT_AUDIENCE",
            "leeway" => "AGORA_JWT_LEEWAY_SECONDS",
            _ => "AGORA_JWT_JWKS_URL or AGORA_JWT_JWKS",
        };
        SourceError::Setting(format!("{variable} {}", error.rule))
    })?;
    let audience_claim = word(lookup, "AGORA_JWT_AUDIENCE_CLAIM", &AudienceClaim::WORDS)?;
    let token_use = word(lookup, "AGORA_JWT_TOKEN_USE", &TokenUse::WORDS)?;
    let settings = settings.with_audience_in(audience_claim).for_use(token_use);
    Ok(Some(settings))
}
