//! Every finding has a token that shows it.

use super::*;
use crate::explain::report::code::Severity;
use crate::token::builders::{chat, education, fpa, rtc006, rtm, rtm006, streaming};
use crate::token::{MAX_TEXT_LEN, RtcPrivilege, ServiceKind};
use std::collections::BTreeSet;

/// What was made to show a finding, and that finding.
type Shown = (Code, String, Given);

fn service(kind: ServiceKind, privileges: &[(u16, u32)]) -> Service {
    Service {
        kind,
        privileges: privileges.iter().copied().collect(),
    }
}

fn rtc_kind() -> ServiceKind {
    ServiceKind::Rtc {
        channel_name: "lobby".to_owned(),
        uid: "42".to_owned(),
    }
}

fn with_privileges(privileges: &[(u16, u32)]) -> String {
    signed(&token(vec![service(rtc_kind(), privileges)]))
}

fn lasting(expire: u32) -> String {
    signed(&AccessToken2 { expire, ..good() })
}

fn publisher_006(end: u32) -> Privileges {
    rtc006::privileges(rtc006::Rtc006Role::Publisher, end)
}

fn text_findings() -> Vec<Shown> {
    use Code::*;
    let good = signed(&good());
    let cut_006 = signed_006(&v006("lobby", "42", publisher_006(ISSUED + 3600)));
    // With a character in which the alphabets differ, and of a length that needs padding.
    let (plus, padded) = (
        with(|text| text.contains(['+', '/'])),
        with(|text| text.ends_with('=')),
    );
    let damaged = {
        let (head, tail) = good.split_at(good.len() / 2);
        let flipped = if tail.starts_with('A') { 'B' } else { 'A' };
        format!("{head}{flipped}{}", &tail[1..])
    };
    let cut_room = signed_room(&room());
    vec![
        (TextEmpty, "  ".to_owned(), given()),
        (TextMasked, format!("{}***", &good[..20]), given()),
        (TextInvisible, format!("\u{feff}{good}"), given()),
        (TextRepeated, format!("{good} {good}"), given()),
        (TextSeveralTokens, format!("{good} {cut_006}"), given()),
        (TextEscaped, good.replacen('e', "\\u0065", 1), given()),
        (TextBase64, BASE64_STANDARD.encode(&good), given()),
        (
            TextHex,
            good.bytes().map(|byte| format!("{byte:02x}")).collect(),
            given(),
        ),
        (SdkTooOld, format!("agora-rtc-sdk-ng@4.7.3 {good}"), given()),
        (TextAround, format!("flutter: {good}"), given()),
        (TextTooLong, "a".repeat(MAX_TEXT_LEN + 1), given()),
        (TextWhiteSpace, format!("{good}\n"), given()),
        (
            TextWhiteSpace,
            format!("{}\r\n{}", &good[..76], &good[76..]),
            given(),
        ),
        (TextQuoted, format!("\"{good}\""), given()),
        (TextBearer, format!("bearer {good}"), given()),
        (TextAgoraHeader, format!("agora token={good}"), given()),
        (TextUrlEncoded, padded.replace('=', "%3D"), given()),
        (
            TextUrlEncoded,
            with(|text| text.contains('+')).replace('+', " "),
            given(),
        ),
        (
            TextWrongAlphabet,
            plus.replace('+', "-").replace('/', "_"),
            given(),
        ),
        (TextWrongAlphabet, standard_room(), given()),
        (
            TextWrongPadding,
            padded.trim_end_matches('=').to_owned(),
            given(),
        ),
        (
            TextWrongPadding,
            format!("{}=", signed_room(&room())),
            given(),
        ),
        (TextBadCharacter, good.replacen('e', "é", 1), given()),
        (TextPrefixMissing, good[3..].to_owned(), given()),
        (TextPrefixMissing, cut_006[3..].to_owned(), given()),
        // Cut where base64 can't end, where it can, in the App ID of 006, in its content, and in a
        // whiteboard token.
        (
            TextTruncated,
            padded.trim_end_matches('=')[..61].to_owned(),
            given(),
        ),
        (TextTruncated, good[..63].to_owned(), given()),
        (TextTruncated, cut_006[..20].to_owned(), given()),
        (TextTruncated, cut_006[..75].to_owned(), given()),
        (TextTruncated, cut_room[..60].to_owned(), given()),
        (TextDamaged, damaged, given()),
        (
            TextDamaged,
            format!("007{}", BASE64_STANDARD.encode(b"\x1f\x8b\x08\x00gzip")),
            given(),
        ),
        (
            TextDamaged,
            format!("007{}", BASE64_STANDARD.encode(b"something")),
            given(),
        ),
    ]
}

