//! `/ready`: whether a token could be issued now, and for services why not.

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::{Builder, Function};
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE, closed};
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ID: &str = "agora/project";
const AUDIENCE: &str = "the-app";
const PUBLISHABLE: &str = "sample-key-of-a-page";

fn ready() -> Event {
    Event::get("/ready")
}

fn as_service() -> Event {
    ready().header("x-api-key", API_KEY)
}

/// A secret with these members, and who reads it every second.
fn of_secret(members: &Value) -> (SecretsManager, Builder) {
    let manager = SecretsManager::start();
    set(&manager, members);
    let builder = Function::builder("inspect")
        .env("AGORA_SECRET_ID", ID)
        .env("AGORA_SECRET_TTL_SECONDS", "1")
        .secrets_manager(&manager);
    (manager, builder)
}

fn set(manager: &SecretsManager, members: &Value) {
    let mut document = json!({
        "appId": APP_ID, "appCertificate": CERTIFICATE,
        "apiKeys": [API_KEY, {"name": "page", "key": PUBLISHABLE, "publishable": true, "policy": {"channels": ["lobby"]}}],
    });
    let all = document.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    manager.set(ID, &document.to_string());
}

/// Fetches the keys of this issuer, as the settings say.
fn of_issuer(builder: Builder, issuer: &Issuer) -> Builder {
    builder
        .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
        .env("AGORA_JWT_AUDIENCE", AUDIENCE)
}

#[track_caller]
fn is_ready(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    assert_eq!(body["status"], "ready");
    body["checks"].clone()
}

/// That it is not, and what a service is told of it.
#[track_caller]
fn is_not_ready(answer: &Answer) -> Value {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    let wait = answer
        .header("retry-after")
        .and_then(|text| text.parse::<u32>().ok());
    assert!(
        wait.is_some_and(|seconds| (1..=60).contains(&seconds)),
        "{wait:?}"
    );
    let body = answer.json();
    assert_eq!(
        (&body["code"], &body["status"]),
        (&json!("not_ready"), &json!(503))
    );
    body["checks"].clone()
}

/// Asks until a service is told something else than before.
fn told_until(function: &Function, done: impl Fn(&Answer) -> bool) -> Answer {
    let give_up = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = function.send(&as_service());
        if done(&answer) {
            return answer;
        }
        assert!(Instant::now() < give_up, "still {}", answer.body);
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn it_is_ready_with_a_project_and_only_a_service_is_told_of_what() {
    let (_manager, builder) = of_secret(&json!({}));
    let issuer = Issuer::start();
    let function = of_issuer(builder, &issuer).start();
    let claims = json!({
        "iss": issuer.issuer_url(), "aud": AUDIENCE, "sub": "ann", "exp": 4_102_444_800_u64,
    });
    let jwt = format!("Bearer {}", issuer.sign(Algorithm::Es256, &claims));
    for event in [
        ready(),
        ready().as_cargo_lambda(),
        ready().as_load_balancer(),
        ready().header("authorization", &jwt),
        ready().header("x-api-key", PUBLISHABLE),
    ] {
        assert_eq!(is_ready(&function.send(&event)), Value::Null);
    }
    let checks = json!([
        {"name": "secret", "ok": true},
        {"name": "access", "ok": true},
        {"name": "keys", "issuer": issuer.issuer_url(), "ok": true},
    ]);
    assert_eq!(is_ready(&function.send(&as_service())), checks);
    let line = function.wait_for_log("\"principal\":\"service\"");
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&line["route"], &line["outcome"], &line["status"]),
        (&json!("GET /ready"), &json!("greeted"), &json!(200))
    );
    // Whoever believes to be somebody is told that they are not.
    let wrong = function.send(&ready().header("x-api-key", "another-key-0123"));
    assert_eq!(
        (wrong.status, &wrong.json()["code"]),
        (401, &json!("credentials_unknown"))
    );
    // To be alive is another question.
    assert_eq!(
        function.send(&Event::get("/health")).json(),
        json!({"status": "ok"})
    );
}

#[test]
fn without_a_secret_it_is_not_ready_and_tells_nobody_why() {
    let (manager, builder) = of_secret(&json!({}));
    manager.fail_with("AccessDeniedException", 400);
    let function = builder.start();
    for event in [ready(), as_service()] {
        let answer = function.send(&event);
        assert_eq!(is_not_ready(&answer), Value::Null);
        assert!(!answer.body.contains("AccessDenied"), "{}", answer.body);
    }
    let line = function.wait_for_log("\"outcome\":\"not_ready\"");
    assert!(line.contains("\"Errors\":1"), "{line}");
    assert_eq!(function.send(&Event::get("/health")).status, 200);

    manager.recover();
    let healed = told_until(&function, |answer| answer.status == 200);
    assert_eq!(is_ready(&healed)[0], json!({"name": "secret", "ok": true}));
}

