//! Random secrets: API keys and the deny-list.

use serde_json::{Value, json};

use crate::model::deployment::Project;
use crate::model::names::{replacement, sha256};
use crate::model::time::written;
use crate::random::Random;
use crate::setting::APP_IDS;
use crate::setting::policies::{grant, merge};
use crate::setting::visitors::ORIGINS;

/// Keys of services: for every project, for the first, for the second.
pub(crate) const KEYS: [&str; 3] = [
    "a-key-for-every-project",
    "a-key-for-one-project-1",
    "a-key-for-one-project-2",
];
/// Keys that have a name.
const NAMED: [(&str, &str); 4] = [
    ("recorder", "the-key-of-the-recorder"),
    ("lobby", "the-key-of-the-lobby-page"),
    ("A.b_c-1", "the-key-of-somebody-else"),
    ("last", "the-key-that-comes-last"),
];
const CERTIFICATES: [&str; 2] = [
    "5CFd2fd1755d40ecb72977518be15d3b",
    "0123456789abcdef0123456789ABCDEF",
];
const WHITEBOARD_KEYS: [&str; 2] = ["sampleAccessKey01", "sampleAccessKey02"];

/// A key that a caller has.
pub(crate) struct Handed {
    pub(crate) text: String,
    pub(crate) origins: Vec<String>,
}

/// The projects of every secret.
pub(crate) fn projects() -> Vec<Project> {
    let project = |place: usize| Project {
        app_id: APP_IDS[place].to_owned(),
        whiteboard_key: WHITEBOARD_KEYS[place].to_owned(),
    };
    vec![project(0), project(1)]
}

/// A secret with keys that may have everything.
pub(crate) fn plain() -> Value {
    let project = |place: usize| {
        json!({
            "appId": APP_IDS[place],
            "appCertificate": CERTIFICATES[place],
            "apiKey": KEYS[place + 1],
            "whiteboard": {"accessKey": WHITEBOARD_KEYS[place], "secretKey": "sampleSecretKey"},
        })
    };
    json!({
        "apiKey": KEYS[0],
        "projects": [project(0), project(1)],
        "defaultAppId": APP_IDS[0],
        "apiKeys": [],
    })
}

/// A secret, and those of its keys that are in somebody's hands.
pub(crate) fn secret(random: &mut Random, now: u64) -> (Value, Vec<Handed>) {
    let mut secret = plain();
    let plain = |key: &str| Handed {
        text: key.to_owned(),
        origins: Vec::new(),
    };
    let mut handed: Vec<Handed> = [0, 0, 0, 1, 2].map(|place| plain(KEYS[place])).into();
    for (name, text) in NAMED {
        if random.percent(40) {
            continue;
        }
        let place = random.below(4);
        let mut key = key(random, now, place > 1);
        key["name"] = name.into();
        match random.percent(50) {
            true => key["key"] = text.into(),
            false => {
                let digits = sha256(text);
                key["sha256"] = match random.percent(50) {
                    true => digits.into(),
                    false => digits.to_uppercase().into(),
                };
            }
        }
        let origins = key["origins"].as_array().into_iter().flatten();
        let origins = origins.filter_map(Value::as_str).map(str::to_owned);
        for _ in 0..2 {
            handed.push(Handed {
                text: text.to_owned(),
                origins: origins.clone().collect(),
            });
        }
        let list = match place {
            0 | 1 => &mut secret["apiKeys"],
            place => &mut secret["projects"][place - 2]["apiKeys"],
        };
        match list.as_array_mut() {
            Some(list) => list.push(key),
            None => *list = json!([key]),
        }
    }
    if random.percent(40) {
        secret["denied"] = denied(random);
    }
    if random.percent(2) {
        merge(&mut secret, random.one(&broken()));
    }
    (secret, handed)
}

fn key(random: &mut Random, now: u64, of_project: bool) -> Value {
    let mut key = json!({});
    let publishable = random.percent(35);
    if publishable {
        key["publishable"] = true.into();
        if random.percent(70) {
            let count = 1 + random.below(2);
            key["origins"] = (0..count).map(|place| ORIGINS[place * 2]).collect();
        }
    }
    if random.percent(85) {
        let mut policy = grant(random, false);
        if let Some(members) = policy.as_object_mut() {
            members.remove("projects");
        }
        if publishable {
            let life = policy["maxLifetime"].as_u64();
            policy["maxLifetime"] = life.unwrap_or(3600).min(3600).into();
            policy["legacyTokens"] = false.into();
            if policy["wildcards"] == "any" {
                policy["wildcards"] = "subscriber".into();
            }
        } else if random.percent(40) && policy["tokenTypes"].is_array() {
            let apps = ["chat/app", "education/app", "whiteboard/sdk"];
            let kinds = policy["tokenTypes"].as_array_mut();
            kinds
                .into_iter()
                .for_each(|kinds| kinds.push(random.pick(&apps).into()));
        }
        key["policy"] = policy;
    }
    if !of_project && random.percent(50) {
        let projects = [
            json!([APP_IDS[0]]),
            json!([APP_IDS[1]]),
            json!(APP_IDS),
            json!([APP_IDS[1], APP_IDS[0]]),
        ];
        key["projects"] = random.one(&projects);
    }
    let time = |random: &mut Random, seconds: u64| match random.below(3) {
        0 => json!(seconds),
        1 => json!(written(seconds, 0)),
        _ => json!(written(seconds, random.one(&[1, -8, 12]))),
    };
    match random.below(10) {
        0 => key["expires"] = time(random, now),
        1 => key["notBefore"] = time(random, now + 600),
        2..=4 => {
            key["expires"] = time(random, now + 600);
            key["notBefore"] = time(random, now);
        }
        _ => {}
    }
    key
}

