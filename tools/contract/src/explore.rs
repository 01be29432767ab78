//! What a route takes, found by asking: it is sent its own example, and then the same with one thing changed,
//! until nothing new is read.

use super::ask::{Ask, Sends, variables};
use super::sender::{Answer, Seen, Sender};
use agora_token::params::record::{Place, Taken};
use agora_token::params::{Rule, Schema};
use serde_json::{Value, json};

/// The name by which lists tell their entries apart.
pub const KIND: &str = "TokenType";

/// What a request in one form takes, and how it is answered.
#[derive(Debug)]
pub struct Form {
    pub sends: Sends,
    /// What stands in the path.
    pub segments: Vec<(&'static str, Schema)>,
    pub takes: Object,
    /// Whether it may come without a body.
    pub may_be_empty: bool,
    /// An example.
    pub example: Value,
    /// What was answered.
    pub answers: Vec<Answer>,
}

/// What an object takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    pub members: Vec<Member>,
    /// Whether other names are refused.
    pub closed: bool,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its names, the proper one first.
    pub names: Vec<&'static str>,
    pub schema: Schema,
    pub required: bool,
    /// Whether `null` is as good as nothing.
    pub nullable: bool,
    /// Whether an empty text is as good as nothing.
    pub blank: bool,
    /// Whether it is not read at all where others say so.
    pub ignored: bool,
    pub holds: Holds,
}

/// What is in a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Holds {
    Value,
    Object(Object),
    /// Entries by the name of their kind. `open`: whether anything else is answered by itself, too.
    List {
        entries: Vec<(String, Object)>,
        open: bool,
    },
}

/// Sends requests to one route.
struct Explorer<'a> {
    sender: &'a Sender,
    answers: Vec<Answer>,
}