/// The good token with a salt that makes its text as wanted.
fn with(wanted: impl Fn(&str) -> bool) -> String {
    (0..1000)
        .map(|salt| signed(&AccessToken2 { salt, ..good() }))
        .find(|text| wanted(text))
        .unwrap()
}

/// A whiteboard token in the alphabet that it must not be in.
fn standard_room() -> String {
    // Of three `~` in a row, one is a `-` or `_` in URL-safe base64.
    let text = signed_room(&WhiteboardToken {
        nonce: "~~~".to_owned(),
        ..room()
    });
    let (prefix, base64) = text.split_once('_').unwrap();
    format!("{prefix}_{}", base64.replace('-', "+").replace('_', "/"))
}

fn nonsense_findings() -> Vec<Shown> {
    use Code::*;
    let hex = "0123456789abcdef";
    vec![
        (NotAToken, "Hello".to_owned(), given()),
        (ErrorAsToken, "404 page not found".to_owned(), given()),
        (
            RestCredentialsAsToken,
            format!("{APP_ID}:{APP_ID}"),
            given(),
        ),
        (ChatAppKeyAsToken, "41117440#383391".to_owned(), given()),
        (NotAToken, "频道".to_owned(), given()),
        (PlaceholderAsToken, "undefined".to_owned(), given()),
        (PlaceholderAsToken, "'[object Promise]'".to_owned(), given()),
        (JsonAsToken, r#"{"token":"007"}"#.to_owned(), given()),
        (
            JwtAsToken,
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.AAAA".to_owned(),
            given(),
        ),
        (AppIdAsToken, APP_ID.to_owned(), given()),
        (
            AppIdAsToken,
            STRANGE_APP_ID.to_owned(),
            given().app_id(STRANGE_APP_ID),
        ),
        (CertificateAsToken, CERTIFICATE.to_owned(), given()),
        (
            CertificateAsToken,
            format!("007{}", &CERTIFICATE[3..]),
            given(),
        ),
        (ApiKeyAsToken, API_KEY.to_owned(), given()),
        (DynamicKey, format!("003{}", hex.repeat(7)), given()),
        (DynamicKey, format!("004{}", hex.repeat(7)), given()),
        (
            DynamicKey,
            format!("005{}", BASE64_STANDARD.encode([7; 80])),
            given(),
        ),
        (DynamicKey, format!("{}0123456789", hex.repeat(5)), given()),
        (
            DynamicKey,
            format!("1:{APP_ID}:1700000000:{APP_ID}"),
            given(),
        ),
        (ChatServerToken, "YWMtHNPsAeZpEeS4dQ".to_owned(), given()),
    ]
}

fn content_findings() -> Vec<Shown> {
    use Code::*;
    let mut broken = head(APP_ID, 1);
    broken.extend([1, 0, 0, 0, 9, 0, b'l']);
    let mut not_utf8 = head(APP_ID, 1);
    not_utf8.extend([2, 0, 0, 0, 1, 0, 0xff]);
    let mut signed_trailing = signed(&good());
    signed_trailing.push_str("AAAA");
    let content = [&[32, 0], [0; 32].as_slice(), &head(APP_ID, 0)].concat();
    let long_006 = {
        let text = signed_006(&v006("lobby", "42", publisher_006(ISSUED + 3600)));
        let (head, base64) = text.split_at(35);
        let mut bytes = BASE64_STANDARD.decode(base64).unwrap();
        bytes.push(0);
        format!("{head}{}", BASE64_STANDARD.encode(bytes))
    };
    let room_role = {
        let query = "ak=k&nonce=n&role=7&sig=0&uuid=u";
        format!(
            "NETLESSROOM_{}",
            BASE64_STANDARD.encode(query).trim_end_matches('=')
        )
    };
    vec![
        (ContentMalformed, raw(&broken), given()),
        (ContentMalformed, raw(&not_utf8), given()),
        (ContentMalformed, room_role, given()),
        (ContentTooLarge, raw(&vec![0; 1_000_000]), given()),
        (ContentTooLarge, raw(&head(APP_ID, 4097)), given()),
        (TrailingBytes, raw_content(&content, &[1, 2, 3]), given()),
        (
            TrailingBytes,
            raw(&[head(APP_ID, 0), vec![0]].concat()),
            given(),
        ),
        (TrailingBytes, long_006, given()),
        (
            AnswerShortened,
            signed(&token(vec![fpa::login(); 11])),
            given(),
        ),
        (AnswerShortened, rtc_for(&"a".repeat(300), "42"), given()),
    ]
}

fn project_findings() -> Vec<Shown> {
    use Code::*;
    let strange = AccessToken2 {
        app_id: STRANGE_APP_ID.parse().unwrap(),
        ..good()
    };
    let mut short_signature = vec![1, 0, 9];
    short_signature.extend(head(APP_ID, 0));
    vec![
        (AppIdMalformed, raw(&head("970CA35d", 0)), given()),
        (SampleAppId, signed(&good()), given()),
        (
            AppIdMalformed,
            signed(&good()),
            asked(r#"{"appId":"970CA35de60c44645bbae8a215061b33 "}"#),
        ),
        (AppIdMismatch, signed(&good()), given().app_id(OTHER_APP_ID)),
        (
            AppIdMismatch,
            signed(&good()),
            given().app_id(&APP_ID.to_lowercase()),
        ),
        (AppIdUnknown, signed(&strange), given()),
        (
            AccessKeyUnknown,
            signed_room(&WhiteboardToken {
                access_key: "another".to_owned(),
                ..room()
            }),
            given(),
        ),
        // The arguments of the builder were swapped, or the certificate got into a name.
        (SecretInToken, raw(&head(CERTIFICATE, 0)), given()),
        (SecretInToken, rtc_for(SECONDARY, "42"), given()),
        (
            SecretInToken,
            signed_room(&WhiteboardToken {
                access_key: SECRET_KEY.to_owned(),
                ..room()
            }),
            given(),
        ),
        (
            SignatureMalformed,
            raw_content(&short_signature, &[]),
            given(),
        ),
        (SignatureWrong, signed_by(&good(), STRANGE_APP_ID), given()),
        (
            SignatureWrong,
            signed_by(&good(), OTHER_CERTIFICATE),
            given(),
        ),
        (
            SignatureWrong,
            room().build(&"other".parse().unwrap()),
            given(),
        ),
        (SignatureSecondary, signed_by(&good(), SECONDARY), given()),
        (
            SignatureUnchecked,
            signed(&good()),
            given().asked_by(Asker::Anybody),
        ),
        (SignatureUnchecked, signed(&strange), given()),
    ]
}

fn time_findings() -> Vec<Shown> {
    use Code::*;
    let far = given().at(NOW + 4000);
    vec![
        (TokenExpired, signed(&good()), far),
        (TokenExpired, lasting(172_800), given().at(NOW + 100_000)),
        (
            TokenExpired,
            signed_006(&v006("lobby", "42", publisher_006(ISSUED + 3600))),
            given().at(NOW + 86_400),
        ),
        (TokenExpired, signed_room(&room()), given().at(NOW + 700)),
        (
            EndInDecades,
            signed_006(&v006("lobby", "42", publisher_006(2 * ISSUED))),
            given(),
        ),
        (
            LifetimeShort,
            signed_006(&v006("lobby", "42", publisher_006(ISSUED + 60))),
            given(),
        ),
        (IssuedInFuture, signed(&good()), given().at(NOW - 120)),
        (LifetimeZero, lasting(0), given()),
        (LifetimeIsTimestamp, lasting(ISSUED + 3600), given()),
        (LifetimeOver24h, lasting(86_401), given()),
        (LifetimeShort, lasting(59), given()),
        (
            LifetimeUnlimited,
            signed_room(&WhiteboardToken {
                expire_at_ms: None,
                ..room()
            }),
            given(),
        ),
        (
            PrivilegeIsTimestamp,
            with_privileges(&[(1, ISSUED + 3600)]),
            given(),
        ),
        (PrivilegeZero, with_privileges(&[(1, 0)]), given()),
        (PrivilegeEnded, with_privileges(&[(1, 5)]), given()),
        (
            PrivilegeEnded,
            signed_006(&v006("lobby", "42", publisher_006(ISSUED + 5))),
            given(),
        ),
        (PrivilegeEndsFirst, with_privileges(&[(1, 600)]), given()),
        (
            EndIsLifetime,
            signed_006(&v006("lobby", "42", publisher_006(3600))),
            given(),
        ),
        (
            EndInSeconds,
            signed_room(&WhiteboardToken {
                expire_at_ms: Some(NOW + 600),
                ..room()
            }),
            given(),
        ),
    ]
}

fn name_findings() -> Vec<Shown> {
    use Code::*;
    let legacy = |uid: &str| signed_006(&v006("lobby", uid, publisher_006(ISSUED + 3600)));
    let legacy_rtm = signed_006(&v006("alice", "", rtm006::privileges(ISSUED + 3600)));
    vec![
        (
            ChannelMismatch,
            rtc_for("lobby", "42"),
            given().channel("Lobby"),
        ),
        (
            ChannelMismatch,
            rtc_for("room-*", "42"),
            given().channel("lobby"),
        ),
        (ChannelMismatch, legacy("42"), given().channel("hall")),
        (ChannelMismatch, streaming_token(), given().channel("hall")),
        (UserMismatch, rtc_for("lobby", "42"), given().uid(43)),
        (UserMismatch, rtc_for("lobby", "42"), given().uid(0)),
        (UserMismatch, rtc_for("lobby", "4*"), given().uid(0)),
        (UserMismatch, rtc_for("lobby", "0"), given().uid(0)),
        (UserMismatch, rtc_for("lobby", "-1"), given().uid(u32::MAX)),
        (UserMismatch, rtc_for("lobby", "alice"), given().uid(7)),
        (
            UserMismatch,
            rtc_for("lobby", "42"),
            given().account("alice"),
        ),
        (UserMismatch, legacy("42"), given().uid(43)),
        (UserMismatch, legacy_rtm, given().user_id("bob")),
        (
            UserMismatch,
            signed(&token(vec![rtm::login("alice", 3600)])),
            given().user_id("Alice"),
        ),
        (
            UserMismatch,
            signed(&token(vec![chat::user("alice", 3600)])),
            given().user_id("bob"),
        ),
        (
            WildcardChannel,
            rtc_for("*", "42"),
            given().channel("lobby"),
        ),
        (WildcardChannel, rtc_for("", "42"), given()),
        (WildcardUser, rtc_for("lobby", ""), given().uid(0)),
        (
            WildcardUser,
            rtc_for("lobby", "1*a*2"),
            given().account("1abc2"),
        ),
        (WildcardUser, legacy(""), given()),
        (NothingCompared, rtc_for("lobby", "42"), given()),
        (TokenFits, rtc_for("lobby", "42"), given().channel("lobby")),
        (SampleValues, rtc_for("lobby", "2882341273"), given()),
        (SampleValues, legacy("2882341273"), given()),
        (
            ChannelNameMalformed,
            rtc_for("a/b", "42"),
            asked(r#"{"channel":"a/b"}"#),
        ),
        (UidTooLarge, rtc_for("lobby", "4294967296"), given()),
        (
            UidTooLarge,
            rtc_for("lobby", "42"),
            asked(r#"{"uid":4294967338}"#),
        ),
        (UidZeroText, rtc_for("lobby", "0"), given()),
        (UidZeroText, legacy("0"), given()),
        (UidNegative, rtc_for("lobby", "-1"), given()),
        (UidNegative, legacy("-1"), given().uid(u32::MAX)),
        (
            NumericAccount,
            rtc_for("lobby", "123"),
            given().account("123"),
        ),
    ]
}

fn streaming_token() -> String {
    let rights = streaming::StreamingPrivileges {
        publish_mix_stream: Some(3600),
        publish_raw_stream: None,
    };
    signed(&token(vec![streaming::service("lobby", "42", rights)]))
}

fn service_findings() -> Vec<Shown> {
    use Code::*;
    let legacy = signed_006(&v006("lobby", "42", publisher_006(ISSUED + 3600)));
    let legacy_rtm = signed_006(&v006("alice", "", rtm006::privileges(ISSUED + 3600)));
    let login = signed(&token(vec![rtm::login("alice", 3600)]));
    let mut unknown = head(APP_ID, 1);
    unknown.extend([99, 0, 1, 2, 3]);
    let classroom = |privileges: &[(u16, u32)]| {
        let kind = ServiceKind::Apaas {
            room_uuid: "room".to_owned(),
            user_uuid: "alice".to_owned(),
            role: 1,
        };
        signed(&token(vec![service(kind, privileges)]))
    };
    vec![
        (Format006, legacy.clone(), given()),
        (LegacyRecut, legacy.clone(), given()),
        (
            RtmUidNotEmpty,
            signed_006(&v006("alice", "alice", rtm006::privileges(ISSUED + 3600))),
            given().user_id("alice"),
        ),
        (ServicesNone, raw(&head(APP_ID, 0)), given()),
        (
            ServicesSeveral,
            signed(&token(education::room_user("room", "alice", 1, 3600))),
            given(),
        ),
        (ServiceUnknown, raw(&unknown), given()),
        (ServiceRtcMissing, login, given().channel("lobby")),
        (
            ServiceRtcMissing,
            streaming_token(),
            given().channel("lobby").role(RtcRole::Publisher),
        ),
        (ServiceRtcMissing, legacy_rtm, given().uid(42)),
        (
            ServiceRtcMissing,
            signed_room(&room()),
            given().channel("lobby"),
        ),
        (ServiceRtmMissing, signed(&good()), given().user_id("alice")),
        (ServiceRtmMissing, legacy, given().user_id("alice")),
        (
            ServiceRtmMissing,
            signed_room(&room()),
            given().user_id("alice"),
        ),
        (JoinRightMissing, with_privileges(&[(2, 3600)]), given()),
        (
            PublishRightsMissing,
            with_privileges(&[(1, 3600)]),
            given().role(RtcRole::Publisher),
        ),
        (
            PublishRightsPartial,
            with_privileges(&[(1, 3600), (2, 3600)]),
            given().role(RtcRole::Publisher),
        ),
        (
            LoginRightMissing,
            signed(&token(vec![service(
                ServiceKind::Rtm {
                    user_id: "alice".to_owned(),
                },
                &[],
            )])),
            given(),
        ),
        (RoomRightMissing, classroom(&[]), given()),
        (
            PrivilegeUnknown,
            with_privileges(&[(1, 3600), (101, 3600)]),
            given(),
        ),
        (
            AppPrivileges,
            signed(&token(vec![chat::app(3600)])),
            given(),
        ),
        (
            AppPrivileges,
            signed(&token(vec![education::app(3600)])),
            given(),
        ),
        (
            AppPrivileges,
            signed_room(&WhiteboardToken {
                resource: WhiteboardResource::Sdk,
                ..room()
            }),
            given(),
        ),
        (
            AppTokenAsUserToken,
            signed(&token(vec![chat::app(3600)])),
            given().user_id("alice"),
        ),
    ]
}

fn every_case() -> Vec<Shown> {
    [
        text_findings(),
        nonsense_findings(),
        content_findings(),
        project_findings(),
        time_findings(),
        name_findings(),
        service_findings(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn each_case_shows_its_finding_and_is_judged_by_it() {
    for (index, (code, text, given)) in every_case().into_iter().enumerate() {
        let report = given.explain(&text);
        let findings = &report.findings;
        let found: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
        assert!(found.contains(&code), "case {index}, {code:?}: {found:?}");
        let errors = found.iter().any(|code| code.severity() == Severity::Error);
        assert_eq!(
            report.verdict == Verdict::Invalid,
            errors,
            "case {index}, {code:?}: {found:?}"
        );
        let rank = |code: &Code| (code.severity() != Severity::Error, *code);
        assert!(found.is_sorted_by_key(rank), "{found:?}");
    }
}

#[test]
fn every_code_is_shown_by_a_case() {
    let shown: BTreeSet<Code> = every_case().into_iter().map(|(code, ..)| code).collect();
    let all: BTreeSet<Code> = Code::ALL.iter().copied().collect();
    let missing: Vec<&Code> = all.difference(&shown).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let texts: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(texts.len(), Code::ALL.len(), "two codes have one text");
}

#[test]
fn a_good_token_has_nothing_said_about_it() {
    let join = || {
        given()
            .app_id(APP_ID)
            .channel("lobby")
            .uid(42)
            .role(RtcRole::Publisher)
    };
    assert_eq!(join().codes(&signed(&good())), []);
    let verdict = |given: Given, text: &str| given.explain(text).verdict;
    assert_eq!(verdict(join(), &signed(&good())), Verdict::Valid);
    assert_eq!(given().codes(&signed(&good())), [Code::NothingCompared]);
    assert_eq!(verdict(given(), &signed(&good())), Verdict::Unverified);
    assert_eq!(given().codes(&signed_room(&room())), []);
    assert_eq!(verdict(given(), &signed_room(&room())), Verdict::Valid);
    let login = signed(&token(vec![rtm::login("alice", 3600)]));
    assert_eq!(given().user_id("alice").codes(&login), []);
    let chat = signed(&token(vec![chat::user("alice", 3600)]));
    assert_eq!(given().user_id("alice").codes(&chat), []);
    assert_eq!(
        given().channel("lobby").uid(42).codes(&streaming_token()),
        []
    );
    assert_eq!(given().codes(&signed(&token(vec![fpa::login()]))), []);

    let legacy = signed_006(&v006("lobby", "42", publisher_006(ISSUED + 3600)));
    assert_eq!(join().codes(&legacy), [Code::Format006, Code::LegacyRecut]);
    let legacy_rtm = signed_006(&v006("alice", "", rtm006::privileges(ISSUED + 3600)));
    assert_eq!(
        given().user_id("alice").codes(&legacy_rtm),
        [Code::Format006, Code::LegacyRecut]
    );
}

#[test]
fn a_classroom_token_is_good_for_its_user_under_both_names() {
    let text = signed(&token(education::room_user("room", "alice", 1, 3600)));
    assert_eq!(
        given().user_id("alice").codes(&text),
        [Code::ServicesSeveral]
    );
}

#[test]
fn of_several_rtc_services_the_one_that_fits_counts() {
    let text = signed(&token(vec![
        rtc::with_role("hall", "42", RtcRole::Publisher, 3600),
        rtc::with_role("lobby", "42", RtcRole::Publisher, 3600),
    ]));
    let codes = given().channel("lobby").uid(42).codes(&text);
    assert_eq!(codes, [Code::ServicesSeveral]);
    let codes = given().channel("lobby").uid(43).codes(&text);
    assert_eq!(codes, [Code::UserMismatch, Code::ServicesSeveral]);
}

#[test]
fn a_listener_does_not_miss_the_right_to_publish() {
    let rights = [(1, 3600), (2, 5), (3, 600), (4, 600)];
    let text = with_privileges(&rights);
    let join = || given().channel("lobby").uid(42);
    assert_eq!(join().role(RtcRole::Subscriber).codes(&text), []);
    assert_eq!(
        join().role(RtcRole::Publisher).codes(&text),
        [Code::PrivilegeEnded, Code::PrivilegeEndsFirst]
    );
    assert_eq!(u16::from(RtcPrivilege::PublishAudioStream), 2);
}
