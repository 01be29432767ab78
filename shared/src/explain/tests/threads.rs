//! Mistakes as people made them, and the one finding that comes first.

use super::*;
use crate::explain::report::code::Code::{self, *};
use crate::token::builders::{chat, education, rtc006, rtm, rtm006};

const HOUR: u32 = 3600;

/// What is asked, as JSON; how the token was made; and what comes first.
type Row = (&'static str, String, Code);

/// Asked by anybody, for most have no API key.
fn first_is(rows: Vec<Row>) {
    for (place, (asked_with, text, code)) in rows.into_iter().enumerate() {
        let report = asked(asked_with).asked_by(Asker::Anybody).explain(&text);
        let found: Vec<Code> = report.findings.iter().map(|one| one.code).collect();
        assert_eq!(
            found.first(),
            Some(&code),
            "{place}: {asked_with}: {}",
            json(&report)
        );
        let expected = match code.severity() {
            crate::explain::report::code::Severity::Error => Verdict::Invalid,
            _ => Verdict::Unverified,
        };
        assert_eq!(report.verdict, expected, "{place}: {asked_with}");
    }
}

fn legacy(channel: &str, uid: &str) -> String {
    legacy_until(channel, uid, ISSUED + HOUR)
}

fn legacy_until(channel: &str, uid: &str, end: u32) -> String {
    let rights = rtc006::privileges(rtc006::Rtc006Role::Publisher, end);
    signed_006(&v006(channel, uid, rights))
}

fn legacy_rtm(user: &str, uid: &str) -> String {
    signed_006(&v006(user, uid, rtm006::privileges(ISSUED + HOUR)))
}

fn rtm_for(user: &str) -> String {
    signed(&token(vec![rtm::login(user, HOUR)]))
}

fn lasting(expire: u32) -> String {
    signed(&AccessToken2 { expire, ..good() })
}

#[test]
fn an_sdk_that_is_too_old_for_007_comes_first() {
    let token = rtc_for("lobby", "42");
    let log = |text: &str| text.replace("TOKEN", &token);
    let other_user = r#"{"channel":"lobby","uid":8}"#;
    let rows = [
        ("agora-rtc-sdk-ng@4.7.3 token: TOKEN", SdkTooOld),
        (r#"{"agora-rtc-sdk-ng": "^4.6.0"} TOKEN"#, SdkTooOld),
        ("<script src=AgoraRTC_N-4.2.1.js></script> TOKEN", SdkTooOld),
        (
            "implementation 'io.agora.rtc:full-sdk:3.4.5' TOKEN",
            SdkTooOld,
        ),
        ("pod 'AgoraRtcEngine_iOS', '3.1.2'\nTOKEN", SdkTooOld),
        ("npm i agora-rtc-sdk@3.6.11, TOKEN", SdkTooOld),
        ("agora-rtm-sdk@1.4.4 TOKEN", SdkTooOld),
        ("agora-rtc-sdk-ng@4.8.0 TOKEN", UserMismatch),
        ("agora-rtc-sdk-ng@4.20.1 TOKEN", UserMismatch),
        ("io.agora.rtc:full-sdk:4.2.6 TOKEN", UserMismatch),
        ("agora-rtm-sdk 2.2.0 TOKEN", UserMismatch),
        (
            "agora-rtc-sdk-ng, at 4.7 o'clock in channel 4.5: TOKEN",
            UserMismatch,
        ),
        ("TOKEN agora-rtc-sdk-ng", UserMismatch),
    ];
    first_is(
        rows.into_iter()
            .map(|(text, code)| (other_user, log(text), code))
            .collect(),
    );
    // An older SDK takes version 006.
    let text = format!("agora-rtc-sdk-ng@4.7.3 {}", legacy("lobby", "42"));
    let report = asked(r#"{"channel":"lobby","uid":42}"#).explain(&text);
    assert!(!codes(&report).contains(&SdkTooOld), "{}", json(&report));
}

#[test]
fn a_uid_alone_is_the_user_who_logs_in() {
    first_is(vec![
        (r#"{"uid":42}"#, rtm_for("42"), TokenFits),
        (r#"{"account":"ann"}"#, rtm_for("ann"), TokenFits),
        (r#"{"uid":"ann"}"#, rtm_for("bob"), UserMismatch),
        (r#"{"uid":8}"#, rtm_for("42"), UserMismatch),
        // The SDK chooses a uid in a channel only.
        (r#"{"uid":0}"#, rtm_for("42"), ServiceRtcMissing),
        (
            r#"{"uid":42,"role":"publisher"}"#,
            rtm_for("42"),
            ServiceRtcMissing,
        ),
    ]);
}

#[test]
fn a_token_that_fits_says_what_else_to_look_at() {
    first_is(vec![
        (
            r#"{"channel":"lobby","uid":42}"#,
            rtc_for("lobby", "42"),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","uid":"42"}"#,
            rtc_for("lobby", "42"),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","uid":0}"#,
            rtc_for("lobby", ""),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","uid":null}"#,
            rtc_for("lobby", ""),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","uid":7}"#,
            rtc_for("lobby", ""),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","uid":"ann"}"#,
            rtc_for("lobby", "ann"),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","account":"ann"}"#,
            rtc_for("lobby", "ann"),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","uid":-1}"#,
            rtc_for("lobby", "4294967295"),
            TokenFits,
        ),
        (r#"{"channel":"lobby"}"#, rtc_for("lobby", "42"), TokenFits),
        (r#"{"uid":42}"#, rtc_for("lobby", "42"), TokenFits),
        (
            r#"{"channel":"lobby","uid":42,"role":"publisher"}"#,
            rtc_for("lobby", "42"),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            legacy("lobby", "42"),
            TokenFits,
        ),
        (
            r#"{"channel":"lobby","uid":0}"#,
            legacy("lobby", ""),
            TokenFits,
        ),
        (r#"{"userId":"ann"}"#, rtm_for("ann"), TokenFits),
        (r#"{"userId":"ann"}"#, legacy_rtm("ann", ""), TokenFits),
        (
            r#"{"userId":"ann"}"#,
            signed(&token(vec![chat::user("ann", HOUR)])),
            TokenFits,
        ),
        (
            r#"{"userId":"ann"}"#,
            signed(&token(education::room_user("room", "ann", 1, HOUR))),
            TokenFits,
        ),
        (
            r#"{"appId":"970CA35de60c44645bbae8a215061b33"}"#,
            rtc_for("lobby", "42"),
            NothingCompared,
        ),
        ("{}", rtc_for("lobby", "42"), NothingCompared),
        ("{}", legacy("lobby", "42"), NothingCompared),
        ("{}", rtm_for("ann"), NothingCompared),
    ]);
}

#[test]
fn another_user_comes_before_all_else() {
    first_is(vec![
        (
            r#"{"channel":"lobby","uid":43}"#,
            rtc_for("lobby", "42"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":0}"#,
            rtc_for("lobby", "42"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":null}"#,
            rtc_for("lobby", "42"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":""}"#,
            rtc_for("lobby", "42"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":0}"#,
            rtc_for("lobby", "0"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":0}"#,
            rtc_for("lobby", "undefined"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            rtc_for("lobby", "null"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            rtc_for("lobby", "ann@example.com"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","account":"ann"}"#,
            rtc_for("lobby", "Ann"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","account":"ann"}"#,
            rtc_for("lobby", "42"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":"ann"}"#,
            rtc_for("lobby", "ann "),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":4294967295}"#,
            rtc_for("lobby", "-1"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":705032704}"#,
            rtc_for("lobby", "5000000000"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":9}"#,
            rtc_for("lobby", "2882341273"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":43}"#,
            legacy("lobby", "42"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":0}"#,
            legacy("lobby", "4711"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":0}"#,
            legacy("lobby", "0"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","account":"ann"}"#,
            legacy("lobby", "ANN"),
            UserMismatch,
        ),
        (r#"{"userId":"bob"}"#, rtm_for("ann"), UserMismatch),
        (r#"{"userId":"Ann"}"#, rtm_for("ann"), UserMismatch),
        (r#"{"userId":"bob"}"#, legacy_rtm("ann", ""), UserMismatch),
        (
            r#"{"userId":"bob"}"#,
            signed(&token(vec![chat::user("ann", HOUR)])),
            UserMismatch,
        ),
        // The post is old, and so is the token in it.
        (
            r#"{"channel":"lobby","uid":43,"at":1750000000}"#,
            rtc_for("lobby", "42"),
            UserMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":43,"at":1750000000}"#,
            legacy("lobby", "42"),
            UserMismatch,
        ),
        (
            r#"{"userId":"bob","at":1750000000}"#,
            rtm_for("ann"),
            UserMismatch,
        ),
    ]);
}

#[test]
fn another_channel_comes_before_all_else() {
    first_is(vec![
        (
            r#"{"channel":"hall","uid":42}"#,
            rtc_for("lobby", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"Lobby","uid":42}"#,
            rtc_for("lobby", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"lobby ","uid":42}"#,
            rtc_for("lobby", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"my room","uid":42}"#,
            rtc_for("my%20room", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            rtc_for("\"lobby\"", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            rtc_for("undefined", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            rtc_for("42", "lobby"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"","uid":42}"#,
            rtc_for("lobby", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"hall","uid":42}"#,
            legacy("lobby", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            legacy("42", "lobby"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            legacy("", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"hall","uid":42,"at":1750000000}"#,
            rtc_for("lobby", "42"),
            ChannelMismatch,
        ),
        (
            r#"{"channel":"a/b","uid":42}"#,
            rtc_for("a/b", "42"),
            ChannelNameMalformed,
        ),
        (
            r#"{"channel":"频道","uid":42}"#,
            rtc_for("频道", "42"),
            ChannelNameMalformed,
        ),
    ]);
}

#[test]
fn another_product_or_project_comes_before_the_names() {
    let other = "11111111111111111111111111111111";
    let app = signed(&token(vec![chat::app(HOUR)]));
    let room = || signed_room(&room());
    first_is(vec![
        (
            r#"{"userId":"ann"}"#,
            rtc_for("lobby", "ann"),
            ServiceRtmMissing,
        ),
        (
            r#"{"userId":"ann"}"#,
            rtc_for("lobby", ""),
            ServiceRtmMissing,
        ),
        (
            r#"{"userId":"ann"}"#,
            legacy("lobby", "ann"),
            ServiceRtmMissing,
        ),
        (
            r#"{"userId":"ann","at":1750000000}"#,
            rtc_for("lobby", "ann"),
            ServiceRtmMissing,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            rtm_for("42"),
            ServiceRtcMissing,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            legacy_rtm("42", ""),
            ServiceRtcMissing,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            app.clone(),
            ServiceRtcMissing,
        ),
        (r#"{"channel":"lobby"}"#, room(), ServiceRtcMissing),
        (r#"{"userId":"ann"}"#, room(), ServiceRtmMissing),
        (r#"{"userId":"ann"}"#, app, AppTokenAsUserToken),
        (
            r#"{"userId":"ann"}"#,
            legacy_rtm("ann", "ann"),
            RtmUidNotEmpty,
        ),
        (
            r#"{"userId":"ann"}"#,
            legacy_rtm("lobby", "ann"),
            RtmUidNotEmpty,
        ),
        ("{}", legacy_rtm("ann", "0"), RtmUidNotEmpty),
        (
            r#"{"channel":"lobby","uid":42,"appId":"11111111111111111111111111111111"}"#,
            rtc_for("lobby", "42"),
            AppIdMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":43,"appId":"970ca35de60c44645bbae8a215061b33"}"#,
            rtc_for("lobby", "42"),
            AppIdMismatch,
        ),
        (
            r#"{"channel":"lobby","uid":42,"appId":" 970CA35de60c44645bbae8a215061b33"}"#,
            rtc_for("lobby", "42"),
            AppIdMalformed,
        ),
        (
            r#"{"channel":"lobby","uid":42,"appId":"970CA35de60c44645bbae8a215061b3"}"#,
            rtc_for("lobby", "42"),
            AppIdMalformed,
        ),
        (
            r#"{"channel":"lobby","uid":42}"#,
            raw(&head(&format!("{}  ", &other[2..]), 0)),
            AppIdMalformed,
        ),
    ]);
    let written = |app_id: &str| legacy("lobby", "42").replacen(APP_ID, app_id, 1);
    let join = r#"{"channel":"lobby","uid":42}"#;
    first_is(vec![
        (join, written(&format!("{APP_ID} ")), AppIdMalformed),
        (join, written(&format!(" {APP_ID}")), AppIdMalformed),
        (join, written(&APP_ID.to_lowercase()), AppIdMismatch),
        (join, written("11111111111111111111111111111112"), TokenFits),
    ]);
    let wrong = signed_by(&good(), OTHER_CERTIFICATE);
    let with_key = given().channel("lobby").uid(43).codes(&wrong);
    assert_eq!(with_key.first(), Some(&SignatureWrong));
    let report = given()
        .channel("lobby")
        .uid(42)
        .asked_by(Asker::Anybody)
        .explain(&wrong);
    assert_eq!(report.verdict, Verdict::Unverified);
    assert_eq!(report.unchecked, ["signature", "appId"]);
}

#[test]
fn times_come_after_the_names_unless_the_builder_got_them_wrong() {
    let ended = r#"{"channel":"lobby","uid":42,"at":1700050000}"#;
    let join = r#"{"channel":"lobby","uid":42}"#;
    first_is(vec![
        (ended, rtc_for("lobby", "42"), TokenExpired),
        (ended, legacy("lobby", "42"), PrivilegeEnded),
        (r#"{"at":1700050000}"#, rtc_for("lobby", "42"), TokenExpired),
        (
            r#"{"channel":"lobby","uid":42,"at":1700200000}"#,
            lasting(604_800),
            TokenExpired,
        ),
        (join, lasting(0), LifetimeZero),
        (join, lasting(ISSUED + HOUR), LifetimeIsTimestamp),
        (join, lasting(60), LifetimeShort),
        (join, lasting(30), LifetimeShort),
        (join, lasting(604_800), TokenFits),
        (join, legacy_until("lobby", "42", HOUR), EndIsLifetime),
        (join, legacy_until("lobby", "42", 1), EndIsLifetime),
        (
            join,
            legacy_until("lobby", "42", ISSUED + 60),
            LifetimeShort,
        ),
        (join, legacy_until("lobby", "42", 2 * ISSUED), EndInDecades),
        (join, legacy_until("lobby", "42", u32::MAX), EndInDecades),
        (join, legacy_until("lobby", "42", 0), TokenFits),
        (
            r#"{"channel":"lobby","uid":42,"at":1699990000}"#,
            rtc_for("lobby", "42"),
            IssuedInFuture,
        ),
    ]);
}

#[test]
fn what_is_suspicious_comes_before_what_is_usual() {
    let subscriber = signed(&token(vec![rtc::with_role(
        "lobby",
        "42",
        RtcRole::Subscriber,
        HOUR,
    )]));
    let sample = "7d72365eb983485397e3e3f9d460bdda";
    first_is(vec![
        (
            r#"{"channel":"lobby","uid":42,"role":"host"}"#,
            subscriber.clone(),
            PublishRightsMissing,
        ),
        (
            r#"{"channel":"lobby","uid":42,"role":"audience"}"#,
            subscriber,
            TokenFits,
        ),
        ("{}", rtc_for("lobby", "2882341273"), SampleValues),
        (
            r#"{"channel":"lobby"}"#,
            legacy("lobby", "2882341273"),
            SampleValues,
        ),
        (
            r#"{"channel":"7d72365eb983485397e3e3f9d460bdda","uid":2882341273}"#,
            rtc_for(sample, "2882341273"),
            SampleValues,
        ),
        (
            r#"{"channel":"lobby","uid":5000000000}"#,
            rtc_for("lobby", "5000000000"),
            UidTooLarge,
        ),
        (
            r#"{"channel":"lobby","account":"0"}"#,
            rtc_for("lobby", "0"),
            UidZeroText,
        ),
        ("{}", rtc_for("lobby", "-5"), UidNegative),
    ]);
}
