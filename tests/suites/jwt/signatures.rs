//! Signatures that are none, are somebody else's, or are told to be of another kind.

use agora_token_tests::issuer::{Algorithm, Issuer, SigningKey, message};
use ring::hmac;
use serde_json::{Value, json};

use crate::fixture::{Fixture, changed, decoded, encoded};

/// The order of the group of P-256.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The order of the group of Ed25519, its lowest byte first.
const ED25519_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
];

/// A token that is all right but for its signature.
fn with_signature(token: &str, signature: &[u8]) -> String {
    let (message, _) = token.rsplit_once('.').unwrap();
    format!("{message}.{}", encoded(signature))
}

fn signature_of(token: &str) -> Vec<u8> {
    decoded(token.rsplit_once('.').unwrap().1)
}

#[tokio::test]
async fn a_genuine_token_of_each_algorithm_lets_in() {
    let fixture = Fixture::new();
    for algorithm in Algorithm::ALL {
        let claims = fixture.verify(&fixture.token(algorithm)).await.unwrap();
        assert_eq!(claims.sub(), "ann");
        assert_eq!(claims.claim("aud"), Some(&json!("app")));
    }
    // RFC 9864 names EdDSA by its curve.
    let token = fixture.signed(Algorithm::EdDsa, json!({"alg": "Ed25519"}), json!({}));
    fixture.accepts(&token).await;
}

#[tokio::test]
async fn none_is_no_algorithm_however_it_is_spelled() {
    let fixture = Fixture::new();
    let spellings = [
        json!("none"),
        json!("None"),
        json!("NONE"),
        json!("nOnE"),
        json!("none "),
        json!(" none"),
        json!("none\u{0}"),
        json!("n\u{f6}ne"),
        json!(""),
        json!(Value::Null),
        json!(["none"]),
        json!(false),
        json!(0),
    ];
    for alg in spellings {
        let header = json!({"alg": alg, "typ": "JWT"}).to_string();
        let message = message(&header, &fixture.claims().to_string());
        for signature in ["", "AA", "e30"] {
            let token = format!("{message}.{signature}");
            fixture.refuses(&token, "jwt_algorithm").await;
        }
    }
    let token = fixture.signed(Algorithm::Rs256, json!({"alg": null}), json!({}));
    fixture.refuses(&token, "jwt_algorithm").await;
    assert_eq!(fixture.issuer.requests(), 0);
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let fixture = Fixture::new();
    for algorithm in Algorithm::ALL {
        let key = fixture.issuer.key(algorithm);
        let jwk = key.jwk();
        let secrets = [
            key.public_bytes(),
            jwk.to_string().into_bytes(),
            jwk["n"].as_str().unwrap_or_default().as_bytes().to_vec(),
            jwk["x"].as_str().unwrap_or_default().as_bytes().to_vec(),
            fixture.issuer.jwks_json().into_bytes(),
            Vec::new(),
        ];
        for secret in secrets {
            for (name, hmac_algorithm) in [
                ("HS256", hmac::HMAC_SHA256),
                ("HS384", hmac::HMAC_SHA384),
                ("HS512", hmac::HMAC_SHA512),
            ] {
                let header = json!({"alg": name, "kid": key.id()}).to_string();
                let message = message(&header, &fixture.claims().to_string());
                let secret = hmac::Key::new(hmac_algorithm, &secret);
                let tag = hmac::sign(&secret, message.as_bytes());
                let token = format!("{message}.{}", encoded(tag.as_ref()));
                fixture.refuses(&token, "jwt_algorithm").await;
            }
            // And the same under a name that is accepted.
            let message = message(
                &fixture.header(algorithm).to_string(),
                &fixture.claims().to_string(),
            );
            let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
            let tag = hmac::sign(&secret, message.as_bytes());
            let token = format!("{message}.{}", encoded(tag.as_ref()));
            fixture.refuses(&token, "jwt_signature").await;
        }
    }
}

#[tokio::test]
async fn other_algorithms_of_the_same_keys_are_not_accepted() {
    let fixture = Fixture::new();
    for algorithm in Algorithm::ALL {
        for name in [
            "RS384",
            "RS512",
            "PS256",
            "PS384",
            "PS512",
            "rs256",
            "RS256 ",
            "RS1",
            "RSA-OAEP",
            "ES384",
            "ES512",
            "ES256K",
            "es256",
            "ECDH-ES",
            "Ed448",
            "EDDSA",
            "eddsa",
            "ed25519",
            "X25519",
            "dir",
            "A128KW",
            "HS256",
            "ML-DSA-44",
        ] {
            let token = fixture.signed(algorithm, json!({ "alg": name }), json!({}));
            fixture.refuses(&token, "jwt_algorithm").await;
        }
    }
}

