//! What the official libraries refuse is refused, and what they accept is accepted. Where they
//! disagree, the strictest reading counts.

use std::{collections::BTreeSet, error::Error};

use agora_token::token::{AccessToken2, AppCertificate, ServiceKind};
use agora_token_tests::vectors::{
    self, InvalidVector, LibraryResult, Operation, Outcome,
    rebuild::{Refusal, Unsigned},
};
use serde_json::{Value, json};

/// Calls whose argument has no counterpart in our types, and the argument. What a request may hold
/// in its place is the matter of the HTTP layer.
const NOT_EXPRESSIBLE: [(&str, &str); 10] = [
    ("inv-15", "uid"),          // negative
    ("inv-17", "uid"),          // fractional
    ("inv-19", "uid"),          // the text "0", where a number belongs
    ("inv-21", "role"),         // a text
    ("inv-23", "role"),         // over 16 bits
    ("inv-25", "token_expire"), // over 32 bits
    ("inv-27", "token_expire"), // a text
    ("inv-29", "token_expire"), // null
    ("inv-33", "channel_name"), // a number
    ("inv-35", "user_id"),      // a number
];

/// Tokens that we refuse although the official libraries read them, and why.
const STRICTER: [(&str, &str); 1] = [
    // 20 MB of zeros: no official library sets a limit, and all of them allocate what it asks for.
    ("inv-77", "the token decompresses to more than 262144 bytes"),
];

#[test]
fn what_cannot_be_built_is_refused() {
    let mut not_expressible = BTreeSet::new();
    for vector in vectors_of(Operation::Build) {
        let InvalidVector {
            id,
            method,
            inputs,
            app_id,
            app_certificate,
            note,
            ..
        } = &vector;
        let built = Unsigned::from_call(method, inputs, app_id, app_certificate)
            .and_then(|unsigned| unsigned.sign());
        let refused_by_one = any(&vector, |outcome| {
            matches!(outcome, Outcome::EmptyString | Outcome::Error)
        });
        match built {
            Err(Refusal::NotExpressible(input)) => {
                not_expressible.insert((id.clone(), input));
            }
            Err(Refusal::UnknownMethod(_) | Refusal::UnusedInput(_)) => {
                panic!("{id} ({note}): {}", built.unwrap_err());
            }
            Err(Refusal::Credential(_) | Refusal::Build(_)) => {
                assert!(
                    refused_by_one,
                    "{id} ({note}): refused, but every library builds it"
                );
            }
            Ok(signed) => {
                assert!(
                    !refused_by_one,
                    "{id} ({note}): built, but a library refuses it"
                );
                let decoded = decoded(signed.as_str());
                for (library, result) in &vector.results {
                    let expected = result.decoded.as_ref();
                    assert_eq!(Some(&decoded), expected, "{id} ({note}): {library} differs");
                }
            }
        }
    }
    let expected = NOT_EXPRESSIBLE.map(|(id, input)| (id.to_owned(), input.to_owned()));
    assert_eq!(
        not_expressible,
        BTreeSet::from(expected),
        "calls that our types rule out"
    );
}

#[test]
fn tokens_are_read_as_the_strictest_library_reads_them() {
    let mut stricter = BTreeSet::new();
    for vector in vectors_of(Operation::ParseVerify) {
        let InvalidVector {
            id, method, note, ..
        } = &vector;
        assert_eq!(method, "parse007", "{id}: no test knows the method");
        let token = vector.inputs["token"].as_str().unwrap();
        let expected = if any(&vector, |outcome| outcome == Outcome::Rejected) {
            Outcome::Rejected
        } else if any(&vector, |outcome| outcome == Outcome::NotVerified) {
            Outcome::NotVerified
        } else {
            Outcome::Verified
        };
        let parsed = match AccessToken2::parse(token) {
            Err(error) => {
                if expected != Outcome::Rejected {
                    stricter.insert((id.clone(), error.to_string()));
                }
                continue;
            }
            Ok(parsed) => parsed,
        };

        let certificate: Option<AppCertificate> = vector.app_certificate.parse().ok();
        let verified = certificate.is_some_and(|certificate| parsed.verify(&certificate));
        let outcome = if verified {
            Outcome::Verified
        } else {
            Outcome::NotVerified
        };
        assert_eq!(outcome, expected, "{id} ({note})");
        let services: Vec<u16> = parsed.services.iter().map(|s| s.service_type()).collect();
        for (library, result) in &vector.results {
            let LibraryResult {
                services: theirs,
                issue_ts,
                expire,
                salt,
                ..
            } = result;
            let differs = format!("{id} ({note}): {library} reads another value");
            assert_eq!(theirs.as_ref(), Some(&services), "{differs}");
            for (theirs, ours) in [
                (issue_ts, parsed.issue_ts),
                (expire, parsed.expire),
                (salt, parsed.salt),
            ] {
                // Not every library has an accessor for it.
                assert!(theirs.is_none_or(|theirs| theirs == ours), "{differs}");
            }
        }
    }
    let expected = STRICTER.map(|(id, error)| (id.to_owned(), error.to_owned()));
    assert_eq!(
        stricter,
        BTreeSet::from(expected),
        "tokens that only we refuse"
    );
}

/// What the libraries' answers cannot say: what exactly is read where they all stop reading.
#[test]
fn reading_stops_at_an_unknown_service() -> Result<(), Box<dyn Error>> {
    let vectors = vectors::invalid();
    let vector = vectors
        .iter()
        .find(|vector| vector.id == "inv-65")
        .ok_or("inv-65 is missing")?;
    let parsed = AccessToken2::parse(vector.inputs["token"].as_str().ok_or("no token")?)?;
    assert_eq!(parsed.unknown_service, Some(99));
    assert_eq!(parsed.services, []);
    assert!(parsed.verify(&vector.app_certificate.parse()?));
    Ok(())
}

fn vectors_of(op: Operation) -> impl Iterator<Item = InvalidVector> {
    let vectors = vectors::invalid().into_iter();
    vectors.filter(move |vector| vector.op == op)
}

fn any(vector: &InvalidVector, is: impl Fn(Outcome) -> bool) -> bool {
    vector.results.values().any(|result| is(result.outcome))
}

/// An RTC token in the words of the vectors.
fn decoded(text: &str) -> Value {
    let token = AccessToken2::parse(text).unwrap();
    let services = token.services.iter().map(|service| {
        let ServiceKind::Rtc { channel_name, uid } = &service.kind else {
            panic!("no test knows the service {}", service.kind.name());
        };
        let privileges: Value = service
            .privileges
            .iter()
            .map(|(id, value)| (id.to_string(), Value::from(value)))
            .collect();
        json!({
            "type": service.service_type(),
            "privileges": privileges,
            "channel_name": channel_name,
            "uid": uid,
        })
    });
    json!({
        "app_id": token.app_id,
        "expire": token.expire,
        "services": services.collect::<Vec<_>>(),
    })
}
