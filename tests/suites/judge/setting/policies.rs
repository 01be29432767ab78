//! Random policies.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::kinds;
use crate::random::Random;
use crate::setting::APP_IDS;

const GOOD: [&str; 30] = [
    "*",
    "*",
    "*",
    "team-*",
    "team-*",
    "dm-{sub}",
    "dm-{sub}",
    "{sub}",
    "a*b",
    "lobby",
    "*~{sub}",
    "{sub}~*",
    "room({sub})",
    "x {sub}",
    "*, {sub}",
    "1*a*2",
    "{sub} {sub}",
    "a*!{sub};*",
    "class-{school}-*",
    "class-{school}-*",
    "class-{school}~*",
    "{school}",
    "{groups}-*",
    "{groups}~*",
    "dm-{app_metadata.team}",
    "{app_metadata.team}/{sub}",
    "*.{app_metadata.team}",
    "*-{groups}",
    "{groups}.{more}",
    "{https://x.example/team}_*",
];
const BAD: [&str; 13] = [
    "dm-{sub}-*",
    "*{sub}",
    "{sub}*",
    "*-{sub}",
    "*~x{sub}",
    "{sub}_{sub}",
    "team-{sub}.",
    "{school}*",
    "*{school}",
    "{school}{sub}",
    "{school}x",
    "{school",
    "team-{}",
];

/// A policy, in which these issuers may be named: the URL and the key set of each.
pub(crate) fn policy(random: &mut Random, issuers: &[(String, Value)]) -> Value {
    let mut policy = json!({});
    for who in ["user", "anonymous"] {
        if random.percent(90) {
            policy[who] = grant(random, who == "user");
        }
    }
    if random.percent(60) {
        policy["identity"] = identity(random);
    }
    if random.percent(60) {
        policy["rules"] = rules(random);
    }
    if random.percent(50) {
        policy["issuers"] = self::issuers(random, issuers);
    }
    if random.percent(30) {
        let mut switches = json!({});
        for (name, percent) in [
            ("dropInRoutes", 85),
            ("legacyTokens", 60),
            ("anonymousInspect", 50),
        ] {
            if random.percent(60) {
                switches[name] = random.percent(percent).into();
            }
        }
        policy["switches"] = switches;
    }
    if random.percent(4) {
        merge(&mut policy, random.one(&broken()));
    }
    policy
}

fn identity(random: &mut Random) -> Value {
    let mut identity = json!({});
    if random.percent(40) {
        let claims = [
            "sub",
            "name",
            "app_metadata.account",
            "nowhere",
            "https://x.example/a.b",
        ];
        identity["accountClaim"] = random.pick(&claims).into();
    }
    if random.percent(40) {
        identity["chatClaim"] = "chat".into();
    }
    if random.percent(50) {
        identity["uidClaim"] = "app_metadata.agora_uid".into();
    }
    if random.percent(60) {
        identity["rtc"] = random.pick(&["uid", "account"]).into();
    }
    identity
}

/// Rules that grant little each, so that two of them may grant together what neither does.
fn rules(random: &mut Random) -> Value {
    let names = ["teachers", "staff 1", "a.b_c-d"];
    let count = 1 + random.below(names.len());
    let rules = names.iter().take(count).map(|name| {
        let mut rule = match random.percent(50) {
            true => grant(random, true),
            false => json!({}),
        };
        rule["name"] = (*name).into();
        rule["when"] = when(random);
        rule
    });
    rules.collect()
}

fn when(random: &mut Random) -> Value {
    let conditions = [
        ("role", json!("teacher")),
        ("role", json!(["teacher", "head"])),
        ("role", json!({"contains": "teacher"})),
        ("groups", json!({"contains": "staff"})),
        ("groups", json!("staff")),
        ("groups", json!({"contains": 7})),
        ("app_metadata.team", json!(["red", "a-b"])),
        ("app_metadata.team", json!("red")),
        ("level", json!(7)),
        ("level", json!([7, true])),
        ("level", json!("7")),
        ("https://x.example/team", json!("red")),
        ("https://x.example/a.b", json!("ann")),
        ("sub", json!(["ann", "alice", "staff~ann"])),
    ];
    if random.percent(35) {
        return json!({"role": ["teacher", "head"]});
    }
    // Whose subject has the prefix of its issuer.
    if random.percent(15) {
        return json!({"sub": ["ann", "alice", "ben"]});
    }
    let mut when = json!({});
    for _ in 0..1 + random.below(10) / 7 {
        let (claim, condition) = random.one(&conditions);
        when[claim] = condition;
    }
    when
}

