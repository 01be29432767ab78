//! Identity providers: with the claims that each of them issues, every product takes its users, each by a name
//! of their own.

mod claims;

use agora_token::access::OwnIdentity;
use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::issuer::{Algorithm, Issuer};
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::closed;
use claims::{Provider, providers};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a user is called in each product.
#[derive(Debug, PartialEq, Eq)]
struct Names {
    uid: u64,
    rtc: String,
    rtm: String,
    chat: String,
}

/// A deployment for a provider. It never fetches keys, so the issuer is the provider's own.
struct Deployment {
    issuer: Issuer,
    by_uid: Function,
    by_account: Function,
    rtm: Function,
    chat: Function,
}

impl Deployment {
    fn start(provider: &Provider) -> Self {
        let issuer = Issuer::start();
        let mut keys: Value = serde_json::from_str(&issuer.jwks_json()).unwrap();
        for key in keys["keys"].as_array_mut().unwrap() {
            if !provider.keys_name_algorithms {
                key.as_object_mut().unwrap().remove("alg");
            }
        }
        let start = |name: &str, rtc: &str| {
            let mut identity = json!({"rtc": rtc});
            if let Some(claim) = provider.account_claim {
                identity["accountClaim"] = claim.into();
            }
            closed(name)
                .env("AGORA_JWT_ISSUER", provider.issuer)
                .env("AGORA_JWT_AUDIENCE", provider.audience)
                .env("AGORA_JWT_JWKS", &keys.to_string())
                .env("AGORA_POLICY", &json!({"identity": identity}).to_string())
                .start()
        };
        Self {
            by_uid: start("rtc", "uid"),
            by_account: start("rtc", "account"),
            rtm: start("rtm", "uid"),
            chat: start("chat", "uid"),
            issuer,
        }
    }

    /// A JWT with these claims. Every provider here signs with RS256.
    fn jwt(&self, provider: &Provider, claims: &Value) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let mut all = json!({
            "iss": provider.issuer, "iat": now.as_secs(), "exp": now.as_secs() + 3600,
        });
        let members = all.as_object_mut().unwrap();
        members.extend(claims.as_object().unwrap().clone());
        self.issuer.sign(Algorithm::Rs256, &all)
    }

    fn ask(&self, function: &Function, jwt: &str, path: &str, query: &Value) -> Answer {
        let event = Event::post(path)
            .json(query)
            .header("authorization", &format!("Bearer {jwt}"));
        function.send(&event)
    }

    /// What the user of a JWT gets who leaves out who they are.
    fn names(&self, jwt: &str) -> Names {
        let told = |function: &Function, path: &str, query: &Value, name: &str| {
            let answer = self.ask(function, jwt, path, query);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            answer.json()[name].clone()
        };
        let text = |value: Value| value.as_str().unwrap().to_owned();
        let channel = json!({"channelName": "demo", "role": "publisher"});
        Names {
            uid: told(&self.by_uid, "/v1/rtc", &channel, "uid")
                .as_u64()
                .unwrap(),
            rtc: text(told(&self.by_account, "/v1/rtc", &channel, "account")),
            rtm: text(told(&self.rtm, "/v1/rtm", &json!({}), "userId")),
            chat: text(told(&self.chat, "/v1/chat/user", &json!({}), "userId")),
        }
    }
}

/// What `docs/authentication.md` says of a name that a product does not take.
fn replaced(name: &str) -> String {
    let digest = ring::digest::digest(
        &ring::digest::SHA256,
        format!("agora-name:{name}").as_bytes(),
    );
    let digits: String = digest
        .as_ref()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("u-{digits}")
}

#[test]
fn every_product_takes_the_users_of_every_provider() {
    for provider in providers() {
        let deployment = Deployment::start(&provider);
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut all = Vec::new();
        for claims in &provider.users {
            let jwt = deployment.jwt(&provider, claims);
            let names = deployment.names(&jwt);
            let account = claims[provider.account_claim.unwrap_or("sub")]
                .as_str()
                .unwrap();
            // One that looks like a replacement is replaced everywhere.
            let looks_like_one = account.starts_with("u-");
            let fitted = |replace: bool| match replace || looks_like_one {
                true => replaced(account),
                false => account.to_owned(),
            };
            let subject = claims["sub"].as_str().unwrap();
            let expected = Names {
                uid: u64::from(OwnIdentity::derived_uid(subject).get()),
                rtc: fitted(false),
                rtm: fitted(account.len() > 64),
                chat: fitted(provider.chat_replaces),
            };
            assert_eq!(names, expected, "{}", provider.name);
            // Chat knows no capital letters, so no two names may differ in letter case alone.
            for name in [
                format!("uid {}", names.uid),
                format!("rtc {}", names.rtc),
                format!("rtm {}", names.rtm),
                format!("chat {}", names.chat.to_lowercase()),
            ] {
                let other = seen.insert(name.clone(), subject.to_owned());
                assert_eq!(other, None, "{}: {name} of {subject}", provider.name);
            }
            all.push((jwt, names));
        }
        for (jwt, own) in &all {
            for (_, other) in all.iter().filter(|(_, names)| names != own) {
                refuses_others(&deployment, &provider, jwt, other);
            }
        }
    }
}

/// Nobody gets a token by another's name.
fn refuses_others(deployment: &Deployment, provider: &Provider, jwt: &str, other: &Names) {
    let Names {
        uid,
        rtc,
        rtm,
        chat,
    } = other;
    for (function, path, query) in [
        (
            &deployment.by_uid,
            "/v1/rtc",
            json!({"channelName": "demo", "uid": uid}),
        ),
        (
            &deployment.by_uid,
            "/v1/rtc",
            json!({"channelName": "demo", "account": rtc}),
        ),
        (&deployment.rtm, "/v1/rtm", json!({"userId": rtm})),
        (&deployment.chat, "/v1/chat/user", json!({"userId": chat})),
    ] {
        let answer = deployment.ask(function, jwt, path, &query);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (403, &json!("denied_identity")),
            "{}: {path} {query}: {}",
            provider.name,
            answer.body
        );
    }
}

/// A guest gets what anonymous callers would get, by a name of their own.
#[test]
fn anonymous_sign_ins_are_guests() {
    for (name, claims) in claims::guests() {
        let provider = providers().into_iter().find(|one| one.name == name);
        let provider = provider.unwrap();
        let deployment = Deployment::start(&provider);
        let jwt = deployment.jwt(&provider, &claims);
        let rtc = |query: Value| deployment.ask(&deployment.by_uid, &jwt, "/v1/rtc", &query);
        let watching = rtc(json!({"channelName": "demo"}));
        assert_eq!(watching.status, 200, "{name}: {}", watching.body);
        let said = watching.json();
        let subject = claims["sub"].as_str().unwrap();
        assert_eq!(
            (&said["uid"], &said["role"]),
            (
                &json!(OwnIdentity::derived_uid(subject).get()),
                &json!("subscriber")
            ),
            "{name}"
        );
        for (answer, code) in [
            (
                rtc(json!({"channelName": "demo", "role": "publisher"})),
                "denied_role",
            ),
            (
                rtc(json!({"channelName": "demo", "uid": 7})),
                "denied_identity",
            ),
            (
                rtc(json!({"channelName": "demo", "tokenExpire": 3600})),
                "denied_lifetime",
            ),
            (
                deployment.ask(&deployment.chat, &jwt, "/v1/chat/user", &json!({})),
                "denied_token_type",
            ),
        ] {
            assert_eq!(answer.json()["code"], code, "{name}: {}", answer.body);
        }
    }
}
