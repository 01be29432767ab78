//! `check`, as the scripts of a deployment call it.

// The exemption for tests in clippy.toml does not reach what they share.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code)]

mod support;

use support::{CERTIFICATE, ID, process};

/// The exit code, standard output and standard error.
fn run(words: &[&str], variables: &[(&str, &str)], input: &str) -> (i32, String, String) {
    process::run(words, variables, input.as_bytes())
}

#[test]
fn settings_that_a_function_can_use() {
    let issuer = ("AGORA_JWT_ISSUER", "https://people.example.com/");
    for variables in [
        &[][..],
        // The template sets what is left out to nothing.
        &[("AGORA_POLICY", ""), ("AGORA_JWT_ISSUER", "")],
        &[
            issuer,
            ("AGORA_JWT_AUDIENCE", "app"),
            ("AGORA_SECRET_TTL_SECONDS", "60"),
            (
                "AGORA_POLICY",
                r#"{"user":{"channels":["{sub}","lobby-*"]}}"#,
            ),
        ],
    ] {
        let (code, out, err) = run(&["check"], variables, "");
        assert_eq!((code, err.as_str()), (0, ""), "{variables:?}");
        assert!(out.contains("as the functions need them"), "{out}");
    }
}

#[test]
fn settings_that_it_cannot_use() {
    for (variable, value, words) in [
        (
            "AGORA_POLICY",
            r#"{"user":{"rolez":[]}}"#,
            &["AGORA_POLICY, user.rolez", "did you mean `roles`?"][..],
        ),
        ("AGORA_POLICY", "{", &["AGORA_POLICY", "JSON"]),
        (
            "AGORA_SECRET_TTL_SECONDS",
            "0",
            &["AGORA_SECRET_TTL_SECONDS", "from 1 to 86400"],
        ),
        ("AGORA_ANONYMOUS_ACCESS", "yes", &["`closed` or `open`"]),
        ("AGORA_NODE_ROUTES_VERSION", "6", &["`007` or `006`"]),
        ("AGORA_METRICS_NAMESPACE", "a b", &["1 to 255 letters"]),
        ("AGORA_LOCAL_PATHS", "decoded", &["must be `encoded`"]),
        ("AGORA_JWT_AUDIENCE", "app", &["AGORA_JWT_ISSUER must be"]),
        (
            "AGORA_JWT_ISSUER",
            "https://people.example.com/",
            &["AGORA_JWT_AUDIENCE"],
        ),
    ] {
        let (code, out, err) = run(&["check"], &[(variable, value)], "");
        assert_eq!((code, out.as_str()), (1, ""), "{variable}={value}");
        for word in words {
            assert!(err.contains(word), "{variable}={value}: {err}");
        }
    }
}

#[test]
fn a_secret_that_a_function_can_use() {
    let document = format!(r#"{{"appId":"{ID}","appCertificate":"{CERTIFICATE}"}}"#);
    let (code, out, err) = run(&["check", "secret"], &[], &document);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("as the functions need it"), "{out}");
}

