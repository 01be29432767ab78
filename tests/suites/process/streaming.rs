//! `/v1/streaming`.

use agora_token::token::builders::streaming::{StreamingPrivileges, service};
use agora_token_tests::sample::{closed, open};
use serde_json::json;

use crate::api::{
    denies_anonymous, get, issued, open_by_default, refuses, refuses_what_none_takes, services,
    warnings,
};

const PATH: &str = "/v1/streaming";

fn privileges(mix: Option<u32>, raw: Option<u32>) -> StreamingPrivileges {
    StreamingPrivileges {
        publish_mix_stream: mix,
        publish_raw_stream: raw,
    }
}

#[test]
fn privileges_are_granted_one_by_one() {
    let function = closed("streaming").start();
    let body = json!({
        "channelName": "live", "uid": 4_294_967_295_u32, "tokenExpire": 600,
        "privileges": {"publishRawStream": 300, "publishMixStream": 600},
    });
    let answer = issued(&function, PATH, &body);
    let both = privileges(Some(600), Some(300));
    assert_eq!(services(&answer), [service("live", "4294967295", both)]);
    assert_eq!(answer["tokenType"], "streaming");
    assert_eq!(
        (&answer["channelName"], &answer["uid"], &answer["uidSigned"]),
        (&json!("live"), &json!(4_294_967_295_u32), &json!(-1))
    );
    assert_eq!(answer["privileges"], body["privileges"]);
    assert_eq!(answer["warnings"], json!([]));

    let body = json!({
        "channel": "live-*", "account": "*", "expire": 60,
        "privileges": {"publishRawStream": 0},
    });
    let answer = issued(&function, PATH, &body);
    let raw = privileges(None, Some(0));
    assert_eq!(services(&answer), [service("live-*", "*", raw)]);
    assert_eq!(
        warnings(&answer),
        ["wildcard_channel", "wildcard_user", "privilege_zero"]
    );

    let body =
        json!({"channelName": "live", "account": "7", "privileges": {"publishMixStream": 7200}});
    let answer = issued(&function, PATH, &body);
    assert_eq!(
        warnings(&answer),
        ["numeric_account", "privilege_outlives_token"]
    );
}

#[test]
fn anonymous_callers_get_none_unless_a_policy_says_so() {
    let good = json!({"channelName": "live", "uid": 1, "privileges": {"publishMixStream": 60}});
    let default = open_by_default("streaming");
    denies_anonymous(default, PATH, &good, "denied_token_type");
    let to_watch = r#"{"anonymous": {"tokenTypes": ["*"], "roles": ["subscriber"]}}"#;
    let granted = open("streaming").env("AGORA_POLICY", to_watch);
    denies_anonymous(granted, PATH, &good, "denied_role");
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = closed("streaming").start();
    let good = json!({"channelName": "live", "uid": 1, "privileges": {"publishMixStream": 60}});
    let cases = [
        (
            json!({"channelName": null}),
            "parameter_missing",
            "channelName",
        ),
        (
            json!({"channelName": "c".repeat(65)}),
            "parameter_length",
            "channelName",
        ),
        (
            json!({"channelName": "频道"}),
            "parameter_characters",
            "channelName",
        ),
        (json!({"channel": "c"}), "parameter_repeated", "channel"),
        (json!({"uid": null}), "parameter_missing", "uid"),
        (json!({"uid": 4_294_967_296_u64}), "parameter_range", "uid"),
        (json!({"uid": "alice"}), "parameter_type", "uid"),
        (json!({"account": "alice"}), "parameter_conflict", "account"),
        (
            json!({"uid": null, "account": ""}),
            "parameter_length",
            "account",
        ),
        (
            json!({"privileges": null}),
            "parameter_missing",
            "privileges",
        ),
        (json!({"privileges": {}}), "parameter_missing", "privileges"),
        (
            json!({"privileges": {"publishMixStream": null}}),
            "parameter_missing",
            "privileges",
        ),
        (json!({"privileges": 60}), "parameter_type", "privileges"),
        (
            json!({"privileges": {"publish": 60}}),
            "parameter_unknown",
            "privileges.publish",
        ),
        (
            json!({"privileges": {"publishMixStream": 86_401}}),
            "parameter_range",
            "privileges.publishMixStream",
        ),
        (
            json!({"privileges": {"publishRawStream": 1_700_000_000}}),
            "lifetime_is_timestamp",
            "privileges.publishRawStream",
        ),
        (
            json!({"privileges": {"publishRawStream": "1h"}}),
            "parameter_type",
            "privileges.publishRawStream",
        ),
        (json!({"role": 1}), "parameter_unknown", "role"),
        (json!({"version": "006"}), "parameter_unknown", "version"),
    ];
    refuses(&function, PATH, &good, &cases);
    refuses_what_none_takes(&function, PATH, &good);
    let (status, problem) = get(&function, PATH, "channelName=live&uid=1&privileges=60");
    assert_eq!(
        (status, &problem["code"]),
        (405, &json!("method_not_allowed"))
    );
}