fn denied(random: &mut Random) -> Value {
    let mut denied = json!({});
    let names = [
        "ann",
        "bob",
        "Ann",
        "alice",
        "änn",
        "auth0|65f0",
        "staff~ann",
        "st-ann",
        "ann-marie",
    ];
    // Those are names too, of whoever has these in Chat or in RTC.
    let replaced = ["Ann", "änn"].map(replacement);
    let names: Vec<&str> = names
        .into_iter()
        .chain(replaced.iter().map(String::as_str))
        .collect();
    for list in ["subjects", "accounts"] {
        if random.percent(35) {
            denied[list] = json!([random.pick(&names)]);
        }
    }
    if random.percent(35) {
        let uids = [
            json!([7]),
            json!([4_294_967_295_u32, 8]),
            json!([823_578_133]),
        ];
        denied["uids"] = random.one(&uids);
    }
    if random.percent(35) {
        let channels = ["lobby", "team-1", "axb", "dm-ann", "class-st-1"];
        denied["channels"] = json!([random.pick(&channels)]);
    }
    if random.percent(25) {
        let keys = [
            "recorder",
            "lobby",
            "last",
            &sha256(KEYS[0])[..8],
            &sha256(NAMED[2].1)[..8],
        ];
        denied["keys"] = json!([random.pick(&keys)]);
    }
    denied
}

/// Changes of a secret each of which breaks it.
pub(crate) fn broken() -> Vec<Value> {
    let named = |change: Value| {
        let mut key = json!({"name": "wrong", "key": "a-key-that-is-wrong"});
        merge(&mut key, change);
        json!({ "apiKeys": [key] })
    };
    let publishable = |policy: Value| named(json!({"publishable": true, "policy": policy}));
    let hash = sha256("a-key-that-is-wrong");
    let twice = [
        json!({"name": "a", "key": KEYS[0]}),
        json!({"name": "a", "key": KEYS[1]}),
    ];
    let origins: Vec<String> = (0..21)
        .map(|place| format!("https://{place}.example"))
        .collect();
    let names: Vec<String> = (0..1001).map(|place| format!("user-{place}")).collect();
    vec![
        json!({ "apiKeys": [KEYS[1]] }),
        json!({"apiKeys": [{"name": "a", "sha256": sha256(KEYS[1])}]}),
        json!({ "apiKeys": twice }),
        named(json!({ "sha256": hash })),
        json!({"apiKeys": [{"name": "wrong"}]}),
        json!({"apiKeys": [{"name": "wrong", "sha256": &hash[1..]}]}),
        json!({"apiKeys": [{"key": "a-key-that-is-wrong"}]}),
        named(json!({"key": "too-short"})),
        named(json!({"name": "not a name"})),
        named(json!({"name": ""})),
        named(json!({"name": "a".repeat(65)})),
        named(json!({"policies": {}})),
        named(json!({"expires": "tomorrow"})),
        named(json!({"notBefore": -1})),
        named(json!({"origins": ["https://a.example"]})),
        named(json!({"publishable": true, "origins": origins})),
        named(json!({"policy": {"withinJwt": true}})),
        named(json!({"policy": {"projects": ["*"]}})),
        named(json!({"policy": {"channels": ["*{sub}"]}})),
        named(json!({"policy": {"rules": []}})),
        publishable(json!({"wildcards": "any"})),
        publishable(json!({"tokenTypes": ["chat/app"]})),
        publishable(json!({"legacyTokens": true})),
        publishable(json!({"maxLifetime": 3601})),
        json!({"denied": {"users": ["ann"]}}),
        json!({"denied": {"uids": ["ann"]}}),
        json!({"denied": {"accounts": "ann"}}),
        json!({"denied": {"accounts": names}}),
    ]
}

/// Secrets that are as far as they can go.
pub(crate) fn widest() -> Vec<Value> {
    let origins: Vec<String> = (0..20)
        .map(|place| format!("https://{place}.example"))
        .collect();
    let names: Vec<String> = (0..1000).map(|place| format!("user-{place}")).collect();
    let key = json!({
        "name": "a".repeat(64), "key": "a-publishable-key", "publishable": true, "origins": origins,
        "policy": {"maxLifetime": 3600, "wildcards": "subscriber", "tokenTypes": ["*"]},
    });
    vec![
        json!({ "apiKeys": [key] }),
        json!({"denied": {"accounts": names}}),
        json!({"apiKeys": [], "denied": {"subjects": [], "accounts": [], "uids": [], "channels": [], "keys": []}}),
    ]
}
