//! Random deployments: a secret, a policy, whether the door is open, and who comes.

pub(crate) mod policies;
pub(crate) mod secrets;
pub(crate) mod visitors;

use serde_json::Value;

use crate::model::deployment::{Deployment, Project, Standing};
use crate::model::names::{Product, derived_uid};
use crate::random::Random;
use visitors::{SUBJECTS, Visitor, visitors};

pub(crate) const APP_IDS: [&str; 2] = [
    "970CA35de60c44645bbae8a215061b33",
    "12ab34cd56ef78901234567890abcdef",
];

/// A deployment and its visitors.
pub(crate) struct Setting {
    pub(crate) deployment: Deployment,
    pub(crate) secret: Value,
    /// The policy of the variable.
    pub(crate) variable: Option<Value>,
    /// Whether the Node.js servers' routes sign 006.
    pub(crate) node_006: bool,
    pub(crate) visitors: Vec<Visitor>,
    /// Whom requests may name: users of all sorts, and those who are denied.
    pub(crate) names: Vec<String>,
    pub(crate) chat_names: Vec<String>,
    pub(crate) uids: Vec<u32>,
    projects: Vec<Project>,
}

/// Who signs JWTs, as the first issuer, which the settings name, or as one of the others.
pub(crate) trait Signer {
    /// The issuers, each with its key set.
    fn issuers(&self) -> Vec<(String, Value)>;
    /// Signs a JWT with the claims that every good one has.
    fn sign(&self, issuer: usize, claims: Value) -> (Value, String);
    /// Signs one of the first issuer, as somebody else: one of the others, or nobody.
    fn forge(&self, by: Option<usize>, claims: Value) -> String;
}

impl Setting {
    pub(crate) fn random(random: &mut Random, signer: &impl Signer, now: u64) -> Self {
        let issuers = signer.issuers();
        let (mut secret, keys) = secrets::secret(random, now);
        let policy = policies::policy(random, &issuers[1..]);
        let variable = match random.below(40) {
            0 => {
                secret["policy"] = policies::policy(random, &issuers[1..]);
                Some(policy)
            }
            1..=19 => {
                secret["policy"] = policy;
                None
            }
            _ => Some(policy),
        };
        let issuer = random.percent(97).then(|| issuers[0].0.as_str());
        let deployment = Deployment::read(&secret, variable.as_ref(), random.percent(85), issuer);
        let listed = |list: &str| -> Vec<String> {
            let texts = secret["denied"][list].as_array().into_iter().flatten();
            texts.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let denied = [listed("accounts"), listed("subjects")].concat();
        // Half of those whom requests name are denied.
        let all = |product: Product| {
            let made = denied.iter().map(|name| product.name_of(name));
            let lower = denied.iter().map(|name| name.to_lowercase());
            let listed: Vec<String> = denied.iter().cloned().chain(made).chain(lower).collect();
            let usual = SUBJECTS.iter().map(|&name| name.to_owned());
            let listed = listed.iter().cycle().take(SUBJECTS.len()).cloned();
            usual.chain(listed).collect::<Vec<_>>()
        };
        let listed = secret["denied"]["uids"].as_array().into_iter().flatten();
        let listed = listed.filter_map(|uid| uid.as_u64()?.try_into().ok());
        let listed = listed.chain(denied.iter().map(|subject| derived_uid(subject)));
        let mut uids: Vec<u32> = listed.collect();
        uids.extend([0, 7, 8, 823_578_133, 4_294_967_295]);
        let mut known = vec![0];
        if let Ok(policy) = &deployment.policy {
            let named = |url: &String| policy.issuers.iter().any(|issuer| issuer.url == *url);
            known.extend((1..issuers.len()).filter(|&place| named(&issuers[place].0)));
        }
        Self {
            projects: secrets::projects(),
            node_006: random.percent(50),
            visitors: visitors(random, signer, &keys, &known, now),
            names: [all(Product::Rtc), all(Product::Rtm)].concat(),
            chat_names: all(Product::Chat),
            uids,
            deployment,
            secret,
            variable,
        }
    }

    pub(crate) fn standing(&self, visitor: &Visitor, now: u64) -> Standing<'_> {
        self.deployment
            .standing(&visitor.caller, visitor.origin.as_deref(), now)
    }

    /// What there is to sign for, even if the secret is broken.
    pub(crate) fn projects(&self) -> &[Project] {
        &self.projects
    }
}
