//! What the tests share: a deployment with two projects, tokens of it, and a question about them.

mod deployment;
mod findings;
mod hostile;
mod pastes;
mod signatures;
mod threads;
mod words;

use crate::explain::Speaker;
use crate::explain::case::Case;
use crate::explain::explanation::explain;
use crate::explain::joins::{Joins, Moment};
use crate::explain::report::code::Code;
use crate::explain::report::{Report, Verdict};
use crate::params::{Account, Parameters, RtcUser, Uid, UserId};
use crate::token::AppId;
use crate::token::builders::rtc::{self, RtcRole};
use crate::token::whiteboard::{WhiteboardResource, WhiteboardRole, WhiteboardToken};
use crate::token::{AccessToken, AccessToken2, Privileges, Service};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::io::Write;

const APP_ID: &str = "970CA35de60c44645bbae8a215061b33";
const CERTIFICATE: &str = "5CFd2fd1755d40ecb72977518be15d3b";
const SECONDARY: &str = "0123456789abcdef0123456789ABCDEF";
const OTHER_APP_ID: &str = "11111111111111111111111111111111";
const OTHER_CERTIFICATE: &str = "22222222222222222222222222222222";
const STRANGE_APP_ID: &str = "33333333333333333333333333333333";
const API_KEY: &str = "sample-api-key-0123456789";
const ACCESS_KEY: &str = "an-access-key";
const SECRET_KEY: &str = "a-secret-key";

/// When the tokens are issued, and ten seconds later, when they are judged.
const ISSUED: u32 = 1_700_000_000;
const NOW: u64 = 1_700_000_010;

/// Who asks.
#[derive(Clone, Copy)]
enum Asker {
    Anybody,
    /// A service, whose key may be good for one project only.
    Service(Option<AppId>),
}

/// A question: who asks, when, and what the app joins with.
struct Given {
    joins: Joins,
    asker: Asker,
    with_secret: bool,
}

/// A service asks, and says nothing of what the app joins with.
fn given() -> Given {
    Given {
        joins: Joins {
            at: Some(Moment(NOW)),
            ..Joins::default()
        },
        asker: Asker::Service(None),
        with_secret: true,
    }
}

/// The same where a request says what the app joins with.
fn asked(json: &str) -> Given {
    let crate::params::Value::Object(sent) = serde_json::from_str(json).unwrap() else {
        panic!("no object: {json}")
    };
    let mut given = given();
    let at = given.joins.at;
    given.joins = Joins::read(&mut Parameters::new(sent).unwrap()).unwrap();
    given.joins.at = given.joins.at.or(at);
    given
}

impl Given {
    fn app_id(mut self, app_id: &str) -> Self {
        self.joins.app_id = Some(app_id.to_owned());
        self
    }

    fn channel(mut self, name: &str) -> Self {
        self.joins.channel_name = Some(name.to_owned());
        self
    }

    fn uid(mut self, uid: u32) -> Self {
        self.joins.user = Some(RtcUser::Uid(Uid::from(uid)));
        self
    }

    fn account(mut self, account: &str) -> Self {
        self.joins.user = Some(RtcUser::Account(Account::new(account, "account").unwrap()));
        self
    }

    fn user_id(mut self, user: &str) -> Self {
        self.joins.user_id = Some(UserId::new(user, "userId").unwrap());
        self
    }

    fn role(mut self, role: RtcRole) -> Self {
        self.joins.role = Some(role);
        self
    }

    fn at(mut self, now: u64) -> Self {
        self.joins.at = Some(Moment(now));
        self
    }

    fn asked_by(mut self, asker: Asker) -> Self {
        self.asker = asker;
        self
    }

    fn without_secret(mut self) -> Self {
        self.with_secret = false;
        self.asker = Asker::Anybody;
        self
    }

