//! What an answer is worth: the tokens in it are judged, and so is a refusal.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use agora_token_tests::answer::Answer;
use agora_token_tests::runtime::Outcome;
use serde_json::Value;

use crate::ask::{Ask, Part, ROWS};
use crate::kinds::Service;
use crate::model::deployment::{Caller, Standing};
use crate::model::judgement::{is_usual, judge};
use crate::model::token::Token;
use crate::setting::{APP_IDS, Setting};

/// What became of many requests.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    pub(crate) granted: u64,
    pub(crate) tokens: u64,
    /// By status and code.
    pub(crate) refused: BTreeMap<String, u64>,
    /// By route, and whether it signs 006: how many tokens were asked for and issued.
    pub(crate) routes: BTreeMap<(&'static str, bool), (u64, u64)>,
    /// How often each rule was broken.
    pub(crate) broken: BTreeMap<String, u64>,
    /// Some of the cases, each with its rule.
    pub(crate) findings: Vec<(String, String)>,
}

/// How many findings of one rule are kept.
const SOME: u64 = 3;

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.granted += other.granted;
        self.tokens += other.tokens;
        for (code, count) in other.refused {
            *self.refused.entry(code).or_default() += count;
        }
        for (route, (asked, issued)) in other.routes {
            let route = self.routes.entry(route).or_default();
            *route = (route.0 + asked, route.1 + issued);
        }
        for (rule, count) in other.broken {
            *self.broken.entry(rule).or_default() += count;
        }
        for (rule, case) in other.findings {
            let kept = self.findings.iter().filter(|(known, _)| *known == rule);
            if (kept.count() as u64) < SOME {
                self.findings.push((rule, case));
            }
        }
    }

    /// Counts a finding, and keeps what `case` says of it if it is one of the first of its rule, which
    /// is what stands before the first particulars.
    pub(crate) fn find(&mut self, finding: &str, case: impl FnOnce() -> String) {
        let rule = finding
            .split([':', ';', '[', '{'])
            .next()
            .unwrap_or_default();
        let count = self.broken.entry(rule.to_owned()).or_default();
        *count += 1;
        if *count <= SOME {
            self.findings.push((rule.to_owned(), case()));
        }
    }
}

/// Judges an answer, which came within these Unix seconds, and returns what is wrong with it.
pub(crate) fn look(
    setting: &Setting,
    ask: &Ask<'_>,
    outcome: &Outcome,
    times: RangeInclusive<u64>,
    tally: &mut Tally,
) -> Vec<String> {
    tally.requests += 1;
    let standing = setting.standing(ask.visitor, *times.end());
    let node = ROWS.contains(&(ask.route, true));
    let route = (ask.route, node && setting.node_006);
    let Outcome::Response(response) = outcome else {
        return vec!["it was not answered".to_owned()];
    };
    let answer = Answer::from_response(response);
    let json: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let mut findings = Vec::new();
    let mut issued = 0;
    let mut texts = Vec::new();
    if answer.status == 200 {
        tally.granted += 1;
        for part in &ask.parts {
            let text = match part.pointer.as_str() {
                "" => Some(answer.body.as_str()),
                pointer => json.pointer(pointer).and_then(Value::as_str),
            };
            if let Some(text) = text {
                issued += 1;
                texts.push(text);
                findings.extend(granted(setting, &standing, part, text, &times));
                continue;
            }
            // One of a batch.
            let problem = json.pointer(&part.pointer.replace("/token", "/problem"));
            let status = problem.and_then(|problem| problem["status"].as_u64());
            let code = problem.and_then(|problem| problem["code"].as_str());
            let status = status
                .and_then(|status| status.try_into().ok())
                .unwrap_or(0);
            *tally
                .refused
                .entry(format!("{status} {}", code.unwrap_or("-")))
                .or_default() += 1;
            findings.extend(refused(
                setting,
                (&ask.visitor.caller, &standing),
                std::slice::from_ref(part),
                (status, code),
                &times,
            ));
        }
    } else {
        let code = json["code"].as_str().unwrap_or("-");
        // Other servers' codes are statuses.
        let code = if code.starts_with(|c: char| c.is_ascii_digit()) {
            "-"
        } else {
            code
        };
        *tally
            .refused
            .entry(format!("{} {code}", answer.status))
            .or_default() += 1;
        let status = (answer.status, json["code"].as_str());
        findings.extend(refused(
            setting,
            (&ask.visitor.caller, &standing),
            &ask.parts,
            status,
            &times,
        ));
    }
    for stray in tokens(&answer.body) {
        if !texts.iter().any(|text| text.starts_with(stray)) {
            findings.push(format!("a token stands where none belongs: {stray}"));
        }
    }
    tally.tokens += issued;
    let counts = tally.routes.entry(route).or_default();
    *counts = (counts.0 + ask.parts.len() as u64, counts.1 + issued);
    findings
}

