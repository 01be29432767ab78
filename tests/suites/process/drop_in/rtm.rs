//! The rows of the function `rtm`.

use agora_token_tests::sample::open;
use serde_json::json;

use super::describe::{of, rtm, token};
use super::{get, keys, ok, post};

#[test]
fn a_user_logs_in_by_each_form() {
    let function = open("rtm").start();
    for (target, name, life) in [
        ("/rtm/alice", "rtmToken", 3600),
        ("/rtm/alice/?expiry=600", "rtmToken", 600),
        ("/rtmToken?account=alice", "key", 3600),
        ("/rtmToken/?ACCOUNT=alice&more=1", "key", 3600),
    ] {
        let ours = ok(&get(&function, target));
        assert_eq!(keys(&ours), [name], "{target}");
        assert_eq!(
            token(ours[name].as_str().unwrap()),
            of([rtm("alice", life)], life)
        );
    }
    for (sent, user) in [
        (json!({"uid": "alice"}), "alice"),
        (json!({"UID": 7, "more": 1}), "7"),
    ] {
        let ours = ok(&post(&function, "/fetch_rtm_token", &sent));
        assert_eq!(
            (keys(&ours), &ours["code"]),
            (vec!["code", "token"], &json!("200"))
        );
        assert_eq!(
            token(ours["token"].as_str().unwrap()),
            of([rtm(user, 3600)], 3600)
        );
    }
}

#[test]
fn nobody_is_user_0() {
    let function = open("rtm").start();
    for (target, names) in [
        ("/rtm/0", vec!["message", "status"]),
        ("/rtm/0/", vec!["message", "status"]),
        ("/rtm/alice/?expiry=86401", vec!["message", "status"]),
        ("/rtmToken", vec!["error"]),
        ("/rtmToken?account=0", vec!["error"]),
    ] {
        let answer = get(&function, target);
        assert_eq!(
            (answer.status, keys(&answer.json())),
            (400, names),
            "{target}"
        );
    }
    let long = "u".repeat(65);
    for sent in [
        json!({}),
        json!({"uid": ""}),
        json!({"uid": 0}),
        json!({"uid": "0"}),
        json!({"uid": long}),
    ] {
        let answer = post(&function, "/fetch_rtm_token", &sent);
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (400, &json!("400")),
            "{sent}"
        );
    }
}
