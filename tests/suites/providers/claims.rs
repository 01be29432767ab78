//! The claims that identity providers issue, beside `iss`, `iat` and `exp`.

use serde_json::{Value, json};

/// A provider, as `docs/authentication.md` sets it, and some of its users. Where letter case tells users apart,
/// two of them differ in nothing else, and one is called what Chat makes of another.
pub(crate) struct Provider {
    pub(crate) name: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) audience: &'static str,
    /// `identity.accountClaim`.
    pub(crate) account_claim: Option<&'static str>,
    /// Whether its published keys have `alg`.
    pub(crate) keys_name_algorithms: bool,
    /// Whether Chat replaces the names of its users.
    pub(crate) chat_replaces: bool,
    pub(crate) users: Vec<Value>,
}

const AUTH0: &str = "https://tenant.eu.auth0.com/";
const GOOGLE_CLIENT: &str =
    "407408718192-8vvp1k3p9kq2d5hd8gkqn0ss5d0l5mgn.apps.googleusercontent.com";
const COGNITO: &str = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI";
const COGNITO_CLIENT: &str = "1example23456789exampleclient";
const FIREBASE: &str = "https://securetoken.google.com/example-project";
const CLERK: &str = "https://clean-mayfly-62.clerk.accounts.dev";
const ENTRA: &str = "https://login.microsoftonline.com/9122040d-6c67-4c5b-b112-36a304b66dad/v2.0";
const ENTRA_CLIENT: &str = "6cb04018-a3f5-46a7-b995-940c78f5aef3";

pub(crate) fn providers() -> Vec<Provider> {
    let usual = || Provider {
        name: "",
        issuer: "",
        audience: "",
        account_claim: None,
        keys_name_algorithms: true,
        chat_replaces: false,
        users: Vec::new(),
    };
    vec![
        Provider {
            name: "Auth0",
            issuer: AUTH0,
            audience: "https://tokens.example.com",
            chat_replaces: true,
            users: [
                "auth0|65f0c7a1b2c3d4e5f6a7b8c9",
                "google-oauth2|110169484474386276334",
                "apple|001234.abcdef0123456789abcdef0123456789.0123",
                "waad|Kq3_x-AbC",
                "waad|kq3_x-AbC",
            ]
            .map(auth0)
            .into(),
            ..usual()
        },
        Provider {
            name: "Google",
            issuer: "https://accounts.google.com",
            audience: GOOGLE_CLIENT,
            users: ["110169484474386276334", "110169484474386276335"]
                .map(google)
                .into(),
            ..usual()
        },
        Provider {
            name: "Apple",
            issuer: "https://appleid.apple.com",
            audience: "com.example.app",
            users: [
                "001234.abcdef0123456789abcdef0123456789.0123",
                "001234.abcdef0123456789abcdef0123456780.0123",
            ]
            .map(apple)
            .into(),
            ..usual()
        },
        Provider {
            name: "Cognito, ID tokens",
            issuer: COGNITO,
            audience: COGNITO_CLIENT,
            users: [
                "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeef",
            ]
            .map(cognito_id)
            .into(),
            ..usual()
        },
        Provider {
            name: "Cognito, access tokens",
            issuer: COGNITO,
            audience: COGNITO_CLIENT,
            users: [
                "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeef",
            ]
            .map(cognito_access)
            .into(),
            ..usual()
        },
        Provider {
            name: "Supabase",
            issuer: "https://abcdefghijklmnopqrst.supabase.co/auth/v1",
            audience: "authenticated",
            users: [
                "01bbbdcf-8e42-4a2c-9e1c-3f6e2a1c0d4b",
                "01bbbdcf-8e42-4a2c-9e1c-3f6e2a1c0d4c",
            ]
            .map(|subject| supabase(subject, false))
            .into(),
            ..usual()
        },
        Provider {
            name: "Firebase",
            issuer: FIREBASE,
            audience: "example-project",
            chat_replaces: true,
            users: [
                "Zr4kTq8sWmXcVbNhJgFdYpLoIuE2",
                "zR4kTq8sWmXcVbNhJgFdYpLoIuE2",
                "ZR4KTQ8SWMXCVBNHJGFDYPLOIUE2",
            ]
            .map(|subject| firebase(subject, "google.com"))
            .into(),
            ..usual()
        },
        // Whoever creates users by the Admin SDK chooses their ids, what Chat makes of others' among them.
        Provider {
            name: "Firebase, with ids of one's own",
            issuer: FIREBASE,
            audience: "example-project",
            chat_replaces: true,
            users: [
                "Zr4kTq8sWmXcVbNhJgFdYpLoIuE2",
                &crate::replaced("Zr4kTq8sWmXcVbNhJgFdYpLoIuE2"),
            ]
            .map(|subject| firebase(subject, "custom"))
            .into(),
            ..usual()
        },
        Provider {
            name: "Clerk",
            issuer: CLERK,
            audience: "https://app.example.com",
            chat_replaces: true,
            users: [
                "user_2NNEqL2nrIRdJ194ndJqAHwEfxC",
                "user_2NNEqL2nrIRdJ194ndJqAHwEfxc",
            ]
            .map(clerk)
            .into(),
            ..usual()
        },
        Provider {
            name: "Microsoft Entra",
            issuer: ENTRA,
            audience: ENTRA_CLIENT,
            keys_name_algorithms: false,
            chat_replaces: true,
            users: [
                "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
                "-_AAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
                "-_aAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
            ]
            .map(entra)
            .into(),
            ..usual()
        },
        Provider {
            name: "Microsoft Entra, by object id",
            issuer: ENTRA,
            audience: ENTRA_CLIENT,
            account_claim: Some("oid"),
            keys_name_algorithms: false,
            users: ["AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", "Bb-_"]
                .map(entra)
                .into(),
            ..usual()
        },
        Provider {
            name: "Auth0, by e-mail address",
            issuer: AUTH0,
            audience: "https://tokens.example.com",
            account_claim: Some("email"),
            chat_replaces: true,
            users: [
                "ann.lee+test@example.com",
                "Ann.Lee+test@example.com",
                "a.name.that.is.rather.long.for.a.name.of.a.user@mail.department.example.com",
            ]
            .map(by_mail)
            .into(),
            ..usual()
        },
    ]
}

