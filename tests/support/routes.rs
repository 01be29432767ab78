//! What the functions serve, as they list it themselves.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::functions;

/// The function of a route, its methods and its paths.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// The function's name.
    #[serde(default)]
    pub function: String,
    /// The methods it takes.
    pub methods: Vec<String>,
    /// Its paths, with variables such as `{channel}`.
    pub paths: Vec<String>,
    /// Whether it serves a part of a web page, and none of the API.
    pub page: bool,
    /// What it issues, where it is a route in the service's own form.
    pub issues: Option<ListedIssues>,
    /// The rest of it, where it is a request of another server.
    pub drop_in: Option<ListedDropIn>,
}

/// What a route in the service's own form issues.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedIssues {
    /// The kind of token; empty where it is any.
    pub token_type: String,
    /// Whether such a token administers a whole project.
    pub administers: bool,
    /// Whether a policy grants it only by name.
    pub for_servers: bool,
    /// What the documentation says of it.
    pub about: ListedAbout,
}

/// What the documentation says of a kind of token.
#[derive(Debug, Deserialize)]
pub struct ListedAbout {
    /// A call that asks for one.
    #[serde(flatten)]
    pub example: ListedExample,
}

/// A call that is answered with a token.
#[derive(Debug, Deserialize)]
pub struct ListedExample {
    /// A query, a whole path, or a body.
    pub asks: String,
    /// The names that lead to the token, with dots between them; empty where it is all of the answer.
    pub token: String,
    /// What is in one of the token's services, as JSON.
    pub holds: String,
}

/// What the documentation says of a request of another server.
#[derive(Debug, Deserialize)]
pub struct ListedDropIn {
    /// A request as its clients send it.
    #[serde(flatten)]
    pub example: ListedExample,
}

static ROUTES: LazyLock<Vec<Listed>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (function, routes) in functions::all() {
        let listed = serde_json::to_value(routes).unwrap();
        let mut listed: Vec<Listed> = serde_json::from_value(listed).unwrap();
        for route in &mut listed {
            function.clone_into(&mut route.function);
        }
        all.append(&mut listed);
    }
    all
});

/// Every route of every function.
#[must_use]
pub fn all() -> &'static [Listed] {
    &ROUTES
}

/// The requests of other servers among them.
pub fn drop_ins() -> impl Iterator<Item = &'static Listed> + Clone {
    all().iter().filter(|route| route.drop_in.is_some())
}
