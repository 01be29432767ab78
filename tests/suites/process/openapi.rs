//! `/openapi.json`, and what is answered to requests that no route takes.

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::routes;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{CERTIFICATE, LOCAL_PATHS};
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};

/// As the gateway hands over what none of its routes takes.
fn nowhere(method: &str, path: &str) -> Event {
    Event::new(method, path).route_key("$default")
}

fn refused(answer: &Answer) -> (u16, Value, Option<&str>) {
    (
        answer.status,
        answer.json()["code"].clone(),
        answer.header("allow"),
    )
}

/// The line of the last request.
fn audited(function: &Function, path: &str) -> Value {
    let line = function.wait_for_log(&format!("\"path\":\"{path}"));
    serde_json::from_str(&line).unwrap()
}

#[test]
fn the_document_is_for_anybody_and_may_be_kept() {
    let function = Function::start("openapi");
    for event in [
        Event::get("/openapi.json"),
        Event::get("/openapi.json").as_cargo_lambda(),
        Event::get("/openapi.json").as_load_balancer(),
        Event::get("/openapi.json").header("x-api-key", "whatever"),
    ] {
        let answer = function.send(&event);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(answer.body, include_str!("../../../docs/openapi.json"));
    }
    let zipped = Event::get("/openapi.json").header("accept-encoding", "gzip, br");
    let answer = function.send(&zipped);
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert_eq!(answer.header("vary"), Some("accept-encoding"));
    let line = function.wait_for_log("\"status\":200");
    assert!(line.contains("\"route\":\"GET /openapi.json\""), "{line}");
    assert!(!line.contains("\"path\""), "{line}");
}

/// Every request that a function answers is one of the document, or the 404 and the 405 would be wrong.
#[test]
fn the_document_has_every_route() {
    let document: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
    for row in routes::all().iter().filter(|row| !row.page) {
        for path in row.paths.iter().filter(|path| *path != "$default") {
            let named = path.split('/').map(|part| match part.split_once('=') {
                Some((name, _)) => format!("{name}}}"),
                None => part.to_owned(),
            });
            let named = named.collect::<Vec<_>>().join("/");
            for method in &row.methods {
                let operation = &document["paths"][&named][method.to_ascii_lowercase()];
                assert!(operation.is_object(), "{method} {named}");
            }
        }
    }
}

#[test]
fn an_unknown_path_is_told_the_routes_there_are_and_is_logged() {
    let function = Function::start("openapi");
    let answer = function.send(&nowhere("POST", "/agora/token").query("token=007secret"));
    assert_eq!(refused(&answer), (404, json!("route_unknown"), None));
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let problem = answer.json();
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("there is no route POST /agora/token; there are: "),
        "{detail}"
    );
    for known in [
        "GET or POST /v1/rtc",
        "POST /v1/batch",
        "GET /rtc/{channel}/{role}/{type}/{id}",
    ] {
        assert!(detail.contains(known), "{detail}");
    }
    let line = audited(&function, "/agora/token");
    assert_eq!(
        (&line["method"], &line["outcome"], &line["status"]),
        (&json!("POST"), &json!("route_unknown"), &json!(404))
    );
    assert_eq!(line["route"], Value::Null);
    assert!(!line.to_string().contains("007secret"), "{line}");
    // A load balancer may have a rule for all else, and so may a REST API.
    for event in [
        Event::new("POST", "/agora/token").as_load_balancer(),
        Event::new("POST", "/agora/token").as_rest_api(),
        nowhere("POST", "/agora/token").as_cargo_lambda(),
    ] {
        assert_eq!(function.send(&event).status, 404);
    }
}

#[test]
fn a_known_path_with_another_method_is_told_the_methods() {
    let function = Function::start("openapi");
    for (method, path, allowed) in [
        ("DELETE", "/v1/rtc", "GET, POST"),
        ("HEAD", "/v1/rtc", "GET, POST"),
        ("GET", "/v1/batch", "POST"),
        ("POST", "/health", "GET"),
        ("HEAD", "/openapi.json", "GET"),
        ("GET", "/fetch_rtc_token", "POST"),
        ("POST", "/rtc/lobby/publisher/uid/7/", "GET"),
    ] {
        let answer = function.send(&nowhere(method, path));
        let expected = (405, json!("method_not_allowed"), Some(allowed));
        assert_eq!(refused(&answer), expected, "{method} {path}");
        assert_eq!(audited(&function, path)["status"], 405);
    }
}