/// Whatever looks like a token in a text, up to where its letters end.
fn tokens(body: &str) -> Vec<&str> {
    let marks = [
        "007eJ".to_owned(),
        "NETLESS".to_owned(),
        format!("006{}", APP_IDS[0]),
        format!("006{}", APP_IDS[1]),
    ];
    let places = marks
        .iter()
        .flat_map(|mark| body.match_indices(mark.as_str()));
    places
        .map(|(place, _)| {
            let text = &body[place..];
            let end = text.find(['"', '\\']).unwrap_or(text.len());
            &text[..end]
        })
        .collect()
}

fn granted(
    setting: &Setting,
    standing: &Standing<'_>,
    part: &Part,
    text: &str,
    times: &RangeInclusive<u64>,
) -> Vec<String> {
    let (before, now) = (*times.start(), *times.end());
    let deployment = &setting.deployment;
    let token = match Token::read(text, setting.projects(), &part.services, now) {
        Ok(token) => token,
        Err(fault) => return vec![format!("{fault}: {text}")],
    };
    let mut findings = judge(deployment, standing, part.asked(), &token, now).breaks;
    if findings.is_empty() && part.plain {
        findings.extend(is_usual(deployment, standing, part.asked(), &token, now).err());
    }
    if token.begins < before {
        findings.push("it begins before it was asked for".to_owned());
    }
    if part.plain && shape(&token.services) != shape(&part.services) {
        findings.push(format!("asked for something else: {:?}", part.services));
    }
    let what = |finding| format!("{finding}; {token:?}");
    findings.into_iter().map(what).collect()
}

/// The services in some order, without the times of their rights.
fn shape(services: &[Service]) -> Vec<Service> {
    let mut services = services.to_vec();
    for service in &mut services {
        match service {
            Service::Rtc { rights, .. } | Service::Media { rights, .. } => {
                rights.values_mut().for_each(|life| *life = 0)
            }
            Service::RtmLists { lists, .. } => lists.sort(),
            _ => {}
        }
    }
    services.sort();
    services
}

/// Whether a refusal can be explained, and by the rule that its code names where it has one. All that is
/// asked for is refused for any part of it.
fn refused(
    setting: &Setting,
    (caller, standing): (&Caller, &Standing<'_>),
    parts: &[Part],
    (status, code): (u16, Option<&str>),
    times: &RangeInclusive<u64>,
) -> Option<String> {
    // Other servers' codes are statuses.
    let code = code.filter(|code| code.starts_with(|c: char| c.is_ascii_lowercase()));
    let of_caller = standing.faults.iter().any(|(known, name)| {
        *known == status && (name.is_empty() || code.is_none_or(|code| code == *name))
    });
    let explained = match status {
        _ if of_caller => true,
        400 | 404 | 405 => true,
        // An expired JWT is taken for a minute only.
        401 => match caller {
            Caller::User { claims } => claims["exp"]
                .as_u64()
                .is_none_or(|exp| exp + 30 < *times.end()),
            _ => false,
        },
        403 => parts.iter().any(|part| {
            let verdict = part.judge(setting, standing, *times.end());
            let named = match code {
                Some(code) => verdict.explains(code),
                None => !verdict.breaks.is_empty(),
            };
            named || !part.plain || !verdict.doubts.is_empty()
        }),
        _ => false,
    };
    let code = code.unwrap_or_default();
    (!explained).then(|| format!("no rule refuses this with {status} {code}"))
}
