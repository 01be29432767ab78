//! What the secret document says about access: keys with a name, the policy, the deny-list, other issuers.

use agora_token::access::OwnIdentity;
use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::{Builder, Function};
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE};
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ID: &str = "agora/project";
const AUDIENCE: &str = "the-app";
const NAMED: &str = "sample-key-with-a-name";

/// The secret of the sample project, with these members beside.
fn document(members: &Value) -> String {
    let mut document = json!({
        "appId": APP_ID, "appCertificate": CERTIFICATE, "apiKeys": [API_KEY],
    });
    let all = document.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    document.to_string()
}

fn function(name: &str, manager: &SecretsManager, issuer: &Issuer) -> Builder {
    Function::builder(name)
        .env("AGORA_SECRET_ID", ID)
        .env("AGORA_SECRET_TTL_SECONDS", "1")
        .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
        .env("AGORA_JWT_AUDIENCE", AUDIENCE)
        .env("AGORA_JWT_JWKS", &issuer.jwks_json())
        .secrets_manager(manager)
}

/// A secret with these members, and the function `name` that reads it.
fn with(name: &str, members: &Value) -> (Function, SecretsManager, Issuer) {
    let (manager, issuer) = (SecretsManager::start(), Issuer::start());
    manager.set(ID, &document(members));
    let function = function(name, &manager, &issuer).start();
    (function, manager, issuer)
}

fn bearer(issuer: &Issuer, subject: &str) -> String {
    let claims = json!({
        "iss": issuer.issuer_url(), "aud": AUDIENCE, "sub": subject, "exp": 4_102_444_800_u64,
    });
    format!("Bearer {}", issuer.sign(Algorithm::Es256, &claims))
}

fn rtc() -> Event {
    Event::post("/v1/rtc").json(&json!({"channelName": "demo", "uid": 7}))
}

/// The same without an identity.
fn own() -> Event {
    Event::post("/v1/rtc").json(&json!({"channelName": "demo"}))
}

fn coded(answer: &Answer) -> (u16, String) {
    let code = &answer.json()["code"];
    (answer.status, code.as_str().unwrap_or("-").to_owned())
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!(coded(answer), (status, code.to_owned()), "{}", answer.body);
}

