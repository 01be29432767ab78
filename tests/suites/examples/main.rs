//! The examples of `docs/access.md`: each file of `docs/examples` is the secret of a deployment, whose callers
//! get what its page says, and no more.

mod attempt;
mod deployment;
mod live;
mod lobby;
mod school;
mod servers;
mod telehealth;

use attempt::Attempt;
use deployment::Deployment;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// An example's requests, and whether the deployment knows an issuer of JWTs.
struct Example {
    name: &'static str,
    users: bool,
    attempts: Vec<Attempt>,
}

fn examples() -> Vec<Example> {
    let example = |name, users, attempts| Example {
        name,
        users,
        attempts,
    };
    vec![
        example("live", true, live::attempts()),
        example("lobby", false, lobby::attempts()),
        example("school", true, school::attempts()),
        example("servers", true, servers::attempts()),
        example("telehealth", true, telehealth::attempts()),
    ]
}

#[test]
fn every_example_grants_what_its_page_says_and_no_more() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples");
    let files: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let tried: BTreeSet<String> = examples()
        .iter()
        .map(|example| format!("{}.json", example.name))
        .collect();
    assert_eq!(files, tried, "each file has requests here");

    let mut wrong = Vec::new();
    for example in examples() {
        let secret = fs::read_to_string(folder.join(format!("{}.json", example.name))).unwrap();
        let deployment = Deployment::new(&secret, example.users);
        let (granted, refused): (Vec<_>, Vec<_>) = example
            .attempts
            .into_iter()
            .partition(|attempt| attempt.is_granted());
        let codes: BTreeSet<_> = refused.iter().map(Attempt::code).collect();
        assert!(
            granted.len() > 2 && refused.len() >= 5 && codes.len() >= 4,
            "{}: {} granted, {} refused by {codes:?}",
            example.name,
            granted.len(),
            refused.len()
        );
        for attempt in granted.iter().chain(&refused) {
            if let Err(why) = attempt.try_at(&deployment) {
                wrong.push(format!("{}: {why}", example.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
