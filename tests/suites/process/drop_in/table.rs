//! The rows, and what the functions answer to them.

use std::collections::BTreeSet;

use agora_token_tests::event::Event;
use agora_token_tests::gateway;
use agora_token_tests::routes::{self, Listed, drop_ins};
use agora_token_tests::sample::{LOCAL_PATHS, open};

/// A path of the row, with something for each variable.
fn filled(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| match part.split_once('=') {
        Some((_, choices)) => choices.split('|').next().unwrap().trim_end_matches('}'),
        None if part.starts_with('{') => "x",
        None => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn each_row_is_answered_by_its_function_with_and_without_a_slash_and_no_other_is() {
    let names: BTreeSet<&str> = drop_ins().map(|row| row.function.as_str()).collect();
    for name in names {
        let (variable, value) = LOCAL_PATHS;
        let function = open(name).env(variable, value).start();
        let rows = drop_ins().filter(|row| row.function == name);
        let paths = |row: &'static Listed| {
            let method = row.methods[0].as_str();
            row.paths.iter().map(move |path| (method, path.as_str()))
        };
        for (method, pattern) in rows.clone().flat_map(paths) {
            let path = filled(pattern);
            for path in [path.clone(), format!("{path}/")] {
                for event in [
                    Event::new(method, &path),
                    Event::new(method, &path).as_cargo_lambda(),
                ] {
                    let answer = function.send(&event);
                    assert_ne!(answer.status, 404, "{} {path}", method);
                    assert_ne!(
                        answer.header("content-type"),
                        Some("application/problem+json"),
                        "{} {path}: {}",
                        method,
                        answer.body
                    );
                }
                let other = if method == "GET" { "POST" } else { "GET" };
                if gateway::row(other, &path).is_none() {
                    let answer = function.send(&Event::new(other, &path));
                    assert_eq!(answer.status, 405, "{other} {path}");
                }
            }
        }
        // The 404 lists the routes there are: all but the service's own stand in the table.
        let unknown = function.send(&Event::get("/nowhere")).json();
        let listed = unknown["detail"].as_str().unwrap();
        let (_, listed) = listed.split_once("there are: ").unwrap();
        let foreign: BTreeSet<&str> = listed.split(", ").filter(|route| !own(route)).collect();
        let expected: Vec<String> = rows
            .flat_map(paths)
            .map(|(method, path)| format!("{method} {path}"))
            .collect();
        assert_eq!(
            foreign,
            expected.iter().map(String::as_str).collect(),
            "{name}"
        );
    }
}

/// Whether a route is one of the service's own forms.
fn own(route: &str) -> bool {
    let path = route.rsplit(' ').next().unwrap();
    let mut rows = routes::all().iter().filter(|row| row.drop_in.is_none());
    rows.any(|row| row.paths.iter().any(|known| known == path))
}
