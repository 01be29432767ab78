//! Random deployments: a policy, whether the door is open, and who comes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::kinds;
use crate::model::{Caller, Deployment, Policy, Project};
use crate::random::Random;

/// The keys of services: for every project, for the first, for the second.
pub(crate) const KEYS: [&str; 3] = [
    "a-key-for-every-project",
    "a-key-for-one-project-1",
    "a-key-for-one-project-2",
];
pub(crate) const APP_IDS: [&str; 2] = [
    "970CA35de60c44645bbae8a215061b33",
    "12ab34cd56ef78901234567890abcdef",
];
const CERTIFICATES: [&str; 2] = [
    "5CFd2fd1755d40ecb72977518be15d3b",
    "0123456789abcdef0123456789ABCDEF",
];
const WHITEBOARD_KEYS: [&str; 2] = ["sampleAccessKey01", "sampleAccessKey02"];

/// The secret of every deployment.
pub(crate) fn secret() -> Value {
    let project = |place: usize| {
        json!({
            "appId": APP_IDS[place],
            "appCertificate": CERTIFICATES[place],
            "apiKey": KEYS[place + 1],
            "whiteboard": {"accessKey": WHITEBOARD_KEYS[place], "secretKey": "sampleSecretKey"},
        })
    };
    json!({"apiKey": KEYS[0], "projects": [project(0), project(1)], "defaultAppId": APP_IDS[0]})
}