fn issuers(random: &mut Random, issuers: &[(String, Value)]) -> Value {
    let mut prefixes = vec!["staff~", "staff~x-", "st-", "ann~", "b."];
    let first = random.below(2);
    let named = issuers.iter().skip(first).map(|(url, jwks)| {
        let audience = [json!("the-app"), json!(["another", "the-app"])];
        let prefix = prefixes.remove(random.below(prefixes.len()));
        let mut issuer = json!({
            "issuer": url,
            "jwks": jwks,
            "audience": random.one(&audience),
            "subjectPrefix": prefix,
        });
        if random.percent(50) {
            issuer["user"] = grant(random, true);
        }
        if random.percent(40) {
            issuer["rules"] = rules(random);
        }
        if random.percent(50) {
            issuer["identity"] = identity(random);
        }
        issuer
    });
    named.collect()
}

pub(crate) fn grant(random: &mut Random, user: bool) -> Value {
    let mut grant = json!({});
    if random.percent(92) {
        grant["tokenTypes"] = token_types(random).into();
    }
    if random.percent(85) {
        let roles = [
            json!(["publisher"]),
            json!(["publisher", "subscriber"]),
            json!(["subscriber"]),
        ];
        grant["roles"] = random.one(&roles);
    }
    for (member, percent) in [("channels", 75), ("rooms", 50)] {
        if random.percent(percent) {
            let count = 1 + random.below(4);
            let patterns: BTreeSet<&str> = (0..count).map(|_| random.pick(&GOOD)).collect();
            grant[member] = patterns.into_iter().collect();
        }
    }
    if random.percent(75) {
        let roles = [
            json!(["*"]),
            json!(["teacher", "student"]),
            json!([1, 2, "audience"]),
            json!(["none", "assistant", "observer"]),
            json!([-1, 3, 4, 300]),
        ];
        grant["educationRoles"] = random.one(&roles);
    }
    if random.percent(70) {
        grant["maxLifetime"] = random.one(&[60, 600, 3600, 3601, 86_399, 86_400]).into();
    }
    if random.percent(75) {
        grant["wildcards"] = random.pick(&["none", "subscriber", "any", "any"]).into();
    }
    for (member, percent) in [
        ("rtmPermissions", 60),
        ("legacyTokens", 40),
        ("batches", 60),
    ] {
        if random.percent(80) {
            grant[member] = random.percent(percent).into();
        }
    }
    if random.percent(60) {
        let projects = [
            json!([]),
            json!(["*"]),
            json!([APP_IDS[0]]),
            json!([APP_IDS[1]]),
            json!(APP_IDS),
            json!([APP_IDS[1], APP_IDS[0]]),
        ];
        grant["projects"] = random.one(&projects);
    }
    if user && random.percent(40) {
        grant["withinJwt"] = random.percent(60).into();
    }
    grant
}

fn token_types(random: &mut Random) -> Vec<Value> {
    let kinds = kinds::grantable();
    match random.below(10) {
        0..=3 => kinds.into_iter().map(Value::from).collect(),
        4..=6 => vec!["*".into()],
        7 => vec![random.pick(&kinds).into()],
        _ => {
            let mut types: Vec<Value> = Vec::new();
            for kind in kinds {
                if random.percent(60) {
                    types.push(kind.into());
                }
            }
            types
        }
    }
}

/// The key set of issuers that nobody is of (RFC 7517, A.1).
pub(crate) fn jwks() -> Value {
    json!({"keys": [{
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "kid": "1",
        "use": "sig",
    }]})
}

fn with(mut object: Value, change: Value) -> Value {
    for (name, value) in change.as_object().into_iter().flatten() {
        object[name.as_str()] = value.clone();
    }
    object
}

