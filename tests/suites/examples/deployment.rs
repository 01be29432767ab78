//! A deployment with an example's secret.

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::gateway::row;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::routes;
use agora_token_tests::runtime::Function;
use agora_token_tests::secrets::SecretsManager;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

const ID: &str = "agora/example";
const AUDIENCE: &str = "the-app";

/// Functions are started once they are asked.
pub(crate) struct Deployment {
    manager: SecretsManager,
    issuer: Issuer,
    users: bool,
    functions: RefCell<BTreeMap<String, Function>>,
}

impl Deployment {
    pub(crate) fn new(secret: &str, users: bool) -> Self {
        let manager = SecretsManager::start();
        manager.set(ID, secret);
        Self {
            manager,
            issuer: Issuer::start(),
            users,
            functions: RefCell::default(),
        }
    }

    /// The JWT of a user with these claims, good for an hour if they do not say.
    pub(crate) fn jwt(&self, claims: &Value) -> String {
        let mut all = json!({
            "iss": self.issuer.issuer_url(), "aud": AUDIENCE, "exp": now() + 3600,
        });
        let all_of = all.as_object_mut().unwrap();
        all_of.extend(claims.as_object().unwrap().clone());
        self.issuer.sign(Algorithm::Es256, &all)
    }

    /// Sends it to the function that serves it.
    pub(crate) fn send(&self, method: &str, path: &str, event: Event) -> Answer {
        let own = routes::all()
            .iter()
            .find(|row| row.paths.iter().any(|own| own == path));
        let listed = own.or_else(|| row(method, path)).expect("there is a route");
        let route = if own.is_some() {
            path
        } else {
            listed.paths[0].as_str()
        };
        let event = event.route_key(&format!("{method} {route}"));
        let mut functions = self.functions.borrow_mut();
        let function = functions
            .entry(listed.function.clone())
            .or_insert_with(|| self.start(&listed.function));
        function.send(&event)
    }

    fn start(&self, name: &str) -> Function {
        let function = Function::builder(name)
            .env("AGORA_SECRET_ID", ID)
            .secrets_manager(&self.manager);
        if !self.users {
            return function.start();
        }
        function
            .env("AGORA_JWT_ISSUER", &self.issuer.issuer_url())
            .env("AGORA_JWT_AUDIENCE", AUDIENCE)
            .env("AGORA_JWT_JWKS", &self.issuer.jwks_json())
            .start()
    }
}

/// The Unix time in seconds.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}
