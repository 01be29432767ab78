//! `/v1/fpa`.

use agora_token::token::builders::fpa;
use agora_token_tests::sample::closed;
use serde_json::json;

use crate::api::{
    denies_anonymous, get, issued, open_by_default, refuses, refuses_what_none_takes, services,
};

const PATH: &str = "/v1/fpa";

#[test]
fn a_token_lives_for_a_day_unless_the_request_says_otherwise() {
    let function = closed("fpa").start();
    let answer = issued(&function, PATH, &json!({}));
    assert_eq!(services(&answer), [fpa::login()]);
    assert_eq!(answer["tokenType"], "fpa");
    let life = |answer: &serde_json::Value| {
        answer["expiresAt"].as_u64().unwrap() - answer["issuedAt"].as_u64().unwrap()
    };
    assert_eq!(life(&answer), u64::from(fpa::TOKEN_EXPIRE));
    assert_eq!(answer["warnings"], json!([]));

    let (status, answer) = get(&function, PATH, "expire=600");
    assert_eq!(status, 200, "{answer}");
    assert_eq!(services(&answer), [fpa::login()]);
    assert_eq!(life(&answer), 600);
}

#[test]
fn bad_parameters_name_the_field_and_the_rule() {
    let function = closed("fpa").start();
    let cases = [
        (json!({"uid": 1}), "parameter_unknown", "uid"),
        (
            json!({"channelName": "c"}),
            "parameter_unknown",
            "channelName",
        ),
    ];
    refuses(&function, PATH, &json!({}), &cases);
    refuses_what_none_takes(&function, PATH, &json!({}));
    denies_anonymous(
        open_by_default("fpa"),
        PATH,
        &json!({}),
        "denied_token_type",
    );
}
