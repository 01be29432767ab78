//! The function `console`: the page's files, with their headers.

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::LOCAL_PATHS;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::io::Read;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../console"))
}

/// The files that a browser loads, by name.
fn files() -> Vec<(String, Vec<u8>)> {
    let listed = std::fs::read_dir(folder()).unwrap();
    let paths = listed.map(|entry| entry.unwrap().path());
    let loaded = |path: &PathBuf| {
        let end = path.extension().and_then(|end| end.to_str());
        matches!(end, Some("css" | "html" | "js" | "wasm"))
    };
    let files = paths.filter(loaded).map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(path).unwrap())
    });
    files.collect()
}

/// The headers that the page's own file names for one of its files.
fn headers(name: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder().join("headers.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let mut wanted = all["every"].as_object().unwrap().clone();
    wanted.extend(all[name].as_object().cloned().unwrap_or_default());
    let text = |(name, value): (String, Value)| (name, value.as_str().unwrap().to_owned());
    wanted.into_iter().map(text).collect()
}

fn unzipped(answer: &Answer) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut stream = GzDecoder::new(answer.bytes.as_slice());
    stream.read_to_end(&mut bytes).unwrap();
    bytes
}

fn below(file: &str) -> Event {
    Event::get(&format!("/console/{file}"))
        .route_key("GET /console/{proxy+}")
        .path_parameter("proxy", file)
}

#[test]
fn every_file_is_served_as_it_is_with_its_headers() {
    let function = Function::start("console");
    let files = files();
    assert!(files.len() > 5, "{}", files.len());
    for (name, bytes) in files {
        let plain = function.send(&below(&name));
        assert_eq!(plain.status, 200, "{name}");
        assert!(plain.bytes == bytes, "{name} differs");
        assert_eq!(plain.header("content-encoding"), None, "{name}");
        let content_type = match name.rsplit_once('.').unwrap().1 {
            "css" => "text/css; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            // Else browsers do not compile it while it loads.
            "wasm" => "application/wasm",
            other => panic!("{other}"),
        };
        assert_eq!(plain.header("content-type"), Some(content_type), "{name}");
        for (header, value) in headers(&name) {
            assert_eq!(plain.header(&header), Some(&*value), "{name}: {header}");
        }
        assert_eq!(plain.header("vary"), Some("accept-encoding"), "{name}");

        let zipped = below(&name).header("accept-encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1");
        let zipped = function.send(&zipped);
        assert_eq!(zipped.header("content-encoding"), Some("gzip"), "{name}");
        assert!(unzipped(&zipped) == bytes, "{name} differs");
        assert_eq!(zipped.header("etag"), plain.header("etag"), "{name}");
        for refused in [
            "identity",
            "gzip;q=0",
            "gzip; q=0.000",
            "gzip;q=",
            "xgzip",
            "",
        ] {
            let answer = function.send(&below(&name).header("accept-encoding", refused));
            assert_eq!(answer.header("content-encoding"), None, "{name}: {refused}");
        }

        let tag = plain.header("etag").unwrap();
        for (sent, status) in [
            (tag.to_owned(), 304),
            (tag.trim_start_matches("W/").to_owned(), 304),
            (format!("\"x\", {tag}"), 304),
            ("*".to_owned(), 304),
            ("W/\"0123456789abcdef\"".to_owned(), 200),
        ] {
            let answer = function.send(&below(&name).header("if-none-match", &sent));
            assert_eq!(answer.status, status, "{name}: {sent}");
            if status == 304 {
                assert_eq!(answer.bytes, b"", "{name}");
                // What a browser keeps is replaced by these.
                for (header, value) in headers(&name) {
                    assert_eq!(answer.header(&header), Some(&*value), "{name}: {header}");
                }
            }
        }
    }
}

