//! The functions behind a gateway, for tests that are written in another language: it prints where they
//! listen and what opens them as a line of JSON, and ends with its standard input.
//!
//! `open` lets anybody in. `closed` wants the JWT of a user or the API key; of the two JWTs, one has expired.

use std::io::{Read as _, Write as _};
use std::time::{SystemTime, UNIX_EPOCH};

use agora_token_tests::functions;
use agora_token_tests::gateway::Gateway;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::routes::drop_ins;
use agora_token_tests::sample::{API_KEY, APP_ID, WIDE_POLICY, closed, open_for_legacy};
use serde_json::json;

/// Named by the JWTs.
const AUDIENCE: &str = "app";

fn main() {
    let issuer = Issuer::start();
    let user = WIDE_POLICY.replace("\"anonymous\"", "\"user\"");
    let names = || functions::all().into_iter().map(|(name, _)| name);
    let start = |name: &'static str| {
        let function = open_for_legacy(name)
            .env("AGORA_WHITEBOARD_ACCESS_KEY", "stand-in-access-key")
            .env("AGORA_WHITEBOARD_SECRET_KEY", "stand-in-secret-key");
        (name, function.start())
    };
    let opened = Gateway::start(names().map(start));
    let guarded = |name: &'static str| {
        let function = closed(name)
            .env("AGORA_JWT_ISSUER", &issuer.issuer_url())
            .env("AGORA_JWT_JWKS", &issuer.jwks_json())
            .env("AGORA_JWT_AUDIENCE", AUDIENCE)
            .env("AGORA_POLICY", &user);
        (name, function.start())
    };
    let shut = Gateway::start(["access", "console", "inspect", "openapi", "rtc"].map(guarded));
    let jwt = |expires: u64| {
        let claims =
            json!({"iss": issuer.issuer_url(), "aud": AUDIENCE, "sub": "ann", "exp": expires});
        issuer.sign(Algorithm::Es256, &claims)
    };
    // The requests of other servers whose token opens a channel.
    let rtc = drop_ins().filter(|row| {
        let example = row.drop_in.as_ref().map(|row| row.example.holds.as_str());
        example.is_some_and(|holds| holds.contains(r#""channel"#))
    });
    let rows: Vec<_> = rtc
        .map(|row| json!({"method": row.methods[0], "paths": row.paths}))
        .collect();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let line = json!({
        "open": format!("http://{}", opened.address()),
        "closed": format!("http://{}", shut.address()),
        "appId": APP_ID,
        "rtcRows": rows,
        "apiKey": API_KEY,
        "jwt": jwt(now + 3600),
        "expiredJwt": jwt(now - 3600),
    });
    println!("{line}");
    std::io::stdout().flush().ok();
    // Whoever started this ends it by closing the pipe, also when it dies.
    std::io::stdin().read_to_end(&mut Vec::new()).ok();
}
