//! Routes: which request becomes which asks, and how they are answered.

use super::caller::CallerContext;
use super::drop_in::DropIn;
use super::gateway::{Request, Response};
use super::problem::Problem;
use crate::InspectContext;
use crate::grant::{About, ReadGrant, TokenRequest};
use crate::issue::Issued;
use crate::params::{FromValue, Invalid, Value};
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

/// What a route does with a request.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// Issues a token in the service's own form.
    Issue {
        /// What is asked for.
        read: fn(&Request<'_>) -> Result<TokenRequest, Problem>,
        /// What its list says of it.
        issues: Issues,
    },
    /// Issues tokens, all or none, in the form of another server.
    DropIn(&'static DropIn),
    /// Issues tokens that are answered one by one: a refused one doesn't spoil the others.
    IssueEach {
        /// What is asked for.
        read: fn(&Request<'_>) -> Result<Each<TokenRequest>, Problem>,
        /// The answer; the text is the request's id.
        answer: fn(&[Result<Issued, Problem>], &str) -> Response,
        /// What its list says of it.
        issues: Issues,
    },
    /// Says something about a token. Anybody may ask; the context tells what they may know.
    Explain(fn(&Request<'_>, &InspectContext) -> Result<Response, Problem>),
    /// Says something to callers about themselves, whoever they are.
    Caller(fn(&Request<'_>, &CallerContext<'_>) -> Result<Response, Problem>),
    /// Says that the function is there.
    Health(fn() -> Response),
    /// Says whether a token could be issued now.
    Ready,
    /// Answers anybody, from the request alone: neither the secret nor the caller is looked at.
    Public(fn(&Request<'_>) -> Result<Response, Problem>),
    /// The same with a part of a web page, which is no part of the API.
    Page(fn(&Request<'_>) -> Result<Response, Problem>),
}

/// What a route in the service's own form issues, for the list of routes.
#[derive(Debug, Clone, Copy)]
pub struct Issues {
    /// The kind of token; empty where it is any.
    pub token_type: &'static str,
    /// Whether such a token administers a whole project.
    pub administers: bool,
    /// Whether a policy grants it only by name.
    pub for_servers: bool,
    /// What the documentation says of it.
    pub about: &'static About,
}

impl Issues {
    /// Tokens of any kind.
    pub const fn any(about: &'static About) -> Self {
        Self {
            token_type: "",
            administers: false,
            for_servers: false,
            about,
        }
    }
}

/// What becomes of each part of a request, in their order.
pub type Each<T> = Vec<Result<T, Problem>>;

/// One route.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The methods it takes.
    pub methods: &'static [&'static str],
    /// Its path; `{name}` stands for one segment that is not empty, `{name=a|b}` for one of these.
    /// [`Route::DEFAULT`] stands for every request that no route takes, of whatever method.
    pub path: &'static str,
    /// The largest body that it takes, in bytes.
    pub largest_body: usize,
    /// What it does.
    pub work: Work,
}

impl Route {
    /// The largest body of a request for one token, in bytes: twenty services with the longest names
    /// there are, or RTM permissions with a thousand names of usual length.
    pub const ONE_TOKEN: usize = 16 * 1024;

    /// The path of what no route takes, as API Gateway calls it.
    pub const DEFAULT: &'static str = "$default";
}

/// The segments that stood for the names in a route's path.
#[derive(Debug, Default)]
pub struct Captures(Vec<(&'static str, String)>);

impl Captures {
    /// Whether a segment stood for `name`.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(captured, _)| *captured == name)
    }

    /// The segment that stood for `name`, read as a parameter of that name.
    ///
    /// # Errors
    /// [`Invalid`] where it breaks the type's rules.
    pub fn read<T: FromValue>(&self, name: &'static str) -> Result<T, Invalid> {
        #[cfg(feature = "contract")]
        crate::params::record::segment(name, T::schema);
        let segment = self
            .0
            .iter()
            .find(|(captured, _)| *captured == name)
            .map(|(_, segment)| segment.clone());
        T::from_value(Value::Text(segment.unwrap_or_default()), name)
    }
}

/// The routes of one function.
#[derive(Debug, Clone, Default)]
pub struct Routes(Vec<Route>);

impl Routes {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A route in the service's own form, by POST with JSON or, where a query can ask for it, GET.
    pub fn api<G: ReadGrant + 'static>(self, path: &'static str) -> Self {
        self.route(Route {
            methods: match G::BY_QUERY {
                true => &["GET", "POST"],
                false => &["POST"],
            },
            path,
            largest_body: Route::ONE_TOKEN,
            work: Work::Issue {
                read: |request| Ok(TokenRequest::read::<G>(request.parameters()?)?),
                issues: Issues {
                    token_type: G::TOKEN_TYPE,
                    administers: G::ADMINISTERS,
                    for_servers: G::FOR_SERVERS,
                    about: G::ABOUT,
                },
            },
        })
    }

    /// The routes of another server's request.
    pub fn drop_in(mut self, row: &'static DropIn) -> Self {
        self.0.extend(row.paths.iter().map(|path| Route {
            methods: std::slice::from_ref(&row.method),
            path,
            largest_body: Route::ONE_TOKEN,
            work: Work::DropIn(row),
        }));
        self
    }

    /// Any other route.
    pub fn route(mut self, route: Route) -> Self {
        self.0.push(route);
        self
    }

    /// All of them, in their order.
    #[cfg(feature = "contract")]
    pub fn all(&self) -> &[Route] {
        &self.0
    }

    /// The largest body that any of them takes, in bytes.
    pub(super) fn largest_body(&self) -> usize {
        let bodies = self.0.iter().map(|route| route.largest_body);
        bodies.max().unwrap_or_default()
    }

    /// The route of what no other takes, if there is one.
    pub(super) fn of_the_rest(&self) -> Option<&Route> {
        self.0.iter().find(|route| route.path == Route::DEFAULT)
    }

    /// Finds the route of a request.
    ///
    /// # Errors
    /// 404 with the routes there are, or 405 with the methods that the path takes.
    pub(super) fn find(&self, request: &Request<'_>) -> Result<(&Route, Captures), Problem> {
        let mut allowed: Vec<&str> = Vec::new();
        for route in &self.0 {
            let Some(captures) = captures(route.path, request.segments()) else {
                continue;
            };
            if route.methods.contains(&request.method()) {
                return Ok((route, captures));
            }
            for method in route.methods {
                if !allowed.contains(method) {
                    allowed.push(method);
                }
            }
        }
        if !allowed.is_empty() {
            return Err(Problem::method_not_allowed(&allowed.join(", ")));
        }
        let known: Vec<String> = self
            .0
            .iter()
            .map(|route| format!("{} {}", route.methods.join(" or "), route.path))
            .collect();
        Err(Problem::no_route(
            request.method(),
            request.raw_path(),
            &known.join(", "),
        ))
    }
}

/// The list that the local router, the template and the documentation are made from.
impl Serialize for Routes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut last: Option<&DropIn> = None;
        for route in &self.0 {
            let row = match route.work {
                Work::DropIn(row) => Some(row),
                _ => None,
            };
            // A row stands once, with all of its paths.
            if row.is_some_and(|row| last.is_some_and(|last| std::ptr::eq(row, last))) {
                continue;
            }
            last = row;
            list.serialize_element(&Listed {
                methods: route.methods,
                paths: row.map_or(std::slice::from_ref(&route.path), |row| row.paths),
                page: matches!(route.work, Work::Page(_)),
                issues: match route.work {
                    Work::Issue { issues, .. } | Work::IssueEach { issues, .. } => {
                        Some(ListedIssues {
                            token_type: issues.token_type,
                            administers: issues.administers,
                            for_servers: issues.for_servers,
                            about: Named(issues.about.named()),
                        })
                    }
                    _ => None,
                },
                drop_in: row.map(|row| Named(row.named())),
            })?;
        }
        list.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    methods: &'a [&'a str],
    paths: &'a [&'a str],
    page: bool,
    issues: Option<ListedIssues>,
    drop_in: Option<Named>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedIssues {
    token_type: &'static str,
    administers: bool,
    for_servers: bool,
    about: Named,
}

/// Texts by name: one loop in the binary for all of them, and not a line of code for each.
struct Named(Vec<(&'static str, &'static str)>);

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

fn captures(path: &'static str, segments: &[String]) -> Option<Captures> {
    let mut captures = Captures::default();
    let mut rest = segments.iter();
    for pattern in path.split('/').skip(1) {
        let segment = rest.next()?;
        match pattern
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) => captures
                .0
                .push((stands_for(name, segment)?, segment.clone())),
            None if pattern == segment => {}
            None => return None,
        }
    }
    rest.next().is_none().then_some(captures)
}

/// The name of a variable if `segment` may stand for it.
fn stands_for(variable: &'static str, segment: &str) -> Option<&'static str> {
    match variable.split_once('=') {
        None => (!segment.is_empty()).then_some(variable),
        Some((name, choices)) => choices
            .split('|')
            .any(|choice| choice == segment)
            .then_some(name),
    }
}
