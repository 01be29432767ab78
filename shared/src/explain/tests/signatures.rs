//! Who learns whether a signature is right, and how.

use super::*;
use crate::explain::report::{Format, Signature};

#[test]
fn a_service_learns_who_signed() {
    for (certificate, expected) in [
        (CERTIFICATE, Signature::Primary),
        (SECONDARY, Signature::Secondary),
        (OTHER_CERTIFICATE, Signature::Mismatch),
        (STRANGE_APP_ID, Signature::Mismatch),
    ] {
        let report = given().explain(&signed_by(&good(), certificate));
        assert_eq!(report.signature, expected, "{certificate}");
        let anybody = given().asked_by(Asker::Anybody);
        let report = anybody.explain(&signed_by(&good(), certificate));
        assert_eq!(report.signature, Signature::Unchecked);
        assert_eq!(report.verdict, Verdict::Unverified);
    }
}

#[test]
fn a_key_for_one_project_does_not_learn_about_another() {
    let text = signed(&good());
    let of = |app_id: &str| given().asked_by(Asker::Service(app_id.parse().ok()));
    assert_eq!(of(APP_ID).explain(&text).signature, Signature::Primary);
    let report = of(OTHER_APP_ID).explain(&text);
    assert_eq!(report.signature, Signature::Unchecked);

    // Nor whether the other project's certificate made a signature that is wrong for its own.
    let text = signed_by(&good(), OTHER_CERTIFICATE);
    assert!(json(&given().explain(&text)).contains("another project of this deployment"));
    assert!(!json(&of(APP_ID).explain(&text)).contains("another project of this deployment"));
}

#[test]
fn version_006_is_checked_where_its_names_are_known() {
    let text = signed_006(&v006("lobby", "42", Privileges::new().with(1_u16, 0)));
    let signature = |given: Given| given.explain(&text).signature;
    assert_eq!(signature(given()), Signature::Unchecked);
    assert_eq!(signature(given().channel("lobby")), Signature::Unchecked);
    assert_eq!(
        signature(given().channel("lobby").uid(42)),
        Signature::Primary
    );
    assert_eq!(
        signature(given().channel("lobby").account("42")),
        Signature::Primary
    );
    assert_eq!(
        signature(given().channel("hall").uid(42)),
        Signature::Unchecked
    );

    let anybody = signed_006(&v006("lobby", "", Privileges::new().with(1_u16, 0)));
    let report = given().channel("lobby").explain(&anybody);
    assert_eq!(report.signature, Signature::Primary);
    let forged = v006("lobby", "42", Privileges::new()).build(&OTHER_CERTIFICATE.parse().unwrap());
    let report = given().channel("lobby").uid(42).explain(&forged.unwrap());
    assert_eq!(report.signature, Signature::Mismatch);
}

#[test]
fn without_the_projects_a_token_is_still_read() {
    let given = given().without_secret().channel("lobby").uid(42);
    for (text, format) in [
        (signed(&good()), Format::V007),
        (
            signed_006(&v006("lobby", "42", Privileges::new().with(1_u16, 0))),
            Format::V006,
        ),
    ] {
        let report = given.explain(&text);
        assert_eq!(report.format, format);
        assert_eq!(report.app_id.as_deref(), Some(APP_ID));
        assert_eq!(report.signature, Signature::Unchecked);
        assert_eq!(report.verdict, Verdict::Unverified);
    }
    let room = super::given()
        .without_secret()
        .explain(&signed_room(&room()));
    assert_eq!(room.format, Format::Whiteboard);
    assert_eq!(room.verdict, Verdict::Unverified);
}
