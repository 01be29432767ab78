//! `/v1/explain-access`: what the caller is granted, told to the caller.

use agora_token::access::OwnIdentity;
use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::{Builder, Function};
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE, closed};
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};

const AUDIENCE: &str = "the-app";

fn ask() -> Event {
    Event::post("/v1/explain-access").json(&json!({}))
}

fn with_users(name: &str, issuer: &Issuer, policy: &Value) -> Builder {
    closed(name)
        .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
        .env("AGORA_JWT_AUDIENCE", AUDIENCE)
        .env("AGORA_JWT_JWKS", &issuer.jwks_json())
        .env("AGORA_POLICY", &policy.to_string())
}

/// The header of a user with these claims besides those that every JWT has.
fn bearer(issuer: &Issuer, claims: &Value) -> String {
    let mut all = json!({"iss": issuer.issuer_url(), "aud": AUDIENCE, "sub": "ann", "exp": 4_102_444_800_u64});
    all.as_object_mut()
        .unwrap()
        .extend(claims.as_object().unwrap().clone());
    format!("Bearer {}", issuer.sign(Algorithm::Es256, &all))
}

#[track_caller]
fn told(function: &Function, event: &Event) -> Value {
    let answer = function.send(event);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()
}

/// The names of the rules, each with whether it applies.
fn rules(told: &Value) -> Vec<(&str, bool)> {
    let rules = told["rules"].as_array().unwrap();
    rules
        .iter()
        .map(|rule| {
            (
                rule["name"].as_str().unwrap(),
                rule["applies"].as_bool().unwrap(),
            )
        })
        .collect()
}

fn school() -> Value {
    json!({
        "user": {"tokenTypes": ["rtc"], "channels": ["lobby", "dm-{sub}"], "roles": ["subscriber"], "maxLifetime": 600},
        "rules": [
            {"name": "teachers", "when": {"role": "teacher"}, "channels": ["class-{school}-*"], "roles": ["publisher"]},
            {"name": "staff", "when": {"role": ["teacher", "head"], "groups": {"contains": "staff"}}, "tokenTypes": ["rtm"],
             "rtmPermissions": true, "batches": true, "withinJwt": true, "wildcards": "any", "projects": ["*"]},
            {"name": "bob alone", "when": {"sub": "bob", "role": "teacher"}, "channels": ["secret-of-bob"]},
        ],
        "anonymous": {"channels": ["public-*"], "maxLifetime": 60},
    })
}

#[test]
fn a_user_is_told_each_rule_and_what_it_lacks() {
    let issuer = Issuer::start();
    let function = with_users("access", &issuer, &school()).start();
    let ask = |claims| ask().header("authorization", &bearer(&issuer, &claims));

    let teacher =
        json!({"role": "teacher", "school": "st john", "groups": ["choir"], "secretary": "x"});
    let teacher = told(&function, &ask(teacher));
    assert_eq!(
        rules(&teacher),
        [("user", true), ("teachers", true), ("staff", false)]
    );
    assert_eq!(
        teacher["principal"],
        json!({
            "kind": "user", "subject": "ann", "rtc": "uid", "uid": OwnIdentity::derived_uid("ann").get(), "account": "ann",
            "chatUsername": "ann", "expiresAt": 4_102_444_800_u64,
            "claims": {"sub": "ann", "role": "teacher", "school": "st john", "groups": ["choir"]},
        }),
    );
    assert_eq!(
        teacher["rules"][0],
        json!({
            "name": "user", "applies": true, "why": "it is for every user",
            "grants": {
                "tokenTypes": ["rtc"], "roles": ["subscriber"],
                "channels": {"patterns": ["lobby", "dm-{sub}"]}, "rooms": {"patterns": ["lobby", "dm-{sub}"]},
                "educationRoles": ["student"], "maxLifetime": 600, "wildcards": "none", "rtmPermissions": false,
                "legacyTokens": false, "batches": false, "projects": [APP_ID], "withinJwt": false,
            },
        }),
    );
    assert_eq!(
        teacher["rules"][1]["grants"]["roles"],
        json!(["publisher", "subscriber"])
    );
    assert_eq!(
        teacher["rules"][2],
        json!({
            "name": "staff", "applies": false, "unmet": ["groups"],
            "why": "your JWT does not have what it asks for in `groups`",
        }),
    );

    let staff = json!({"role": "head", "groups": ["staff"]});
    let staff = told(&function, &ask(staff));
    assert_eq!(
        rules(&staff),
        [("user", true), ("teachers", false), ("staff", true)]
    );
    let grants = &staff["rules"][2]["grants"];
    for (name, value) in [
        ("rtmPermissions", json!(true)),
        ("batches", json!(true)),
        ("withinJwt", json!(true)),
        ("wildcards", json!("any")),
        ("projects", json!(["*"])),
    ] {
        assert_eq!(grants[name], value, "{name}");
    }
}

