//! `GET /openapi.json`: what the API is, as OpenAPI tells it.

use agora_token::http::{Response, Route, Work};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The description that the documentation has.
const TEXT: &str = include_str!("../../../docs/openapi.json");

/// The same as a gzip stream: a twentieth of it.
const GZIP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));

/// What a path can be asked with; its other members in the document are no methods.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

pub(crate) const DOCUMENT: Route = Route {
    methods: &["GET"],
    path: "/openapi.json",
    largest_body: Route::ONE_TOKEN,
    work: Work::Public(|request| {
        let response = Response::file(request, "application/json", TEXT.as_bytes(), GZIP);
        // The same for everybody, until the next deployment.
        Ok(response.with_header("cache-control", "public, max-age=300"))
    }),
};

/// Every path with its methods, once somebody asks for what is not there.
static PATHS: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct Document {
        paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
    }
    // A test reads the document, so that it can be read here.
    let document = serde_json::from_str(TEXT);
    let paths = document.map(|Document { paths }| paths).unwrap_or_default();
    let methods = |members: BTreeMap<String, IgnoredAny>| {
        let known = members
            .into_keys()
            .filter(|name| METHODS.contains(&&**name));
        known.map(|name| name.to_ascii_uppercase()).collect()
    };
    paths
        .into_iter()
        .map(|(path, members)| (path, methods(members)))
        .collect()
});

/// The methods that a path takes, given its segments; none where there is no such path.
pub(crate) fn methods(segments: &[String]) -> BTreeSet<&'static str> {
    let taken = PATHS.iter().filter(|(path, _)| takes(path, segments));
    taken
        .flat_map(|(_, methods)| methods.iter().map(String::as_str))
        .collect()
}

/// Everything that can be asked for, in words.
pub(crate) fn all() -> String {
    let all = PATHS.iter().map(|(path, methods)| {
        let methods: Vec<&str> = methods.iter().map(String::as_str).collect();
        format!("{} {path}", methods.join(" or "))
    });
    all.collect::<Vec<_>>().join(", ")
}

/// Whether a path of the document, in which `{name}` stands for one segment that is not empty, takes these.
fn takes(path: &str, segments: &[String]) -> bool {
    let parts = path.split('/').skip(1);
    parts.clone().count() == segments.len()
        && parts.zip(segments).all(|(part, segment)| {
            part == segment || (part.starts_with('{') && !segment.is_empty())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_says_which_methods_a_path_takes() {
        let asked = |path: &str| {
            let segments: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
            methods(&segments).into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(asked("/openapi.json"), "GET");
        assert_eq!(asked("/v1/rtc"), "GET POST");
        assert_eq!(asked("/v1/batch"), "POST");
        assert_eq!(asked("/rtc/lobby/publisher/uid/7"), "GET");
        for path in [
            "",
            "/",
            "/v1",
            "/v1/rtc/more",
            "/rtc/lobby//uid/7",
            "/rtc/lobby/publisher",
        ] {
            assert_eq!(asked(path), "", "{path}");
        }
        assert!(all().contains("GET or POST /v1/rtc, "), "{}", all());
    }
}
