//! The project from Secrets Manager: read at start, kept, refreshed, and what happens when it fails.

use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::{Builder, Function};
use agora_token_tests::sample::{
    API_KEY, APP_ID, CERTIFICATE, OTHER_CERTIFICATE, closed, read_token, secret,
};
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ID: &str = "agora/project";

fn function(manager: &SecretsManager) -> Builder {
    Function::builder("rtc")
        .env("AGORA_SECRET_ID", ID)
        .env("AGORA_SECRET_TTL_SECONDS", "1")
        .secrets_manager(manager)
}

fn ask(function: &Function) -> (u16, Value) {
    let event = Event::get("/v1/rtc")
        .query("channelName=demo&uid=1")
        .header("x-api-key", API_KEY);
    let answer = function.send(&event);
    if answer.status == 503 {
        assert!(
            answer
                .header("retry-after")
                .is_some_and(|seconds| seconds.parse::<u32>().is_ok())
        );
    }
    (answer.status, answer.json())
}

/// Asks until `done`, for as long as a rotation or a recovery may take.
fn ask_until(function: &Function, done: impl Fn(&(u16, Value)) -> bool) -> (u16, Value) {
    let give_up = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = ask(function);
        if done(&answer) {
            return answer;
        }
        assert!(Instant::now() < give_up, "still {answer:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Asks until a token is signed with [`OTHER_CERTIFICATE`]; no request may fail meanwhile.
fn ask_until_the_other_certificate_signs(function: &Function) {
    let other = OTHER_CERTIFICATE.parse().unwrap();
    ask_until(function, |(status, body)| {
        assert_eq!(*status, 200, "{body}");
        agora_token::token::AccessToken2::parse(body["token"].as_str().unwrap())
            .unwrap()
            .verify(&other)
    });
}

#[test]
fn the_secret_is_read_once_before_the_first_request_and_with_a_signature() {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    let function = function(&manager)
        .env("AGORA_SECRET_TTL_SECONDS", "300")
        .start();
    function.wait_until_ready();
    assert_eq!(manager.requests(), 1, "read during INIT");
    for _ in 0..5 {
        let (status, body) = ask(&function);
        assert_eq!(status, 200, "{body}");
        read_token(body["token"].as_str().unwrap(), CERTIFICATE);
    }
    assert_eq!(manager.requests(), 1);
    let request = &manager.received()[0];
    assert!(request.is_signed());
    assert_eq!(request.secret_id.as_deref(), Some(ID));
}

#[test]
fn a_rotated_certificate_is_in_use_after_its_time_and_without_a_failed_request() {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    let function = function(&manager).start();
    let (_, first) = ask(&function);
    read_token(first["token"].as_str().unwrap(), CERTIFICATE);
    manager.set(ID, &secret(OTHER_CERTIFICATE));
    ask_until_the_other_certificate_signs(&function);
}

#[test]
fn the_last_good_value_serves_through_an_incident() {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    let function = function(&manager).start();
    assert_eq!(ask(&function).0, 200);
    manager.fail_with("InternalServiceError", 500);
    let requests = manager.requests();
    ask_until(&function, |(status, body)| {
        assert_eq!(*status, 200, "{body}");
        manager.requests() > requests
    });
    let line = function.wait_for_log("secret_refused");
    assert!(line.contains("\"lastGoodValueServes\":true"), "{line}");
}

#[test]
fn while_the_manager_hangs_one_request_waits_a_moment_and_the_refresh_goes_on() {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    let function = function(&manager).start();
    assert_eq!(ask(&function).0, 200);
    std::thread::sleep(Duration::from_millis(1100));
    let requests = manager.requests();

    manager.hang();
    let mut waits = Duration::ZERO;
    for request in 0..40 {
        let started = Instant::now();
        let (status, body) = ask(&function);
        assert_eq!(status, 200, "{body}");
        assert!(started.elapsed() < Duration::from_secs(1), "{request}");
        waits += started.elapsed();
        std::thread::sleep(Duration::from_millis(100));
    }
    // One waits 250 ms; the rest is time for a slow machine.
    assert!(waits < Duration::from_secs(2), "{waits:?}");
    // What the SDK makes of one attempt, which has ended by now.
    assert_eq!(manager.requests() - requests, 2);
    let line = function.wait_for_log("secret_unreachable");
    assert!(line.contains("\"lastGoodValueServes\":true"), "{line}");
}

#[test]
fn a_refresh_that_takes_long_is_used_when_it_is_done() {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    let function = function(&manager).start();
    assert_eq!(ask(&function).0, 200);
    manager.set(ID, &secret(OTHER_CERTIFICATE));
    manager.delay(Duration::from_millis(800));
    ask_until_the_other_certificate_signs(&function);
}

/// Anybody can make up the name of a key.
#[test]
fn who_names_unknown_keys_of_an_issuer_that_hangs_makes_nobody_else_wait() {
    let issuer = Issuer::start();
    let claims = json!({
        "iss": issuer.issuer_url(), "aud": "app", "sub": "ann", "exp": 4_102_444_800_u64,
    });
    let header = json!({"alg": "ES256", "kid": "made-up"}).to_string();
    let unknown = issuer.sign_text(Algorithm::Es256, &header, &claims.to_string());
    let known = issuer.sign(Algorithm::Es256, &claims);
    let function = Function::builder("rtc")
        .env("AGORA_APP_ID", APP_ID)
        .env("AGORA_APP_CERTIFICATE", CERTIFICATE)
        .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
        .env("AGORA_JWT_AUDIENCE", "app")
        .env("AWS_LAMBDA_MAX_CONCURRENCY", "8")
        .start();
    let ask = |token: &str| {
        let event = Event::get("/v1/rtc")
            .query("channelName=demo")
            .header("authorization", &format!("Bearer {token}"));
        let started = Instant::now();
        (function.send(&event).status, started.elapsed())
    };
    assert_eq!(ask(&known).0, 200);
    issuer.delay(Duration::from_secs(20));
    std::thread::scope(|scope| {
        let hostile = scope.spawn(|| ask(&unknown));
        let gave_up = Instant::now() + Duration::from_secs(10);
        while issuer.requests() < 3 {
            assert!(Instant::now() < gave_up, "the unknown key is asked for");
            std::thread::sleep(Duration::from_millis(5));
        }
        for _ in 0..10 {
            let (status, took) = ask(&known);
            assert_eq!(status, 200);
            assert!(took < Duration::from_secs(1), "{took:?}");
        }
        // Nobody can tell whether there is such a key.
        assert_eq!(hostile.join().unwrap().0, 503);
    });
    // And again only after a minute.
    let (status, took) = ask(&unknown);
    assert_eq!(status, 503);
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(issuer.requests(), 3);
}

#[test]
fn without_a_value_the_answer_is_503_the_reason_is_in_the_log_and_it_heals() {
    let failures: [(_, fn(&SecretsManager), _); 7] = [
        (
            "AccessDenied",
            |manager| manager.fail_with("AccessDeniedException", 400),
            "secretsmanager:GetSecretValue",
        ),
        (
            "NotFound",
            |manager| manager.fail_with("ResourceNotFoundException", 400),
            "names no secret",
        ),
        (
            "Throttling",
            |manager| manager.fail_with("ThrottlingException", 400),
            "ThrottlingException",
        ),
        (
            "a closed connection",
            SecretsManager::close_connections,
            "secret_unreachable",
        ),
        ("garbage", SecretsManager::answer_garbage, "secret_"),
        (
            "no JSON",
            |manager| manager.set(ID, "SECRET-TEXT"),
            "is not the JSON object",
        ),
        (
            "a bad certificate",
            |manager| manager.set(ID, &secret("SECRET-TEXT")),
            "appCertificate",
        ),
    ];
    // Side by side: each waits out the pause between two attempts.
    std::thread::scope(|scope| {
        for (what, fail, logged) in failures {
            scope.spawn(move || fails_and_heals(what, fail, logged));
        }
    });
}

fn fails_and_heals(what: &str, fail: fn(&SecretsManager), logged: &str) {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    fail(&manager);
    let function = function(&manager).start();
    let (status, body) = ask(&function);
    assert_eq!(
        (status, &body["code"]),
        (503, &json!("project_unavailable")),
        "{what}: {body}"
    );
    assert!(
        !body.to_string().contains(ID) && !body.to_string().contains("SECRET"),
        "{what}: {body}"
    );
    let line = function.wait_for_log("\"lastGoodValueServes\"");
    assert!(line.contains(logged), "{what}: {line}");
    assert!(
        !function.logs().join("\n").contains("SECRET-TEXT"),
        "{what}"
    );

    let pid = function.pid();
    manager.recover();
    manager.set(ID, &secret(CERTIFICATE));
    ask_until(&function, |(status, _)| *status == 200);
    assert_eq!(function.pid(), pid, "{what}: healed in the same process");
}

#[test]
fn a_manager_that_hangs_costs_seconds_not_the_process() {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    manager.hang();
    let function = function(&manager).start();
    let ready = function.wait_until_ready().unwrap();
    assert!(
        ready < Duration::from_secs(8),
        "INIT may take 10 s, this one took {ready:?}"
    );
    let started = Instant::now();
    assert_eq!(ask(&function).0, 503);
    assert!(started.elapsed() < Duration::from_secs(5));
    manager.recover();
    ask_until(&function, |(status, _)| *status == 200);
}

#[test]
fn a_broken_ca_bundle_is_a_wrong_setting_and_no_crash() {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    let folder = std::env::temp_dir();
    for (number, text) in [
        "no PEM at all",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----\n",
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.join(format!("agora-ca-{}-{number}.pem", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let function = function(&manager)
            .env("AWS_CA_BUNDLE", path.to_str().unwrap())
            .start();
        // Either the bundle is refused, or what is no certificate in it is passed over.
        let (status, body) = ask(&function);
        assert!(matches!(status, 200 | 503), "{text}: {body}");
        if status == 503 {
            assert!(
                function
                    .wait_for_log("setting_invalid")
                    .contains("AWS_CA_BUNDLE")
            );
        }
        assert!(function.is_alive(), "{text}");
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn many_requests_at_once_share_one_read() {
    let manager = SecretsManager::start();
    manager.set(ID, &secret(CERTIFICATE));
    let function = function(&manager)
        .env("AWS_LAMBDA_MAX_CONCURRENCY", "8")
        .start();
    assert_eq!(ask(&function).0, 200);
    std::thread::sleep(Duration::from_millis(1100));
    let before = manager.requests();
    manager.delay(Duration::from_millis(300));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(ask(&function).0, 200));
        }
    });
    assert_eq!(manager.requests() - before, 1);
}

#[test]
fn a_request_picks_one_of_several_projects_and_a_key_may_be_bound_to_one() {
    let other_id = "0123456789abcdef0123456789abcdef";
    let manager = SecretsManager::start();
    manager.set(
        ID,
        &json!({
            "defaultAppId": APP_ID,
            "apiKey": API_KEY,
            "projects": [
                {"appId": APP_ID, "appCertificate": CERTIFICATE},
                {"appId": other_id, "appCertificate": OTHER_CERTIFICATE, "apiKey": "key-of-the-other-project"},
            ],
        })
        .to_string(),
    );
    let function = function(&manager).start();
    let ask = |key: &str, app_id: Option<&str>| {
        let app_id = app_id.map(|id| format!("&appId={id}")).unwrap_or_default();
        let query = format!("channelName=demo&uid=1{app_id}");
        let answer = function.send(&Event::get("/v1/rtc").query(&query).header("x-api-key", key));
        (answer.status, answer.json())
    };
    for (key, app_id, signer, certificate) in [
        (API_KEY, None, APP_ID, CERTIFICATE),
        (API_KEY, Some(other_id), other_id, OTHER_CERTIFICATE),
        (
            "key-of-the-other-project",
            None,
            other_id,
            OTHER_CERTIFICATE,
        ),
        (
            "key-of-the-other-project",
            Some(other_id),
            other_id,
            OTHER_CERTIFICATE,
        ),
    ] {
        let (status, body) = ask(key, app_id);
        assert_eq!(status, 200, "{body}");
        assert_eq!(
            read_token(body["token"].as_str().unwrap(), certificate).app_id,
            signer
        );
    }
    let (status, body) = ask("key-of-the-other-project", Some(APP_ID));
    assert_eq!((status, &body["code"]), (403, &json!("denied_project")));
}

#[test]
fn wrong_settings_grant_nothing_and_are_named_in_the_log() {
    let cases: [(_, &[_], _); 5] = [
        ("nothing set", &[], "AGORA_SECRET_ID"),
        (
            "no certificate",
            &[("AGORA_APP_ID", APP_ID)],
            "appCertificate is missing",
        ),
        (
            "a bad id",
            &[
                ("AGORA_APP_ID", "x"),
                ("AGORA_APP_CERTIFICATE", CERTIFICATE),
            ],
            "appId",
        ),
        (
            "a bad switch",
            &[
                ("AGORA_APP_ID", APP_ID),
                ("AGORA_APP_CERTIFICATE", CERTIFICATE),
                ("AGORA_ANONYMOUS_ACCESS", "yes"),
            ],
            "AGORA_ANONYMOUS_ACCESS",
        ),
        (
            "a bad time",
            &[
                ("AGORA_APP_ID", APP_ID),
                ("AGORA_APP_CERTIFICATE", CERTIFICATE),
                ("AGORA_SECRET_TTL_SECONDS", "5m"),
            ],
            "AGORA_SECRET_TTL_SECONDS",
        ),
    ];
    for (what, settings, logged) in cases {
        let function = settings
            .iter()
            .fold(Function::builder("rtc"), |builder, (name, value)| {
                builder.env(name, value)
            })
            .start();
        assert_eq!(ask(&function).0, 503, "{what}");
        let line = function.wait_for_log("setting_invalid");
        assert!(line.contains(logged), "{what}: {line}");
    }
}

/// A mistake in what users may have, or in who they are, is no reason to turn the operator's own servers
/// away.
#[test]
fn a_broken_policy_stops_users_and_anonymous_callers_and_no_service() {
    let issuer = Issuer::start();
    let claims = json!({
        "iss": issuer.issuer_url(), "aud": "app", "sub": "ann", "exp": 4_102_444_800_u64,
    });
    let jwt = format!("Bearer {}", issuer.sign(Algorithm::Es256, &claims));
    let body = json!({"channelName": "demo", "uid": 1});
    let event = Event::post("/v1/rtc").json(&body);
    let cases: [(&[_], _); 5] = [
        (
            &[("AGORA_POLICY", r#"{"user":{"rolez":1}}"#)],
            "did you mean `roles`?",
        ),
        (
            &[("AGORA_POLICY", r#"{"user":{"channels":["dm-{sub}-*"]}}"#)],
            "user.channels",
        ),
        (&[("AGORA_JWT_JWKS", "{}")], "AGORA_JWT_JWKS"),
        (
            &[("AGORA_JWT_AUDIENCE_CLAIM", "sub")],
            "AGORA_JWT_AUDIENCE_CLAIM",
        ),
        (&[("AGORA_JWT_TOKEN_USE", "any")], "AGORA_JWT_TOKEN_USE"),
    ];
    for (settings, logged) in cases {
        let with = |settings: &[(&str, &str)]| {
            let door = closed("rtc")
                .env("AGORA_ANONYMOUS_ACCESS", "open")
                .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
                .env("AGORA_JWT_AUDIENCE", "app");
            let set = |builder: Builder, (name, value): &(&str, &str)| builder.env(name, value);
            settings.iter().fold(door, set).start()
        };
        let function = with(settings);
        let as_user = function.send(&event.clone().header("authorization", &jwt));
        let as_anybody = function.send(&event);
        // Who users are is nothing to those who show nothing.
        let about_users = logged.starts_with("AGORA_JWT");
        for (answer, refused) in [(as_user, true), (as_anybody, !about_users)] {
            if refused {
                assert_eq!(
                    (answer.status, &answer.json()["code"]),
                    (503, &json!("access_misconfigured")),
                    "{logged}"
                );
            } else {
                assert_eq!(answer.status, 200, "{logged}: {}", answer.body);
            }
        }
        for (name, value) in [
            ("x-api-key", API_KEY.to_owned()),
            ("authorization", format!("Bearer {API_KEY}")),
        ] {
            let served = function.send(&event.clone().header(name, &value));
            assert_eq!(served.status, 200, "{logged}: {}", served.body);
        }
        let wrong = function.send(&event.clone().header("x-api-key", "wrong-key-0123456789"));
        assert_eq!(wrong.status, 401);
        let line = function.wait_for_log("setting_invalid");
        assert!(line.contains(logged) && line.contains("ERROR"), "{line}");
    }
}