    /// What the service says. A program finds the same, and says nothing of a service that it is not.
    fn explain(&self, text: &str) -> Report {
        let (report, program) = (
            self.explained_by(Speaker::Service, text),
            self.explained_by(Speaker::default(), text),
        );
        assert_eq!(codes(&report), codes(&program));
        let said = json(&program);
        for word in ["this service", "this deployment", "/v1/", "x-api-key"] {
            assert!(!said.contains(word) || text.contains(word), "{said}");
        }
        report
    }

    fn explained_by(&self, speaker: Speaker, text: &str) -> Report {
        let now = NOW * 1000;
        let asker = self.with_secret.then_some(self.asker);
        let knowledge = deployment::knowledge(asker, speaker, now);
        let case = Case::new(&self.joins, knowledge.as_ref(), now);
        explain(text, &case)
    }

    fn codes(&self, text: &str) -> Vec<Code> {
        codes(&self.explain(text))
    }
}

/// What was found, but that all tokens of these tests are for the App ID of Agora's documentation.
fn codes(report: &Report) -> Vec<Code> {
    let findings = report.findings.iter().map(|finding| finding.code);
    findings.filter(|code| *code != Code::SampleAppId).collect()
}

fn json(report: &Report) -> String {
    serde_json::to_string(report).unwrap()
}

/// A token that is good in every way: a publisher in the channel `lobby`.
fn good() -> AccessToken2 {
    token(vec![rtc::with_role(
        "lobby",
        "42",
        RtcRole::Publisher,
        3600,
    )])
}

fn token(services: Vec<Service>) -> AccessToken2 {
    AccessToken2 {
        app_id: APP_ID.parse().unwrap(),
        issue_ts: ISSUED,
        expire: 3600,
        salt: 7,
        services,
    }
}

fn signed(token: &AccessToken2) -> String {
    signed_by(token, CERTIFICATE)
}

fn signed_by(token: &AccessToken2, certificate: &str) -> String {
    token.build(&certificate.parse().unwrap()).unwrap()
}

fn rtc_for(channel: &str, user: &str) -> String {
    signed(&token(vec![rtc::with_role(
        channel,
        user,
        RtcRole::Publisher,
        3600,
    )]))
}

/// A 007 token of this message, with a signature of zeros.
fn raw(message: &[u8]) -> String {
    raw_content(&[&[32, 0], [0; 32].as_slice(), message].concat(), &[])
}

/// A 007 token of this content, and bytes after it.
fn raw_content(content: &[u8], after: &[u8]) -> String {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(content).unwrap();
    let zlib = [zlib.finish().unwrap().as_slice(), after].concat();
    format!("007{}", BASE64_STANDARD.encode(zlib))
}

/// The message of a token for this App ID, up to its services.
fn head(app_id: &str, services: u16) -> Vec<u8> {
    let mut message = Vec::new();
    message.extend(u16::try_from(app_id.len()).unwrap().to_le_bytes());
    message.extend(app_id.as_bytes());
    for number in [ISSUED, 3600, 7] {
        message.extend(number.to_le_bytes());
    }
    message.extend(services.to_le_bytes());
    message
}

fn v006(channel: &str, uid: &str, privileges: Privileges) -> AccessToken {
    AccessToken {
        app_id: APP_ID.parse().unwrap(),
        channel_name: channel.to_owned(),
        uid: uid.to_owned(),
        salt: 7,
        ts: ISSUED + 86_400,
        privileges,
    }
}

fn signed_006(token: &AccessToken) -> String {
    token.build(&CERTIFICATE.parse().unwrap()).unwrap()
}

fn room() -> WhiteboardToken {
    WhiteboardToken {
        access_key: ACCESS_KEY.to_owned(),
        nonce: "1c9ba6c0-4b5c-11ee-be56-0242ac120002".to_owned(),
        role: WhiteboardRole::Writer,
        resource: WhiteboardResource::Room {
            uuid: "a room".to_owned(),
        },
        expire_at_ms: Some((NOW + 600) * 1000),
    }
}

fn signed_room(token: &WhiteboardToken) -> String {
    token.build(&SECRET_KEY.parse().unwrap())
}
