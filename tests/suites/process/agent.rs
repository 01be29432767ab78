//! `/v1/convoai` and `/v1/stt`.

use agora_token::token::builders::rtc::{RtcPrivileges, RtcRole};
use agora_token::token::builders::{convoai, rtc, rtm, stt};
use agora_token::token::{Privileges, RtcPrivilege, Service, ServiceKind};
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::closed;
use serde_json::{Value, json};

use crate::api::{get, issued, refuses, refuses_what_none_takes, services, warnings};

/// The arguments of the two official builders, which are the same.
type Build = fn(&str, &str, RtcRole, RtcPrivileges, &str, u32) -> Vec<Service>;

const AGENTS: [(&str, Build); 2] = [("convoai", convoai::services), ("stt", stt::services)];

#[test]
fn an_agent_gets_rtc_rtm_and_its_own_service() {
    for (name, build) in AGENTS {
        let (function, path) = (closed(name).start(), format!("/v1/{name}"));
        let body = json!({
            "channelName": "demo", "uid": 7, "role": "publisher", "rtmUserId": "agent-7", "tokenExpire": 600,
        });
        let answer = issued(&function, &path, &body);
        let all = RtcPrivileges::all(600);
        assert_eq!(
            services(&answer),
            build("demo", "7", RtcRole::Publisher, all, "agent-7", 600)
        );
        assert_eq!(answer["tokenType"], name);
        assert_eq!(
            (&answer["channelName"], &answer["uid"], &answer["rtmUserId"]),
            (&json!("demo"), &json!(7), &json!("agent-7"))
        );
        let token = answer["token"].as_str().unwrap();
        assert_eq!(answer["authorization"], format!("agora token={token}"));
        assert_eq!(answer["warnings"], json!([]));
        the_log_has_no_token(&function, token);

        let query = "channel=demo&account=bot&rtmUserId=bot&privilegeExpire=60";
        let (status, answer) = get(&function, &path, query);
        assert_eq!(status, 200, "{answer}");
        let minute = RtcPrivileges::all(60);
        assert_eq!(
            services(&answer),
            build("demo", "bot", RtcRole::Subscriber, minute, "bot", 3600)
        );
    }
}

fn the_log_has_no_token(function: &Function, token: &str) {
    let line = function.wait_for_log("\"audit\"");
    assert!(line.contains("\"rtmUserId\":\"agent-7\""), "{line}");
    assert!(!function.logs().join("\n").contains(token));
}

#[test]
fn privileges_one_by_one_and_wildcards() {
    let function = closed("stt").start();
    let body = json!({
        "channelName": "*", "uid": 0, "rtmUserId": "bot",
        "privileges": {"joinChannel": 60, "publishDataStream": 30},
    });
    let answer = issued(&function, "/v1/stt", &body);
    let privileges = Privileges::new()
        .with(RtcPrivilege::JoinChannel, 60)
        .with(RtcPrivilege::PublishDataStream, 30);
    let expected = [
        Service {
            privileges,
            ..rtc::with_role("*", "", RtcRole::Subscriber, 60)
        },
        rtm::login("bot", 3600),
        Service {
            kind: ServiceKind::Stt,
            privileges: Privileges::new(),
        },
    ];
    assert_eq!(services(&answer), expected);
    assert_eq!(warnings(&answer), ["wildcard_channel", "wildcard_user"]);
    let anyone = json!({"channelName": "c", "uid": 1, "role": 1, "rtmUserId": "*"});
    let answer = issued(&function, "/v1/stt", &anyone);
    assert_eq!(warnings(&answer), ["wildcard_user"]);
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    for (name, _) in AGENTS {
        let (function, path) = (closed(name).start(), format!("/v1/{name}"));
        let good = json!({"channelName": "demo", "uid": 1, "rtmUserId": "bot"});
        let cases: [(Value, &str, &str); 13] = [
            (json!({"rtmUserId": null}), "parameter_missing", "rtmUserId"),
            (json!({"rtmUserId": ""}), "parameter_length", "rtmUserId"),
            (
                json!({"rtmUserId": "u".repeat(65)}),
                "parameter_length",
                "rtmUserId",
            ),
            (
                json!({"rtmUserId": "a\nb"}),
                "parameter_characters",
                "rtmUserId",
            ),
            (json!({"rtmUserId": 7}), "parameter_type", "rtmUserId"),
            (
                json!({"rtmTokenExpire": 60}),
                "parameter_unknown",
                "rtmTokenExpire",
            ),
            (
                json!({"channelName": null}),
                "parameter_missing",
                "channelName",
            ),
            (
                json!({"channelName": "a/b"}),
                "parameter_characters",
                "channelName",
            ),
            (json!({"uid": null}), "parameter_missing", "uid"),
            (json!({"account": "a"}), "parameter_conflict", "account"),
            (json!({"role": "boss"}), "parameter_choice", "role"),
            (
                json!({"role": 1, "privileges": {}}),
                "parameter_conflict",
                "privileges",
            ),
            (json!({"version": "006"}), "parameter_conflict", "version"),
        ];
        refuses(&function, &path, &good, &cases);
        refuses_what_none_takes(&function, &path, &good);
    }
}