#[tokio::test]
async fn the_header_cannot_turn_a_key_into_one_of_another_algorithm() {
    let fixture = Fixture::new();
    for own in Algorithm::ALL {
        for other in Algorithm::ALL.into_iter().filter(|other| *other != own) {
            // The name of one algorithm, the key of the other one.
            let header = json!({"alg": other.name()});
            let token = fixture.signed(own, header, json!({}));
            fixture.refuses(&token, "jwt_algorithm").await;
            // The same the other way round.
            let header = json!({"kid": fixture.issuer.key(other).id()});
            let token = fixture.signed(own, header, json!({}));
            fixture.refuses(&token, "jwt_algorithm").await;
        }
    }
    // Such a key is known: it is not asked for.
    assert_eq!(fixture.issuer.key_set_requests(), 1);
}

#[tokio::test]
async fn a_stripped_signature_is_missed() {
    let fixture = Fixture::new();
    for algorithm in Algorithm::ALL {
        let token = fixture.token(algorithm);
        let (message, _) = token.rsplit_once('.').unwrap();
        fixture
            .refuses(&format!("{message}."), "jwt_malformed")
            .await;
        fixture.refuses(message, "jwt_malformed").await;
        fixture
            .refuses(&format!("{message}.{message}"), "jwt_malformed")
            .await;
    }
}

#[tokio::test]
async fn another_key_under_the_same_name_signs_nothing() {
    let fixture = Fixture::new();
    // Its keys bear the same names; its RSA key is made to be another one.
    let evil = Issuer::start();
    for algorithm in Algorithm::ALL {
        evil.rotate();
        let header = fixture.header(algorithm).to_string();
        let token = evil.sign_text(algorithm, &header, &fixture.claims().to_string());
        match algorithm {
            Algorithm::Rs256 => assert_eq!(evil.key(algorithm).id(), "RS256-1"),
            _ => evil.rotate(),
        }
        fixture.refuses(&token, "jwt_signature").await;
    }
}

#[tokio::test]
async fn a_signature_is_good_for_its_own_payload_and_header_only() {
    let fixture = Fixture::new();
    for algorithm in Algorithm::ALL {
        let token = fixture.token(algorithm);
        let parts: Vec<&str> = token.split('.').collect();
        let claims = changed(fixture.claims(), json!({"sub": "admin"})).to_string();
        let payload = encoded(claims.as_bytes());
        let swapped = format!("{}.{payload}.{}", parts[0], parts[2]);
        fixture.refuses(&swapped, "jwt_signature").await;
        // The same JSON, written with a blank more.
        let blank = encoded(format!(" {}", fixture.claims()).as_bytes());
        let respelled = format!("{}.{blank}.{}", parts[0], parts[2]);
        fixture.refuses(&respelled, "jwt_signature").await;
        let header = changed(fixture.header(algorithm), json!({"typ": null})).to_string();
        let header = encoded(header.as_bytes());
        let swapped = format!("{header}.{}.{}", parts[1], parts[2]);
        fixture.refuses(&swapped, "jwt_signature").await;
    }
}

#[tokio::test]
async fn every_bit_of_a_signature_counts() {
    let fixture = Fixture::new();
    for algorithm in Algorithm::ALL {
        let token = fixture.token(algorithm);
        let good = signature_of(&token);
        for place in [0, 1, 31, 32, 33, good.len() - 1] {
            let mut bad = good.clone();
            bad[place] ^= 1;
            fixture
                .refuses(&with_signature(&token, &bad), "jwt_signature")
                .await;
        }
        let longer = [good.as_slice(), &[0]].concat();
        let shifted = [&[0], good.as_slice()].concat();
        for bad in [&good[1..], &good[..good.len() - 1], &longer, &shifted, &[0]] {
            fixture
                .refuses(&with_signature(&token, bad), "jwt_signature")
                .await;
        }
    }
}

#[tokio::test]
async fn psychic_signatures_are_none() {
    let fixture = Fixture::new();
    let one = [[0; 31].as_slice(), &[1]].concat();
    let zero = vec![0; 32];
    let order = P256_ORDER.to_vec();
    for algorithm in Algorithm::ALL {
        let token = fixture.token(algorithm);
        for r in [&zero, &one, &order] {
            for s in [&zero, &one, &order] {
                let forged = with_signature(&token, &[r.as_slice(), s].concat());
                fixture.refuses(&forged, "jwt_signature").await;
            }
        }
        for length in [64, 256] {
            for byte in [0, 1, 0xff] {
                let forged = with_signature(&token, &vec![byte; length]);
                fixture.refuses(&forged, "jwt_signature").await;
            }
        }
    }
}

