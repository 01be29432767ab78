//! `/v1/rtm`.

use agora_token::token::builders::rtm;
use agora_token::token::{AccessToken, AppCertificate, RtmPermission, RtmPermissions, RtmResource};
use agora_token_tests::sample::{CERTIFICATE, closed};
use serde_json::json;

use crate::api::{get, issued, refuses, refuses_what_none_takes, services, warnings};

const PATH: &str = "/v1/rtm";

#[test]
fn a_user_may_log_in() {
    let function = closed("rtm").start();
    let answer = issued(
        &function,
        PATH,
        &json!({"userId": "alice", "tokenExpire": 600}),
    );
    assert_eq!(services(&answer), [rtm::login("alice", 600)]);
    assert_eq!(
        (&answer["tokenType"], &answer["userId"]),
        (&json!("rtm"), &json!("alice"))
    );
    assert_eq!(answer["warnings"], json!([]));

    let (status, answer) = get(&function, PATH, "userId=%E3%83%A6%20x");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(services(&answer), [rtm::login("ユ x", 3600)]);
}

#[test]
fn a_stream_channel_adds_the_rights_to_join_and_to_send_data() {
    let function = closed("rtm").start();
    let answer = issued(
        &function,
        PATH,
        &json!({"userId": "alice", "channelName": "stage", "expire": 60}),
    );
    let mut expected = rtm::with_stream_channel("alice", 60, "stage");
    expected.reverse();
    assert_eq!(services(&answer), expected, "RTC stands before RTM");
    assert_eq!(
        services(&answer)[0].privileges.iter().collect::<Vec<_>>(),
        [(1, 60), (4, 60)]
    );
    assert_eq!(answer["channelName"], "stage");

    let answer = issued(
        &function,
        PATH,
        &json!({"userId": "*", "channel": "stage-*"}),
    );
    assert_eq!(warnings(&answer), ["wildcard_channel", "wildcard_user"]);
}

#[test]
fn permissions_name_what_a_user_may_read_and_write() {
    let function = closed("rtm").start();
    let named = json!({
        "users": {"write": ["bob"]},
        "messageChannels": {"write": ["b", "a"], "read": ["*"]},
        "streamChannels": {"read": []},
        "groupChannels": {"read": ["g"]},
        "serverGroups": {"write": ["频道"]},
    });
    let answer = issued(
        &function,
        PATH,
        &json!({"userId": "alice", "permissions": named}),
    );
    let mut permissions = RtmPermissions::new();
    for (resource, permission, names) in [
        (RtmResource::Users, RtmPermission::Write, vec!["bob"]),
        (
            RtmResource::MessageChannels,
            RtmPermission::Write,
            vec!["b", "a"],
        ),
        (RtmResource::MessageChannels, RtmPermission::Read, vec!["*"]),
        (RtmResource::StreamChannels, RtmPermission::Read, vec![]),
        (RtmResource::GroupChannels, RtmPermission::Read, vec!["g"]),
        (
            RtmResource::ServerGroups,
            RtmPermission::Write,
            vec!["频道"],
        ),
    ] {
        let names = names.into_iter().map(str::to_owned).collect();
        permissions.set(resource, permission, names);
    }
    assert_eq!(
        services(&answer),
        [rtm::with_permissions("alice", 3600, permissions)]
    );
    assert_eq!(answer["permissions"], named);

    let answer = issued(
        &function,
        PATH,
        &json!({"userId": "alice", "permissions": {}}),
    );
    assert_eq!(
        services(&answer),
        [rtm::with_permissions("alice", 3600, RtmPermissions::new())]
    );
}

#[test]
fn version_006_ends_at_an_absolute_time() {
    let function = closed("rtm").start();
    let answer = issued(
        &function,
        PATH,
        &json!({"userId": "alice", "version": "006", "expire": 600}),
    );
    let parsed = AccessToken::parse(answer["token"].as_str().unwrap()).unwrap();
    let certificate: AppCertificate = CERTIFICATE.parse().unwrap();
    assert!(parsed.verify(&certificate, "alice", ""));
    let until = u32::try_from(answer["expiresAt"].as_u64().unwrap()).unwrap();
    assert_eq!(
        parsed.privileges.iter().collect::<Vec<_>>(),
        [(1000, until)]
    );
    assert_eq!(answer["version"], "006");
    assert_eq!(warnings(&answer), ["legacy_format", "legacy_recut"]);
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = closed("rtm").start();
    let good = json!({"userId": "alice"});
    let users = |value| json!({"permissions": {"users": value}});
    let cases = [
        (json!({"userId": null}), "parameter_missing", "userId"),
        (json!({"userId": ""}), "parameter_length", "userId"),
        (
            json!({"userId": "u".repeat(65)}),
            "parameter_length",
            "userId",
        ),
        (json!({"userId": "a\nb"}), "parameter_characters", "userId"),
        (json!({"userId": 7}), "parameter_type", "userId"),
        (json!({"uid": 7}), "parameter_unknown", "uid"),
        (
            json!({"channelName": "c".repeat(65)}),
            "parameter_length",
            "channelName",
        ),
        (
            json!({"channelName": "a/b"}),
            "parameter_characters",
            "channelName",
        ),
        (
            json!({"channelName": ""}),
            "parameter_missing",
            "channelName",
        ),
        (json!({"channelName": 7}), "parameter_type", "channelName"),
        (
            json!({"channelName": "c", "permissions": {}}),
            "parameter_conflict",
            "permissions",
        ),
        (json!({"permissions": []}), "parameter_type", "permissions"),
        (
            json!({"permissions": {"user": {}}}),
            "parameter_unknown",
            "permissions.user",
        ),
        (users(json!(["bob"])), "parameter_type", "permissions.users"),
        (
            users(json!({"reed": []})),
            "parameter_unknown",
            "permissions.users.reed",
        ),
        (
            users(json!({"read": "bob"})),
            "parameter_type",
            "permissions.users.read",
        ),
        (
            users(json!({"read": [7]})),
            "parameter_type",
            "permissions.users.read",
        ),
        (
            users(json!({"read": [""]})),
            "parameter_length",
            "permissions.users.read",
        ),
        (json!({"version": "7"}), "parameter_choice", "version"),
        (
            json!({"version": "006", "channelName": "c"}),
            "parameter_conflict",
            "version",
        ),
        (
            json!({"version": "006", "permissions": {}}),
            "parameter_conflict",
            "version",
        ),
        (json!({"role": 1}), "parameter_unknown", "role"),
    ];
    refuses(&function, PATH, &good, &cases);
    refuses_what_none_takes(&function, PATH, &good);
    let (status, problem) = get(&function, PATH, "userId=alice&permissions=%7B%7D");
    assert_eq!((status, &problem["field"]), (400, &json!("permissions")));
}
