//! Tokens a second on one core, beside the official library for Node.

use crate::report::{Bar, Report, Row};
use crate::sample::Sample;
use agora_token::token::builders::rtc::{RtcRole, with_role};
use agora_token::token::{AccessToken2, AppCertificate, AppId, uid_text};
use agora_token_tests::sample::{APP_ID, CERTIFICATE};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime};

const ROUNDS: usize = 7;
const TOKENS: u32 = 100_000;

/// The project that signs.
pub struct Signer {
    app_id: AppId,
    certificate: AppCertificate,
    salt: u32,
}

impl Signer {
    pub fn new() -> Self {
        Self {
            app_id: APP_ID.parse().expect("the sample is well-formed"),
            certificate: CERTIFICATE.parse().expect("the sample is well-formed"),
            salt: 0,
        }
    }

    /// What the official `buildTokenWithUid` does, from its arguments to the text.
    pub fn build(&mut self, channel: &str, uid: u32) -> String {
        self.salt = self
            .salt
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let token = AccessToken2 {
            app_id: self.app_id,
            issue_ts: now.as_secs() as u32,
            expire: 3600,
            salt: self.salt,
            services: vec![with_role(channel, &uid_text(uid), RtcRole::Publisher, 3600)],
        };
        token
            .build(&self.certificate)
            .expect("such a token can be signed")
    }

    pub fn verify(&self, token: &str) -> bool {
        AccessToken2::parse(token).is_ok_and(|token| token.verify(&self.certificate))
    }
}

pub fn run(report: &mut Report) {
    let mut signer = Signer::new();
    let mut ours = [Vec::new(), Vec::new()];
    let mut official: [Vec<f64>; 2] = Default::default();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for uid in 1..=TOKENS {
            black_box(signer.build(black_box("lobby"), uid));
        }
        ours[0].push(f64::from(TOKENS) / started.elapsed().as_secs_f64());

        let token = signer.build("lobby", 42);
        let started = Instant::now();
        for _ in 0..TOKENS {
            assert!(signer.verify(black_box(&token)));
        }
        ours[1].push(f64::from(TOKENS) / started.elapsed().as_secs_f64());

        if let Some(figures) = node() {
            for (official, figure) in official.iter_mut().zip(figures) {
                official.push(figure);
            }
        }
    }
    let bars = [100_000.0, 200_000.0];
    let what = [
        "build one RTC token, one core",
        "parse and verify one RTC token, one core",
    ];
    for place in 0..2 {
        let mut row = Row::new(what[place], "tokens/s", &Sample::new(ours[place].clone()));
        row = row.bar(Bar::AtLeast(bars[place]));
        if !official[place].is_empty() {
            let sample = Sample::new(official[place].clone());
            row = row.beside("npm agora-token 2.0.6", &sample);
        }
        report.row(row);
    }
    if official[0].is_empty() {
        report
            .note("npm's agora-token was not measured: it needs node and `make .venv/npm.stamp`.");
    }
}

/// The same by the official library.
fn node() -> Option<[f64; 2]> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("node")
        .arg(tests.join("bench/reference.js"))
        .arg(tests.join("../.venv/npm/node_modules/agora-token"))
        .args([APP_ID, CERTIFICATE])
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    serde_json::from_slice(&output.stdout).ok()
}