#[test]
fn a_secret_that_it_cannot_use_is_named_without_its_values() {
    let value = "0123-very-secret";
    for (document, words) in [
        (String::new(), &["(document)"][..]),
        (
            format!(r#"{{"appId":"{ID}","appCertificate":"{value}"}}"#),
            &["appCertificate must be the 32 hex digits"],
        ),
        (
            format!(r#"{{"appId":"{ID}","appCertifcate":"{value}"}}"#),
            &["line 1", "did you mean `appCertificate`?"],
        ),
        (
            format!(r#"{{"appId":"{ID}","appCertificate":"{CERTIFICATE}","{value}":1}}"#),
            &["name that is not known"],
        ),
    ] {
        let (code, out, err) = run(&["check", "secret"], &[], &document);
        assert_eq!((code, out.as_str()), (1, ""), "{document}");
        for word in words {
            assert!(err.contains(word), "{document}: {err}");
        }
        assert!(!err.contains(value), "{err}");
    }
}

#[test]
fn files_are_read_as_standard_input_is() {
    let name = std::env::temp_dir().join(format!("agora-token-policy-{}", std::process::id()));
    std::fs::write(&name, r#"{"user":{"rolez":[]}}"#).unwrap();
    let (code, out, err) = run(&["check", "policy", name.to_str().unwrap()], &[], "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("did you mean `roles`?"), "{err}");
    std::fs::remove_file(name).unwrap();
}

#[test]
fn another_call_tells_how_to_call_it() {
    for words in [
        &[][..],
        &["chek"],
        &["check", "polcy"],
        &["check", "secret", "x", "y"],
    ] {
        let (code, out, err) = run(words, &[], "");
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}");
        assert!(!err.is_empty(), "{words:?}");
    }
}

#[test]
fn a_policy_is_checked_alone() {
    let (code, out, err) = run(
        &["check", "policy"],
        &[],
        r#"{"rules": [{"name": "teachers", "when": {"role": "teacher"}, "roles": ["publisher"]}]}"#,
    );
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("as the functions need it"), "{out}");
    for (policy, words) in [
        ("", &["(policy)", "JSON"][..]),
        ("[]", &["(policy)", "must be an object"]),
        (r#"{"usr": {}}"#, &["usr", "did you mean `user`?"]),
        (
            r#"{"user": {"rolez": []}}"#,
            &["user.rolez", "did you mean `roles`?"],
        ),
        (
            r#"{"rules": [{"name": "a", "roles": ["publisher"]}]}"#,
            &["rules[0].when"],
        ),
        (
            r#"{"rules": [{"name": "a", "when": {"role": {"contain": 1}}}]}"#,
            &["rules[0].when.role.contain", "did you mean `contains`?"],
        ),
        (
            r#"{"user": {"channels": ["class-{school}{class}"]}}"#,
            &["user.channels", "`{school}`"],
        ),
        (
            r#"{"switches": {"dropInRoute": false}}"#,
            &["switches.dropInRoute", "did you mean `dropInRoutes`?"],
        ),
    ] {
        let (code, out, err) = run(&["check", "policy"], &[], policy);
        assert_eq!((code, out.as_str()), (1, ""), "{policy}");
        for word in words {
            assert!(err.contains(word), "{policy}: {err}");
        }
    }
}

#[test]
fn members_of_a_secret_that_are_about_access_are_checked_and_no_key_is_repeated() {
    let value = "0123-very-secret-key";
    let key = |more: &str| format!(r#""apiKeys":[{{"name":"one","key":"{value}"{more}}}]"#);
    let cases: Vec<(String, &[&str])> = vec![
        (
            r#""policy":{"user":{"rolez":[]}}"#.to_owned(),
            &["policy.user.rolez", "did you mean `roles`?"],
        ),
        (r#""policy":[]"#.to_owned(), &["policy", "object"]),
        (
            r#""polcy":{}"#.to_owned(),
            &["line 1", "did you mean `policy`?"],
        ),
        (
            r#""denied":{"subject":[]}"#.to_owned(),
            &["did you mean `subjects`?"],
        ),
        (
            r#""denied":{"uids":[4294967296]}"#.to_owned(),
            &["denied.uids", "32 bits"],
        ),
        (
            key(r#","expire":1"#),
            &["line 1", "did you mean `expires`?"],
        ),
        (key(r#","uids":[7]"#), &["a name that is not known"]),
        (
            key(r#","expires":"tomorrow""#),
            &["apiKeys[0].expires", "2031-01-31T00:00:00Z"],
        ),
        (
            key(r#","sha256":"00""#),
            &["apiKeys[0].sha256", "give one of them"],
        ),
        (
            key(r#","projects":["11111111111111111111111111111111"]"#),
            &["the key `one`", "a project that is none of this document"],
        ),
        (
            key(r#","projects":["x"]"#),
            &["apiKeys[0].projects", "App IDs"],
        ),
        (
            key(r#","policy":{"rolez":[]}"#),
            &["apiKeys[0].policy.rolez", "did you mean `roles`?"],
        ),
        (
            key(r#","publishable":true,"policy":{"wildcards":"any"}"#),
            &["apiKeys[0].policy.wildcards", "publishable key"],
        ),
        (
            key(r#","origins":["https://a.example"]"#),
            &["apiKeys[0].origins", "`publishable`"],
        ),
        (
            format!(r#""apiKeys":["{value}",{{"name":"one","key":"{value}"}}]"#),
            &["apiKeys[1]", "the same key as another"],
        ),
        (
            format!(r#""apiKeys":[{{"key":"{value}"}}]"#),
            &["line 1", "`name`"],
        ),
        (
            format!(r#""apiKeys":[{{"name":"one","{value}":1,"key":"{value}"}}]"#),
            &["a name that is not known"],
        ),
    ];
    for (members, words) in cases {
        let document = format!(r#"{{"appId":"{ID}","appCertificate":"{CERTIFICATE}",{members}}}"#);
        let (code, out, err) = run(&["check", "secret"], &[], &document);
        assert_eq!((code, out.as_str()), (1, ""), "{document}");
        for word in words {
            assert!(err.contains(word), "{document}: {err}");
        }
        assert!(
            !err.contains(value) && !err.contains(CERTIFICATE),
            "{document}: {err}"
        );
    }
}

#[test]
fn a_name_is_offered_only_where_it_can_stand() {
    for members in [r#""key":"0123-very-secret-key""#, r#""subjects":[]"#] {
        let document = format!(r#"{{"appId":"{ID}","appCertificate":"{CERTIFICATE}",{members}}}"#);
        let (code, _, err) = run(&["check", "secret"], &[], &document);
        assert_eq!(code, 1, "{document}");
        assert!(!err.contains("did you mean"), "{err}");
    }
}
