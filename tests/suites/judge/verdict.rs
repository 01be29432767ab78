//! What an answer is worth: the tokens in it are judged, and so is a refusal.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use agora_token_tests::answer::Answer;
use agora_token_tests::runtime::Outcome;
use serde_json::Value;

use crate::ask::{Ask, Part, ROWS};
use crate::kinds::Service;
use crate::model::{Caller, State, Token, judge};
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
                findings.extend(granted(setting, &ask.visitor.caller, part, text, &times));
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
                ask,
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
        findings.extend(refused(setting, ask, &ask.parts, status, &times));
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
    caller: &Caller,
    part: &Part,
    text: &str,
    times: &RangeInclusive<u64>,
) -> Vec<String> {
    let (before, now) = (*times.start(), *times.end());
    let token = match Token::read(text, &setting.deployment, &part.services, now) {
        Ok(token) => token,
        Err(fault) => return vec![format!("{fault}: {text}")],
    };
    let mut findings: Vec<String> = judge(&setting.deployment, caller, part.asked(), &token, now)
        .breaks
        .into_iter()
        .map(|rule| format!("{rule}; {token:?}"))
        .collect();
    if token.begins < before {
        findings.push(format!("it begins before it was asked for; {token:?}"));
    }
    if part.plain && shape(&token.services) != shape(&part.services) {
        findings.push(format!("asked for {:?}, got {token:?}", part.services));
    }
    findings
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
    ask: &Ask<'_>,
    parts: &[Part],
    (status, code): (u16, Option<&str>),
    times: &RangeInclusive<u64>,
) -> Option<String> {
    let deployment = &setting.deployment;
    let caller = &ask.visitor.caller;
    let by_policy = matches!(caller, Caller::User { .. } | Caller::Anonymous);
    let rule = code.filter(|code| code.starts_with("denied_"));
    let explained = match (status, caller) {
        (400 | 404 | 405, _) => true,
        (401, Caller::Stranger) => true,
        (401, Caller::Anonymous) => !deployment.open,
        // A JWT has to say for whom it is, and an expired one is taken for a minute only.
        (401, Caller::User { claims }) => {
            let subject = claims["sub"].as_str().unwrap_or_default();
            let exp = claims["exp"].as_u64().unwrap_or(0);
            subject.trim().is_empty() || exp + 30 < *times.end()
        }
        (403, _) => parts.iter().any(|part| {
            let verdict = part.judge(setting, caller, *times.end());
            let named = match rule {
                Some(code) => verdict.explains(code),
                None => !verdict.breaks.is_empty(),
            };
            named || !part.plain || !verdict.doubts.is_empty()
        }),
        (503, _) => by_policy && deployment.policy.state != State::Good,
        _ => false,
    };
    let code = rule.unwrap_or_default();
    (!explained).then(|| format!("no rule refuses this with {status} {code}"))
}