/// Explores the form of request that this is an example of.
pub fn explore(sender: &Sender, example: &Ask) -> Form {
    let mut explorer = Explorer {
        sender,
        answers: Vec::new(),
    };
    let seen = explorer.send(example);
    assert!(seen.answer.status < 400, "{example:?}: {seen:?}");
    let mut segments: Vec<(&'static str, Schema)> = Vec::new();
    for taken in &seen.record.taken {
        if let (Place::Path, [name]) = (taken.place, &*taken.names)
            && segments.iter().all(|(known, _)| known != name)
        {
            segments.push((name, taken.schema.clone()));
        }
    }
    let takes = explorer.object(example, &[]);
    // Go's readers take names in any letter case: an example has the proper ones.
    let mut proper = example.parameters.clone();
    for name in takes.members.iter().flat_map(|member| &member.names) {
        let members = example.parameters.as_object().into_iter().flatten();
        for (sent, value) in members.filter(|(sent, _)| sent.eq_ignore_ascii_case(name)) {
            set(&mut proper, &[], &[sent], name, Some(value.clone()));
        }
    }
    let without = Ask {
        parameters: Value::Null,
        ..example.clone()
    };
    // What fits one path no longer may fit another.
    for (_, name, choices) in variables(example.template) {
        if !choices.is_empty() {
            let mut ask = example.clone();
            ask.segments.insert(name.to_owned(), "other".into());
            explorer.send(&ask);
        }
    }
    let may_be_empty = example.sends == Sends::Json && explorer.send(&without).record.whole;
    explorer.answers.push(sender.send_unknown(example).answer);
    Form {
        sends: example.sends,
        segments,
        takes,
        may_be_empty,
        example: proper,
        answers: explorer.answers,
    }
}

impl Explorer<'_> {
    fn send(&mut self, ask: &Ask) -> Seen {
        let seen = self.sender.send(ask);
        self.answers.push(seen.answer.clone());
        seen
    }

    /// What the object at `path` takes, in a request in which it is as it should be.
    fn object(&mut self, base: &Ask, path: &[Step]) -> Object {
        let within = within(path);
        let mut known: Vec<Taken> = Vec::new();
        let mut tried = 0;
        let seen = self.send(base);
        note(&mut known, seen, &within);
        while let Some(taken) = known.get(tried).cloned() {
            tried += 1;
            let [name, ..] = &*taken.names else { continue };
            // Another kind reads other names.
            if taken.schema.name == KIND {
                continue;
            }
            for sample in samples(&taken.schema.json) {
                let mut ask = base.clone();
                set(&mut ask.parameters, path, &taken.names, name, Some(sample));
                self.settle(ask, path, name, &mut known);
            }
        }
        let members = known.clone().into_iter();
        let members = members.map(|taken| self.member(base, path, taken, &mut known));
        let mut members: Vec<Member> = members.collect();
        let mut least = base.clone();
        for member in members.iter().filter(|member| !member.required) {
            set(&mut least.parameters, path, &member.names, "", None);
        }
        let read = self.send(&least).record.taken;
        for member in &mut members {
            let is = |taken: &Taken| taken.within == within && taken.names[0] == member.names[0];
            member.ignored = !read.iter().any(is);
        }
        let mut ask = base.clone();
        set(
            &mut ask.parameters,
            path,
            &[],
            "notAParameter",
            Some("x".into()),
        );
        Object {
            members,
            closed: !self.send(&ask).record.whole,
        }
    }

    /// Sends a request, and again with what it lacks, or without what contradicts `name`: the first that is
    /// read as a whole.
    fn settle(
        &mut self,
        mut ask: Ask,
        path: &[Step],
        name: &str,
        known: &mut Vec<Taken>,
    ) -> Option<Ask> {
        let within = within(path);
        for _ in 0..4 {
            let seen = self.send(&ask);
            if seen.record.whole {
                note(known, seen, &within);
                return Some(ask);
            }
            let refused = seen.record.refused.clone();
            note(known, seen, &within);
            match refused {
                Some((field, Rule::Missing)) => {
                    let field = field.trim_start_matches(&within).to_owned();
                    let other = known.iter().find(|one| one.names.contains(&&*field))?;
                    let sample = samples(&other.schema.json).into_iter().next();
                    set(
                        &mut ask.parameters,
                        path,
                        &other.names,
                        other.names[0],
                        sample,
                    );
                }
                Some((_, Rule::Conflict)) => {
                    let others = known.iter().filter(|one| !one.names.contains(&name));
                    let without = others.map(|one| {
                        let mut ask = ask.clone();
                        set(&mut ask.parameters, path, &one.names, one.names[0], None);
                        ask
                    });
                    let without: Vec<Ask> = without.collect();
                    ask = without
                        .into_iter()
                        .find(|ask| self.send(ask).record.whole)?;
                }
                _ => return None,
            }
        }
        None
    }

    fn member(
        &mut self,
        base: &Ask,
        path: &[Step],
        taken: Taken,
        known: &mut Vec<Taken>,
    ) -> Member {
        let name = taken.names.first().copied().unwrap_or_default();
        let mut with = |value: Option<Value>| {
            let mut ask = base.clone();
            set(&mut ask.parameters, path, &taken.names, name, value);
            self.send(&ask).record.whole
        };
        let required = !with(None);
        let (nullable, blank) = match base.sends {
            Sends::Json => (with(Some(Value::Null)), with(Some("".into()))),
            Sends::Query | Sends::Form => (false, with(Some("".into()))),
        };
        let holds = if taken.schema.json == json!({"type": "object"}) {
            let mut ask = base.clone();
            let mut inside = path.to_vec();
            inside.push(Step::Member(name));
            if get(&ask.parameters, &inside).is_none() {
                set(
                    &mut ask.parameters,
                    path,
                    &taken.names,
                    name,
                    Some(json!({})),
                );
            }
            let ask = self.settle(ask.clone(), path, name, known).unwrap_or(ask);
            Holds::Object(self.object(&ask, &inside))
        } else if taken.schema.json["type"] == "array" && taken.schema.json.get("items").is_none() {
            let mut odd = base.clone();
            set(
                &mut odd.parameters,
                path,
                &taken.names,
                name,
                Some(json!([{}])),
            );
            Holds::List {
                entries: self.entries(base, path, name),
                open: self.send(&odd).answer.status < 400,
            }
        } else {
            Holds::Value
        };
        Member {
            names: taken.names,
            schema: taken.schema,
            required,
            nullable,
            blank,
            ignored: false,
            holds,
        }
    }

    /// What the entries of a list take, by their kinds.
    fn entries(&mut self, base: &Ask, path: &[Step], name: &'static str) -> Vec<(String, Object)> {
        let mut inside = path.to_vec();
        inside.extend([Step::Member(name), Step::First]);
        let within = within(&inside);
        let seen = self.send(base);
        let kind = seen
            .record
            .taken
            .into_iter()
            .find(|taken| taken.within == within && taken.schema.name == KIND);
        let kind = kind
            .unwrap_or_else(|| panic!("{name}: no entry has a kind"))
            .names[0];
        let mut entries = Vec::new();
        for one in agora_token::grant::kinds() {
            let example = Ask::of("POST", "", one.about().example.asks);
            let mut entry = example.parameters;
            entry[kind] = one.name().into();
            let mut ask = base.clone();
            set(&mut ask.parameters, path, &[], name, Some(json!([entry])));
            // Not every kind fits everywhere.
            if self.fits(&ask) {
                entries.push((one.name().to_owned(), self.object(&ask, &inside)));
            }
        }
        entries
    }

    /// Whether a request with one entry in its list is answered with a token.
    fn fits(&mut self, ask: &Ask) -> bool {
        let answer = self.send(ask).answer;
        let refused = answer.body["results"][0].get("problem").is_some();
        answer.status < 400 && !refused
    }
}