/// A token is signed by the value that is held, so it is ready; whoever watches learns of the trouble.
#[test]
fn a_held_secret_is_good_enough_and_its_trouble_is_told() {
    let (manager, builder) = of_secret(&json!({}));
    let function = builder.start();
    is_ready(&function.send(&ready()));
    manager.fail_with("AccessDeniedException", 400);
    let told = told_until(&function, |answer| answer.body.contains("reason"));
    let check = is_ready(&told)[0].clone();
    assert_eq!(check["ok"], true);
    let reason = check["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("Secrets Manager answered AccessDeniedException"),
        "{reason}"
    );
    assert_eq!(is_ready(&function.send(&ready())), Value::Null);
}

#[test]
fn a_broken_policy_or_setting_is_named_to_services() {
    for (name, value, reason) in [
        (
            "AGORA_POLICY",
            "{\"user\":{\"rolez\":[]}}",
            "AGORA_POLICY, user.rolez",
        ),
        ("AGORA_JWT_ISSUER", "not a url", "AGORA_JWT_ISSUER"),
    ] {
        let builder = closed("inspect").env(name, value);
        let function = builder.env("AGORA_JWT_AUDIENCE", AUDIENCE);
        let function = match name {
            "AGORA_POLICY" => function
                .env("AGORA_JWT_ISSUER", "https://a.example")
                .env("AGORA_JWT_JWKS", &Issuer::start().jwks_json()),
            _ => function,
        };
        let function = function.start();
        let checks = is_not_ready(&function.send(&as_service()));
        assert_eq!(
            (&checks[0]["ok"], &checks[1]["ok"]),
            (&json!(true), &json!(false))
        );
        let told = checks[1]["reason"].as_str().unwrap();
        assert!(told.starts_with(reason), "{told}");
        assert_eq!(is_not_ready(&function.send(&ready())), Value::Null);
    }
    let (manager, builder) = of_secret(&json!({"policy": {"user": {"rolez": []}}}));
    let function = builder.start();
    let checks = is_not_ready(&function.send(&as_service()));
    let told = checks[1]["reason"].as_str().unwrap();
    assert!(
        told.starts_with("in the secret document, policy.user.rolez"),
        "{told}"
    );
    set(&manager, &json!({"policy": {"user": {"roles": []}}}));
    is_ready(&told_until(&function, |answer| answer.status == 200));
}

/// Whatever the trouble with an issuer, services get tokens; but users don't.
#[test]
fn the_keys_of_every_issuer_have_to_be_there() {
    let (first, second) = (Issuer::start(), Issuer::start());
    second.fail_with(500);
    let policy = json!({"issuers": [
        {"issuer": second.issuer_url(), "audience": AUDIENCE, "subjectPrefix": "b-"},
    ]});
    let (_manager, builder) = of_secret(&json!({"policy": policy}));
    let function = of_issuer(builder, &first).start();
    let checks = is_not_ready(&function.send(&as_service()));
    let of = |issuer: &Issuer| {
        let mut checks = checks.as_array().unwrap().iter();
        checks
            .find(|check| check["issuer"] == issuer.issuer_url())
            .unwrap()
    };
    assert_eq!(of(&first)["ok"], true);
    assert_eq!(of(&second)["ok"], false);
    let reason = of(&second)["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("the JWT issuer answered 500"),
        "{reason}"
    );
    assert_eq!(is_not_ready(&function.send(&ready())), Value::Null);

    second.recover();
    is_ready(&told_until(&function, |answer| answer.status == 200));
}

/// Whoever asks all the time causes no more requests than the same number of requests for tokens: those of
/// the pauses after failures, and with good values none.
#[test]
fn to_ask_costs_no_requests_elsewhere() {
    let (manager, builder) = of_secret(&json!({}));
    let issuer = Issuer::start();
    let function = of_issuer(builder, &issuer)
        .env("AGORA_SECRET_TTL_SECONDS", "300")
        .start();
    is_ready(&function.send(&ready()));
    let before = (manager.requests(), issuer.requests());
    for _ in 0..200 {
        is_ready(&function.send(&ready()));
    }
    assert_eq!((manager.requests(), issuer.requests()), before);

    let (manager, builder) = of_secret(&json!({}));
    manager.fail_with("AccessDeniedException", 400);
    let function = builder.start();
    let started = Instant::now();
    for _ in 0..200 {
        is_not_ready(&function.send(&ready()));
    }
    // The first pause is a second at least, and each is longer.
    let most = 2 + usize::try_from(started.elapsed().as_secs()).unwrap();
    assert!(
        manager.requests() <= most,
        "{} > {most}",
        manager.requests()
    );
}
