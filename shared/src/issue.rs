//! From an authorised ask to a token.

mod answer;

use crate::access::Authorised;
use crate::clock_and_randomness::{ClockAndRandomness, NO_RANDOMNESS};
use crate::grant::{Description, TokenRequest, UnsignedToken, Warning};
use crate::params::{Invalid, Lifetime, Rule};
use crate::project::{Project, Projects};
use crate::secret::Secret;
use crate::token::hex;
use crate::token::whiteboard::WhiteboardToken;
use crate::token::{AccessToken, AccessToken2, AppId, BuildError, Privileges};
use sha2::{Digest, Sha256};
use std::fmt;

/// SDKs warn this many seconds before a token ends; that is when a client should fetch the next one.
const WARNED_BEFORE: u64 = 30;

/// Below this many seconds an SDK has no room to warn and a client none to renew.
const SHORT: u32 = 60;

/// The inner end of a 006 token, in seconds from issue, as every official builder sets it. What
/// counts are its privileges.
const LEGACY_LIFE: u32 = 86_400;

/// A token, and what its bearer should know about it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Issued {
    /// The token.
    pub token: String,
    /// The kind of token.
    pub token_type: &'static str,
    /// The project that signed.
    pub app_id: AppId,
    /// Unix seconds.
    pub issued_at: u64,
    /// Unix seconds.
    pub expires_at: u64,
    /// The Unix second at which the client should fetch the next one.
    pub renew_at: u64,
    /// Identity and scope.
    pub description: Description,
    /// What was made of the token: for the answer only.
    pub derived: Description,
    /// What the caller should know.
    pub warnings: Vec<Warning>,
}

/// Without the token, which is a secret of its bearer's.
impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued")
            .field("token_type", &self.token_type)
            .field("fingerprint", &self.fingerprint())
            .finish_non_exhaustive()
    }
}

impl Issued {
    /// A short name of the token for the audit line: the first 16 hex digits of its SHA-256.
    pub fn fingerprint(&self) -> String {
        let digest: [u8; 32] = Sha256::digest(&self.token).into();
        hex::encode(digest.first_chunk::<8>().map_or(&[], |first| first))
    }
}

/// Why an authorised ask became no token.
#[derive(Debug)]
pub enum IssueError {
    /// A parameter that only the whole of them shows to be wrong.
    Invalid(Invalid),
    /// The project has no keys that could sign a whiteboard token.
    WhiteboardUnconfigured,
    /// The token would be too large.
    TooLarge(BuildError),
    /// Something failed that should not be able to; the text says what, for the operator.
    Internal(&'static str),
}

impl IssueError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.rule.code(),
            Self::WhiteboardUnconfigured => "whiteboard_unconfigured",
            Self::TooLarge(_) => "token_too_large",
            Self::Internal(_) => "internal",
        }
    }
}

