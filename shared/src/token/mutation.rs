//! No text, however malformed, makes a parser panic or verifies.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    AccessToken, AccessToken2, AppCertificate, ParsedToken2, Privileges, RtmPermission,
    RtmPermissions, RtmResource, Service, SignedToken,
    builders::{chat, education, fcdn, rtc, rtm, streaming},
    deflate::deflate,
    inflate::inflate,
    noise::Noise,
    whiteboard::{WhiteboardResource, WhiteboardRole, WhiteboardSecretKey, WhiteboardToken},
};

fn certificate() -> AppCertificate {
    "5CFd2fd1755d40ecb72977518be15d3b".parse().unwrap()
}

/// A token with every kind of field.
fn token2() -> AccessToken2 {
    let permissions = RtmPermissions::new()
        .with(RtmResource::Users, RtmPermission::Read, ["a", "é"])
        .with(RtmResource::StreamChannels, RtmPermission::Write, ["*"]);
    let mut services: Vec<Service> = education::room_user("room", "user", -1, 60);
    services.extend([
        rtc::with_role("lobby", "42", rtc::RtcRole::Publisher, 600),
        chat::app(60),
        streaming::service("lobby", "", streaming::StreamingPrivileges::default()),
        fcdn::service(
            "lobby",
            "é",
            fcdn::FcdnPrivileges {
                publish: Some(1),
                play: Some(2),
            },
        ),
        rtm::with_permissions("42", 600, permissions),
    ]);
    AccessToken2 {
        app_id: "970CA35de60c44645bbae8a215061b33".parse().unwrap(),
        issue_ts: 1_700_000_000,
        expire: 600,
        salt: 12345,
        services,
    }
}

fn content(signed: &SignedToken) -> Vec<u8> {
    [&[32, 0], signed.signature().as_slice(), signed.message()].concat()
}

/// Every copy of `bytes` with one bit flipped.
fn bit_flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn a_007_text_that_is_cut_anywhere_is_refused() {
    let text = token2().build(&certificate()).unwrap();
    for len in 0..text.len() {
        assert!(
            AccessToken2::parse(&text[..len]).is_err(),
            "{len} characters"
        );
    }
    assert!(AccessToken2::parse(&text).unwrap().verify(&certificate()));
}

#[test]
fn a_007_content_that_is_cut_anywhere_is_refused() {
    let content = content(&token2().sign(&certificate()).unwrap());
    for len in 0..content.len() {
        assert!(
            ParsedToken2::from_content(content[..len].to_vec()).is_err(),
            "{len} bytes"
        );
    }
    assert!(
        ParsedToken2::from_content(content)
            .unwrap()
            .verify(&certificate())
    );
}

#[test]
fn no_flipped_bit_of_a_007_content_verifies() {
    let content = content(&token2().sign(&certificate()).unwrap());
    for flipped in bit_flips(&content) {
        if let Ok(parsed) = ParsedToken2::from_content(flipped) {
            assert!(!parsed.verify(&certificate()));
        }
    }
}

#[test]
fn a_flipped_bit_of_a_007_zlib_stream_verifies_only_what_was_signed() {
    let content = content(&token2().sign(&certificate()).unwrap());
    for flipped in bit_flips(&deflate(&content)) {
        let text = format!("007{}", BASE64_STANDARD.encode(&flipped));
        // A flip may change how the stream is written and not what it stands for.
        let same = inflate(&flipped, content.len()).is_ok_and(|inflated| inflated == content);
        let verified = AccessToken2::parse(&text).is_ok_and(|p| p.verify(&certificate()));
        assert_eq!(verified, same);
    }
}

#[test]
fn garbage_does_not_verify() {
    let mut noise = Noise(1);
    let head = content(&token2().sign(&certificate()).unwrap());
    for round in 0..20_000 {
        let garbage = noise.bytes(200);
        // Half of them keep the genuine head, so that the garbage reaches the services.
        let head = if round % 2 == 0 {
            &head[..34 + 46]
        } else {
            &[]
        };
        if let Ok(parsed) = ParsedToken2::from_content([head, &garbage].concat()) {
            assert!(!parsed.verify(&certificate()));
        }
        if round % 20 == 0 {
            for bytes in [garbage.clone(), deflate(&garbage)] {
                let base64 = BASE64_STANDARD.encode(&bytes);
                for text in [
                    String::from_utf8_lossy(&bytes).into_owned(),
                    format!("007{}", String::from_utf8_lossy(&bytes)),
                    format!("007{base64}"),
                    format!("006{}{base64}", "a".repeat(32)),
                    format!("NETLESSROOM_{}", base64.trim_end_matches('=')),
                ] {
                    assert!(!AccessToken2::parse(&text).is_ok_and(|p| p.verify(&certificate())));
                    assert!(!AccessToken::parse(&text).is_ok_and(|p| p.verify(
                        &certificate(),
                        "",
                        ""
                    )));
                    assert!(WhiteboardToken::parse(&text).is_err());
                }
            }
        }
    }
}

#[test]
fn no_change_to_a_006_token_verifies() {
    let token = AccessToken {
        app_id: "970CA35de60c44645bbae8a215061b33".parse().unwrap(),
        channel_name: "lobby".to_owned(),
        uid: "42".to_owned(),
        salt: 1,
        ts: 1_700_000_000,
        privileges: Privileges::new().with(1_u16, 0),
    };
    let text = token.build(&certificate()).unwrap();
    let verifies = |text: &str| {
        AccessToken::parse(text).is_ok_and(|p| p.verify(&certificate(), "lobby", "42"))
    };
    assert!(verifies(&text));
    for len in 0..text.len() {
        assert!(
            AccessToken::parse(&text[..len]).is_err(),
            "{len} characters"
        );
    }
    let (head, base64) = text.split_at(3 + 32);
    for flipped in bit_flips(&BASE64_STANDARD.decode(base64).unwrap()) {
        assert!(!verifies(&format!(
            "{head}{}",
            BASE64_STANDARD.encode(flipped)
        )));
    }
}

#[test]
fn no_change_to_a_whiteboard_token_verifies() {
    let secret_key: WhiteboardSecretKey = "secret".parse().unwrap();
    let token = WhiteboardToken {
        access_key: "access".to_owned(),
        nonce: "1c9ba6c0-4b5c-11ee-be56-0242ac120002".to_owned(),
        role: WhiteboardRole::Writer,
        resource: WhiteboardResource::Room {
            uuid: "é/\"".to_owned(),
        },
        expire_at_ms: Some(1_700_000_000_000),
    };
    let text = token.build(&secret_key);
    let verifies = |text: &str| WhiteboardToken::parse(text).is_ok_and(|p| p.verify(&secret_key));
    assert!(verifies(&text));
    for len in 0..text.len() {
        assert!(!verifies(&text[..len]), "{len} characters");
    }
    for flipped in bit_flips(text.as_bytes()) {
        if let Ok(flipped) = String::from_utf8(flipped) {
            assert!(!verifies(&flipped), "{flipped}");
        }
    }
}
