//! What all deployments of a run have in common, and one round of it.

use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::Function;
use agora_token_tests::secrets::SecretsManager;
use serde_json::Value;

use crate::ask::Ask;
use crate::random::Random;
use crate::setting::{Setting, Signer};
use crate::verdict::{Tally, look};
use crate::{now_in_millis, one_after_another};

const AUDIENCE: &str = "the-app";

pub(crate) struct Stage {
    /// The first is the one of the settings; a policy may name the others.
    issuers: [Issuer; 3],
    /// Somebody else, whose keys have the same names.
    forger: Issuer,
    secrets: SecretsManager,
}

impl Signer for Stage {
    fn issuers(&self) -> Vec<(String, Value)> {
        let issuers = self.issuers.iter().map(|issuer| {
            let mut jwks: Value = serde_json::from_str(&issuer.jwks_json()).unwrap_or_default();
            // The long one, which signs nothing here.
            if let Some(keys) = jwks["keys"].as_array_mut() {
                keys.retain(|key| key["kty"] != "RSA");
            }
            (issuer.issuer_url(), jwks)
        });
        issuers.collect()
    }

    fn sign(&self, issuer: usize, claims: Value) -> (Value, String) {
        let issuer = &self.issuers[issuer];
        let claims = complete(issuer, claims);
        let algorithm = match claims.to_string().len() % 4 {
            0 => Algorithm::Es256,
            _ => Algorithm::EdDsa,
        };
        let jwt = issuer.sign(algorithm, &claims);
        (claims, jwt)
    }

    fn forge(&self, by: Option<usize>, claims: Value) -> String {
        let forger = by.map_or(&self.forger, |by| &self.issuers[by]);
        forger.sign(Algorithm::EdDsa, &complete(&self.issuers[0], claims))
    }
}

fn complete(issuer: &Issuer, mut claims: Value) -> Value {
    claims["iss"] = issuer.issuer_url().into();
    claims["aud"] = AUDIENCE.into();
    claims
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self {
            issuers: [Issuer::start(), Issuer::start(), Issuer::start()],
            forger: Issuer::start(),
            secrets: SecretsManager::start(),
        }
    }

    fn start(&self, function: &str, secret_id: &str, setting: &Setting) -> Function {
        let open = if setting.deployment.open {
            "open"
        } else {
            "closed"
        };
        let version = if setting.node_006 { "006" } else { "007" };
        self.secrets.set(secret_id, &setting.secret.to_string());
        let mut function = Function::builder(function)
            .secrets_manager(&self.secrets)
            .env("AGORA_SECRET_ID", secret_id)
            .env("AGORA_ANONYMOUS_ACCESS", open)
            .env("AGORA_NODE_ROUTES_VERSION", version);
        if let Some(issuer) = &setting.deployment.issuer {
            function = function
                .env("AGORA_JWT_ISSUER", issuer)
                .env("AGORA_JWT_AUDIENCE", AUDIENCE)
                .env("AGORA_JWT_JWKS", &self.issuers[0].jwks_json());
        }
        if let Some(policy) = &setting.variable {
            function = function.env("AGORA_POLICY", &policy.to_string());
        }
        function.start()
    }

    /// A process, a policy, and this many requests.
    pub(crate) fn round(&self, seed: u64, round: usize, requests: u64) -> Tally {
        let mut random = Random::new(seed, round as u64);
        let names = one_after_another();
        let name = names[(seed as usize % names.len() + round) % names.len()];
        let setting = Setting::random(&mut random, self, now_in_millis() / 1000);
        let function = self.start(name, &format!("agora/{round}"), &setting);
        let mut tally = Tally::default();
        for place in 0..requests {
            let before = now_in_millis() / 1000;
            let ask = Ask::random(&mut random, &setting, name, before);
            let event = ask.event.to_json();
            let invocation = function.invoke(&event);
            let times = before..=now_in_millis() / 1000;
            let findings = look(&setting, &ask, &invocation.outcome, times, &mut tally);
            for finding in findings {
                tally.find(&finding, || {
                    format!(
                        "SEED={seed} ROUND={round}, request {place} to {name}\n  rule: {finding}\n  \
                         policy: {}\n  secret: {}\n  open: {}, Node routes in 006: {}\n  caller: {:?}, origin {:?}\n  \
                         request: {} {}\n  answer: {:?}\n  log: {}\n",
                        setting.variable.clone().unwrap_or_default(),
                        setting.secret,
                        setting.deployment.open,
                        setting.node_006,
                        ask.visitor.caller,
                        ask.visitor.origin,
                        event["rawPath"].as_str().unwrap_or_default(),
                        request(&event),
                        invocation.outcome,
                        reasons(&function),
                    )
                });
            }
        }
        self.secrets.remove(&format!("agora/{round}"));
        tally
    }
}

/// What the function has complained of.
fn reasons(function: &Function) -> String {
    let logs = function.logs();
    let complaints = logs
        .iter()
        .filter(|line| line.contains("ERROR") || line.contains("WARN"));
    let last: Vec<&str> = complaints.map(String::as_str).rev().take(2).collect();
    last.join(" ")
}

/// What a request says beside its path, without its credentials.
fn request(event: &Value) -> String {
    let (query, body) = (&event["rawQueryString"], &event["body"]);
    let method = &event["requestContext"]["http"]["method"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("[{}] {} {}", text(method), text(query), text(body))
}
