//! The project that the tests sign for, and what they show to be let in.

use std::sync::LazyLock;

use crate::routes;
use crate::runtime::{Builder, Function};
use agora_token::token::{AccessToken2, AppCertificate, ParsedToken2};
use serde_json::json;

/// The sample App ID of Agora's documentation.
pub const APP_ID: &str = "970CA35de60c44645bbae8a215061b33";
/// The sample certificate of Agora's documentation.
pub const CERTIFICATE: &str = "5CFd2fd1755d40ecb72977518be15d3b";
/// Another certificate, to rotate to.
pub const OTHER_CERTIFICATE: &str = "0123456789abcdef0123456789ABCDEF";
/// The API key of the sample project.
pub const API_KEY: &str = "sample-api-key-0123456789";

/// The variables that make the sample project.
pub const PROJECT: [(&str, &str); 3] = [
    ("AGORA_APP_ID", APP_ID),
    ("AGORA_APP_CERTIFICATE", CERTIFICATE),
    ("AGORA_API_KEY", API_KEY),
];

/// A function whose project comes from the environment and whose door is closed.
pub fn closed(name: &str) -> Builder {
    with_project(Function::builder(name))
}

/// The same for any binary.
pub fn with_project(builder: Builder) -> Builder {
    PROJECT
        .into_iter()
        .fold(builder, |builder, (name, value)| builder.env(name, value))
}

/// The policy of `make run`: anonymous callers get everything but app-privilege and 006 tokens.
pub static WIDE_POLICY: LazyLock<String> = LazyLock::new(|| {
    let by_name = routes::all()
        .iter()
        .filter_map(|route| route.issues.as_ref());
    let by_name = by_name.filter(|issues| issues.for_servers);
    let types = by_name.map(|issues| issues.token_type.as_str());
    let types: Vec<&str> = std::iter::once("*").chain(types).collect();
    json!({"anonymous": {
        "tokenTypes": types, "roles": ["publisher"], "educationRoles": ["*"], "maxLifetime": 86400,
        "wildcards": "any", "rtmPermissions": true, "batches": true,
    }})
    .to_string()
});

/// The same with the door wide open to anybody.
pub fn open(name: &str) -> Builder {
    closed(name)
        .env("AGORA_ANONYMOUS_ACCESS", "open")
        .env("AGORA_POLICY", &WIDE_POLICY)
}

/// The variable that `make run` sets, for events of `Event::as_cargo_lambda`.
pub const LOCAL_PATHS: (&str, &str) = ("AGORA_LOCAL_PATHS", "encoded");

/// The same where the policy grants 006 tokens too.
pub fn open_for_legacy(name: &str) -> Builder {
    let policy = WIDE_POLICY.replace("\"batches\":true", "\"batches\":true,\"legacyTokens\":true");
    open(name).env("AGORA_POLICY", &policy)
}

/// The secret document of the sample project with this certificate.
pub fn secret(certificate: &str) -> String {
    format!(r#"{{"appId":"{APP_ID}","appCertificate":"{certificate}","apiKey":"{API_KEY}"}}"#)
}

/// Takes a 007 token apart, after checking that `certificate` signed it.
///
/// # Panics
/// If it is no token, or another certificate signed it.
pub fn read_token(text: &str, certificate: &str) -> ParsedToken2 {
    let parsed =
        AccessToken2::parse(text).unwrap_or_else(|error| panic!("{text} is no token: {error}"));
    let certificate: AppCertificate = certificate.parse().unwrap();
    assert!(
        parsed.verify(&certificate),
        "the signature of {text} is wrong"
    );
    parsed
}
