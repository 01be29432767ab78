//! The documentation: its requests are sent to the real functions and answered as it says, its policies and
//! secrets are parsed, its samples for the web are run. `tests/README.md` has the rules for whoever writes it.
//!
//! `pages.py` beside it holds what is no sample: commands, links, tables.

mod answer;
mod deployment;
mod page;
mod shell;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use agora_token::access::Policy;
use agora_token::secret::Secret;
use agora_token::token::ServiceKind;
use agora_token_tests::sample::{CERTIFICATE, read_token};
use serde_json::Value;

use answer::{Answer, like};
use deployment::{Deployment, Laptop, Shown};
use page::{Block, pages};
use shell::{Call, calls};

/// What a block of JSON is.
enum Document<'a> {
    /// The last answer to the requests of the block before it.
    Answer,
    Policy(&'a str),
    Secret(&'a str),
    /// The claims of the user who asks from here on.
    Claims(&'a str),
}

/// What the block is; `after`: the block before it in the same section.
fn document<'a>(block: &'a Block, after: Option<&Block>) -> Document<'a> {
    let parsed = serde_json::from_str::<Value>(&block.text);
    if parsed.is_ok_and(|claims| claims.get("sub").is_some()) {
        return Document::Claims(&block.text);
    }
    if after.is_some_and(|before| before.language == "sh" && !calls(&before.text).is_empty()) {
        return Document::Answer;
    }
    let members: Value = serde_json::from_str(&block.text)
        .unwrap_or_else(|error| panic!("{}: this is no JSON: {error}", block.place));
    let members: Vec<&String> = members.as_object().unwrap().keys().collect();
    let all_of = |known: &[&str]| members.iter().all(|name| known.contains(&name.as_str()));
    if all_of(&[
        "user",
        "anonymous",
        "identity",
        "rules",
        "issuers",
        "switches",
    ]) {
        Document::Policy(&block.text)
    } else if all_of(&[
        "appId",
        "appCertificate",
        "apiKey",
        "apiKeys",
        "projects",
        "defaultAppId",
        "policy",
        "denied",
    ]) {
        Document::Secret(&block.text)
    } else {
        panic!(
            "{}: neither an answer nor a policy nor a secret",
            block.place
        )
    }
}

/// Each block with the one before it in the same section, if there is one.
fn with_the_one_before(blocks: &[Block]) -> impl Iterator<Item = (&Block, Option<&Block>)> {
    blocks.iter().enumerate().map(|(index, block)| {
        let before = index.checked_sub(1).map(|before| &blocks[before]);
        (
            block,
            before.filter(|before| before.section == block.section),
        )
    })
}