fn issuer(change: Value) -> Value {
    let issuer = json!({"issuer": "https://a.example", "audience": "a", "subjectPrefix": "a~", "jwks": jwks()});
    with(issuer, change)
}

/// Changes of a policy each of which breaks it.
pub(crate) fn broken() -> Vec<Value> {
    let rule = |change: Value| json!({"rules": [with(json!({"name": "a", "when": {"role": "teacher"}}), change)]});
    let of_issuer = |change: Value| json!({"issuers": [issuer(change)]});
    let mut broken = vec![
        json!({"guests": {}}),
        json!({"user": {"chanels": ["lobby"]}}),
        json!({"user": {"wildcards": "some"}}),
        json!({"user": {"educationRoles": ["pupil"]}}),
        json!({"user": {"roles": ["host"]}}),
        json!({"user": {"tokenTypes": ["*", "chat/app"]}}),
        json!({"anonymous": {"tokenTypes": ["whiteboard/sdk"]}}),
        json!({"anonymous": {"withinJwt": true}}),
        json!({"identity": {"claim": "sub"}}),
        json!({"identity": {"rtc": "name"}}),
        json!({"switches": {"dropIn": false}}),
        json!({"switches": {"legacyTokens": "no"}}),
        rule(json!({"name": "user"})),
        rule(json!({"name": ""})),
        rule(json!({"name": "a/b"})),
        rule(json!({"name": "a".repeat(65)})),
        rule(json!({"when": {}})),
        rule(json!({"when": {"role": {}}})),
        rule(json!({"when": {"role": {"contains": ["a"]}}})),
        rule(json!({"when": {"role": {"contains": "a", "not": "b"}}})),
        rule(json!({"when": {"role": [["a"]]}})),
        rule(json!({"channels": ["*{role}"]})),
        rule(json!({"identity": {}})),
        json!({"rules": [{"name": "a"}]}),
        json!({"rules": [{"when": {"a": 1}}]}),
        json!({"rules": [{"name": "a", "when": {"a": 1}}, {"name": "a", "when": {"a": 2}}]}),
        of_issuer(json!({"subjectPrefix": ""})),
        of_issuer(json!({"subjectPrefix": null})),
        of_issuer(json!({"subjectPrefix": "A~"})),
        of_issuer(json!({"subjectPrefix": "a".repeat(33)})),
        of_issuer(json!({"anonymous": {}})),
        of_issuer(json!({"user": {"channels": ["{sub}*"]}})),
        of_issuer(json!({"issuer": null})),
        of_issuer(json!({"audience": null})),
        json!({"issuers": [issuer(json!({})), issuer(json!({"issuer": "https://b.example"}))]}),
        many_rules(101),
        many_issuers(11),
    ];
    for pattern in BAD {
        broken.push(json!({"user": {"channels": ["lobby", pattern]}}));
        broken.push(json!({"anonymous": {"rooms": [pattern]}}));
    }
    broken
}

/// Policies that are as far as they can go.
pub(crate) fn widest() -> Vec<Value> {
    let long = json!([{"name": "a".repeat(64), "when": {"a": 1}}]);
    vec![
        json!({ "user": {"channels": GOOD} }),
        many_rules(100),
        many_issuers(10),
        json!({ "rules": long }),
        json!({"issuers": [issuer(json!({"audience": ["a"], "subjectPrefix": "a".repeat(32)}))]}),
    ]
}

fn many_rules(count: usize) -> Value {
    let rules = (0..count).map(|place| json!({"name": format!("a{place}"), "when": {"a": place}}));
    json!({ "rules": rules.collect::<Value>() })
}

fn many_issuers(count: usize) -> Value {
    let issuers = (0..count).map(|place| {
        let url = format!("https://{place}.example");
        issuer(json!({"issuer": url, "subjectPrefix": format!("{place}~")}))
    });
    json!({ "issuers": issuers.collect::<Value>() })
}

/// Puts members into an object, and into the objects in it.
pub(crate) fn merge(into: &mut Value, change: Value) {
    match (into, change) {
        (Value::Object(into), Value::Object(members)) => {
            for (name, value) in members {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, value) => *into = value,
    }
}