/// A pattern that no name fits, for whoever cannot fill it in, and a claim that holds what marks its end.
#[test]
fn a_pattern_that_fits_nothing_is_told_apart() {
    let issuer = Issuer::start();
    let inspect = with_users("access", &issuer, &school()).start();
    let rtc = with_users("rtc", &issuer, &school()).start();
    for (school, fits) in [
        (json!("west"), true),
        (json!(["west", "east"]), true),
        (json!("st-john"), false),
        (json!(null), false),
        (json!("*"), false),
    ] {
        let bearer = bearer(&issuer, &json!({"role": "teacher", "school": school}));
        let told = told(&inspect, &ask().header("authorization", &bearer));
        let channels = &told["rules"][1]["grants"]["channels"];
        let pattern = json!(["class-{school}-*"]);
        let wanted = match fits {
            true => json!({"patterns": pattern}),
            false => json!({"patterns": [], "unusable": pattern}),
        };
        assert_eq!(*channels, wanted, "{school}");
        // As it is told, so it is granted.
        let name = school.as_str().unwrap_or("west");
        let asked = Event::post("/v1/rtc").header("authorization", &bearer);
        let asked =
            asked.json(&json!({"channelName": format!("class-{name}-1"), "role": "publisher"}));
        let granted = rtc.send(&asked).status == 200;
        assert_eq!(granted, fits, "{school}");
    }
}

#[test]
fn a_guest_gets_what_anonymous_callers_do() {
    let issuer = Issuer::start();
    let function = with_users("access", &issuer, &school()).start();
    let guest = ask().header(
        "authorization",
        &bearer(&issuer, &json!({"is_anonymous": true})),
    );
    let guest = told(&function, &guest);
    assert_eq!(guest["principal"]["kind"], "user");
    assert_eq!(
        rules(&guest),
        [
            ("anonymous", true),
            ("user", false),
            ("teachers", false),
            ("staff", false)
        ]
    );
    assert_eq!(guest["rules"][1]["grants"], Value::Null);
}

#[test]
fn keys_are_told_their_own_policy_or_everything() {
    let manager = SecretsManager::start();
    let document = json!({
        "appId": APP_ID, "appCertificate": CERTIFICATE,
        "apiKeys": [
            API_KEY,
            {"name": "recorder", "key": "sample-key-recorder-1", "policy": {"tokenTypes": ["rtc", "chat/app"], "channels": ["rec-*"]}},
            {"name": "lobby", "key": "sample-key-of-a-lobby", "publishable": true, "projects": [APP_ID], "policy": {"channels": ["lobby"]}},
        ],
        "policy": {"switches": {"legacyTokens": false}},
    });
    manager.set("agora/project", &document.to_string());
    let function = Function::builder("access")
        .env("AGORA_SECRET_ID", "agora/project")
        .secrets_manager(&manager)
        .start();
    let all = told(&function, &ask().header("x-api-key", API_KEY));
    assert_eq!(all["principal"], json!({"kind": "service"}));
    assert_eq!(rules(&all), [("service", true)]);
    let grants = &all["rules"][0]["grants"];
    let types = grants["tokenTypes"].as_array().unwrap();
    for name in ["rtc", "chat/app", "whiteboard/sdk", "education/app"] {
        assert!(types.contains(&json!(name)), "{name}: {types:?}");
    }
    assert_eq!(
        (&grants["maxLifetime"], &grants["legacyTokens"]),
        (&json!(86_400), &json!(false)),
        "006 tokens are switched off for everybody"
    );

    let recorder = told(
        &function,
        &ask().header("x-api-key", "sample-key-recorder-1"),
    );
    assert_eq!(
        recorder["principal"],
        json!({"kind": "service", "name": "recorder"})
    );
    assert_eq!(rules(&recorder), [("recorder", true)]);
    let grants = &recorder["rules"][0]["grants"];
    assert_eq!(grants["tokenTypes"], json!(["chat/app", "rtc"]));
    assert_eq!(grants["channels"], json!({"patterns": ["rec-*"]}));
    assert_eq!(grants["projects"], json!(["*"]));

    let lobby = ask().header("authorization", "Bearer sample-key-of-a-lobby");
    let lobby = told(&function, &lobby);
    assert_eq!(
        lobby["principal"],
        json!({"kind": "publishable", "name": "lobby"})
    );
    assert_eq!(lobby["rules"][0]["grants"]["projects"], json!([APP_ID]));
}