/// Anonymous sign-ins, by the name of their provider.
pub(crate) fn guests() -> [(&'static str, Value); 2] {
    [
        (
            "Supabase",
            supabase("5a1c0d4b-8e42-4a2c-9e1c-01bbbdcf3f6e", true),
        ),
        (
            "Firebase",
            firebase("BsWmXcVbNhJgFdYpLoIuEZr4kTq2", "anonymous"),
        ),
    ]
}

/// An access token for an API.
fn auth0(subject: &str) -> Value {
    json!({
        "sub": subject,
        "aud": ["https://tokens.example.com", "https://tenant.eu.auth0.com/userinfo"],
        "azp": "my_client_id",
        "scope": "openid profile email",
        "permissions": ["read:tokens"],
        "https://tokens.example.com/roles": ["teacher"],
        "https://tokens.example.com/chat": "ann",
    })
}

fn by_mail(address: &str) -> Value {
    json!({
        "sub": format!("auth0|{}", address.len() * usize::from(address.as_bytes()[0])),
        "aud": "https://tokens.example.com",
        "azp": "my_client_id",
        "email": address,
        "email_verified": true,
    })
}

fn google(subject: &str) -> Value {
    json!({
        "azp": GOOGLE_CLIENT,
        "aud": GOOGLE_CLIENT,
        "sub": subject,
        "hd": "example.com",
        "email": "ann@example.com",
        "email_verified": true,
        "nbf": 1_700_000_000,
        "name": "Ann Lee",
        "picture": "https://lh3.googleusercontent.com/a/AAcHTt=s96-c",
        "given_name": "Ann",
        "family_name": "Lee",
        "locale": "en",
        "jti": "1fb2b1b5e6a2a9f1c7f5d0e3a4b6c8d0e2f4a6b8",
    })
}

fn apple(subject: &str) -> Value {
    json!({
        "aud": "com.example.app",
        "sub": subject,
        "nonce": "0394852-3190485-2490358",
        "nonce_supported": true,
        "c_hash": "uHQ4rW3yfKqGkGkGQb5gRg",
        "email": "abc123@privaterelay.appleid.com",
        "email_verified": "true",
        "is_private_email": "true",
        "auth_time": 1_700_000_000,
        "real_user_status": 2,
    })
}

fn cognito_id(subject: &str) -> Value {
    json!({
        "sub": subject,
        "aud": COGNITO_CLIENT,
        "token_use": "id",
        "auth_time": 1_700_000_000,
        "cognito:username": "ann",
        "cognito:groups": ["teachers", "staff"],
        "cognito:roles": ["arn:aws:iam::123456789012:role/teachers"],
        "email": "ann@example.com",
        "email_verified": true,
        "event_id": "64f513be-32db-42b0-b78e-b02127b4f463",
        "origin_jti": "aaaaaaaa-bbbb-cccc-dddd-example",
        "jti": "aaaaaaaa-bbbb-cccc-dddd-example",
    })
}

/// Without `aud`.
fn cognito_access(subject: &str) -> Value {
    json!({
        "sub": subject,
        "client_id": COGNITO_CLIENT,
        "token_use": "access",
        "auth_time": 1_700_000_000,
        "username": "ann",
        "cognito:groups": ["teachers", "staff"],
        "scope": "aws.cognito.signin.user.admin",
        "version": 2,
        "event_id": "64f513be-32db-42b0-b78e-b02127b4f463",
        "origin_jti": "aaaaaaaa-bbbb-cccc-dddd-example",
        "jti": "aaaaaaaa-bbbb-cccc-dddd-example",
    })
}

fn supabase(subject: &str, anonymous: bool) -> Value {
    json!({
        "aud": "authenticated",
        "sub": subject,
        "email": if anonymous { "" } else { "ann@example.com" },
        "phone": "",
        "app_metadata": {"provider": "email", "providers": ["email"], "agora_uid": 1001},
        "user_metadata": {"email_verified": true, "host": true},
        "role": "authenticated",
        "aal": "aal1",
        "amr": [{"method": "password", "timestamp": 1_700_000_000}],
        "session_id": "4b938a09-5372-4177-a314-cfa292099ea2",
        "is_anonymous": anonymous,
    })
}

fn firebase(subject: &str, sign_in_provider: &str) -> Value {
    json!({
        "aud": "example-project",
        "auth_time": 1_700_000_000,
        "user_id": subject,
        "sub": subject,
        "email": "ann@example.com",
        "email_verified": true,
        "firebase": {
            "identities": {"google.com": ["110169484474386276334"], "email": ["ann@example.com"]},
            "sign_in_provider": sign_in_provider,
        },
    })
}

/// A session token: without `aud`.
fn clerk(subject: &str) -> Value {
    json!({
        "azp": "https://app.example.com",
        "sub": subject,
        "sid": "sess_2NNEqM5nrIRdJ194ndJqAHwEfxD",
        "nbf": 1_700_000_000,
        "sts": "active",
        "v": 2,
        "fva": [5, -1],
        "jti": "a1b2c3d4e5f6a7b8c9d0",
        "o": {"id": "org_2NNEqN6nrIRdJ194ndJqAHwEfxE", "rol": "admin", "slg": "school"},
    })
}

/// A v2.0 token. `sub` is another one in each app, `oid` the same in all of a tenant.
fn entra(subject: &str) -> Value {
    json!({
        "ver": "2.0",
        "aud": ENTRA_CLIENT,
        "sub": subject,
        "oid": format!("00000000-0000-0000-66f3-{:012x}", subject.len()),
        "tid": "9122040d-6c67-4c5b-b112-36a304b66dad",
        "azp": ENTRA_CLIENT,
        "azpacr": "0",
        "nbf": 1_700_000_000,
        "name": "Ann Lee",
        "preferred_username": "ann@example.com",
        "roles": ["teacher"],
        "scp": "access_as_user",
        "rh": "0.AXoA",
        "uti": "fqiBqXLPj0eQa82S-IYFAA",
    })
}
