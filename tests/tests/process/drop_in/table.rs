//! The table in the code, the README's, and what the functions answer.

use std::collections::BTreeSet;

use agora_token::http::drop_in::DROP_INS;
use agora_token_tests::event::Event;
use agora_token_tests::front;
use agora_token_tests::sample::open;

/// Every row as the README has it: its requests, then the function.
fn readme() -> BTreeSet<(String, String)> {
    let readme = include_str!("../../../../README.md");
    let (_, section) = readme
        .split_once("\n## Point an existing app at it\n")
        .unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        // A bar inside code is written with a backslash.
        let row = row.replace("\\|", "\u{0}");
        let cells: Vec<String> = row
            .split('|')
            .map(|cell| cell.trim().replace('\u{0}', "|"))
            .collect();
        let spans = cells[1].split('`').skip(1).step_by(2);
        let requests: Vec<String> = spans.filter(|span| span.contains(" /")).map(path).collect();
        (requests.join(" "), cells[5].clone())
    })
    .collect()
}

/// The request without its query.
fn path(request: &str) -> String {
    request.split('?').next().unwrap_or_default().to_owned()
}

#[test]
fn the_readme_has_the_rows_of_the_code_and_no_others() {
    let code = DROP_INS.iter().map(|row| {
        let requests = row
            .paths
            .iter()
            .map(|path| format!("{} {path}", row.method));
        (
            requests.collect::<Vec<_>>().join(" "),
            row.function.to_owned(),
        )
    });
    assert_eq!(readme(), code.collect());
}

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
    for name in ["rtc", "rtm", "chat", "education", "bundle"] {
        let function = open(name).start();
        let rows = DROP_INS.iter().filter(|row| row.function == name);
        for pattern in rows.clone().flat_map(|row| row.paths) {
            let path = filled(pattern);
            let row = rows
                .clone()
                .find(|row| row.paths.contains(pattern))
                .unwrap();
            for path in [path.clone(), format!("{path}/")] {
                for event in [
                    Event::new(row.method, &path),
                    Event::new(row.method, &path).as_cargo_lambda(),
                ] {
                    let answer = function.send(&event);
                    assert_ne!(answer.status, 404, "{} {path}", row.method);
                    assert_ne!(
                        answer.header("content-type"),
                        Some("application/problem+json"),
                        "{} {path}: {}",
                        row.method,
                        answer.body
                    );
                }
                let other = if row.method == "GET" { "POST" } else { "GET" };
                if front::row(other, &path).is_none() {
                    let answer = function.send(&Event::new(other, &path));
                    assert_eq!(answer.status, 404, "{other} {path}");
                }
            }
        }
        // The 404 lists the routes there are: all but the service's own stand in the table.
        let unknown = function.send(&Event::get("/nowhere")).json();
        let listed = unknown["detail"].as_str().unwrap();
        let (_, listed) = listed.split_once("there are: ").unwrap();
        let foreign: BTreeSet<&str> = listed.split(", ").filter(|route| !own(route)).collect();
        let expected: Vec<String> = rows
            .flat_map(|row| {
                row.paths
                    .iter()
                    .map(|path| format!("{} {path}", row.method))
            })
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
    route.starts_with("GET or POST /v1/") || route == "POST /v1/batch"
}