#[test]
fn requests_are_answered_as_the_documentation_says() {
    let (laptop, usual) = (Laptop::start(), Deployment::start(Shown::Nothing));
    let (mut asked, mut wrong) = (0, Vec::new());
    for page in pages() {
        let (mut section, mut last) = (0, None);
        // What the section shows, who has it once somebody asks, and who asks.
        let (mut shown, mut special, mut claims) = (Shown::Nothing, None, None);
        for (block, before) in with_the_one_before(&page) {
            if block.section != section {
                section = block.section;
                (shown, special, claims) = (Shown::Nothing, None, None);
            }
            match block.language.as_str() {
                "json" => match document(block, before) {
                    Document::Policy(text) => (shown, special) = (Shown::Policy(text), None),
                    Document::Secret(text) => (shown, special) = (Shown::Secret(text), None),
                    Document::Claims(text) => claims = Some(text),
                    Document::Answer => {
                        let stated = answer::read(&block.text).unwrap();
                        let given: &Answer = last.as_ref().unwrap();
                        if let Err(why) = like(&stated, &given.body) {
                            wrong.push(format!("{}: {why}: {}", block.place, given.text));
                        }
                    }
                },
                "sh" => {
                    let calls = calls(&block.text);
                    if calls.is_empty() {
                        continue;
                    }
                    let deployment = match shown {
                        Shown::Nothing => &usual,
                        shown => special.get_or_insert_with(|| Deployment::start(shown)),
                    };
                    let answers = shell::run(&block.text, &laptop, deployment, claims);
                    assert_eq!(answers.len(), calls.len(), "{}: requests", block.place);
                    for (call, answer) in calls.iter().zip(&answers) {
                        if let Err(why) = as_stated(call, answer) {
                            let (place, asked, told) = (&block.place, &call.command, &answer.text);
                            wrong.push(format!("{place}: {asked}: {why}: {told}"));
                        }
                    }
                    asked += answers.len();
                    last = answers.into_iter().last();
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A reader of the pages that finds nothing finds nothing wrong.
    assert!(asked > 50, "{asked} requests");
}

/// Whether a request is answered as the documentation says, and if not, what is different.
fn as_stated(call: &Call, answer: &Answer) -> Result<(), String> {
    if answer.status != call.status {
        return Err(format!("{} and not {}", answer.status, call.status));
    }
    let Some(stated) = &call.answer else {
        return Ok(());
    };
    let stated = answer::read(stated).map_err(|error| format!("`{stated}`: {error}"))?;
    like(&stated, &answer.body)
}

#[test]
fn policies_and_secrets_are_as_the_functions_need_them() {
    let (mut policies, mut secrets) = (0, 0);
    for page in pages() {
        for (block, before) in with_the_one_before(&page) {
            if block.language != "json" {
                continue;
            }
            match document(block, before) {
                Document::Answer | Document::Claims(_) => {}
                Document::Policy(text) => {
                    policies += 1;
                    if let Err(wrong) = Policy::parse(text) {
                        panic!("{}: {}: {}", block.place, wrong.field, wrong.detail);
                    }
                }
                Document::Secret(text) => {
                    secrets += 1;
                    let secret = Secret::parse(text);
                    let secret = secret.unwrap_or_else(|wrong| panic!("{}: {wrong}", block.place));
                    assert_eq!(secret.stops_users(), None, "{}", block.place);
                }
            }
        }
    }
    assert!(
        policies > 10 && secrets > 8,
        "{policies} policies, {secrets} secrets"
    );
}

#[test]
fn the_examples_are_shown_as_they_are() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples");
    let shown: BTreeSet<String> = pages()
        .into_iter()
        .flatten()
        .filter(|block| block.place.starts_with("access.md"))
        .map(|block| block.text)
        .collect();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(shown.contains(&text), "{}", path.display());
    }
}

/// A folder of this test alone, which is gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn node(arguments: &[&OsStr]) -> Result<Vec<u8>, String> {
    let ran = Command::new("node").args(arguments).output();
    let ran = ran.expect("Node.js is there, as CONTRIBUTING.md asks");
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    ran.status.success().then_some(ran.stdout).ok_or(told)
}

#[test]
fn modules_can_be_read_by_node() {
    let folder = Folder::new("modules");
    let mut read = 0;
    for block in pages().into_iter().flatten() {
        if block.language == "js" {
            read += 1;
            let file = folder.0.join(format!("{read}.mjs"));
            fs::write(&file, &block.text).unwrap();
            if let Err(told) = node(&["--check".as_ref(), file.as_ref()]) {
                panic!("{}: {told}", block.place);
            }
        }
    }
    assert!(read > 5, "{read} modules");
}

/// What the sample for this SDK does: the method, and what the token holds that it passes on.
fn run_sample(sdk: &str, laptop: &Laptop) -> Vec<(String, Vec<&'static str>)> {
    let folder = Folder::new(sdk);
    let import = format!("from \"{sdk}\"");
    let mut blocks = pages().into_iter().flatten();
    let block = blocks.find(|block| block.text.contains(&import));
    let file = folder.0.join("sample.mjs");
    fs::write(&file, block.unwrap().text).unwrap();
    let runner = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/suites/documentation/samples.mjs"
    );
    let base = laptop.base_url();
    let printed = node(&[runner.as_ref(), file.as_ref(), base.as_ref()]).unwrap();
    let did: Vec<(String, String)> = serde_json::from_slice(&printed).unwrap();
    did.into_iter()
        .map(|(method, token)| (method, services(&token)))
        .collect()
}