/// Asks until it is answered so, for as long as a changed secret may take to be in use.
#[track_caller]
fn until(function: &Function, event: &Event, status: u16, code: &str) {
    let give_up = Instant::now() + Duration::from_secs(20);
    loop {
        let seen = coded(&function.send(event));
        if seen == (status, code.to_owned()) {
            return;
        }
        assert!(Instant::now() < give_up, "still {seen:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_key_has_its_time_its_pages_and_its_name_in_the_log() {
    let (function, _manager, _issuer) = with(
        "rtc",
        &json!({"apiKeys": [
            API_KEY,
            {"name": "named", "key": NAMED},
            {"name": "old", "key": "sample-key-of-the-past", "expires": "2020-01-01T00:00:00Z"},
            {"name": "new", "key": "sample-key-of-the-future", "notBefore": 4_102_444_800_u64},
            {"name": "page", "key": "sample-key-of-a-page", "publishable": true, "origins": ["https://a.example"]},
        ]}),
    );
    let shown = |key| rtc().header("x-api-key", key);
    is(
        &function.send(&shown("sample-key-of-the-past")),
        401,
        "credentials_expired",
    );
    is(
        &function.send(&shown("sample-key-of-the-future")),
        401,
        "credentials_not_yet_valid",
    );
    let page = shown("sample-key-of-a-page");
    is(&function.send(&page), 403, "credentials_origin");
    let foreign = page.clone().header("origin", "https://b.example");
    is(&function.send(&foreign), 403, "credentials_origin");
    let at_home = page.header("origin", "https://a.example");
    is(&function.send(&at_home.request_id("page-1")), 200, "-");
    is(
        &function.send(&shown(NAMED).request_id("named-1")),
        200,
        "-",
    );
    is(
        &function.send(&shown(API_KEY).request_id("plain-1")),
        200,
        "-",
    );
    let line = |id: &str| -> Value {
        let line = function.wait_for_log(&format!("\"requestId\":\"{id}\""));
        serde_json::from_str(&line).unwrap()
    };
    for (id, principal, name) in [
        ("page-1", "publishable", json!("page")),
        ("named-1", "service", json!("named")),
        ("plain-1", "service", Value::Null),
    ] {
        let line = line(id);
        assert_eq!(line["principal"], principal);
        assert_eq!(line["keyName"], name);
        assert_eq!(line["keyId"].as_str().unwrap().len(), 8);
    }
    let log = function.logs().join("\n");
    assert!(!log.contains("sample-key") && !log.contains(API_KEY));
}

#[test]
fn the_deny_list_is_in_use_as_soon_as_the_secret_is_read_again() {
    let (function, manager, issuer) = with("rtc", &json!({}));
    let ann = own().header("authorization", &bearer(&issuer, "ann"));
    let service = rtc().header("x-api-key", API_KEY);
    for event in [&ann, &service] {
        is(&function.send(event), 200, "-");
    }
    manager.set(ID, &document(&json!({"denied": {"subjects": ["ann"]}})));
    until(&function, &ann, 403, "denied_listed");
    is(&function.send(&service), 200, "-");
    // Nobody else gets a token in the name of whoever is listed.
    let derived = OwnIdentity::derived_uid("ann").get();
    for user in [json!({"account": "ann"}), json!({"uid": derived})] {
        let mut asked = json!({"channelName": "demo"});
        let members = asked.as_object_mut().unwrap();
        members.extend(user.as_object().unwrap().clone());
        let event = Event::post("/v1/rtc")
            .json(&asked)
            .header("x-api-key", API_KEY);
        is(&function.send(&event), 403, "denied_listed");
    }
    for (denied, event) in [
        (json!({"uids": [7]}), &service),
        (json!({"channels": ["demo"]}), &service),
        (json!({"channels": ["demo"]}), &ann),
    ] {
        manager.set(ID, &document(&json!({ "denied": denied })));
        until(&function, event, 403, "denied_listed");
    }
    manager.set(ID, &document(&json!({})));
    until(&function, &ann, 200, "-");
}

#[test]
fn a_key_is_denied_by_its_name_and_by_what_the_log_calls_it() {
    let named = json!({"name": "leaked", "key": NAMED});
    let keys = json!([API_KEY, named]);
    let (function, manager, _issuer) = with("rtc", &json!({ "apiKeys": keys }));
    let event = rtc().header("x-api-key", NAMED).request_id("key-1");
    is(&function.send(&event), 200, "-");
    let line = function.wait_for_log("\"requestId\":\"key-1\"");
    let line: Value = serde_json::from_str(&line).unwrap();
    for listed in [json!("leaked"), line["keyId"].clone()] {
        manager.set(
            ID,
            &document(&json!({"apiKeys": keys, "denied": {"keys": [listed]}})),
        );
        until(&function, &event, 403, "denied_listed");
        let other = rtc().header("x-api-key", API_KEY);
        is(&function.send(&other), 200, "-");
        manager.set(ID, &document(&json!({ "apiKeys": keys })));
        until(&function, &event, 200, "-");
    }
}

#[test]
fn the_policy_of_the_secret_changes_without_a_deployment() {
    let (function, manager, issuer) = with("rtc", &json!({}));
    let ann = own().header("authorization", &bearer(&issuer, "ann"));
    is(&function.send(&ann), 200, "-");
    manager.set(
        ID,
        &document(&json!({"policy": {"user": {"channels": ["team-*"]}}})),
    );
    until(&function, &ann, 403, "denied_channel");
    // One that breaks a rule stops users, and no service.
    manager.set(
        ID,
        &document(&json!({"policy": {"user": {"rolez": ["subscriber"]}}})),
    );
    until(&function, &ann, 503, "access_misconfigured");
    is(
        &function.send(&rtc().header("x-api-key", API_KEY)),
        200,
        "-",
    );
    let line = function.wait_for_log("policy.user.rolez");
    assert!(line.contains("did you mean `roles`?"), "{line}");
    manager.set(ID, &document(&json!({})));
    until(&function, &ann, 200, "-");
}

#[test]
fn a_policy_in_two_places_stops_users_and_no_service() {
    let (manager, issuer) = (SecretsManager::start(), Issuer::start());
    manager.set(ID, &document(&json!({"policy": {}})));
    let function = function("rtc", &manager, &issuer)
        .env("AGORA_POLICY", "{}")
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .start();
    let ann = own().header("authorization", &bearer(&issuer, "ann"));
    for event in [&ann, &own()] {
        is(&function.send(event), 503, "access_misconfigured");
    }
    is(
        &function.send(&rtc().header("x-api-key", API_KEY)),
        200,
        "-",
    );
    let line = function.wait_for_log("setting_invalid");
    assert!(
        line.contains("AGORA_POLICY") && line.contains("`policy` of the secret"),
        "{line}"
    );
}

#[test]
fn what_is_switched_off_is_off_for_everybody() {
    let off = json!({"policy": {"switches": {
        "dropInRoutes": false, "legacyTokens": false, "anonymousInspect": false,
    }}});
    let (function, manager, _issuer) = with("rtc", &off);
    let original = Event::get("/rtc/demo/publisher/uid/7/")
        .route_key("GET /rtc/{channel}/{role}/{type}/{id}")
        .header("x-api-key", API_KEY);
    assert_eq!(function.send(&original).status, 403);
    let line = function.wait_for_log("denied_drop_in_route");
    assert!(line.contains("\"principal\":\"service\""), "{line}");
    let legacy =
        Event::post("/v1/rtc").json(&json!({"channelName": "demo", "uid": 7, "version": "006"}));
    is(
        &function.send(&legacy.clone().header("x-api-key", API_KEY)),
        403,
        "denied_legacy_token",
    );
    manager.set(ID, &document(&json!({})));
    until(&function, &legacy.header("x-api-key", API_KEY), 200, "-");
    assert_eq!(function.send(&original).status, 200);

    let (inspect, manager, _issuer) = with("inspect", &off);
    let ask = Event::post("/v1/inspect").json(&json!({"token": "007eJx"}));
    is(&inspect.send(&ask), 401, "credentials_missing");
    is(
        &inspect.send(&ask.clone().header("x-api-key", API_KEY)),
        200,
        "-",
    );
    manager.set(ID, &document(&json!({})));
    until(&inspect, &ask, 200, "-");
}

/// A switch of the settings holds while nobody can read the secret.
#[test]
fn inspect_stays_off_without_a_secret() {
    let (manager, issuer) = (SecretsManager::start(), Issuer::start());
    manager.fail_with("AccessDeniedException", 400);
    let function = function("inspect", &manager, &issuer)
        .env("AGORA_POLICY", r#"{"switches":{"anonymousInspect":false}}"#)
        .start();
    let ask = Event::post("/v1/inspect").json(&json!({"token": "007eJx"}));
    is(&function.send(&ask), 401, "credentials_missing");
}

#[test]
fn another_issuer_has_names_of_its_own() {
    let (manager, issuer, staff) = (SecretsManager::start(), Issuer::start(), Issuer::start());
    let policy = json!({"policy": {
        "user": {"roles": ["subscriber"]},
        "issuers": [{
            "issuer": staff.issuer_url(), "audience": AUDIENCE, "subjectPrefix": "staff~",
            "user": {"roles": ["publisher"], "channels": ["dm-{sub}", "demo"]},
        }],
    }});
    manager.set(ID, &document(&policy));
    // The keys of the one that is added are discovered.
    let function = function("rtc", &manager, &issuer).start();
    let ask = |body: Value, jwt: String| {
        let event = Event::post("/v1/rtc").json(&body);
        function.send(&event.header("authorization", &jwt))
    };
    let demo = json!({"channelName": "demo"});
    let (first, second) = (
        ask(demo.clone(), bearer(&issuer, "ann")),
        ask(demo.clone(), bearer(&staff, "ann")),
    );
    assert_eq!(
        first.json()["uid"],
        OwnIdentity::derived_uid("ann").get(),
        "{}",
        first.body
    );
    assert_eq!(
        second.json()["uid"],
        OwnIdentity::derived_uid("staff~ann").get(),
        "{}",
        second.body
    );
    let named = |account: &str, jwt| ask(json!({"channelName": "demo", "account": account}), jwt);
    is(&named("staff~ann", bearer(&staff, "ann")), 200, "-");
    is(&named("ann", bearer(&staff, "ann")), 403, "denied_identity");
    is(
        &named("staff~ann", bearer(&issuer, "ann")),
        403,
        "denied_identity",
    );
    let publishes = |jwt| {
        ask(
            json!({"channelName": "dm-staff~ann", "role": "publisher"}),
            jwt,
        )
    };
    is(&publishes(bearer(&staff, "ann")), 200, "-");
    is(&publishes(bearer(&issuer, "ann")), 403, "denied_role");
    // Whoever is called so at the first issuer would be somebody else's.
    is(
        &ask(demo.clone(), bearer(&issuer, "staff~ann")),
        401,
        "jwt_claims",
    );
    is(&ask(demo.clone(), bearer(&staff, "staff~ann")), 200, "-");
    // A third one is nobody's, and one issuer's key signs for no other.
    let third = Issuer::start();
    let refused = ask(demo.clone(), bearer(&third, "ann"));
    assert_eq!(refused.status, 401, "{}", refused.body);
    let claims = json!({
        "iss": staff.issuer_url(), "aud": AUDIENCE, "sub": "ann", "exp": 4_102_444_800_u64,
    });
    let forged = format!("Bearer {}", issuer.sign(Algorithm::Es256, &claims));
    is(&ask(demo, forged), 401, "jwt_signature");
}

/// Whether an issuer is one of the policy that nobody can read, nobody can say: it is no fault of the user's.
#[test]
fn users_of_an_added_issuer_are_told_of_a_broken_policy() {
    let (manager, issuer, staff) = (SecretsManager::start(), Issuer::start(), Issuer::start());
    let policy = |name: &str| {
        document(&json!({"policy": {name: {}, "issuers": [{
            "issuer": staff.issuer_url(), "audience": "the-staff", "subjectPrefix": "staff~",
        }]}}))
    };
    manager.set(ID, &policy("user"));
    let function = function("rtc", &manager, &issuer).start();
    let claims = json!({
        "iss": staff.issuer_url(), "aud": "the-staff", "sub": "ann", "exp": 4_102_444_800_u64,
    });
    let jwt = format!("Bearer {}", staff.sign(Algorithm::Es256, &claims));
    let ask = own().header("authorization", &jwt);
    is(&function.send(&ask), 200, "-");
    manager.set(ID, &policy("usr"));
    until(&function, &ask, 503, "access_misconfigured");
    manager.set(ID, &policy("user"));
    until(&function, &ask, 200, "-");
}
