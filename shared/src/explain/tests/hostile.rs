//! Texts that are made to cost: the work and the answer stay bounded.

use super::*;
use crate::explain::report::Signature;
use crate::token::builders::{fpa, rtm};
use crate::token::{MAX_ENTRIES, Privileges, RtmPermissions};

/// The longest answer there is, in bytes: every name and list at its limit, and every character
/// escaped.
const LONGEST_ANSWER: usize = 100_000;

fn answer(text: &str) -> String {
    let given = given().channel("other").uid(1).user_id("other");
    let answer = json(&given.explain(text));
    assert!(answer.len() <= LONGEST_ANSWER, "{} bytes", answer.len());
    answer
}

#[test]
fn bombs_and_floods_make_small_answers() {
    // Megabytes of zeros in some kilobytes of text, and a quarter of a megabyte of nothing much.
    assert!(answer(&raw(&vec![0; 4_000_000])).len() < 2_000);
    for c in ["A", "=", "%", "%41", " ", "\"", "é", "\u{0}"] {
        for prefix in ["", "007", "006", "NETLESSROOM_", "Bearer "] {
            assert!(answer(&format!("{prefix}{}", c.repeat(256 * 1024 / c.len()))).len() < 3_000);
        }
    }

    for crowd in crowds() {
        assert!(answer(&crowd).contains("content_too_large"));
    }
    answer(&signed(&token(vec![fpa::login(); MAX_ENTRIES / 2])));

    let control = "\u{1}".repeat(60_000);
    answer(&rtc_for(&control, &control));
    answer(&signed(&token(vec![rtm::login(&control, 3600); 4])));

    let privileges: Privileges = (0..4_000_u16).map(|id| (id, 1_700_000_000)).collect();
    answer(&signed(&token(vec![Service {
        privileges,
        ..rtc::with_role("lobby", "42", RtcRole::Publisher, 3600)
    }])));

    let mut permissions = RtmPermissions::new();
    for resource in 0..200_u16 {
        permissions.set(resource, resource, vec!["\u{1}".repeat(300); 3]);
    }
    answer(&signed(&token(vec![rtm::with_permissions(
        &control,
        3600,
        permissions,
    )])));
    let permissions = RtmPermissions::new().with(0_u16, 0_u16, vec![""; MAX_ENTRIES - 4]);
    answer(&signed(&token(vec![rtm::with_permissions(
        "alice",
        3600,
        permissions,
    )])));
}

/// Tokens that list more than any does: services, privileges, RTM resource types and names.
fn crowds() -> [String; 4] {
    const MANY: u16 = 60_000;
    let crowd = |services: u16, list: &[u8], entry: &[u8], entries: u16| {
        let entries = entry.repeat(entries.into());
        raw(&[&head(APP_ID, services), list, &entries].concat())
    };
    let [low, high] = MANY.to_le_bytes();
    let rtm2 = [8, 0, 0, 0, 1, 0, b'u'];
    [
        crowd(MANY, &[], &[4, 0, 0, 0], MANY),
        crowd(1, &[1, 0, low, high], &[1, 0, 0, 0, 0, 0], 40_000),
        crowd(1, &[&rtm2[..], &[low, high]].concat(), &[0, 0, 0, 0], MANY),
        crowd(
            1,
            &[&rtm2[..], &[1, 0, 0, 0, 1, 0, 0, 0, low, high]].concat(),
            &[0, 0],
            MANY,
        ),
    ]
}

#[test]
fn a_text_that_is_cut_anywhere_is_not_valid() {
    for text in texts() {
        for len in 0..text.len() {
            // Only its `=` can be done without.
            let padding = text[len..].bytes().all(|byte| byte == b'=');
            let verdict = given().explain(&text[..len]).verdict;
            assert!(
                verdict == Verdict::Invalid || padding && verdict != Verdict::Valid,
                "{len} characters"
            );
        }
    }
}

#[test]
fn no_flipped_bit_passes_for_what_was_signed() {
    for text in texts() {
        let given = if text.starts_with("NETLESS") {
            given()
        } else {
            given().app_id(APP_ID).channel("lobby").uid(42)
        };
        let whole = given.explain(&text);
        assert_eq!(whole.signature, Signature::Primary);
        let whole = content(&whole);
        for bit in 0..text.len() * 8 {
            let mut bytes = text.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let Ok(altered) = String::from_utf8(bytes) else {
                continue;
            };
            let report = given.explain(&altered);
            // Some bits of a compressed stream stand for nothing: what was signed is the same. And a
            // token for an access key that is not ours may be a good one.
            let same = content(&report) == whole;
            let codes = || given.codes(&altered);
            assert!(
                report.verdict != Verdict::Valid
                    || same
                    || codes().contains(&Code::AccessKeyUnknown),
                "bit {bit}: {}",
                json(&report)
            );
        }
    }
}

/// What a token says, without what is said about it.
fn content(report: &Report) -> serde_json::Value {
    let mut value = serde_json::to_value(report).unwrap();
    for judged in ["verdict", "unchecked", "findings", "others"] {
        value.as_object_mut().unwrap().remove(judged);
    }
    value
}

/// One good token of each format.
fn texts() -> [String; 3] {
    let legacy = v006("lobby", "42", Privileges::new().with(1_u16, 0));
    [signed(&good()), signed_006(&legacy), signed_room(&room())]
}
