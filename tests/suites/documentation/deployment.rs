//! What the documentation's requests are sent to.

use std::time::{SystemTime, UNIX_EPOCH};

use agora_token::token::builders::rtc::{RtcRole, with_role};
use agora_token::token::{AccessToken2, AppCertificate};
use agora_token_tests::gateway::Gateway;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::routes;
use agora_token_tests::runtime::Builder;
use agora_token_tests::sample::{APP_ID, CERTIFICATE, closed, open};
use serde_json::json;

const AUDIENCE: &str = "the-app";

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

/// All functions, as the template has them: closed, with users.
pub(crate) struct Deployment {
    gateway: Gateway,
    issuer: Issuer,
}

impl Deployment {
    /// With this policy or the default one. Anonymous callers are let in where the policy says what they
    /// may have.
    pub(crate) fn start(policy: Option<&str>) -> Self {
        let issuer = Issuer::start();
        let open = policy.is_some_and(|policy| policy.contains("\"anonymous\""));
        let gateway = gateway(|name| {
            closed(name)
                .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
                .env("AGORA_JWT_AUDIENCE", AUDIENCE)
                .env("AGORA_POLICY", policy.unwrap_or_default())
                .env(
                    "AGORA_ANONYMOUS_ACCESS",
                    if open { "open" } else { "closed" },
                )
        });
        Self { gateway, issuer }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.gateway.address())
    }

    /// The JWT of the user `ann`.
    pub(crate) fn jwt(&self) -> String {
        let claims = json!({
            "iss": self.issuer.issuer_url(), "aud": AUDIENCE, "sub": "ann", "exp": now() + 600,
            "app_metadata": {"agora_uid": 1001},
            "https://tokens.example.com/chat": "chat-ann",
        });
        self.issuer.sign(Algorithm::Es256, &claims)
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
