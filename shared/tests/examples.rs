//! The examples do what they say.

// The exemption for tests in clippy.toml does not reach what they share; nobody starts the examples' `main`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    dead_code
)]
#![allow(unreachable_pub, reason = "an example has the face of a program")]

#[path = "../examples/axum.rs"]
mod server;
#[path = "../examples/verify.rs"]
mod verifier;

#[cfg(feature = "explain")]
#[path = "../examples/explain.rs"]
mod explainer;

use agora_token::token::builders::rtc::{RtcRole, with_role};
use agora_token::token::{AccessToken2, ServiceKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const APP_ID: &str = "970CA35de60c44645bbae8a215061b33";
const CERTIFICATE: &str = "5CFd2fd1755d40ecb72977518be15d3b";

fn signed() -> String {
    let token = AccessToken2 {
        app_id: APP_ID.parse().unwrap(),
        issue_ts: 1_700_000_000,
        expire: 3600,
        salt: 12345,
        services: vec![with_role("lobby", "7", RtcRole::Publisher, 3600)],
    };
    token.build(&CERTIFICATE.parse().unwrap()).unwrap()
}

/// The status and the body that the example server answers.
async fn get(path: &str) -> (u16, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let project = server::Project {
        app_id: APP_ID.parse().unwrap(),
        certificate: CERTIFICATE.parse().unwrap(),
    };
    let served = tokio::spawn(async move { axum::serve(listener, server::app(project)).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    served.abort();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap();
    (status.parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn the_server_answers_with_a_token() {
    let (status, text) = get("/rtc/lobby/7").await;
    assert_eq!(status, 200, "{text}");
    let token = AccessToken2::parse(&text).unwrap();
    assert!(token.verify(&CERTIFICATE.parse().unwrap()));
    let ServiceKind::Rtc { channel_name, uid } = &token.services[0].kind else {
        panic!("{:?}", token.services);
    };
    assert_eq!((channel_name.as_str(), uid.as_str()), ("lobby", "7"));
    let (status, _) = get("/rtc/lobby/seven").await;
    assert_eq!(status, 400);
}

#[test]
fn verify_tells_who_signed() {
    let told = verifier::verify(&signed(), &CERTIFICATE.parse().unwrap()).unwrap();
    assert!(told.contains("Expires:  1700003600\n"), "{told}");
    assert!(told.ends_with("Verified: true\n"), "{told}");
    let other = "22222222222222222222222222222222".parse().unwrap();
    let told = verifier::verify(&signed(), &other).unwrap();
    assert!(told.ends_with("Verified: false\n"), "{told}");
    assert!(verifier::verify("not a token", &other).is_err());
}

#[cfg(feature = "explain")]
#[test]
fn explain_names_the_likeliest_cause_first() {
    let log = format!("flutter: token is {}", signed());
    let first = |uid| {
        let told = explainer::findings(&log, "lobby", uid, 1_700_000_010_000);
        told.split(':').next().unwrap().to_owned()
    };
    assert_eq!(first(8), "user_mismatch");
    assert_eq!(first(7), "token_fits");
}
