//! Each rule of the policy, broken once: whether the model would notice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::kinds::Service;
use crate::model::deployment::{Caller, Deployment};
use crate::model::judgement::{Asked, foresee, is_usual, judge};
use crate::model::names::{chat_of_education, replacement};
use crate::model::token::{Format, Token};

const NOW: u64 = 1_000;

fn text(name: &str) -> String {
    name.to_owned()
}

fn rtc(channel: &str, user: &str, rights: &[u16]) -> Service {
    Service::Rtc {
        channel: text(channel),
        user: text(user),
        rights: rights.iter().map(|id| (*id, 600)).collect(),
    }
}

fn rtm(user: &str) -> Service {
    Service::Rtm { user: text(user) }
}

fn chat(user: &str) -> Service {
    Service::ChatUser(text(user))
}

fn room(room: &str, user: &str, role: i16) -> Vec<Service> {
    let (room, user) = (text(room), text(user));
    let chat = Service::ChatUser(chat_of_education(&user));
    vec![rtm(&user), chat, Service::RoomUser { room, user, role }]
}

fn board(uuid: &str, role: u8) -> Service {
    Service::Whiteboard {
        kind: "whiteboard/room",
        uuid: text(uuid),
        role,
    }
}

fn lists(resource: u16, permission: u16, name: &str) -> Service {
    Service::RtmLists {
        user: text("alice"),
        lists: vec![(resource, permission, vec![text(name)])],
    }
}

/// Alice may watch, by her uid.
fn watch() -> Vec<Service> {
    vec![rtc("c", "823578133", &[1])]
}

/// One of these services, which lives for ten minutes.
fn token(services: Vec<Service>) -> Token {
    Token {
        format: Format::V007,
        app_id: text("a"),
        begins: NOW,
        ends: NOW + 600,
        services,
    }
}

fn secret(members: &Value) -> Value {
    let mut secret = json!({"projects": [{"appId": "a"}, {"appId": "b"}], "defaultAppId": "a"});
    for (name, value) in members.as_object().into_iter().flatten() {
        secret[name.as_str()] = value.clone();
    }
    secret
}

fn user(claims: &Value) -> Caller {
    let mut all = json!({"iss": "main", "sub": "alice", "exp": 1_300});
    for (name, value) in claims.as_object().into_iter().flatten() {
        all[name.as_str()] = value.clone();
    }
    Caller::User { claims: all }
}

/// The rules that this token breaks.
fn broken(policy: &Value, members: &Value, caller: &Caller, token: &Token) -> String {
    let deployment = Deployment::read(&secret(members), Some(policy), true, Some("main"));
    let standing = deployment.standing(caller, None, NOW);
    let asked = Asked {
        usual: 600,
        ..Asked::default()
    };
    let mut breaks = judge(&deployment, &standing, asked, token, NOW).breaks;
    if breaks.is_empty() {
        breaks.extend(is_usual(&deployment, &standing, asked, token, NOW).err());
    }
    let rules = breaks.iter().filter_map(|rule| rule.split(':').next());
    let rules: BTreeSet<&str> = rules.collect();
    rules.into_iter().collect::<Vec<_>>().join(" ")
}

