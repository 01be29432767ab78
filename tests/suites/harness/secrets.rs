//! The Secrets Manager stand-in, spoken to over raw HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};

const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=stand-in";

/// Asks for a secret and returns the status and the body; nothing when the connection was closed.
fn ask(secrets: &SecretsManager, secret_id: &str) -> Option<(u16, String)> {
    let endpoint = secrets.endpoint();
    let address = endpoint.strip_prefix("http://").unwrap();
    let body = json!({"SecretId": secret_id}).to_string();
    let length = body.len();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/x-amz-json-1.1\r\nContent-Length: {length}\r\n\
         X-Amz-Target: secretsmanager.GetSecretValue\r\nAuthorization: {SIGNATURE}\r\n\r\n{body}"
    )
    .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).ok()?;
    let (head, body) = reply.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}

fn secret_string(reply: Option<(u16, String)>) -> Option<String> {
    let value: Value = serde_json::from_str(&reply?.1).ok()?;
    value["SecretString"].as_str().map(str::to_owned)
}

#[test]
fn a_secret_can_change_while_it_is_served() {
    let secrets = SecretsManager::start();
    secrets.set("agora", "first");
    assert_eq!(
        secret_string(ask(&secrets, "agora")).as_deref(),
        Some("first")
    );

    secrets.set("agora", "second");
    assert_eq!(
        secret_string(ask(&secrets, "agora")).as_deref(),
        Some("second")
    );

    secrets.remove("agora");
    let (status, body) = ask(&secrets, "agora").unwrap();
    assert_eq!(status, 400);
    assert!(body.contains("ResourceNotFoundException"), "{body}");
}

#[test]
fn requests_are_kept() {
    let secrets = SecretsManager::start();

    ask(&secrets, "agora");

    assert_eq!(secrets.requests(), 1);
    let request = &secrets.received()[0];
    assert_eq!(request.target, "secretsmanager.GetSecretValue");
    assert_eq!(request.secret_id.as_deref(), Some("agora"));
    assert!(request.is_signed());
}

#[test]
fn it_fails_as_told_and_recovers() {
    let secrets = SecretsManager::start();
    secrets.set("agora", "value");

    secrets.fail_with("AccessDeniedException", 400);
    let (status, body) = ask(&secrets, "agora").unwrap();
    assert_eq!(status, 400);
    assert!(
        body.contains("\"__type\":\"AccessDeniedException\""),
        "{body}"
    );

    secrets.answer_garbage();
    let (status, body) = ask(&secrets, "agora").unwrap();
    assert_eq!(status, 200);
    assert!(serde_json::from_str::<Value>(&body).is_err(), "{body}");

    secrets.close_connections();
    assert_eq!(ask(&secrets, "agora"), None);

    secrets.recover();
    assert_eq!(
        secret_string(ask(&secrets, "agora")).as_deref(),
        Some("value")
    );
    assert_eq!(secrets.requests(), 4);
}

#[test]
fn hanging_requests_are_set_free() {
    let secrets = SecretsManager::start();
    secrets.set("agora", "value");
    secrets.hang();

    thread::scope(|scope| {
        let asking = scope.spawn(|| ask(&secrets, "agora"));
        secrets.wait_for_requests(1);
        assert!(!asking.is_finished());
        secrets.recover();
        let reply = asking.join().unwrap();
        assert_eq!(secret_string(reply).as_deref(), Some("value"));
    });
}

#[test]
fn an_answer_can_be_slow() {
    let secrets = SecretsManager::start();
    secrets.set("agora", "value");
    secrets.delay(Duration::from_millis(50));

    let asked = Instant::now();
    let reply = ask(&secrets, "agora");

    assert!(asked.elapsed() >= Duration::from_millis(50));
    assert_eq!(secret_string(reply).as_deref(), Some("value"));
}