/// Somebody, and the header that shows it.
pub(crate) struct Visitor {
    pub(crate) caller: Caller,
    pub(crate) header: Option<(&'static str, String)>,
}

/// A deployment and its visitors.
pub(crate) struct Setting {
    pub(crate) deployment: Deployment,
    pub(crate) document: String,
    /// Whether the Node.js servers' routes sign 006.
    pub(crate) node_006: bool,
    pub(crate) visitors: Vec<Visitor>,
}

/// Who signs JWTs: with the claims that every good one has, or as somebody else.
pub(crate) trait Signer {
    fn sign(&self, claims: Value) -> (Value, String);
    fn forge(&self, claims: Value) -> String;
}

impl Setting {
    pub(crate) fn random(random: &mut Random, signer: &impl Signer, now: u64) -> Self {
        let document = policy(random);
        let project = |place: usize| Project {
            app_id: APP_IDS[place].to_owned(),
            whiteboard_key: WHITEBOARD_KEYS[place].to_owned(),
        };
        let deployment = Deployment {
            projects: vec![project(0), project(1)],
            open: random.percent(85),
            policy: Policy::read(&document),
        };
        Self {
            deployment,
            document: document.to_string(),
            node_006: random.percent(50),
            visitors: visitors(random, signer, now),
        }
    }
}

fn visitors(random: &mut Random, signer: &impl Signer, now: u64) -> Vec<Visitor> {
    let bearer = |jwt: String| Some(("authorization", format!("Bearer {jwt}")));
    let key = |random: &mut Random, key: &str| match random.percent(50) {
        true => Some(("x-api-key", key.to_owned())),
        false => bearer(key.to_owned()),
    };
    let mut visitors = Vec::new();
    for place in 0..14 {
        let mut claims = claims(random);
        if place < 4 {
            claims["sub"] = random.pick(&["alice", "ann", "ben"]).into();
        }
        // Expired ones are accepted for a minute.
        let lives: [i64; 5] = [86_400, 7200, 3600, 300, -20];
        let life = lives[random.below(if place < 8 { 3 } else { 5 })];
        claims["exp"] = now.saturating_add_signed(life).into();
        let (claims, jwt) = signer.sign(claims);
        visitors.push(Visitor {
            caller: Caller::User { claims },
            header: bearer(jwt),
        });
    }
    for _ in 0..4 {
        visitors.push(Visitor {
            caller: Caller::Anonymous,
            header: None,
        });
    }
    for place in [0, 0, 1, 2] {
        let project = (place > 0).then(|| APP_IDS[place - 1].to_owned());
        visitors.push(Visitor {
            caller: Caller::Service { project },
            header: key(random, KEYS[place]),
        });
    }
    let stranger = match random.below(3) {
        0 => key(random, "a-key-that-nobody-knows"),
        1 => bearer(signer.forge(json!({"sub": "alice", "exp": now + 3600}))),
        _ => bearer(signer.sign(json!({"sub": "alice", "exp": now - 3600})).1),
    };
    visitors.push(Visitor {
        caller: Caller::Stranger,
        header: stranger,
    });
    visitors
}

/// Subjects of all sorts. 823578133 is the uid that is derived from `alice`.
pub(crate) const SUBJECTS: [&str; 20] = [
    "alice",
    "ann",
    "ben",
    "ann-marie",
    "823578133",
    "7",
    "8",
    "0",
    "007",
    "4294967296",
    "*",
    "an*n",
    " ",
    "ann~b",
    "ann(b",
    "a,b ",
    "Ann",
    "änn",
    "{sub}",
    "team-1",
];

fn claims(random: &mut Random) -> Value {
    let mut claims = json!({"sub": random.pick(&SUBJECTS)});
    if random.percent(80) {
        claims["name"] = random.pick(&SUBJECTS).into();
    }
    if random.percent(80) {
        claims["chat"] = random.pick(&["ann", "ann_1", "ben", "Ann", "*", ""]).into();
    }
    let uids = [
        json!(7),
        json!("7"),
        json!(8),
        json!(823_578_133),
        json!(4_294_967_295_u32),
        json!(0),
        json!("0"),
        json!(4_294_967_296_u64),
        json!("ann"),
        json!(null),
    ];
    if random.percent(80) {
        let good = if random.percent(60) { 5 } else { uids.len() };
        claims["app_metadata"] = json!({
            "agora_uid": uids[random.below(good)],
            "account": random.pick(&["ann", "cleo", "dora x", "9"]),
        });
    }
    claims
}

const GOOD: [&str; 18] = [
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
];
const BAD: [&str; 7] = [
    "dm-{sub}-*",
    "*{sub}",
    "{sub}*",
    "*-{sub}",
    "*~x{sub}",
    "{sub}_{sub}",
    "team-{sub}.",
];

fn policy(random: &mut Random) -> Value {
    let mut policy = json!({});
    for who in ["user", "anonymous"] {
        if random.percent(90) {
            policy[who] = grant(random, who == "user");
        }
    }
    if random.percent(60) {
        let mut identity = Map::new();
        if random.percent(40) {
            let claim = random.pick(&["sub", "name", "app_metadata.account", "nowhere"]);
            identity.insert("accountClaim".to_owned(), claim.into());
        }
        if random.percent(40) {
            identity.insert("chatClaim".to_owned(), "chat".into());
        }
        if random.percent(50) {
            identity.insert("uidClaim".to_owned(), "app_metadata.agora_uid".into());
        }
        if random.percent(60) {
            let way = random.pick(&["uid", "account"]);
            identity.insert("rtc".to_owned(), way.into());
        }
        policy["identity"] = identity.into();
    }
    if random.percent(6) {
        spoil(random, &mut policy);
    }
    policy
}

fn grant(random: &mut Random, user: bool) -> Value {
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
    if random.percent(4) {
        let more = random.pick(&["chat/app", "convoai"]);
        return vec!["*".into(), more.into()];
    }
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

/// Breaks one of the rules of a policy.
fn spoil(random: &mut Random, policy: &mut Value) {
    let who = random.pick(&["user", "anonymous"]);
    if policy[who].is_null() {
        policy[who] = json!({});
    }
    let pattern = random.pick(&BAD);
    match random.below(8) {
        0..=2 => policy[who]["channels"] = json!(["lobby", pattern]),
        3 => policy[who]["rooms"] = json!([pattern]),
        4 => policy[who]["chanels"] = json!(["lobby"]),
        5 => policy[who]["wildcards"] = json!("some"),
        6 => policy[who]["educationRoles"] = json!(["pupil"]),
        _ => policy["guests"] = json!({}),
    }
}