#[tokio::test]
async fn es256_is_two_numbers_and_not_der() {
    let fixture = Fixture::new();
    let token = fixture.token(Algorithm::Es256);
    let signature = signature_of(&token);
    let integer = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let sign = (bytes[zeros] & 0x80 != 0).then_some(0);
        let digits: Vec<u8> = sign
            .into_iter()
            .chain(bytes[zeros..].iter().copied())
            .collect();
        [&[2, digits.len() as u8], digits.as_slice()].concat()
    };
    let (r, s) = (integer(&signature[..32]), integer(&signature[32..]));
    let der = [&[0x30, (r.len() + s.len()) as u8], r.as_slice(), &s].concat();
    fixture
        .refuses(&with_signature(&token, &der), "jwt_signature")
        .await;
}

#[tokio::test]
async fn ed25519_signatures_have_one_form() {
    let fixture = Fixture::new();
    let token = fixture.token(Algorithm::EdDsa);
    let mut signature = signature_of(&token);
    // The scalar plus the order of the group is the same scalar to whoever does not look.
    let mut carry = 0;
    for (digit, order) in signature[32..].iter_mut().zip(ED25519_ORDER) {
        let sum = u16::from(*digit) + u16::from(order) + carry;
        *digit = sum as u8;
        carry = sum >> 8;
    }
    fixture
        .refuses(&with_signature(&token, &signature), "jwt_signature")
        .await;
}

#[tokio::test]
async fn keys_that_come_with_the_token_are_not_used() {
    let fixture = Fixture::new();
    let evil = Issuer::start();
    evil.rotate();
    for algorithm in Algorithm::ALL {
        let key = evil.key(algorithm);
        let places = json!({
            "jwk": key.jwk(),
            "jku": evil.jwks_url(),
            "x5u": format!("{}/certificate", evil.issuer_url()),
            "x5c": [encoded(&key.public_bytes())],
        });
        for (name, value) in places.as_object().unwrap() {
            let sign = |kid: &str| {
                let header = json!({"alg": algorithm.name(), "kid": kid, name: value});
                evil.sign_text(
                    algorithm,
                    &header.to_string(),
                    &fixture.claims().to_string(),
                )
            };
            fixture.refuses(&sign(key.id()), "jwt_key_unknown").await;
            let known = fixture.issuer.key(algorithm);
            fixture.refuses(&sign(known.id()), "jwt_signature").await;
            let header = json!({"alg": algorithm.name(), name: value});
            let token = evil.sign_text(
                algorithm,
                &header.to_string(),
                &fixture.claims().to_string(),
            );
            fixture.refuses(&token, "jwt_signature").await;
            // They do no harm beside a key of the issuer's.
            let token = fixture.signed(algorithm, json!({name: value}), json!({}));
            fixture.accepts(&token).await;
        }
    }
    assert_eq!(evil.requests(), 0);
}

#[tokio::test]
async fn keys_that_are_too_weak_or_for_other_ends_sign_nothing() {
    let fixture = Fixture::new();
    let weak = SigningKey::rsa(1024);
    let strong = fixture.issuer.key(Algorithm::Rs256);
    let published = [
        weak.jwk(),
        changed(strong.jwk(), json!({"kid": "enc", "use": "enc"})),
        changed(
            strong.jwk(),
            json!({"kid": "wrap", "use": null, "key_ops": ["wrapKey"]}),
        ),
        changed(strong.jwk(), json!({"kid": "pss", "alg": "PS256"})),
        changed(strong.jwk(), json!({"kid": "leaked", "d": "AQAB"})),
        fixture.issuer.key(Algorithm::Es256).jwk(),
    ];
    fixture.issuer.publish(&published);
    let claims = fixture.claims().to_string();
    let message_of = |kid: &str| message(&json!({"alg": "RS256", "kid": kid}).to_string(), &claims);
    let message = message_of(weak.id());
    let token = format!("{message}.{}", encoded(&weak.sign(message.as_bytes())));
    fixture.refuses(&token, "jwt_key_unknown").await;
    for kid in ["enc", "wrap", "pss", "leaked"] {
        let message = message_of(kid);
        let token = format!("{message}.{}", encoded(&strong.sign(message.as_bytes())));
        fixture.refuses(&token, "jwt_key_unknown").await;
    }
    fixture.accepts(&fixture.token(Algorithm::Es256)).await;
}