/// Where something stands in the parameters.
#[derive(Debug, Clone, Copy)]
enum Step {
    Member(&'static str),
    /// The first entry of a list.
    First,
}

fn within(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Member(name) => text.push_str(&format!("{name}.")),
            Step::First => {
                text.pop();
                text.push_str("[0].");
            }
        }
    }
    text
}

fn get<'v>(parameters: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(parameters, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::First => value.get(0),
    })
}

/// Puts a value there under its proper name, whatever it was called, or takes it away.
fn set(parameters: &mut Value, path: &[Step], names: &[&str], name: &str, value: Option<Value>) {
    let mut object = parameters;
    for step in path {
        object = match step {
            Step::Member(name) => &mut object[*name],
            Step::First => &mut object[0],
        };
    }
    let Some(object) = object.as_object_mut() else {
        return;
    };
    // Go's readers take names in any letter case.
    let same = |sent: &str| names.iter().any(|known| known.eq_ignore_ascii_case(sent));
    object.retain(|sent, _| !same(sent) && sent != name);
    if let Some(value) = value {
        object.insert(name.to_owned(), value);
    }
}

fn note(known: &mut Vec<Taken>, seen: Seen, within: &str) {
    for taken in seen.record.taken {
        if taken.place == Place::Path || taken.within != within {
            continue;
        }
        match known.iter_mut().find(|one| one.names[0] == taken.names[0]) {
            None => known.push(taken),
            // Two readers of one name: what either takes.
            Some(one) if one.schema != taken.schema => {
                let (a, b) = (one.schema.json.clone(), taken.schema.json);
                let listed = a["anyOf"].as_array().is_some_and(|ways| ways.contains(&b));
                if a != b && !listed {
                    one.schema = Schema::new(json!({"anyOf": [a, b]}));
                }
            }
            Some(_) => {}
        }
    }
}

/// Values that a schema allows: its examples, and everything that it lists.
fn samples(schema: &Value) -> Vec<Value> {
    let mut samples: Vec<Value> = schema["examples"].as_array().cloned().unwrap_or_default();
    samples.extend(schema["enum"].as_array().into_iter().flatten().cloned());
    for way in schema["anyOf"].as_array().into_iter().flatten() {
        samples.extend(self::samples(way));
    }
    if samples.is_empty() {
        samples.extend(match schema["type"].as_str() {
            Some("string") => Some("ann".into()),
            Some("integer") => Some(schema.get("minimum").cloned().unwrap_or(1.into())),
            Some("boolean") => Some(true.into()),
            Some("object") => Some(json!({})),
            Some("array") => None,
            _ => Some(7.into()),
        });
    }
    samples
}
