//! What the documentation's requests are sent to.

use std::time::{SystemTime, UNIX_EPOCH};

use agora_token::token::builders::rtc::{RtcRole, with_role};
use agora_token::token::{AccessToken2, AppCertificate};
use agora_token_tests::gateway::Gateway;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::routes;
use agora_token_tests::runtime::Builder;
use agora_token_tests::sample::{APP_ID, CERTIFICATE, closed, open};
use agora_token_tests::secrets::SecretsManager;
use serde_json::json;

const AUDIENCE: &str = "the-app";
const SECRET_ID: &str = "agora/documented";

/// All functions, as `make run` has them.
pub(crate) struct Laptop {
    gateway: Gateway,
}

impl Laptop {
    pub(crate) fn start() -> Self {
        Self {
            gateway: gateway(open),
        }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.gateway.address())
    }
}

/// What a page says of the deployment that its requests are sent to.
#[derive(Clone, Copy)]
pub(crate) enum Shown<'a> {
    Nothing,
    Policy(&'a str),
    /// A whole secret document.
    Secret(&'a str),
}

/// All functions, as the template has them: closed, with users.
pub(crate) struct Deployment {
    gateway: Gateway,
    issuer: Issuer,
    _manager: SecretsManager,
}

impl Deployment {
    /// As it is shown. Anonymous callers are let in where a policy alone says what they may have.
    pub(crate) fn start(shown: Shown<'_>) -> Self {
        let (issuer, manager) = (Issuer::start(), SecretsManager::start());
        if let Shown::Secret(secret) = shown {
            manager.set(SECRET_ID, secret);
        }
        let gateway = gateway(|name| {
            let function = closed(name)
                .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
                .env("AGORA_JWT_AUDIENCE", AUDIENCE);
            match shown {
                Shown::Nothing => function,
                Shown::Policy(policy) if policy.contains("\"anonymous\"") => function
                    .env("AGORA_POLICY", policy)
                    .env("AGORA_ANONYMOUS_ACCESS", "open"),
                Shown::Policy(policy) => function.env("AGORA_POLICY", policy),
                Shown::Secret(_) => function
                    .env("AGORA_SECRET_ID", SECRET_ID)
                    .secrets_manager(&manager),
            }
        });
        Self {
            gateway,
            issuer,
            _manager: manager,
        }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.gateway.address())
    }

    /// The JWT of a user with these claims, or of `ann`.
    pub(crate) fn jwt(&self, claims: Option<&str>) -> String {
        let mut all = json!({
            "iss": self.issuer.issuer_url(), "aud": AUDIENCE, "exp": now() + 7200,
        });
        let shown = match claims {
            Some(claims) => serde_json::from_str(claims).unwrap(),
            None => json!({
                "sub": "ann",
                "app_metadata": {"agora_uid": 1001},
                "https://tokens.example.com/chat": "chat-ann",
            }),
        };
        let members = all.as_object_mut().unwrap();
        members.extend(shown.as_object().unwrap().clone());
        self.issuer.sign(Algorithm::Es256, &all)
    }
}

/// A gateway for every function there is.
fn gateway(function: impl Fn(&str) -> Builder) -> Gateway {
    let mut names: Vec<&'static str> = routes::all().iter().map(|route| &*route.function).collect();
    names.dedup();
    let keys = [
        ("AGORA_WHITEBOARD_ACCESS_KEY", "sample-access-key"),
        ("AGORA_WHITEBOARD_SECRET_KEY", "sample-secret-key"),
    ];
    Gateway::start(names.into_iter().map(|name| {
        let function = function(name);
        let function = keys.into_iter().fold(function, |function, (name, value)| {
            function.env(name, value)
        });
        (name, function.start())
    }))
}

/// A token of the sample project, for channel `demo` and uid 7.
pub(crate) fn demo_token() -> String {
    let certificate: AppCertificate = CERTIFICATE.parse().unwrap();
    let token = AccessToken2 {
        app_id: APP_ID.parse().unwrap(),
        issue_ts: u32::try_from(now()).unwrap(),
        expire: 3600,
        salt: 1,
        services: vec![with_role("demo", "7", RtcRole::Publisher, 3600)],
    };
    token.build(&certificate).unwrap()
}

/// The Unix time in seconds.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}
