//! Random callers.

use serde_json::{Value, json};

use crate::model::deployment::Caller;
use crate::random::Random;
use crate::setting::Signer;
use crate::setting::secrets::Handed;

/// Somebody, and the headers that show it.
pub(crate) struct Visitor {
    pub(crate) caller: Caller,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// One of the headers.
    pub(crate) origin: Option<String>,
}

/// Where pages come from.
pub(crate) const ORIGINS: [&str; 4] = [
    "https://game.example.com",
    "https://Game.example.com",
    "https://game.example.com:8443",
    "null",
];

impl Visitor {
    fn new(random: &mut Random, caller: Caller, header: Option<(&'static str, String)>) -> Self {
        let origin = random.percent(10).then(|| random.pick(&ORIGINS).to_owned());
        Self {
            caller,
            headers: header.into_iter().collect(),
            origin: None,
        }
        .from(origin)
    }

    fn from(mut self, origin: Option<String>) -> Self {
        self.headers.retain(|(name, _)| *name != "origin");
        let header = origin.iter().map(|origin| ("origin", origin.clone()));
        self.headers.extend(header);
        self.origin = origin;
        self
    }
}

pub(crate) fn visitors(
    random: &mut Random,
    signer: &impl Signer,
    keys: &[Handed],
    // Which of the issuers it knows.
    known: &[usize],
    now: u64,
) -> Vec<Visitor> {
    let bearer = |jwt: String| Some(("authorization", format!("Bearer {jwt}")));
    let shown = |random: &mut Random, key: &str| match random.percent(50) {
        true => Some(("x-api-key", key.to_owned())),
        false => bearer(key.to_owned()),
    };
    let mut visitors = Vec::new();
    for place in 0..20 {
        let mut claims = claims(random);
        if place < 4 {
            claims["sub"] = random.pick(&["alice", "ann", "ben"]).into();
        }
        // Expired ones are accepted for a minute.
        let lives: [i64; 5] = [86_400, 7200, 3600, 300, -20];
        let life = lives[random.below(if place < 12 { 3 } else { 5 })];
        claims["exp"] = now.saturating_add_signed(life).into();
        let issuer = match random.percent(5) {
            true => random.below(3),
            false => random.one(known),
        };
        let (claims, jwt) = signer.sign(issuer, claims);
        visitors.push(Visitor::new(random, Caller::User { claims }, bearer(jwt)));
    }
    for _ in 0..4 {
        visitors.push(Visitor::new(random, Caller::Anonymous, None));
    }
    for key in keys {
        let origin = match key.origins.len() {
            0 => random.percent(20).then(|| ORIGINS[0].to_owned()),
            _ if random.percent(15) => None,
            _ if random.percent(25) => Some(random.pick(&ORIGINS).to_owned()),
            count => Some(key.origins[random.below(count)].clone()),
        };
        let header = shown(random, &key.text);
        visitors.push(Visitor::new(random, Caller::Key(key.text.clone()), header).from(origin));
    }
    let stranger = match random.below(4) {
        0 => shown(random, "a-key-that-nobody-knows"),
        1 => bearer(signer.forge(None, json!({"sub": "alice", "exp": now + 3600}))),
        // An issuer that speaks for another.
        2 => bearer(signer.forge(Some(1), json!({"sub": "alice", "exp": now + 3600}))),
        _ => bearer(signer.sign(0, json!({"sub": "alice", "exp": now - 3600})).1),
    };
    visitors.push(Visitor::new(random, Caller::Stranger, stranger));
    visitors
}

/// Subjects of all sorts. 823578133 is the uid that is derived from `alice`.
pub(crate) const SUBJECTS: [&str; 26] = [
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
    "staff~ann",
    "st-ann",
    "4294967295",
    "u-0123456789abcdef0123456789abcdef",
    "auth0|65f0",
    "a-name-that-is-longer-than-the-64-bytes-that-rtm-and-chat-can-take",
];

fn claims(random: &mut Random) -> Value {
    let mut claims = json!({"sub": random.pick(&SUBJECTS)});
    if random.percent(80) {
        claims["name"] = match random.below(12) {
            0 => random.one(&[json!(7), json!(-7), json!(true), json!(["ann"])]),
            _ => random.pick(&SUBJECTS).into(),
        };
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
        json!(-7),
        json!("-7"),
    ];
    if random.percent(80) {
        let good = if random.percent(60) { 5 } else { uids.len() };
        claims["app_metadata"] = json!({
            "agora_uid": uids[random.below(good)],
            "account": random.pick(&["ann", "cleo", "dora x", "9"]),
        });
    }
    let texts = [
        "teacher", "head", "staff", "red", "a-b", "a~b", "x*", " ", "st", "st-john", "7", "ann",
    ];
    for (name, percent) in [
        ("role", 60),
        ("school", 70),
        ("more", 50),
        ("https://x.example/team", 40),
    ] {
        if random.percent(percent) {
            claims[name] = match random.below(8) {
                0 => json!(7),
                1 => json!(["staff", "teacher"]),
                _ => random.pick(&texts).into(),
            };
        }
    }
    if random.percent(40) {
        claims["role"] = "teacher".into();
    }
    if random.percent(70) {
        let count = random.below(4);
        let groups = (0..count).map(|_| match random.below(8) {
            0 => json!(7),
            1 => json!(null),
            _ => random.pick(&texts).into(),
        });
        claims["groups"] = groups.collect();
        if random.percent(8) {
            claims["groups"] = vec!["staff"; 101].into();
        }
    }
    if random.percent(50) {
        claims["level"] = random.one(&[json!(7), json!("7"), json!(true), json!(8), json!([7])]);
    }
    // The path has two ways to it.
    if random.percent(40) {
        claims["https://x.example/a"] = json!({"b": random.pick(&SUBJECTS)});
        if random.percent(30) {
            claims["https://x.example/a.b"] = random.pick(&SUBJECTS).into();
        }
    }
    if random.percent(70) {
        claims["app_metadata"]["team"] = random.pick(&texts).into();
    }
    match random.below(20) {
        0 => claims["is_anonymous"] = true.into(),
        1 => claims["is_anonymous"] = random.one(&[json!(false), json!("true"), json!(1)]),
        2 => claims["firebase"] = json!({"sign_in_provider": "anonymous"}),
        3 => claims["firebase"] = json!({"sign_in_provider": "google.com"}),
        _ => {}
    }
    claims
}
