//! The program as a process: exit codes, pipes, and what nobody should send it.

// The exemption for tests in clippy.toml does not reach what they share.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code)]

mod support;

use std::ffi::OsString;
use std::process::{Command, Stdio};
use support::process::run;
use support::{CERTIFICATE, ID};

const PROJECT: [(&str, &str); 2] = [("AGORA_APP_ID", ID), ("AGORA_APP_CERTIFICATE", CERTIFICATE)];

const MINT: [&str; 6] = ["mint", "rtc", "--channelName", "lobby", "--uid", "7"];

#[test]
fn a_pipe_gets_the_token_alone_and_it_is_good() {
    let (code, out, err) = run(MINT, &PROJECT, b"");
    assert_eq!(code, 0, "{err}");
    assert!(err.starts_with("warning: a subscriber can"), "{err}");
    let token = out.strip_suffix('\n').unwrap();
    assert!(token.starts_with("007eJx") && !token.contains(char::is_whitespace));
    let (code, out, err) = run(["verify", token, "--uid", "7"], &PROJECT, b"");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    // As the line that `echo` writes.
    let (code, out, _) = run(["verify", "-"], &PROJECT, format!("{token}\n").as_bytes());
    assert_eq!(code, 0, "{out}");
}

#[test]
fn credentials_come_from_standard_input_in_each_form() {
    let document = format!(r#"{{"appId":"{ID}","appCertificate":"{CERTIFICATE}"}}"#);
    let lines = format!(
        "# the project\nexport AGORA_APP_ID={ID}\r\nAGORA_APP_CERTIFICATE=\"{CERTIFICATE}\"\n"
    );
    let own = [("AGORA_APP_ID", ID)];
    for (text, variables) in [
        (document, &[][..]),
        (lines, &[]),
        (format!("{CERTIFICATE}\n"), &own),
    ] {
        let words = MINT.into_iter().chain(["--credentials", "-"]);
        let (code, out, err) = run(words, variables, text.as_bytes());
        assert_eq!(code, 0, "{text}: {err}");
        let (code, ..) = run(["verify", out.trim()], &PROJECT, b"");
        assert_eq!(code, 0, "{text}");
    }
}

#[test]
fn credentials_that_cannot_be_used_are_never_repeated() {
    let secret = "0123456789-very-secret";
    for text in [
        secret.to_owned(),
        format!(r#"{{"appId":"{ID}","appCertificate":"{secret}"}}"#),
        format!(r#"{{"appId":"{ID}","{secret}":1}}"#),
        format!("AGORA_APP_ID={ID}\nAGORA_APP_CERTIFICATE={secret}"),
        format!("AGORA_APP_CERTIFICATE={secret}"),
        format!("{{{secret}"),
        "{".repeat(70_000),
        String::new(),
    ] {
        let own = [("AGORA_APP_ID", ID)];
        let words = MINT.into_iter().chain(["--credentials", "-"]);
        let (code, out, err) = run(words, &own, text.as_bytes());
        assert_eq!((code, out.as_str()), (3, ""), "{text}");
        assert!(!err.contains(secret), "{err}");
    }
    let (code, _, err) = run(
        MINT.into_iter().chain(["--credentials", "-"]),
        &[],
        &[0xff, 0xfe, 0x00],
    );
    assert_eq!(code, 3);
    assert!(err.contains("not UTF-8"), "{err}");
}

#[test]
fn a_certificate_among_the_arguments_is_refused_and_not_repeated() {
    for words in [
        vec!["mint", "rtc", "--certificate", CERTIFICATE],
        vec![
            "mint",
            "rtc",
            "--app-certificate=5CFd2fd1755d40ecb72977518be15d3b",
        ],
        vec!["--appCertificate", CERTIFICATE, "mint", "rtc"],
        vec![
            "mint",
            "AGORA_APP_CERTIFICATE=5CFd2fd1755d40ecb72977518be15d3b",
        ],
        vec!["verify", "x", "--secret-key", CERTIFICATE],
        vec![
            "check",
            "secret",
            r#"{"appCertificate":"5CFd2fd1755d40ecb72977518be15d3b"}"#,
        ],
    ] {
        let (code, out, err) = run(&words, &[], b"");
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}");
        assert!(err.contains("is not taken from an argument"), "{err}");
        assert!(!err.contains(CERTIFICATE), "{err}");
    }
    // Nor is one in a place where nothing is looked for.
    for words in [
        ["mint", CERTIFICATE],
        [CERTIFICATE, "x"],
        ["key", CERTIFICATE],
    ] {
        let (code, out, err) = run(words, &[], b"");
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}");
        assert!(!err.contains(CERTIFICATE), "{err}");
    }
}

#[test]
fn what_nobody_should_paste_is_answered_in_a_sentence() {
    let large = vec![b'a'; 1024 * 1024];
    let binary: Vec<u8> = (0..=255).cycle().take(5000).collect();
    let zip_bomb = format!("007{}", "A".repeat(60_000)).into_bytes();
    for (input, exit, words) in [
        (large.as_slice(), 2, "is longer than 65536 bytes"),
        (binary.as_slice(), 2, "not UTF-8"),
        (b"\xff", 2, "not UTF-8"),
        (b"", 1, ""),
        (b"\0\0\0", 1, ""),
        (b"\x1b[31mred\x1b]0;title\x07", 1, ""),
        (zip_bomb.as_slice(), 1, ""),
    ] {
        for command in ["inspect", "verify"] {
            let (code, out, err) = run([command, "-"], &PROJECT, input);
            assert_eq!(code, exit, "{command} {words}: {out}{err}");
            assert!(err.contains(words), "{err}");
            assert!(
                !out.contains('\u{1b}') && !err.contains('\u{1b}'),
                "{out}{err}"
            );
            assert!(out.len() + err.len() < 10_000);
        }
    }
    let long = "x".repeat(100_000);
    for words in [
        vec!["inspect", &long],
        vec![&long],
        vec!["mint", &long],
        vec!["mint", "rtc", &long],
        vec!["inspect", "x", "--at", &long],
        vec!["check", "policy", &long],
        vec!["check", "policy", "\u{1b}[31m"],
        vec!["\u{1b}[31mred"],
        vec!["mint", "rtc", "--\u{1b}[31mred"],
        vec!["completions", "\u{1b}[31mred"],
    ] {
        let (code, out, err) = run(&words, &PROJECT, b"");
        assert_eq!((code, out.as_str()), (2, ""), "{:.40}", words.concat());
        assert!(err.len() < 1000 && !err.contains('\u{1b}'), "{err}");
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let broken = || OsString::from_vec(vec![b'a', 0xff, 0xfe]);
    for words in [
        vec![broken()],
        vec!["inspect".into(), broken()],
        vec!["mint".into(), broken()],
        vec![
            "mint".into(),
            "rtc".into(),
            "--channelName".into(),
            broken(),
        ],
        vec!["check".into(), "policy".into(), broken()],
    ] {
        let (code, out, err) = run(words, &PROJECT, b"");
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.starts_with("error: ") && err.len() < 200, "{err}");
    }
}

#[test]
fn a_reader_who_has_heard_enough_is_no_panic() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_agora-token"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn keys_differ_and_the_second_line_is_the_entry() {
    let (code, first, _) = run(["key", "new", "--name", "a"], &[], b"");
    assert_eq!(code, 0);
    let (_, second, _) = run(["key", "new", "--name", "a"], &[], b"");
    assert_ne!(first, second);
    let (key, entry) = first.trim_end().split_once('\n').unwrap();
    assert!(key.len() == 40 && !entry.contains(key), "{first}");
    let document =
        format!(r#"{{"appId":"{ID}","appCertificate":"{CERTIFICATE}","apiKeys":[{entry}]}}"#);
    let (code, out, err) = run(["check", "secret"], &[], document.as_bytes());
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
}

#[test]
fn completions_and_pages_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, out, _) = run(["completions", shell], &[], b"");
        assert_eq!(code, 0);
        assert!(
            out.contains("channelName") && out.contains("inspect"),
            "{shell}"
        );
    }
    let (code, out, _) = run(["man"], &[], b"");
    assert_eq!(code, 0);
    assert!(out.contains(".TH agora"), "{out}");
    let folder = std::env::temp_dir().join(format!("agora-token-man-{}", std::process::id()));
    let (code, _, err) = run(["man".as_ref(), folder.as_os_str()], &[], b"");
    assert_eq!(code, 0, "{err}");
    let pages = std::fs::read_dir(&folder).unwrap().count();
    assert!(pages > 15, "{pages}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// What bash itself makes of the script, where there is a bash.
#[test]
fn bash_completes_kinds_and_parameters() {
    let (_, script, _) = run(["completions", "bash"], &[], b"");
    for (typed, completed) in [
        ("agora-token in", "inspect"),
        ("agora-token mint ch", "chat/user chat/app"),
        ("agora-token mint chat/user --us", "--userId"),
        (
            "agora-token mint education/room-user --ro",
            "--roomUuid --role",
        ),
    ] {
        let ask = format!(
            "{script}\nCOMP_WORDS=({typed})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
             _agora__token agora-token \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
             echo \"${{COMPREPLY[@]}}\""
        );
        let Ok(bash) = Command::new("bash").args(["-c", &ask]).output() else {
            return;
        };
        let mut found = String::from_utf8(bash.stdout).unwrap();
        found.truncate(found.trim_end().len());
        for word in completed.split(' ') {
            assert!(found.split(' ').any(|one| one == word), "{typed}: {found}");
        }
    }
}