#[test]
fn anonymous_callers_are_told_theirs_where_the_door_is_open() {
    let open = closed("access").env("AGORA_ANONYMOUS_ACCESS", "open");
    let function = open.env("AGORA_POLICY", &school().to_string()).start();
    for event in [
        ask(),
        Event::get("/v1/explain-access"),
        Event::post("/v1/explain-access"),
    ] {
        let told = told(&function, &event);
        assert_eq!(told["principal"], json!({"kind": "anonymous"}));
        assert_eq!(rules(&told), [("anonymous", true)]);
        let channels = &told["rules"][0]["grants"]["channels"];
        assert_eq!(*channels, json!({"patterns": ["public-*"]}));
    }
    let line = function.wait_for_log("\"route\":\"POST /v1/explain-access\"");
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&line["principal"], &line["outcome"]),
        (&json!("anonymous"), &json!("explained"))
    );
}

/// Users of an added issuer have its rules, and not those of the others.
#[test]
fn users_of_an_added_issuer_are_told_its_rules() {
    let (first, second) = (Issuer::start(), Issuer::start());
    let mut policy = school();
    policy["issuers"] = json!([{
        "issuer": second.issuer_url(), "audience": AUDIENCE, "subjectPrefix": "two~",
        "jwks": serde_json::from_str::<Value>(&second.jwks_json()).unwrap(),
        "user": {"channels": ["second-{sub}"]},
    }]);
    let function = with_users("access", &first, &policy).start();
    let told = told(
        &function,
        &ask().header("authorization", &bearer(&second, &json!({}))),
    );
    assert_eq!(rules(&told), [("user", true)]);
    assert_eq!(told["principal"]["subject"], "two~ann");
    assert_eq!(told["principal"]["claims"], json!({"sub": "two~ann"}));
    assert_eq!(
        told["rules"][0]["grants"]["channels"],
        json!({"patterns": ["second-{sub}"]})
    );
}

/// The largest policy with a list that each of its rules repeats: what is told has a bound.
#[test]
fn a_policy_of_any_size_is_told_within_bounds() {
    let issuer = Issuer::start();
    let channels: Vec<String> = (0..2_000).map(|n| format!("channel-{n}-{{sub}}")).collect();
    let rules: Vec<Value> = (0..100)
        .map(|n| json!({"name": format!("rule {n}"), "when": {"role": "teacher"}}))
        .collect();
    let policy = json!({"user": {"channels": channels}, "rules": rules});
    let manager = SecretsManager::start();
    let document = json!({"appId": APP_ID, "appCertificate": CERTIFICATE, "policy": policy});
    manager.set("agora/project", &document.to_string());
    let function = Function::builder("access")
        .env("AGORA_SECRET_ID", "agora/project")
        .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
        .env("AGORA_JWT_AUDIENCE", AUDIENCE)
        .env("AGORA_JWT_JWKS", &issuer.jwks_json())
        .secrets_manager(&manager)
        .start();
    let bearer = bearer(&issuer, &json!({"role": "teacher"}));
    let answer = function.send(&ask().header("authorization", &bearer));
    assert_eq!(answer.status, 200);
    assert!(answer.body.len() < 600_000, "{}", answer.body.len());
    let told = answer.json();
    let channels = &told["rules"][100]["grants"]["channels"];
    let listed = channels["patterns"].as_array().unwrap().len();
    assert!(listed > 50, "{listed}");
    assert_eq!(channels["more"], json!(2_000 - listed));
}

#[test]
fn a_broken_policy_stops_users_and_not_services() {
    let issuer = Issuer::start();
    let function = with_users("access", &issuer, &json!({"users": {}})).start();
    let user = ask().header("authorization", &bearer(&issuer, &json!({})));
    let answer = function.send(&user);
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (503, &json!("access_misconfigured"))
    );
    let service = told(&function, &ask().header("x-api-key", API_KEY));
    assert_eq!(rules(&service), [("service", true)]);
}