#[test]
fn the_address_of_the_service_leads_to_the_page() {
    let function = Function::builder("console")
        .env(LOCAL_PATHS.0, LOCAL_PATHS.1)
        .start();
    for path in ["/", "/console"] {
        let answer = function.send(&Event::get(path));
        assert_eq!(answer.status, 307);
        assert_eq!(answer.header("location"), Some("console/index.html"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let index = std::fs::read(folder().join("index.html")).unwrap();
    for event in [
        Event::get("/console/")
            .route_key("GET /console/{proxy+}")
            .path_parameter("proxy", ""),
        Event::get("/console/").as_cargo_lambda(),
        Event::get("/console/").as_load_balancer(),
        Event::get("/console/").query("token=007eJx"),
    ] {
        let answer = function.send(&event);
        assert_eq!(
            (answer.status, answer.bytes == index),
            (200, true),
            "{event:?}"
        );
    }
    let log = function.logs().join("\n");
    assert!(!log.contains("007eJx"), "{log}");
}

/// Where a relative reference leads from the page at `path` (RFC 3986, 5.2).
fn resolved(path: &str, reference: &str) -> String {
    assert!(!reference.starts_with('/'), "{reference}");
    let (folder, _) = path.rsplit_once('/').unwrap();
    let mut segments: Vec<&str> = folder.split('/').collect();
    for segment in reference.split('/') {
        match segment {
            ".." if segments.len() > 1 => drop(segments.pop()),
            ".." => {}
            name => segments.push(name),
        }
    }
    segments.join("/")
}

/// What a gateway makes of a request for a path below its base path, which is taken off.
fn routed(path: &str) -> Event {
    let event = Event::get(path);
    match path.strip_prefix("/console/") {
        Some("") => event.route_key("GET /console"),
        Some(below) => event
            .route_key("GET /console/{proxy+}")
            .path_parameter("proxy", below),
        None => event.route_key(&format!("GET {path}")),
    }
}

/// The same where a REST API leaves the base path of a custom domain in the path.
fn with_base(base: &str, path: &str) -> Value {
    let mut event = routed(path).as_rest_api().to_json();
    event["path"] = format!("{base}{path}").into();
    event
}

#[test]
fn behind_a_base_path_each_address_leads_to_the_page_too() {
    let function = Function::builder("console")
        .env(LOCAL_PATHS.0, LOCAL_PATHS.1)
        .start();
    let index = std::fs::read(folder().join("index.html")).unwrap();
    type Form = fn(&str, &str) -> Value;
    let forms: [(&str, Form); 6] = [
        ("HTTP API", |_, path| routed(path).to_json()),
        ("cargo-lambda", |_, path| {
            routed(path).as_cargo_lambda().to_json()
        }),
        ("REST API", |_, path| routed(path).as_rest_api().to_json()),
        ("REST API with a base path", with_base),
        ("load balancer", |_, path| {
            routed(path).as_load_balancer().to_json()
        }),
        ("the same with lists", |_, path| {
            routed(path).as_load_balancer_with_lists().to_json()
        }),
    ];
    for (name, form) in forms {
        for base in ["", "/stage", "/a/b"] {
            // Some gateways take the slash from the end of a path, and the browser is at one with it.
            for (first, takes_slash) in [
                ("/", false),
                ("/console", false),
                ("/console/", false),
                ("/console/", true),
            ] {
                // Nothing tells the base path from the path there.
                if first == "/" && name == "REST API with a base path" {
                    continue;
                }
                let ask = |at: &str| {
                    let path = at.strip_prefix(base).unwrap();
                    let path = match takes_slash {
                        true => path.trim_end_matches('/'),
                        false => path,
                    };
                    function.invoke(&form(base, path)).answer()
                };
                let mut at = format!("{base}{first}");
                let mut answer = ask(&at);
                for _ in 0..2 {
                    if let Some(location) = answer.header("location") {
                        at = resolved(&at, location);
                        answer = ask(&at);
                    }
                }
                assert_eq!(answer.status, 200, "{name}: {base}{first} leads to {at}");
                assert!(answer.bytes == index, "{name}: {base}{first}");
                let page = match takes_slash || first != "/console/" {
                    true => "/console/index.html",
                    false => "/console/",
                };
                assert_eq!(at, format!("{base}{page}"), "{name}: {base}{first}");
            }
        }
    }
}

#[test]
fn what_is_no_file_of_the_page_is_not_there() {
    let function = Function::start("console");
    for file in [
        "headers.json",
        "client.ts",
        "wasm/Cargo.toml",
        "wasm",
        "../Cargo.toml",
        "..",
        "Index.html",
        "index.html/",
        "index.html/x",
        "files.rs",
        "~",
    ] {
        let answer = function.send(&below(file));
        let served = answer.status == 200;
        // A slash at the end is none.
        assert_eq!(served, file == "index.html/", "{file}: {}", answer.body);
        if !served {
            assert_eq!(answer.json()["code"], "route_unknown", "{file}");
        }
    }
    let other = function.send(&Event::post("/").json(&json!({})));
    assert_eq!((other.status, other.header("allow")), (405, Some("GET")));
}

#[test]
fn it_is_gone_where_it_is_switched_off() {
    for (set, status) in [
        ("on", 200),
        ("", 200),
        ("off", 404),
        ("On", 404),
        ("true", 404),
    ] {
        let function = Function::builder("console")
            .env("AGORA_CONSOLE", set)
            .start();
        let answer = function.send(&below("index.html"));
        assert_eq!(answer.status, status, "{set}");
        if status == 404 {
            for event in [Event::get("/"), Event::get("/console")] {
                let answer = function.send(&event);
                assert_eq!(
                    (answer.status, &answer.json()["code"]),
                    (404, &json!("route_unknown"))
                );
                assert_eq!(answer.header("location"), None);
            }
        }
    }
}