/// The gateway's paths end without a slash. To say that a POST takes GET and POST would help nobody.
#[test]
fn a_slash_too_many_is_named() {
    let function = Function::start("openapi");
    let answer = function.send(&nowhere("POST", "/v1/rtc/"));
    assert_eq!(refused(&answer), (404, json!("route_unknown"), None));
    let problem = answer.json();
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.ends_with("the same without the slash at its end"),
        "{detail}"
    );
}

/// Should the gateway hand a preflight over, any other status would keep the request from being sent.
#[test]
fn a_preflight_lets_the_request_come() {
    let function = Function::start("openapi");
    for (path, allow) in [
        ("/v1/rtc", Some("GET, POST")),
        ("/openapi.json", Some("GET")),
        ("/agora/token", None),
    ] {
        let preflight = nowhere("OPTIONS", path)
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "POST");
        let answer = function.send(&preflight);
        assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{path}");
        assert_eq!(answer.header("allow"), allow, "{path}");
    }
}

#[test]
fn nothing_secret_in_a_path_is_logged() {
    let function = Function::start("openapi");
    let token = format!("007eJx{}", "a".repeat(200));
    let path = format!("/x/{CERTIFICATE}/{token}/a-key-0123456789/generateUserToken");
    function.send(&nowhere("GET", &path));
    let line = audited(&function, "/x/");
    assert_eq!(line["path"], "/x/…/…/…/generateUserToken");

    function.send(&nowhere("GET", &format!("/y{}", "/频".repeat(2000))));
    let line = audited(&function, "/y/");
    let shown = line["path"].as_str().unwrap();
    assert!(shown.len() <= 260 && shown.ends_with('…'), "{shown}");

    function.send(&nowhere("GET", "/z/a\"\n{\"level\":\"ERROR\"}\u{2028}b"));
    let line = function.wait_for_log("\"path\":\"/z/");
    assert!(
        line.contains(r#"/z/a\"\n{\"level\":\"ERROR\"}\u2028b"#),
        "{line}"
    );
}

/// It starts and answers without a project, whatever is set, and asks for none.
#[test]
fn no_secret_is_read() {
    let manager = SecretsManager::start();
    let function = Function::builder("openapi")
        .env("AGORA_SECRET_ID", "agora/project")
        .env("AGORA_POLICY", "{")
        .env("AGORA_METRICS_NAMESPACE", "a b")
        .secrets_manager(&manager)
        .start();
    assert_eq!(function.send(&Event::get("/openapi.json")).status, 200);
    assert_eq!(function.send(&nowhere("GET", "/")).status, 404);
    assert_eq!(manager.requests(), 0);
}

/// As `make run` has it: what looks encoded is decoded, and one that cannot be is refused and not matched.
#[test]
fn an_encoded_path_is_decoded_where_a_local_server_sent_it() {
    let function = Function::builder("openapi")
        .env(LOCAL_PATHS.0, LOCAL_PATHS.1)
        .start();
    let sent = |path: &str| function.send(&nowhere("DELETE", path).as_cargo_lambda());
    assert_eq!(
        refused(&sent("/v1/%72tc")),
        (405, json!("method_not_allowed"), Some("GET, POST"))
    );
    assert_eq!(refused(&sent("/v1/%zz")).1, json!("path_ambiguous"));
}

#[test]
fn no_event_ends_the_process() {
    let function = Function::start("openapi");
    let mut large = nowhere("POST", "/agora/token").to_json();
    large["body"] = json!("x".repeat(1_000_000));
    for (event, status) in [
        (json!({}), 400),
        (json!(null), 400),
        (nowhere("GET", "").to_json(), 400),
        (
            nowhere("GET", &format!("/{}", "x".repeat(20_000))).to_json(),
            414,
        ),
        (nowhere("G\u{0}\n", "/\u{0}").to_json(), 404),
        (large, 413),
    ] {
        assert_eq!(function.invoke(&event).answer().status, status, "{event}");
    }
    assert_eq!(function.send(&Event::get("/openapi.json")).status, 200);
}
