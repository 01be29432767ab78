//! A request in the form of another server.

use super::super::gateway::{BodyKind, Request};
use super::super::problem::Problem;
use super::super::route::Captures;
use crate::clock_and_randomness::{ClockAndRandomness, NO_RANDOMNESS};
use crate::params::{FromValue, Invalid, Parameters, RtcUser, Rule, Uid, Value, Version};
use std::cell::Cell;

/// The names under which apps send the certificate of their project.
const CERTIFICATE: [&str; 5] = [
    "appCertificate",
    "app_certificate",
    "appCert",
    "app_cert",
    "certificate",
];

/// A request in the form of another server, and what an answer to it may draw on.
pub struct Call<'a> {
    request: &'a Request<'a>,
    path: &'a Captures,
    system: &'a dyn ClockAndRandomness,
    /// Unix milliseconds.
    now: u64,
    node_routes: Version,
    certificate: Cell<bool>,
}

impl<'a> Call<'a> {
    pub(in super::super) fn new(
        request: &'a Request<'a>,
        path: &'a Captures,
        system: &'a dyn ClockAndRandomness,
        now: u64,
        node_routes: Version,
    ) -> Self {
        Self {
            request,
            path,
            system,
            now,
            node_routes,
            certificate: Cell::new(false),
        }
    }

    /// The segment of the path that stood for `name`.
    ///
    /// # Errors
    /// [`Invalid`] where it breaks the type's rules.
    pub fn path<T: FromValue>(&self, name: &'static str) -> Result<T, Invalid> {
        self.path.read(name)
    }

    /// Whether a segment of the path stood for `name`.
    pub fn path_has(&self, name: &str) -> bool {
        self.path.has(name)
    }

    /// The user of a path that says `uid` or `userAccount`, then who it is.
    ///
    /// # Errors
    /// [`Invalid`] where it says something else, or the user breaks the type's rules.
    pub fn path_user(&self, kind: &'static str, id: &'static str) -> Result<RtcUser, Invalid> {
        match self.path::<String>(kind)?.as_str() {
            "uid" => self.path(id).map(RtcUser::Uid),
            "userAccount" => self.path(id).map(RtcUser::Account),
            _ => Err(Invalid::new(
                kind,
                Rule::Choice,
                "the segment before the user must be `uid` or `userAccount`",
            )),
        }
    }

    /// The parameters in the query.
    ///
    /// # Errors
    /// A problem where the query is malformed or repeats a name.
    pub fn query(&self) -> Result<Parameters, Problem> {
        self.parameters(self.request.query_fields()?)
    }

    /// The parameters in a JSON body, which may be announced as anything.
    ///
    /// Go's reader takes the first value and leaves what follows it. Nobody sends more on purpose, so
    /// this does the same.
    ///
    /// # Errors
    /// A problem where the body is something else or repeats a name.
    pub fn json(&self) -> Result<Parameters, Problem> {
        self.parameters(self.request.leading_json()?)
    }

    /// The same where no body counts as one without parameters.
    ///
    /// # Errors
    /// As [`Call::json`].
    pub fn json_or_nothing(&self) -> Result<Parameters, Problem> {
        match self.body_kind() {
            BodyKind::Empty => self.parameters(Vec::new()),
            _ => self.json(),
        }
    }

    /// The parameters of an HTML form.
    ///
    /// # Errors
    /// A problem where the body is malformed or repeats a name.
    pub fn form(&self) -> Result<Parameters, Problem> {
        self.parameters(self.request.form()?)
    }

    /// What the body looks like.
    pub fn body_kind(&self) -> BodyKind {
        self.request.body_kind()
    }

    fn parameters(&self, fields: Vec<(String, Value)>) -> Result<Parameters, Problem> {
        let parameters = Parameters::in_any_case(fields)?.without_blanks();
        if CERTIFICATE.iter().any(|name| parameters.has(name)) {
            self.certificate.set(true);
        }
        Ok(parameters)
    }

    /// Whether the request brought a certificate along.
    pub(in super::super) fn saw_certificate(&self) -> bool {
        self.certificate.get()
    }

    /// The time in Unix seconds.
    pub fn unix_seconds(&self) -> u64 {
        self.now / 1000
    }

    /// The format for the routes of servers that sign 006 tokens.
    pub fn node_version(&self) -> Version {
        self.node_routes
    }

    /// A uid that nobody else is likely to have: 1 to 2147483647, which is the same number in every
    /// language.
    ///
    /// # Errors
    /// A problem where the system has no randomness to give.
    pub fn random_uid(&self) -> Result<Uid, Problem> {
        let random = self.system.random();
        let [a, b, c, d, ..] = random.ok_or_else(|| Problem::internal(NO_RANDOMNESS))?;
        let uid = u32::from_le_bytes([a, b, c, d]) & u32::MAX >> 1;
        Ok(Uid::from(uid.max(1)))
    }
}