/// What went wrong, for whoever holds the secret.
impl fmt::Display for IssueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(invalid) => invalid.fmt(f),
            Self::WhiteboardUnconfigured => f.write_str("this project has no whiteboard keys"),
            Self::TooLarge(error) => write!(f, "the token cannot be signed: {error}"),
            Self::Internal(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for IssueError {}

impl From<Invalid> for IssueError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<BuildError> for IssueError {
    fn from(error: BuildError) -> Self {
        Self::TooLarge(error)
    }
}

/// Signs what whoever holds a secret of their own asks of it, at `now`, a Unix time in milliseconds. No
/// policy is asked: they could sign anything with it by themselves.
///
/// # Errors
/// [`IssueError`], as for anybody else.
pub fn issue_for_holder(
    secret: &Secret,
    request: TokenRequest,
    system: &dyn ClockAndRandomness,
    now: u64,
) -> Result<Issued, IssueError> {
    issue(
        &Authorised::for_holder(request),
        &secret.projects,
        system,
        now,
    )
}

/// Signs an authorised ask at `now`, a Unix time in milliseconds.
///
/// # Errors
/// [`IssueError`] where no project of the deployment has the App ID, the project has no keys for a
/// whiteboard token, or the token would be too large.
pub(crate) fn issue(
    authorised: &Authorised,
    projects: &Projects,
    system: &dyn ClockAndRandomness,
    now: u64,
) -> Result<Issued, IssueError> {
    let (request, lifetime) = (authorised.request(), authorised.lifetime());
    let project = projects.find(request.app_id).ok_or_else(|| {
        Invalid::new(
            "appId",
            Rule::Choice,
            "no project of this deployment has this App ID; leave it out for the default one",
        )
    })?;
    let draft = request.grant.unsigned(lifetime)?;
    let token = sign(draft, project, system, now, lifetime)?;

    let (issued_at, life) = (now / 1000, u64::from(lifetime.seconds()));
    Ok(Issued {
        derived: request.grant.derived(&token),
        token,
        token_type: request.grant.token_type(),
        app_id: project.app_id(),
        issued_at,
        expires_at: issued_at + life,
        renew_at: issued_at + life - WARNED_BEFORE.min(life / 2),
        description: request.grant.describe(),
        warnings: warnings(request, lifetime),
    })
}

/// What the caller should know, first of all that holds for every kind of token.
fn warnings(request: &TokenRequest, lifetime: Lifetime) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code, message: &str| warnings.push(Warning::new(code, message));
    let parts = request.grant.parts();
    if parts.iter().any(|part| part.wildcard_channel) {
        warn(
            "wildcard_channel",
            "this token is good for every channel or room whose name matches",
        );
    }
    if parts.iter().any(|part| part.wildcard_user) {
        warn(
            "wildcard_user",
            "this token lets in any user who matches; name the user to bind it",
        );
    }
    if lifetime.seconds() < SHORT {
        warn(
            "lifetime_short",
            "SDKs warn 30 s before a token ends; this one may end without a warning",
        );
    }
    warnings.extend(request.grant.warnings(lifetime));
    warnings
}

fn sign(
    draft: UnsignedToken,
    project: &Project,
    system: &dyn ClockAndRandomness,
    now: u64,
    lifetime: Lifetime,
) -> Result<String, IssueError> {
    let issue_ts = u32::try_from(now / 1000).map_err(|_| {
        IssueError::Internal("the clock is past the year 2106, which no token can tell")
    })?;
    match draft {
        UnsignedToken::V7 { services } => {
            let token = AccessToken2 {
                app_id: project.app_id(),
                issue_ts,
                expire: lifetime.seconds(),
                salt: salt(system)?,
                services,
            };
            Ok(project.sign(&token)?)
        }
        UnsignedToken::V6 {
            channel_name,
            uid,
            privileges,
        } => {
            // The format knows absolute times only, and its own end binds nobody: so each privilege
            // ends with the life that was asked for at the latest.
            let until = |seconds: u32| issue_ts.saturating_add(seconds.min(lifetime.seconds()));
            let privileges: Privileges = privileges
                .iter()
                .map(|(id, seconds)| (id, until(seconds)))
                .collect();
            let ts = issue_ts.saturating_add(LEGACY_LIFE);
            let token = AccessToken {
                app_id: project.app_id(),
                channel_name,
                uid,
                salt: salt(system)?,
                ts,
                privileges,
            };
            Ok(project.sign_006(&token)?)
        }
        UnsignedToken::Whiteboard { resource, role } => {
            let unconfigured = IssueError::WhiteboardUnconfigured;
            let Some(access_key) = project.access_key() else {
                return Err(unconfigured);
            };
            let token = WhiteboardToken {
                access_key: access_key.to_owned(),
                nonce: system.uuid().ok_or_else(no_randomness)?,
                role,
                resource,
                // Never left out: without it the token lasts for ever.
                // Counted from the second of issue, as the answer says it: no fraction of a second longer.
                expire_at_ms: Some((u64::from(issue_ts) + u64::from(lifetime.seconds())) * 1000),
            };
            project.sign_whiteboard(&token).ok_or(unconfigured)
        }
    }
}

fn no_randomness() -> IssueError {
    IssueError::Internal(NO_RANDOMNESS)
}

/// Any number but 0, which no official library draws.
fn salt(system: &dyn ClockAndRandomness) -> Result<u32, IssueError> {
    let [a, b, c, d, ..] = system.random().ok_or_else(no_randomness)?;
    Ok(u32::from_le_bytes([a, b, c, d]).max(1))
}