/// The services of a token; none where it is no token.
fn services(text: &str) -> Vec<&'static str> {
    if !text.starts_with("007") {
        return Vec::new();
    }
    let token = read_token(text, CERTIFICATE);
    let kinds = token.services.iter().map(|service| match &service.kind {
        ServiceKind::Rtc { channel_name, .. } if channel_name == "stage 1" => "RTC in stage 1",
        ServiceKind::Rtm { user_id } if user_id == "ann" => "RTM for ann",
        ServiceKind::Chat { user_id } if user_id == "ann" => "Chat for ann",
        other => panic!("{other:?}"),
    });
    kinds.collect()
}

#[test]
fn the_samples_of_rtm_and_chat_log_in_and_renew() {
    let laptop = Laptop::start();
    let did = |method: &str, services: &[&'static str]| (method.to_owned(), services.to_vec());
    assert_eq!(
        run_sample("agora-rtm", &laptop),
        [
            did("user", &[]),
            did("login", &["RTM for ann"]),
            did("renew login", &["RTM for ann"]),
            did("renew stage 1", &["RTC in stage 1", "RTM for ann"]),
        ]
    );
    assert_eq!(
        run_sample("agora-chat", &laptop),
        [
            did("open ann", &["Chat for ann"]),
            did("renew", &["Chat for ann"]),
            did("open ann", &["Chat for ann"]),
        ]
    );
}

#[test]
fn every_language_of_a_block_is_one_that_something_is_done_about() {
    // What cannot be run here is said to be so where it stands.
    let not_run = ["csharp", "dart", "kotlin", "swift"];
    for block in pages().into_iter().flatten() {
        let language = block.language.as_str();
        if not_run.contains(&language) {
            assert!(block.marked, "{}: not marked as not run", block.place);
        } else {
            // Blocks of `console` are run by the tests of the command line.
            let known = ["sh", "json", "js", "mermaid", "console", ""];
            assert!(known.contains(&language), "{}: {language}", block.place);
        }
    }
}

/// The names that stand as code in these lines, without values.
fn names<'a>(lines: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let code = lines.flat_map(|line| line.split('`').skip(1).step_by(2));
    code.filter(|name| name.chars().all(|c| c.is_ascii_alphabetic()))
        .collect()
}

/// A route that is sent a name it does not know answers with those that it does.
#[test]
fn the_parameters_are_those_that_the_routes_take() {
    const UNKNOWN: &str = "zzzz";
    let api = include_str!("../../../docs/api.md");
    let (_, calls) = api.split_once("## One call for each").unwrap();
    let (_, calls) = calls.split_once("```sh\n").unwrap();
    let (calls, _) = calls.split_once("```").unwrap();
    let script = calls.lines().map(|line| {
        // What is asked for is right, but for one name more.
        if let Some((before, body)) = line.split_once("-d '{") {
            format!("{before}-d '{{\"{UNKNOWN}\":1,{body}\n")
        } else if let Some(get) = line.strip_suffix('"').filter(|get| get.contains("/v1/")) {
            let mark = if get.contains('?') { '&' } else { '?' };
            format!("{get}{mark}{UNKNOWN}=1\"\n")
        } else {
            format!("{line}\n")
        }
    });
    let script: String = script.collect();
    let answers = shell::run(
        &script,
        &Laptop::start(),
        &Deployment::start(Shown::Nothing),
        None,
    );
    assert!(answers.len() > 15, "{}", answers.len());
    let mut taken = BTreeSet::new();
    for answer in &answers {
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        let known = detail.split_once("known here: ");
        let (_, known) = known.unwrap_or_else(|| panic!("{}", answer.text));
        taken.extend(known.split(", "));
    }

    let (_, told) = api.split_once("## Token types").unwrap();
    let (told, _) = told.split_once("## Answers").unwrap();
    let rows = told.lines().filter(|line| line.starts_with("| "));
    let (told, promised) = (
        names(rows.clone()),
        names(rows.clone().filter_map(|row| row.split('|').nth(1))),
    );
    let untold: Vec<_> = taken.iter().filter(|name| !told.contains(*name)).collect();
    assert!(untold.is_empty(), "taken and not told: {untold:?}");
    let unknown: Vec<_> = promised
        .iter()
        .filter(|name| !taken.contains(*name))
        .collect();
    assert!(unknown.is_empty(), "told and not taken: {unknown:?}");
}