/// What grants everything that a user can have.
fn all_but(changes: &Value) -> Value {
    let mut all = json!({
        "tokenTypes": ["*"], "roles": ["publisher"], "educationRoles": ["*"], "wildcards": "any",
        "rtmPermissions": true, "legacyTokens": true, "batches": true, "projects": ["a", "b"],
        "maxLifetime": 600,
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        all[name.as_str()] = value.clone();
    }
    all
}

#[test]
fn each_member_is_found_broken() {
    let subscriber = || json!({"roles": ["subscriber"]});
    let cases: [(&str, Value, Vec<Service>); 34] = [
        ("", json!({}), watch()),
        ("", json!({}), vec![rtc("*", "", &[1, 2, 3, 4])]),
        (
            "",
            json!({}),
            vec![rtc("c", "alice", &[1, 4]), rtm("alice")],
        ),
        ("", json!({}), room("r", "alice", 7)),
        ("identity", json!({}), vec![rtc("c", "7", &[1])]),
        ("identity", json!({}), vec![rtc("c", "ben", &[1])]),
        ("identity", json!({}), vec![rtm("823578133")]),
        ("identity", json!({}), vec![chat("ben")]),
        ("identity", json!({}), room("r", "ben", 2)),
        (
            "app privilege tokenTypes",
            json!({}),
            vec![Service::ChatApp],
        ),
        (
            "tokenTypes",
            json!({}),
            vec![watch().remove(0), rtm("alice"), Service::Agent("stt")],
        ),
        (
            "tokenTypes",
            json!({"tokenTypes": ["rtm"]}),
            vec![rtc("c", "alice", &[1]), rtm("alice")],
        ),
        (
            "",
            json!({"tokenTypes": ["stt"]}),
            vec![rtc("c", "alice", &[1]), rtm("alice"), Service::Agent("stt")],
        ),
        (
            "",
            json!({"tokenTypes": ["education/room-user"]}),
            room("r", "alice", 2),
        ),
        ("roles", subscriber(), vec![rtc("c", "alice", &[1, 4])]),
        ("roles", subscriber(), vec![lists(1, 1, "c")]),
        ("", subscriber(), vec![lists(0, 1, "c")]),
        ("roles", subscriber(), vec![board("r", 1)]),
        ("", subscriber(), vec![board("r", 2)]),
        (
            "roles",
            json!({"roles": []}),
            vec![Service::EducationUser(text("alice"))],
        ),
        (
            "educationRoles",
            json!({"educationRoles": ["teacher"]}),
            room("r", "alice", 2),
        ),
        (
            "channels",
            json!({"channels": ["c{sub}"]}),
            vec![lists(2, 0, "c")],
        ),
        (
            "",
            json!({"channels": ["c{sub}"]}),
            vec![lists(3, 0, "c"), lists(0, 0, "calice")],
        ),
        ("rooms", json!({"rooms": ["x*"]}), vec![board("r", 2)]),
        (
            "rooms",
            json!({"rooms": ["x*"]}),
            vec![Service::EducationUser(text("alice"))],
        ),
        ("", json!({"rooms": ["x*"]}), watch()),
        ("rooms", json!({"channels": ["x*"]}), room("r", "alice", 2)),
        ("maxLifetime", json!({"maxLifetime": 599}), watch()),
        ("withinJwt", json!({"withinJwt": true}), watch()),
        (
            "wildcards",
            json!({"wildcards": "none"}),
            vec![rtc("c", "0", &[1])],
        ),
        (
            "wildcards",
            json!({"wildcards": "none"}),
            vec![lists(4, 1, " ")],
        ),
        (
            "wildcards",
            json!({"wildcards": "subscriber"}),
            vec![rtc("*", "alice", &[1, 4])],
        ),
        (
            "",
            json!({"wildcards": "subscriber"}),
            vec![rtc("*", "alice", &[1])],
        ),
        (
            "rtmPermissions",
            json!({"rtmPermissions": false}),
            vec![lists(0, 0, "c")],
        ),
    ];
    for (rules, changes, services) in cases {
        let policy = json!({"user": all_but(&changes)});
        let found = broken(
            &policy,
            &json!({}),
            &user(&json!({})),
            &token(services.clone()),
        );
        assert_eq!(found, rules, "{services:?} but {changes}");
    }
    let changed = |changes: Value, change: fn(&mut Token)| {
        let mut token = token(watch());
        change(&mut token);
        broken(
            &json!({"user": all_but(&changes)}),
            &json!({}),
            &user(&json!({})),
            &token,
        )
    };
    let legacy = json!({"legacyTokens": false});
    assert_eq!(
        changed(legacy, |token| token.format = Format::V006),
        "legacyTokens"
    );
    let other = |token: &mut Token| token.app_id = text("b");
    // None was asked for, and the default is one of the list.
    assert_eq!(changed(json!({}), other), "projects");
    assert_eq!(changed(json!({"projects": ["b"]}), other), "");
    assert_eq!(changed(json!({"projects": []}), other), "projects");
    // The usual lifetime is ten minutes.
    assert_eq!(changed(json!({}), |token| token.ends -= 60), "lifetime");
}

#[test]
fn anonymous_callers_have_no_name_of_their_own() {
    let by = |changes: Value, services: Vec<Service>| {
        let policy = json!({"anonymous": all_but(&changes)});
        broken(&policy, &json!({}), &Caller::Anonymous, &token(services))
    };
    assert_eq!(by(json!({}), vec![rtm("ben")]), "");
    assert_eq!(
        by(
            json!({"channels": ["{sub}"]}),
            vec![rtc("alice", "7", &[1])]
        ),
        "channels"
    );
    // It is no member of theirs, and breaks the policy.
    assert_eq!(by(json!({"withinJwt": true}), watch()), "caller");
}

#[test]
fn two_rules_together_grant_nothing() {
    let policy = json!({
        "user": {"roles": ["subscriber"], "maxLifetime": 600},
        "rules": [
            {"name": "stage", "when": {"role": "host"}, "roles": ["publisher"], "channels": ["stage"]},
            {"name": "b", "when": {"groups": {"contains": "b"}}, "projects": ["b"], "tokenTypes": ["fpa"]},
        ],
    });
    let by = |claims: Value, token: &Token| broken(&policy, &json!({}), &user(&claims), token);
    let sends = |channel: &str| token(vec![rtc(channel, "alice", &[1, 4])]);
    assert_eq!(by(json!({}), &sends("stage")), "roles");
    assert_eq!(by(json!({"role": "host"}), &sends("stage")), "");
    assert_eq!(by(json!({"role": ["host"]}), &sends("stage")), "roles");
    assert_eq!(
        by(json!({"role": "host"}), &sends("hall")),
        "channels roles"
    );
    // Each part by another rule, but all in one project.
    let parts = |services: Vec<Service>, app_id: &str| Token {
        app_id: text(app_id),
        ..token(services)
    };
    let both = || vec![Service::Fpa, rtm("alice")];
    let member = json!({"groups": ["b"]});
    assert_eq!(by(member.clone(), &parts(vec![Service::Fpa], "b")), "");
    assert_ne!(by(member.clone(), &parts(both(), "b")), "");
    assert_ne!(by(member, &parts(both(), "a")), "");
    // A guest is granted what anonymous callers are, in place of what users are.
    let guest = json!({"is_anonymous": true, "role": "host"});
    assert_eq!(by(guest, &sends("stage")), "");
    let guest = json!({"firebase": {"sign_in_provider": "anonymous"}});
    assert_eq!(by(guest, &token(vec![rtm("alice")])), "tokenTypes");
}

#[test]
fn what_is_left_out_comes_from_the_rules_that_grant_it() {
    let policy = json!({
        "user": {"maxLifetime": 60},
        "rules": [{"name": "long", "when": {"a": 1}, "maxLifetime": 300, "projects": ["b"]}],
    });
    let caller = user(&json!({"a": 1}));
    let lasting = |life: u64, app_id: &str| Token {
        app_id: text(app_id),
        ends: NOW + life,
        ..token(watch())
    };
    let by = |token: &Token| broken(&policy, &json!({}), &caller, token);
    // The project is settled first.
    assert_eq!(by(&lasting(60, "a")), "");
    assert_eq!(by(&lasting(300, "b")), "projects");
    let deployment = Deployment::read(&secret(&json!({})), Some(&policy), true, Some("main"));
    let standing = deployment.standing(&caller, None, NOW);
    let breaks = |life| {
        let asked = Asked {
            life: Some(life),
            usual: 600,
            ..Asked::default()
        };
        foresee(&deployment, &standing, asked, (Format::V007, &watch()), NOW).breaks
    };
    assert!(breaks(300).is_empty() && breaks(60).is_empty() && !breaks(301).is_empty());
}

#[test]
fn an_issuer_keeps_to_its_own_names() {
    let policy = json!({
        "user": {"tokenTypes": ["fpa"]},
        "rules": [{"name": "ann", "when": {"sub": "ann"}, "tokenTypes": ["rtm"]}],
        "issuers": [{
            "issuer": "staff", "audience": "x", "subjectPrefix": "staff~",
            "identity": {"chatClaim": "chat", "accountClaim": "name"},
        }],
    });
    let by = |claims: Value, service: Service| {
        let token = Token {
            ends: NOW + 600,
            ..token(vec![service])
        };
        broken(&policy, &json!({}), &user(&claims), &token)
    };
    assert_eq!(by(json!({"sub": "ann"}), rtm("ann")), "");
    assert_eq!(by(json!({"sub": "staff~ann"}), Service::Fpa), "caller");
    let staff = |name: &str| json!({"iss": "staff", "sub": "ann", "name": name, "chat": ""});
    // The rule is for another ann.
    assert_eq!(by(staff("x"), rtm("staff~x")), "tokenTypes");
    assert_eq!(by(staff("x"), Service::Fpa), "");
    assert_eq!(
        by(json!({"iss": "nobody", "sub": "ann"}), Service::Fpa),
        "caller"
    );
}

#[test]
fn who_is_denied_gets_nothing_and_nobody_else_gets_their_names() {
    let service = Caller::Key(text("a-key-for-everything"));
    let by = |denied: Value, caller: &Caller, services: Vec<Service>| {
        let members = json!({"apiKey": "a-key-for-everything", "denied": denied});
        broken(
            &json!({"user": all_but(&json!({}))}),
            &members,
            caller,
            &token(services),
        )
    };
    let alice = user(&json!({}));
    for (denied, services) in [
        (json!({"accounts": ["Ann"]}), vec![chat("ann")]),
        (
            json!({"accounts": ["Ann"]}),
            vec![chat(&replacement("Ann"))],
        ),
        (
            json!({"accounts": ["änn"]}),
            vec![rtc("c", &replacement("änn"), &[1])],
        ),
        (json!({"subjects": ["alice"]}), watch()),
        (json!({"subjects": ["alice"]}), vec![rtm("alice")]),
        (json!({"uids": [7]}), vec![rtc("c", "7", &[1])]),
        (
            json!({"channels": ["lobby"]}),
            vec![rtc("lobby", "8", &[1])],
        ),
        (json!({"channels": ["lobby"]}), vec![rtc("l*y", "8", &[1])]),
        (json!({"channels": ["lobby"]}), vec![rtc(" ", "8", &[1])]),
        (json!({"channels": ["lobby"]}), vec![lists(0, 0, "*")]),
        (
            json!({"channels": ["lobby"]}),
            vec![Service::EducationUser(text("ben"))],
        ),
        (json!({"channels": ["lobby"]}), room("lobby", "ben", 2)),
    ] {
        assert_eq!(
            by(denied.clone(), &service, services.clone()),
            "denied",
            "{denied} {services:?}"
        );
    }
    for (denied, services) in [
        (json!({"accounts": ["ann"]}), vec![rtm("Ann")]),
        (
            json!({"channels": ["lobby"]}),
            vec![rtc("lob", "8", &[1]), rtc("b*", "8", &[1])],
        ),
        (json!({"channels": ["lobby"]}), vec![Service::ChatApp]),
    ] {
        assert_eq!(
            by(denied.clone(), &service, services.clone()),
            "",
            "{denied} {services:?}"
        );
    }
    assert_eq!(
        by(json!({"accounts": ["alice"]}), &alice, vec![Service::Fpa]),
        "caller"
    );
    assert_eq!(
        by(json!({"uids": [823_578_133]}), &alice, vec![Service::Fpa]),
        "caller"
    );
    let ann = user(&json!({"sub": "änn"}));
    let replaced = json!({"accounts": [replacement("änn")]});
    assert_eq!(by(replaced, &ann, vec![Service::Fpa]), "caller");
    assert_eq!(
        by(json!({"accounts": ["ben"]}), &alice, vec![Service::Fpa]),
        ""
    );
}

#[test]
fn a_key_gets_what_its_policy_grants_and_in_its_projects() {
    let members = json!({
        "apiKeys": [
            {"name": "recorder", "key": "the-key-of-the-recorder", "policy": {"channels": ["class-*"]}},
            {"name": "apps", "key": "the-key-for-all-apps", "projects": ["b"], "policy": {"tokenTypes": ["chat/app"]}},
            {"name": "old", "key": "the-key-that-is-over", "expires": NOW},
        ],
        "projects": [{"appId": "a"}, {"appId": "b", "apiKey": "the-key-of-project-b"}],
    });
    let by = |key: &str, app_id: &str, service: Service| {
        let token = Token {
            app_id: text(app_id),
            ..token(vec![service])
        };
        broken(&json!({}), &members, &Caller::Key(text(key)), &token)
    };
    assert_eq!(
        by("the-key-of-the-recorder", "a", rtc("class-1", "9", &[1])),
        ""
    );
    assert_eq!(
        by("the-key-of-the-recorder", "a", rtc("lobby", "9", &[1])),
        "channels"
    );
    assert_eq!(
        by("the-key-of-the-recorder", "a", Service::ChatApp),
        "app privilege tokenTypes"
    );
    assert_eq!(by("the-key-for-all-apps", "b", Service::ChatApp), "");
    assert_eq!(
        by("the-key-for-all-apps", "a", Service::ChatApp),
        "projects"
    );
    assert_eq!(by("the-key-of-project-b", "b", rtc("*", "9", &[1])), "");
    assert_eq!(
        by("the-key-of-project-b", "a", rtc("c", "9", &[1])),
        "projects"
    );
    assert_eq!(by("the-key-that-is-over", "a", Service::Fpa), "caller");
    assert_eq!(by("a-key-that-nobody-knows", "a", Service::Fpa), "caller");
}
