//! The rows of the function `chat`.

use agora_token_tests::event::Event;
use agora_token_tests::sample::{API_KEY, open};
use serde_json::json;

use super::describe::{chat, of, token};
use super::{ask, get, keys, ok, post};

#[test]
fn a_user_logs_in_by_each_form() {
    let function = open("chat").start();
    let user = |life| of([chat(Some("alice"), life)], life);
    for (target, names, life) in [
        ("/chat/account/alice", vec!["chatToken"], 3600),
        ("/chat/account/alice/?expiry=600", vec!["chatToken"], 600),
        (
            "/api/token/generateUserToken?account=alice",
            vec!["status", "token"],
            3600,
        ),
        (
            "/api/token/generateUserToken/?account=alice&expireTimeInSeconds=600",
            vec!["status", "token"],
            600,
        ),
    ] {
        let ours = ok(&get(&function, target));
        assert_eq!(keys(&ours), names, "{target}");
        let text = ours.get("chatToken").unwrap_or(&ours["token"]);
        assert_eq!(token(text.as_str().unwrap()), user(life), "{target}");
    }
    let named = ok(&get(
        &function,
        "/api/token/generateUserToken?account=alice",
    ));
    assert_eq!(named["status"], "success");
    for target in ["/chat/user/alice/token", "/chat/user/alice/token/"] {
        assert_eq!(token(&get(&function, target).body), user(3600));
    }
    for (sent, life) in [
        (json!({"user_uuid": "alice"}), 3600),
        (json!({"userId": "alice", "expire": 600}), 600),
        (
            json!({"USERID": "alice", "expire": "600", "role": "user"}),
            600,
        ),
    ] {
        let ours = ok(&post(&function, "/generate-user-token", &sent));
        assert_eq!(keys(&ours), ["token"]);
        assert_eq!(token(ours["token"].as_str().unwrap()), user(life), "{sent}");
    }
}

#[test]
fn a_token_for_the_app_is_for_services() {
    let function = open("chat").start();
    let get = |target: &str| ask(&format!("GET {target}"), None);
    for (event, names) in [
        (get("/chat/app"), vec!["message", "status"]),
        (get("/chat/app/?expiry=600"), vec!["message", "status"]),
        (get("/chat/app/token"), vec![]),
        (get("/api/token/generateAppToken"), vec!["error"]),
        (Event::post("/generate-app-token"), vec!["error", "token"]),
        (
            Event::post("/generate-app-token/").json(&json!({"expire": 600})),
            vec!["error", "token"],
        ),
    ] {
        let refused = function.send(&event);
        assert_eq!(refused.status, 403, "{}", refused.body);
        if names.is_empty() {
            assert!(refused.body.contains("services"), "{}", refused.body);
        } else {
            assert_eq!(keys(&refused.json()), names);
        }
        let issued = function.send(&event.header("x-api-key", API_KEY));
        let text = match names.is_empty() {
            true => issued.body.clone(),
            false => {
                let ours = ok(&issued);
                let text = ours.get("chatToken").unwrap_or(&ours["token"]);
                text.as_str().unwrap().to_owned()
            }
        };
        let granted = token(&text);
        let life = u32::try_from(granted["expire"].as_u64().unwrap()).unwrap();
        assert!([600, 3600].contains(&life));
        assert_eq!(granted, of([chat(None, life)], life));
    }
}

#[test]
fn refusals_have_the_form_of_the_row() {
    let function = open("chat").start();
    for (target, names) in [
        ("/chat/account/Alice", vec!["message", "status"]),
        (
            "/chat/account/alice?expiry=1999999999",
            vec!["message", "status"],
        ),
        ("/api/token/generateUserToken", vec!["error"]),
        (
            "/api/token/generateUserToken?account=alice&expireTimeInSeconds=360000",
            vec!["error"],
        ),
    ] {
        let answer = get(&function, target);
        assert_eq!(
            (answer.status, keys(&answer.json())),
            (400, names),
            "{target}"
        );
    }
    assert_eq!(get(&function, "/chat/user/A%20B/token").status, 400);
    for sent in [
        json!({}),
        json!({"user_uuid": "a", "userId": "b"}),
        json!({"userId": "alice", "expire": -1}),
        json!({"userId": "alice", "expire": 1_999_999_999}),
    ] {
        let answer = post(&function, "/generate-user-token", &sent);
        let ours = answer.json();
        assert_eq!(
            (answer.status, keys(&ours)),
            (400, vec!["error", "token"]),
            "{sent}"
        );
        assert_eq!(ours["token"], "");
    }
}
