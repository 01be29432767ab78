//! Commands in a text, with what they print.
//!
//! `$ agora-token …` runs the program on a terminal, `$ cat NAME` shows a file that the commands after it can
//! read, `$ NAME=$(agora-token …)` keeps what a pipe would get, and `$ echo $?` tells the exit code. `…` stands
//! for anything, and alone in a line for any lines. With `UPDATE=1`, what differs is written anew.

use super::{Outcome, Surroundings};
use std::collections::BTreeMap;
use std::path::Path;

/// What stands between commands.
#[derive(Default)]
struct Session {
    kept: BTreeMap<String, String>,
    /// The last exit code.
    last: u8,
    count: usize,
    wrong: String,
}

impl Session {
    fn run(&mut self, command: &str, shown: &str) -> String {
        if let Some(name) = command.strip_prefix("cat ") {
            std::fs::write(name, shown).unwrap();
            return shown.to_owned();
        }
        if command == "echo $?" {
            return format!("{}\n", self.last);
        }
        let kept = command.split_once("=$(");
        if let Some((name, inner)) = kept {
            let inner = inner.strip_suffix(')').unwrap();
            let outcome = self.call(inner, false);
            self.kept
                .insert(name.to_owned(), outcome.output.trim_end().to_owned());
            return outcome.errors;
        }
        let outcome = self.call(command, true);
        outcome.output + &outcome.errors
    }

    fn call(&mut self, command: &str, terminal: bool) -> Outcome {
        if let Some((command, name)) = command.split_once(" > ") {
            let outcome = self.call(command, false);
            std::fs::write(name, &outcome.output).unwrap();
            let output = String::new();
            return Outcome { output, ..outcome };
        }
        let (command, input) = match command.split_once(" < ") {
            Some((command, name)) => (command, std::fs::read(name).unwrap()),
            None => (command, Vec::new()),
        };
        let mut words = words(command);
        let mut surroundings = Surroundings::with_project().reading(input);
        surroundings.terminal = terminal;
        while let Some((name, value)) = words[0].split_once('=') {
            surroundings = surroundings.with(name, value);
            words.remove(0);
        }
        assert_eq!(words.remove(0), "agora-token", "{command}");
        for word in &mut words {
            for (name, value) in &self.kept {
                *word = word.replace(&format!("${name}"), value);
            }
        }
        let outcome = surroundings.run(words);
        self.last = outcome.code;
        outcome
    }
}

/// The words of a command, of which some are in quotation marks.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut mark) = (Vec::new(), String::new(), None);
    for letter in command.chars() {
        match (mark, letter) {
            (Some(open), letter) if letter == open => mark = None,
            (None, '\'' | '"') => mark = Some(letter),
            (None, ' ') if word.is_empty() => {}
            (None, ' ') => words.push(std::mem::take(&mut word)),
            _ => word.push(letter),
        }
    }
    words.push(word);
    words
}

/// Whether `given` is what `stated` says.
fn like(stated: &str, given: &str) -> bool {
    let (stated, given): (Vec<&str>, Vec<&str>) =
        (stated.lines().collect(), given.lines().collect());
    lines_like(&stated, &given)
}

fn lines_like(stated: &[&str], given: &[&str]) -> bool {
    match stated.split_first() {
        None => given.is_empty(),
        Some((&"…", rest)) => {
            (0..=given.len()).any(|skipped| lines_like(rest, &given[skipped..]))
        }
        Some((line, rest)) => given
            .split_first()
            .is_some_and(|(first, others)| line_like(line, first) && lines_like(rest, others)),
    }
}

fn line_like(stated: &str, given: &str) -> bool {
    let mut parts = stated.split('…');
    let Some(mut left) = given.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return left.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        match left.find(part) {
            Some(place) => left = &left[place + part.len()..],
            None => return false,
        }
    }
    true
}

/// A command of a block: as it is typed, in one line, and with what is shown after it.
struct Command {
    typed: String,
    line: String,
    shown: String,
}

fn commands(block: &str) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut lines = block.lines();
    while let Some(first) = lines.next() {
        if let Some(command) = first.strip_prefix("$ ") {
            let (mut typed, mut line) = (format!("{first}\n"), command.to_owned());
            while let Some(begun) = line.strip_suffix('\\') {
                let next = lines.next().unwrap();
                line = format!("{begun}{}", next.trim_start());
                typed = format!("{typed}{next}\n");
            }
            let shown = String::new();
            commands.push(Command { typed, line, shown });
        } else if let Some(last) = commands.last_mut() {
            last.shown = format!("{}{first}\n", last.shown);
        }
    }
    commands
}

impl Session {
    /// The text as it should be, for one with commands.
    fn replay(&mut self, text: &str) -> String {
        let mut anew = String::new();
        for Command { typed, line, shown } in commands(text) {
            let given = self.run(&line, &shown);
            self.count += 1;
            anew.push_str(&typed);
            if like(&shown, &given) {
                anew.push_str(&shown);
            } else {
                anew.push_str(&given);
                self.wrong.push_str(&format!("$ {line}\n{given}\n"));
            }
        }
        anew
    }
}

/// Runs the commands of a file, of Markdown those in its blocks of `console`, in a folder of their own; gives
/// how many there are. No other test of the process may depend on its folder.
pub(crate) fn check(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let folder = std::env::temp_dir().join(format!("agora-token-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::env::set_current_dir(&folder).unwrap();
    let mut session = Session::default();
    let anew = match path.extension().is_some_and(|name| name == "md") {
        false => session.replay(&text),
        true => {
            let mut parts = text.split("```console\n");
            let mut anew = parts.next().unwrap().to_owned();
            for part in parts {
                let (block, rest) = part.split_once("```\n").unwrap();
                let block = session.replay(block);
                anew.push_str(&format!("```console\n{block}```\n{rest}"));
            }
            anew
        }
    };
    std::env::set_current_dir(path.parent().unwrap()).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, anew).unwrap();
    } else {
        let wrong = &session.wrong;
        assert!(
            wrong.is_empty(),
            "{} shows another output:\n{wrong}",
            path.display()
        );
    }
    session.count
}
