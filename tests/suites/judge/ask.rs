//! Random requests, each with what it asks for. Three of five keep to what the policy grants as far as a
//! request can; the others step over some of its bounds, mostly by a little.

use std::sync::LazyLock;

use agora_token_tests::event::Event;
use agora_token_tests::routes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::kinds::{self, Service};
use crate::model::claims::{claim, values};
use crate::model::deployment::{Caller, Standing};
use crate::model::identity::Identity;
use crate::model::judgement::{Asked, Verdict, foresee};
use crate::model::names::{chat_of_education, rtc_name};
use crate::model::pattern::Piece;
use crate::model::policy::{Grant, Wildcards};
use crate::model::token::{Format, Rights};
use crate::random::Random;
use crate::setting::visitors::{SUBJECTS, Visitor};
use crate::setting::{APP_IDS, Setting};

/// A token that a request asks for.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Where it stands in the answer, as a JSON pointer; the whole text where there is none.
    pub(crate) pointer: String,
    pub(crate) app_id: Option<String>,
    pub(crate) format: Format,
    pub(crate) services: Vec<Service>,
    /// The lifetime that was asked for, and the usual one.
    pub(crate) life: Option<u32>,
    pub(crate) usual: u32,
    /// Whether that is all, and all in plain words. Only the names of a 006 token are taken from a part
    /// that is not plain.
    pub(crate) plain: bool,
    pub(crate) batch: bool,
    pub(crate) drop_in: bool,
}

/// A request.
pub(crate) struct Ask<'a> {
    /// The route, as the tables of docs/api.md and docs/migrating.md have it.
    pub(crate) route: &'static str,
    pub(crate) event: Event,
    pub(crate) visitor: &'a Visitor,
    pub(crate) parts: Vec<Part>,
}

impl Part {
    fn of(pointer: &str, item: Item) -> Self {
        Self {
            pointer: pointer.to_owned(),
            app_id: None,
            format: item.format,
            services: item.services,
            life: None,
            usual: 3600,
            plain: item.plain,
            batch: false,
            drop_in: false,
        }
    }

    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            app_id: self.app_id.as_deref(),
            life: self.life,
            usual: self.usual,
            batch: self.batch,
            drop_in: self.drop_in,
        }
    }

    /// What the model thinks of the token that is asked for.
    pub(crate) fn judge(&self, setting: &Setting, standing: &Standing<'_>, now: u64) -> Verdict {
        let token = (self.format, &self.services[..]);
        foresee(&setting.deployment, standing, self.asked(), token, now)
    }
}

/// The parameters of one kind of token, and what they ask for.
pub(crate) struct Item {
    pub(crate) parameters: Map<String, Value>,
    pub(crate) services: Vec<Service>,
    pub(crate) format: Format,
    pub(crate) plain: bool,
}

/// How a request names its user.
#[derive(Clone)]
enum Who {
    Nobody,
    Uid(u32),
    Name(String),
}

/// The requests of other servers, and whether the original is a Node.js server. Where one path takes two forms,
/// a word behind a comma tells them apart.
pub(crate) const ROWS: [(&str, bool); 30] = [
    ("GET /rtc/{channel}/{role}/{type}/{id}", true),
    ("GET /rtc/{channel}/{uid}/{role=1|2}/token", false),
    ("GET /access_token", true),
    ("GET /rtcToken", true),
    ("POST /fetch_rtc_token", false),
    ("GET /v1/token", false),
    ("GET /rtm/{id}", true),
    ("GET /rtmToken", true),
    ("POST /fetch_rtm_token", false),
    ("GET /chat/app", false),
    ("GET /chat/account/{id}", false),
    ("GET /chat/user/{name}/token", false),
    ("GET /chat/app/token", false),
    ("GET /api/token/generateUserToken", false),
    ("GET /api/token/generateAppToken", false),
    ("POST /generate-user-token", false),
    ("POST /generate-app-token", false),
    ("POST /fetch_education_token", false),
    (
        "GET /edu/{version=v3|v4}/rooms/{room}/roles/{role}/users/{user}/token",
        false,
    ),
    ("GET /rte/{channel}/{role}/{type}/{id}", true),
    ("GET /rte/{channel}/{role}/{type}/{id}/{rtmId}", true),
    ("POST /getToken", false),
    ("POST /token/generate, JSON", false),
    ("POST /token/generate, form", false),
    ("POST /v2/token/generate", false),
    ("POST /v2/token006/generate", false),
    ("POST /api/token, two tokens", false),
    ("POST /api/token, request_id", false),
    ("GET /api/generate-agora-token", false),
    ("GET /get_config", false),
];

/// Every route that issues tokens, as the functions list them, each with its function: the path of one of our
/// own, or one of [`ROWS`].
pub(crate) static ROUTES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let mut routes = Vec::new();
    let issuing = |one: &&routes::Listed| one.issues.is_some() || one.drop_in.is_some();
    for listed in routes::all().iter().filter(issuing) {
        let before = routes.len();
        for path in &listed.paths {
            if listed.drop_in.is_none() {
                routes.push((listed.function.as_str(), path.as_str()));
                continue;
            }
            let request = format!("{} {path}", listed.methods[0]);
            let forms = ROWS
                .iter()
                .filter(|(row, _)| row.split(',').next() == Some(&request));
            routes.extend(forms.map(|(row, _)| (listed.function.as_str(), *row)));
        }
        assert!(before < routes.len(), "{:?} is not asked", listed.paths);
    }
    routes
});

const CHANNELS: [&str; 8] = [
    "lobby", "team-1", "team-", "dm-ann", "dm-ben", "axb", "1xa2", "ann",
];
const WILDCARDS: [&str; 10] = [
    "*", "team-*", "te*", "1*a*2", " ", "", "dm-*", "{sub}", "dm-{sub}", "*~ann",
];

/// What one request is made with.
pub(crate) struct Maker<'a> {
    pub(crate) random: &'a mut Random,
    setting: &'a Setting,
    visitor: &'a Visitor,
    pub(crate) identity: Identity,
    /// Of a user, with the subject as it is here.
    claims: Value,
    /// What is granted by each rule, and which of them it keeps to.
    rules: Vec<Grant>,
    rule: usize,
    /// Whether everything is granted.
    unlimited: bool,
    /// Whether it may step over bounds.
    wild: bool,
    /// Whether it takes one thing from one rule and the next from another.
    mixes: bool,
    /// Unix seconds.
    now: u64,
}

impl<'a> Ask<'a> {
    /// A request to one of the functions.
    pub(crate) fn random(
        random: &mut Random,
        setting: &'a Setting,
        function: &str,
        now: u64,
    ) -> Self {
        let visitor = &setting.visitors[random.below(setting.visitors.len())];
        let standing = setting.standing(visitor, now);
        let rules = standing.rules.iter().map(|(_, rule)| (*rule).clone());
        let mut rules: Vec<Grant> = rules.collect();
        if rules.is_empty() {
            rules.push(Grant::everything(Vec::new()));
        }
        let mut maker = Maker {
            wild: random.percent(40),
            mixes: rules.len() > 1 && random.percent(35),
            rule: random.below(rules.len()),
            random,
            setting,
            visitor,
            identity: standing.identity.unwrap_or_default(),
            claims: standing.claims.unwrap_or_default(),
            rules,
            unlimited: standing.unlimited,
            now,
        };
        let of_function = ROUTES.iter().filter(|(name, _)| *name == function);
        let (mut routes, mut rows): (Vec<&str>, Vec<&str>) = of_function
            .map(|(_, route)| *route)
            .partition(|route| route.starts_with('/'));
        let is_node = |row: &str| ROWS.contains(&(row, true));
        if !maker.is_service() && !maker.odd(15) {
            routes.retain(|route| !kinds::administers(kind_of(route)));
            rows.retain(|row| !row.to_lowercase().contains("app"));
            let legacy = maker.grant().legacy_tokens || !setting.node_006;
            rows.retain(|row| legacy || !is_node(row));
        }
        let drop_in = !rows.is_empty() && maker.random.percent(60);
        let route = maker.random.pick(if drop_in { &rows } else { &routes });
        let (event, parts) = match route {
            "/v1/bundle" => maker.bundle_request(),
            "/v1/batch" => maker.batch_request(),
            row if drop_in => {
                let format = match is_node(row) && setting.node_006 {
                    true => Format::V006,
                    false => Format::V007,
                };
                maker.drop_in(row, format)
            }
            route => maker.request(route, kind_of(route)),
        };
        let event =
            (visitor.headers.iter()).fold(event, |event, (name, value)| event.header(name, value));
        let parts = parts.into_iter().map(|part| Part { drop_in, ..part });
        Self {
            route,
            event,
            visitor,
            parts: parts.collect(),
        }
    }
}

/// The kind of token that one of our own routes is for.
fn kind_of(route: &str) -> &str {
    route.trim_start_matches("/v1/")
}

impl Maker<'_> {
    /// A rule to keep to.
    fn grant(&mut self) -> &Grant {
        let rule = match self.mixes && self.random.percent(50) {
            true => self.random.below(self.rules.len()),
            false => self.rule,
        };
        &self.rules[rule]
    }

    fn is_service(&self) -> bool {
        self.unlimited
    }

    fn is_user(&self) -> bool {
        matches!(self.visitor.caller, Caller::User { .. })
    }

    /// Whether to step over a bound here.
    fn odd(&mut self, percent: usize) -> bool {
        self.wild && self.random.percent(percent)
    }

    // ---- Values ----

    /// A channel, or a room.
    pub(crate) fn place(&mut self, room: bool) -> String {
        if self.is_service() || self.odd(30) {
            return match self.random.below(4) {
                0 => self.random.pick(&CHANNELS).to_owned(),
                1 => self.random.pick(&WILDCARDS).to_owned(),
                2 => {
                    let subject = self.random.pick(&SUBJECTS).to_owned();
                    self.fitting(room, &subject)
                }
                _ => {
                    let subject = self.identity.subject.clone();
                    let name = self.fitting(room, &subject);
                    match self.random.below(6) {
                        0 => format!("x{name}"),
                        1 => format!("{name}-1"),
                        2 => format!("{name}*"),
                        3 => name.to_uppercase(),
                        4 => format!("{name} "),
                        _ => name.chars().skip(1).collect(),
                    }
                }
            };
        }
        let subject = self.identity.subject.clone();
        self.fitting(room, &subject)
    }

    /// A name that fits one of the patterns, with this subject.
    fn fitting(&mut self, room: bool, subject: &str) -> String {
        let grant = self.grant();
        let patterns = if room { &grant.rooms } else { &grant.channels };
        let patterns = patterns.clone();
        let many = grant.wildcards != Wildcards::None && self.random.percent(20);
        let pattern = match patterns.len() {
            0 => return self.random.pick(&CHANNELS).to_owned(),
            count => &patterns[self.random.below(count)],
        };
        if pattern.is_any() {
            let names = if many { &WILDCARDS[..4] } else { &CHANNELS[..] };
            return self.random.pick(names).to_owned();
        }
        let text = match many {
            true => "*",
            false => self.random.pick(&["", "1", "a", "-x", "~", "ann"]),
        };
        let pieces = pattern.pieces().iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Any => text.to_owned(),
            Piece::Claim(name) if name == "sub" => subject.to_owned(),
            Piece::Claim(name) => {
                let values = claim(&self.claims, name).map(values).unwrap_or_default();
                match values.len() {
                    0 => "staff".to_owned(),
                    count => values[self.random.below(count)].clone(),
                }
            }
        });
        pieces.collect()
    }

    /// The user of an RTC service, who may be left out.
    fn rtc_user(&mut self) -> Who {
        let own_uid = self.identity.uid.map(Who::Uid);
        let own_name = self.identity.rtc().map(Who::Name);
        if self.odd(30) || (self.is_service() && self.random.percent(50)) {
            return match self.random.below(5) {
                0 => Who::Uid(self.random.one(&self.setting.uids)),
                1 => Who::Name(self.random.one(&self.setting.names)),
                2 => Who::Name(
                    self.random
                        .pick(&["*", "0", "a*", " ", "7", "8"])
                        .to_owned(),
                ),
                3 => match own_name {
                    Some(Who::Name(name)) => Who::Name(format!("{name} ")),
                    _ => Who::Uid(0),
                },
                // Their own uid as a name.
                _ => Who::Name(rtc_name(self.identity.uid.unwrap_or(7))),
            };
        }
        let stranger = [
            Who::Uid(7),
            Who::Uid(4_294_967_290),
            Who::Name("ann".to_owned()),
        ];
        match self.is_user() {
            true => match self.random.below(4) {
                0 => own_name.unwrap_or(Who::Nobody),
                1..=2 => own_uid.unwrap_or(Who::Nobody),
                _ => Who::Nobody,
            },
            false => self.random.one(&stranger),
        }
    }

    /// The same where the request has to name somebody.
    fn rtc_user_by_name(&mut self) -> Who {
        match self.rtc_user() {
            Who::Nobody => Who::Uid(self.identity.uid.unwrap_or(7)),
            who => who,
        }
    }

    /// The user of RTM or of Education.
    fn account(&mut self) -> Option<String> {
        if self.odd(30) {
            return Some(match self.random.below(3) {
                0 => self.random.pick(&["*", "0", "a*", " ", "7"]).to_owned(),
                1 => rtc_name(self.identity.uid.unwrap_or(7)),
                _ => self.random.one(&self.setting.names),
            });
        }
        match self.is_user() {
            true if self.random.percent(30) => None,
            true => self.identity.rtm(),
            false if self.random.percent(30) => Some(self.random.one(&self.setting.names)),
            false => Some(self.random.pick(&["ann", "ben", "änn x", "7"]).to_owned()),
        }
    }

    pub(crate) fn chat_name(&mut self) -> Option<String> {
        if self.odd(30) || (!self.is_user() && self.random.percent(30)) {
            return Some(match self.random.percent(50) {
                true => self.random.one(&self.setting.chat_names),
                false => self
                    .random
                    .pick(&["ann", "ben", "ann_1", "alice", "7"])
                    .to_owned(),
            });
        }
        match self.is_user() {
            true if self.random.percent(30) => None,
            true => self.identity.chat.clone(),
            false => Some(self.random.pick(&["ann", "ben"]).to_owned()),
        }
    }

    pub(crate) fn publishes(&mut self) -> bool {
        match self.is_service() || self.grant().publisher || self.odd(30) {
            true => self.random.percent(60),
            false => false,
        }
    }

    /// A role as somebody may spell it.
    fn spelled(&mut self, publishes: bool) -> String {
        let spellings: &[&str] = match publishes {
            true => &["publisher", "host", "broadcaster", "1", "PUBLISHER", "Host"],
            false => &["subscriber", "audience", "attendee", "2", "Audience"],
        };
        self.random.pick(spellings).to_owned()
    }

    pub(crate) fn education_role(&mut self) -> i16 {
        if self.is_service() || self.odd(30) {
            return self.random.one(&[-1, 0, 1, 2, 3, 4, 5, 300, i16::MIN]);
        }
        match &self.grant().education_roles {
            Some(roles) if !roles.is_empty() => {
                let roles: Vec<i16> = roles.iter().copied().collect();
                self.random.one(&roles)
            }
            _ => 2,
        }
    }

    fn life(&mut self) -> Option<u32> {
        let grant = self.grant();
        let within_jwt = grant.within_jwt;
        let limit = u32::try_from(grant.max_lifetime).unwrap_or(86_400);
        if self.odd(25) {
            return Some(self.random.one(&[limit + 1, 86_400, 1, 3600]));
        }
        match self.random.below(10) {
            0..=4 => None,
            _ if within_jwt => Some(60),
            5..=6 => Some(limit),
            _ => Some(self.random.one(&[1, 60, limit.div_ceil(2)])),
        }
    }

    fn app_id(&mut self) -> Option<String> {
        if self.odd(20) {
            let other_case = APP_IDS[0].to_ascii_lowercase();
            let nobodys = "0123456789abcdef0123456789abcdef";
            let ids = [APP_IDS[0], APP_IDS[1], APP_IDS[1], &other_case, nobodys];
            return Some(self.random.pick(&ids).to_owned());
        }
        if self.random.percent(70) {
            return None;
        }
        let projects = self.grant().projects.clone();
        Some(match projects.len() {
            0 => APP_IDS[0].to_owned(),
            count => match projects[self.random.below(count)].as_str() {
                "*" => self.random.pick(&APP_IDS).to_owned(),
                one => one.to_owned(),
            },
        })
    }

    /// The name of a user in an RTC service, if it is plain who that is.
    fn signed(&self, who: &Who) -> Option<String> {
        match who {
            Who::Uid(uid) => Some(rtc_name(*uid)),
            Who::Name(name) => Some(name.clone()),
            Who::Nobody => self.identity.usual_rtc(),
        }
    }

    // ---- Kinds of token ----

    pub(crate) fn account_in(&mut self, item: &mut Item, parameter: &str) -> String {
        let user = self.account();
        if let Some(user) = &user {
            item.set(parameter, user.as_str());
        }
        let user = user.or(self.identity.rtm());
        item.plain &= user.is_some();
        user.unwrap_or_default()
    }

    pub(crate) fn channel_and_user(&mut self, item: &mut Item) -> (String, String) {
        let channel = self.place(false);
        let parameter = self.random.pick(&["channelName", "channel"]);
        item.set(parameter, channel.as_str());
        let who = self.rtc_user();
        match &who {
            Who::Nobody => {}
            Who::Uid(uid) => match self.random.below(3) {
                0 => item.set("uid", uid.to_string()),
                1 => item.set("uid", uid.cast_signed()),
                _ => item.set("uid", *uid),
            },
            Who::Name(name) => {
                item.set("account", name.as_str());
                // Whether it is a name although it is their uid is not said.
                item.plain &= !self.is_user() || !is_number(name);
            }
        }
        let user = self.signed(&who);
        item.plain &= user.is_some();
        (channel, user.unwrap_or_default())
    }

    pub(crate) fn rtc(&mut self, item: &mut Item, versions: bool) {
        let (channel, user) = self.channel_and_user(item);
        let publishes = self.publishes();
        let mut rights = Rights::from([(1, 0)]);
        if self.random.percent(25) {
            let names = [
                "publishAudioStream",
                "publishVideoStream",
                "publishDataStream",
            ];
            let mut privileges = json!({"joinChannel": self.random.one(&[1, 60, 3600])});
            for (id, name) in (2..).zip(names) {
                if publishes && self.random.percent(50) {
                    privileges[name] = self.random.one(&[0, 1, 60, 86_400]).into();
                    rights.insert(id, 0);
                }
            }
            item.set("privileges", privileges);
        } else {
            if publishes || self.random.percent(50) {
                let role = self.spelled(publishes);
                item.set("role", role);
            }
            if publishes {
                rights.extend([(2, 0), (3, 0), (4, 0)]);
            }
            if self.random.percent(10) {
                item.set("privilegeExpire", self.random.one(&[1, 60, 86_400]));
            }
        }
        if versions && self.legacy() {
            item.set("version", "006");
            item.format = Format::V006;
            // A privilege may end before the token, or after it.
            item.plain &= !["privileges", "privilegeExpire"]
                .iter()
                .any(|name| item.parameters.contains_key(*name));
        }
        item.services.push(Service::Rtc {
            channel,
            user,
            rights,
        });
    }

    /// Whether to ask for a token in the 006 format.
    fn legacy(&mut self) -> bool {
        let granted = self.is_service() || self.grant().legacy_tokens;
        (granted && self.random.percent(20)) || self.odd(20)
    }

    pub(crate) fn rtm(&mut self, item: &mut Item) {
        let user = self.account_in(item, "userId");
        let granted = self.is_service() || self.grant().rtm_permissions;
        let publisher = self.is_service() || self.grant().publisher;
        if self.legacy() {
            item.set("version", "006");
            item.format = Format::V006;
        } else if (publisher && self.random.percent(25)) || self.odd(25) {
            let channel = self.place(false);
            item.set("channelName", channel.as_str());
            let user = user.clone();
            item.services.push(stream_channel(channel, user));
        } else if (granted && self.random.percent(40)) || self.odd(50) {
            let (permissions, lists) = self.permissions();
            item.set("permissions", permissions);
            item.services.push(Service::RtmLists { user, lists });
            return;
        }
        item.services.push(Service::Rtm { user });
    }

    fn permissions(&mut self) -> (Value, Vec<(u16, u16, Vec<String>)>) {
        let resources = [
            "messageChannels",
            "streamChannels",
            "groupChannels",
            "serverGroups",
            "users",
        ];
        let mut permissions = json!({});
        let mut lists = Vec::new();
        for (resource, name) in (0_u16..).zip(resources) {
            for (permission, way) in (0_u16..).zip(["read", "write"]) {
                if self.random.percent(65) {
                    continue;
                }
                if (resource, permission) == (1, 1) && !self.publishes() {
                    continue;
                }
                let count = self.random.below(3);
                let names: Vec<String> = (0..count)
                    .map(|_| match resource {
                        0..=2 => self.place(false),
                        _ if self.odd(20) => self.random.pick(&WILDCARDS).to_owned(),
                        _ => self.random.pick(&SUBJECTS[..6]).to_owned(),
                    })
                    .collect();
                permissions[name][way] = json!(names);
                lists.push((resource, permission, names));
            }
        }
        (permissions, lists)
    }

    // ---- Our own routes ----

    fn request(&mut self, route: &str, kind: &'static str) -> (Event, Vec<Part>) {
        let mut item = self.item(kind);
        let mut part = self.common(&mut item, kind);
        let parameters = std::mem::take(&mut item.parameters);
        part = Part {
            pointer: "/token".to_owned(),
            ..part
        };
        let flat = !parameters.values().any(Value::is_object);
        let event = match flat && self.random.percent(30) {
            true => Event::get(route).query(&query(&parameters)),
            false => Event::post(route).json(&parameters.into()),
        };
        (event, vec![part])
    }

    /// Adds what every request may have.
    fn common(&mut self, item: &mut Item, kind: &str) -> Part {
        let (app_id, life) = (self.app_id(), self.life());
        if let Some(app_id) = &app_id {
            item.set("appId", app_id.as_str());
        }
        if let Some(life) = life {
            let name = self.random.pick(&["tokenExpire", "expire"]);
            item.set(name, life);
        }
        Part {
            pointer: String::new(),
            app_id,
            format: item.format,
            services: item.services.clone(),
            life,
            usual: kinds::usual_life(kind),
            plain: item.plain,
            batch: false,
            drop_in: false,
        }
    }

    fn kind(&mut self, kinds: &[&'static str]) -> &'static str {
        for _ in 0..10 {
            let kind = kinds[self.random.below(kinds.len())];
            if self.is_service() || self.grant().has_kind(kind) || self.odd(10) {
                return kind;
            }
        }
        "rtc"
    }

    fn bundle(&mut self) -> Item {
        let mut bundle = Item {
            parameters: Map::new(),
            services: Vec::new(),
            format: Format::V007,
            plain: true,
        };
        let mut services = Vec::new();
        // Each part may be granted by another rule.
        let by_many = self.random.percent(60);
        for _ in 0..=self.random.below(4) {
            if by_many {
                self.rule = self.random.below(self.rules.len());
            }
            let kind = self.kind(&kinds::of_bundles());
            let mut item = self.item(kind);
            // It has no place in a bundle.
            if item.format == Format::V006 && !self.odd(5) {
                item.parameters.remove("version");
            }
            item.set("type", kind);
            bundle.plain &= item.plain;
            bundle.services.extend(item.services);
            services.push(Value::Object(item.parameters));
        }
        bundle.set("services", services);
        bundle
    }

    fn bundle_request(&mut self) -> (Event, Vec<Part>) {
        let mut item = self.bundle();
        let part = self.common(&mut item, "bundle");
        let part = Part {
            pointer: "/token".to_owned(),
            ..part
        };
        let event = Event::post("/v1/bundle").json(&item.parameters.into());
        (event, vec![part])
    }

    fn batch_request(&mut self) -> (Event, Vec<Part>) {
        let kinds: Vec<&str> = kinds::all().collect();
        let (mut requests, mut parts) = (Vec::new(), Vec::new());
        for place in 0..=self.random.below(4) {
            let kind = self.kind(&kinds);
            let (mut item, kind) = match self.random.percent(20) {
                true => (self.bundle(), "bundle"),
                false => (self.item(kind), kind),
            };
            let part = self.common(&mut item, kind);
            item.set("tokenType", kind);
            requests.push(Value::Object(item.parameters));
            parts.push(Part {
                pointer: format!("/results/{place}/token"),
                batch: true,
                ..part
            });
        }
        let event = Event::post("/v1/batch").json(&json!({ "requests": requests }));
        (event, parts)
    }

    // ---- Drop-in routes ----

    fn drop_in(&mut self, row: &str, format: Format) -> (Event, Vec<Part>) {
        let life = self.life();
        let publishes = self.publishes();
        match row {
            "GET /rtc/{channel}/{role}/{type}/{id}" => {
                let (path, rtc) = self.path_form(publishes, "/rtc", format);
                let event = self.get(&path, &[("expiry", text(life))]);
                (event, vec![rtc.pointing("/rtcToken").lasting(life, 3600)])
            }
            "GET /rtc/{channel}/{uid}/{role=1|2}/token" => {
                let channel = self.place(false);
                let who = self.rtc_user_by_name();
                let role = if publishes { "1" } else { "2" };
                let path = path(&["/rtc", &channel, &named(&who), role, "token"]);
                let part = self.rtc_part(channel, &who, publishes, format);
                let plain = format == Format::V007 && matches!(who, Who::Uid(_));
                (self.get(&path, &[]), vec![Part { plain, ..part }])
            }
            "GET /access_token" => {
                let (channel, who) = (self.place(false), self.rtc_user());
                let name = self.random.pick(&["channel", "channelName"]);
                // A lifetime, or the time when it is over.
                let ends = life.map(|life| match self.random.percent(50) {
                    true => (self.now + u64::from(life)).to_string(),
                    false => life.to_string(),
                });
                let event = self.get(
                    "/access_token",
                    &[
                        (name, Some(channel.clone())),
                        ("uid", uid(&who)),
                        ("expiredTs", ends),
                    ],
                );
                let part = self.rtc_part(channel, &who, false, format);
                (event, vec![part.pointing("/token").lasting(life, 86_400)])
            }
            "GET /rtcToken" => {
                let (channel, who) = (self.place(false), self.rtc_user());
                let event = self.get(
                    "/rtcToken",
                    &[("channelName", Some(channel.clone())), ("uid", uid(&who))],
                );
                let part = self.rtc_part(channel, &who, true, format);
                (event, vec![part.pointing("/key")])
            }
            "POST /fetch_rtc_token" => {
                let (channel, who) = (self.place(false), self.rtc_user());
                let name = self.random.pick(&["ChannelName", "channelName"]);
                let mut body = json!({name: channel});
                match &who {
                    Who::Uid(uid) => body["uid"] = (*uid).into(),
                    Who::Name(name) => body["uid"] = name.as_str().into(),
                    Who::Nobody => {}
                }
                body["role"] = match self.random.percent(60) {
                    true => json!(if publishes { 1 } else { 2 }),
                    false => self.spelled(publishes).into(),
                };
                let part = self.rtc_part(channel, &who, publishes, format);
                (self.post(row, body), vec![part.pointing("/token")])
            }
            "GET /v1/token" => {
                let channel = self.place(false);
                let event = self.get("/v1/token", &[("channel_name", Some(channel.clone()))]);
                let part = self.rtc_part(channel, &Who::Uid(0), true, format);
                let plain = !self.is_user();
                let part = part.lasting(None, 900);
                (event, vec![Part { plain, ..part }])
            }
            "GET /rtm/{id}" => {
                let user = self.account_by_name();
                let event = self.get(&path(&["/rtm", &user]), &[("expiry", text(life))]);
                let part = rtm_part(user, format).pointing("/rtmToken");
                (event, vec![part.lasting(life, 3600)])
            }
            "GET /rtmToken" => {
                let user = self.account_by_name();
                let event = self.get("/rtmToken", &[("account", Some(user.clone()))]);
                (event, vec![rtm_part(user, format).pointing("/key")])
            }
            "POST /fetch_rtm_token" => {
                let user = self.account_by_name();
                let event = self.post(row, json!({"uid": user}));
                (event, vec![rtm_part(user, format).pointing("/token")])
            }
            "GET /chat/app" => {
                let event = self.get("/chat/app", &[("expiry", text(life))]);
                (
                    event,
                    vec![
                        part_of(Service::ChatApp)
                            .pointing("/chatToken")
                            .lasting(life, 3600),
                    ],
                )
            }
            "GET /chat/account/{id}" => {
                let name = self.chat_by_name();
                let event = self.get(&path(&["/chat/account", &name]), &[("expiry", text(life))]);
                let part = part_of(Service::ChatUser(name)).pointing("/chatToken");
                (event, vec![part.lasting(life, 3600)])
            }
            "GET /chat/user/{name}/token" => {
                let name = self.chat_by_name();
                let event = self.get(&path(&["/chat/user", &name, "token"]), &[]);
                (event, vec![part_of(Service::ChatUser(name))])
            }
            "GET /chat/app/token" => (
                self.get("/chat/app/token", &[]),
                vec![part_of(Service::ChatApp)],
            ),
            "GET /api/token/generateUserToken" => {
                let name = self.chat_by_name();
                let event = self.get(
                    "/api/token/generateUserToken",
                    &[
                        ("account", Some(name.clone())),
                        ("expireTimeInSeconds", text(life)),
                    ],
                );
                let part = part_of(Service::ChatUser(name)).pointing("/token");
                (event, vec![part.lasting(life, 3600)])
            }
            "GET /api/token/generateAppToken" => {
                let event = self.get(
                    "/api/token/generateAppToken",
                    &[("expireTimeInSeconds", text(life))],
                );
                let part = part_of(Service::ChatApp).pointing("/token");
                (event, vec![part.lasting(life, 3600)])
            }
            "POST /generate-user-token" => {
                let name = self.chat_by_name();
                let parameter = self.random.pick(&["user_uuid", "userId"]);
                let event = self.post(row, json!({parameter: name, "expire": life}));
                let part = part_of(Service::ChatUser(name)).pointing("/token");
                (event, vec![part.lasting(life, 3600)])
            }
            "POST /generate-app-token" => {
                let event = self.post(row, json!({"expire": life}));
                let part = part_of(Service::ChatApp).pointing("/token");
                (event, vec![part.lasting(life, 3600)])
            }
            "POST /fetch_education_token" => {
                let (room, role) = (self.place(true), self.education_role());
                let user = self.account_by_name();
                let event = self.post(
                    row,
                    json!({"roomUuid": room, "userUuid": user, "role": role}),
                );
                let part = parts_of(in_room(room, user, role));
                (event, vec![part.pointing("/token")])
            }
            "GET /edu/{version=v3|v4}/rooms/{room}/roles/{role}/users/{user}/token" => {
                let (room, role) = (self.place(true), self.education_role());
                let user = self.account_by_name();
                let version = self.random.pick(&["/edu/v3/rooms", "/edu/v4/rooms"]);
                let number = role.to_string();
                let path = path(&[version, &room, "roles", &number, "users", &user, "token"]);
                let part = parts_of(in_room(room, user, role));
                (self.get(&path, &[]), vec![part.pointing("/data/token")])
            }
            "GET /rte/{channel}/{role}/{type}/{id}"
            | "GET /rte/{channel}/{role}/{type}/{id}/{rtmId}" => {
                self.rte(row.ends_with("{rtmId}"), publishes, format, life)
            }
            "POST /getToken" => self.get_token(publishes, life),
            "POST /token/generate, JSON" => self.docker_server(publishes, life),
            "POST /token/generate, form" => {
                let app = self.is_service() || self.odd(20);
                let name = self.chat_by_name();
                let (kind, service) = match app && self.random.percent(50) {
                    true => ("app", Service::ChatApp),
                    false => ("user", Service::ChatUser(name.clone())),
                };
                let mut form = Map::new();
                form.insert("tokenType".to_owned(), kind.into());
                form.insert("userId".to_owned(), name.into());
                if let Some(life) = life {
                    form.insert("expireSeconds".to_owned(), life.into());
                }
                let event = Event::post("/token/generate").form(&query(&form));
                (event, vec![part_of(service).lasting(life, 3600)])
            }
            "POST /v2/token/generate" => self.toolbox(false, life),
            "POST /v2/token006/generate" => self.toolbox(true, life),
            "POST /api/token, two tokens" | "POST /api/token, request_id" => {
                let (channel, who) = (self.place(false), self.rtc_user());
                let name = self.random.pick(&["channel", "channel_name"]);
                let user = uid(&who).unwrap_or_default();
                let rtc = self.rtc_part(channel.clone(), &who, true, format);
                let rtm = rtm_part(user, format);
                let mut body = json!({name: channel});
                match &who {
                    Who::Uid(uid) => body["uid"] = (*uid).into(),
                    Who::Name(name) => body["uid"] = name.as_str().into(),
                    Who::Nobody => {}
                }
                if row.ends_with("tokens") {
                    let parts = vec![rtc.pointing("/rtcToken"), rtm.pointing("/rtmToken")];
                    return (self.post("POST /api/token", body), vague(parts));
                }
                body["request_id"] = "1".into();
                let mut both = rtc.pointing("/data/token");
                both.services.extend(rtm.services);
                (self.post("POST /api/token", body), vague(vec![both]))
            }
            "GET /api/generate-agora-token" | "GET /get_config" => {
                let (channel, who) = (self.place(false), self.rtc_user());
                let target = row.trim_start_matches("GET ");
                let channel = self.random.percent(80).then_some(channel);
                let event = self.get(target, &[("channel", channel.clone()), ("uid", uid(&who))]);
                let part = self.rtc_part(channel.unwrap_or_default(), &who, true, format);
                let pointer = match target {
                    "/get_config" => "/data/token",
                    _ => "/token",
                };
                (event, vague(vec![part.pointing(pointer)]))
            }
            row => unreachable!("no request for {row}"),
        }
    }

    /// `/{channel}/{role}/{type}/{id}` behind `prefix`.
    fn path_form(&mut self, publishes: bool, prefix: &str, format: Format) -> (String, Part) {
        let (channel, who) = (self.place(false), self.rtc_user_by_name());
        let kind = match who {
            Who::Name(_) => "userAccount",
            _ => "uid",
        };
        let role = self.spelled(publishes);
        let path = path(&[prefix, &channel, &role, kind, &named(&who)]);
        (path, self.rtc_part(channel, &who, publishes, format))
    }

    fn rtc_part(&self, channel: String, who: &Who, publishes: bool, format: Format) -> Part {
        let mut rights = Rights::from([(1, 0)]);
        if publishes {
            rights.extend([(2, 0), (3, 0), (4, 0)]);
        }
        // A number is a uid on some routes and a name on others, 0 is somebody or anybody; a user who is
        // left out is anybody, or the caller.
        let plain = match who {
            Who::Nobody => false,
            Who::Name(name) => !is_number(name),
            Who::Uid(_) => true,
        };
        // Each of those that it may be: a 006 token has to be compared with its names.
        let mut users = vec![self.signed(who).unwrap_or_default()];
        match who {
            Who::Nobody => users.push(String::new()),
            Who::Name(name) if name == "0" => users.push(String::new()),
            _ => {}
        }
        let rtc = |user| Service::Rtc {
            channel: channel.clone(),
            user,
            rights: rights.clone(),
        };
        Part {
            format,
            plain,
            ..parts_of(users.into_iter().map(rtc).collect())
        }
    }

    fn account_by_name(&mut self) -> String {
        let own = self.identity.rtm();
        self.account().or(own).unwrap_or_else(|| "ann".to_owned())
    }

    fn chat_by_name(&mut self) -> String {
        let own = self.identity.chat.clone();
        self.chat_name().or(own).unwrap_or_else(|| "ann".to_owned())
    }

    fn rte(
        &mut self,
        rtm_id: bool,
        publishes: bool,
        format: Format,
        life: Option<u32>,
    ) -> (Event, Vec<Part>) {
        let (mut path, rtc) = self.path_form(publishes, "/rte", format);
        let Some(Service::Rtc { channel, user, .. }) = rtc.services.first().cloned() else {
            unreachable!("it is one of RTC")
        };
        let mut account = user;
        if rtm_id {
            account = self.account_by_name();
            path = format!("{path}/{}", encoded(&account));
        }
        let mut rtm = rtm_part(account.clone(), format);
        // Nobody in particular, whatever stands in the path.
        rtm.plain &= !account.is_empty();
        if format == Format::V007 {
            rtm.services.push(stream_channel(channel, account));
        }
        let event = self.get(&path, &[("expiry", text(life))]);
        let parts = vec![rtc.pointing("/rtcToken"), rtm.pointing("/rtmToken")];
        (
            event,
            parts
                .into_iter()
                .map(|part| part.lasting(life, 3600))
                .collect(),
        )
    }

    fn get_token(&mut self, publishes: bool, life: Option<u32>) -> (Event, Vec<Part>) {
        let target = self.random.pick(&["POST /getToken", "POST /token/getNew"]);
        let app = self.is_service() || self.odd(20);
        let mut body = json!({"expire": life});
        let part = match self.random.below(5) {
            0..=1 => {
                let (channel, who) = (self.place(false), self.rtc_user());
                body["tokenType"] = "rtc".into();
                body["channel"] = channel.as_str().into();
                body["role"] = self.spelled(publishes).into();
                if let Some(uid) = uid(&who) {
                    body["uid"] = uid.into();
                }
                self.rtc_part(channel, &who, publishes, Format::V007)
            }
            2 => {
                let user = self.account_by_name();
                body["tokenType"] = "rtm".into();
                body["uid"] = user.as_str().into();
                let mut part = rtm_part(user.clone(), Format::V007);
                if self.grant().publisher && self.random.percent(30) || self.odd(30) {
                    let channel = self.place(false);
                    body["channel"] = channel.as_str().into();
                    part.services.push(stream_channel(channel, user));
                    part.plain = false;
                }
                part
            }
            3 if app => {
                body["tokenType"] = "chat".into();
                part_of(Service::ChatApp)
            }
            _ => {
                let name = self.chat_by_name();
                body["tokenType"] = "chat".into();
                body["uid"] = name.as_str().into();
                let named = !name.is_empty();
                Part {
                    plain: named,
                    ..part_of(Service::ChatUser(name))
                }
            }
        };
        (
            self.post(target, body),
            vec![part.pointing("/token").lasting(life, 3600)],
        )
    }

    /// `/token/generate` with JSON: every service that is enabled, in one token.
    fn docker_server(&mut self, publishes: bool, life: Option<u32>) -> (Event, Vec<Part>) {
        let mut body = json!({"tokenExpireTs": life});
        let mut services = Vec::new();
        let mut plain = true;
        let user = self.account_by_name();
        // An empty text counts as left out.
        plain &= !user.is_empty();
        body["uid"] = user.as_str().into();
        if self.random.percent(50) {
            let channel = self.place(false);
            body["channelName"] = channel.as_str().into();
            let role = self.spelled(publishes);
            body["serviceRtc"] = json!({"enable": true, "role": role});
            let part = self.rtc_part(channel, &Who::Name(user.clone()), publishes, Format::V007);
            plain &= part.plain;
            services.extend(part.services);
        }
        if services.is_empty() || self.random.percent(40) {
            body["serviceRtm"] = json!({"enable": true});
            services.push(Service::Rtm { user });
        }
        let chosen =
            |this: &mut Self| (this.is_service() && this.random.percent(30)) || this.odd(15);
        if chosen(self) {
            body["serviceFpa"] = json!({"enable": true});
            services.push(Service::Fpa);
        }
        for (name, flag) in [("serviceChat", 0), ("serviceApaas", 1)] {
            let mut service = json!({});
            if self.random.percent(20) {
                let user = if flag == 0 {
                    self.chat_by_name()
                } else {
                    self.account_by_name()
                };
                service["enableUser"] = true.into();
                service["userUuid"] = user.as_str().into();
                services.push(match flag {
                    0 => Service::ChatUser(user),
                    _ => Service::EducationUser(user),
                });
            }
            if chosen(self) {
                service["enableApp"] = true.into();
                services.push(match flag {
                    0 => Service::ChatApp,
                    _ => Service::EducationApp,
                });
            }
            body[name] = service;
        }
        let part = parts_of(services);
        let part = Part { plain, ..part };
        let event = self.post("POST /token/generate", body);
        (
            event,
            vec![part.pointing("/data/token").lasting(life, 3600)],
        )
    }

    fn toolbox(&mut self, legacy: bool, life: Option<u32>) -> (Event, Vec<Part>) {
        const PATHS: [[&str; 4]; 2] = [
            [
                "POST /v1/token/generate",
                "POST /v2/token/generate",
                "POST /toolbox/v1/token/generate",
                "POST /toolbox/v2/token/generate",
            ],
            [
                "POST /v1/token006/generate",
                "POST /v2/token006/generate",
                "POST /toolbox/v1/token006/generate",
                "POST /toolbox/v2/token006/generate",
            ],
        ];
        let target = self.random.pick(&PATHS[usize::from(legacy)]);
        let format = if legacy { Format::V006 } else { Format::V007 };
        let (channel, app_id) = (self.place(false), self.app_id());
        let types = match self.random.below(if legacy { 2 } else { 5 }) {
            0 => vec![1],
            1 => vec![2],
            2 => vec![3],
            3 => vec![1, 2],
            _ => vec![1, 2, 3],
        };
        let (mut who, account) = (self.rtc_user_by_name(), self.account_by_name());
        if types != [1] {
            who = Who::Name(account);
        }
        let user = uid(&who).unwrap_or_default();
        let mut part = parts_of(Vec::new());
        for kind in &types {
            match kind {
                1 => {
                    let rtc = self.rtc_part(channel.clone(), &who, true, format);
                    part.plain &= rtc.plain;
                    part.services.extend(rtc.services);
                }
                2 => part.services.push(Service::Rtm { user: user.clone() }),
                _ => part.services.push(Service::ChatUser(user.clone())),
            }
        }
        if user.is_empty() {
            // Anybody, or the caller.
            let user = self.identity.rtm().unwrap_or_default();
            part.services.push(Service::Rtm { user });
            part.plain = false;
        }
        let mut body = json!({"channelName": channel, "uid": user, "expire": life, "src": "iOS"});
        match &types[..] {
            [one] => body["type"] = (*one).into(),
            _ => body["types"] = json!(types),
        }
        if let Some(app_id) = &app_id {
            body["appId"] = app_id.as_str().into();
        }
        let part = Part {
            app_id,
            format,
            plain: part.plain && life.is_some(),
            ..part
        };
        (
            self.post(target, body),
            vec![part.pointing("/data/token").lasting(life, 86_400)],
        )
    }

    // ---- The requests of other servers' clients ----

    fn slash(&mut self) -> &'static str {
        self.random.pick(&["", "/"])
    }

    /// A name in some letter case.
    fn cased(&mut self, name: &str) -> String {
        match self.random.below(6) {
            0 => name.to_uppercase(),
            1 => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }

    fn get(&mut self, path: &str, parameters: &[(&str, Option<String>)]) -> Event {
        let mut map = Map::new();
        for (name, value) in parameters {
            if let Some(value) = value {
                map.insert(self.cased(name), value.as_str().into());
            }
        }
        Event::get(&format!("{path}{}", self.slash())).query(&query(&map))
    }

    fn post(&mut self, target: &str, body: Value) -> Event {
        let path = target.trim_start_matches("POST ");
        let mut map = Map::new();
        for (name, value) in body.as_object().into_iter().flatten() {
            if !value.is_null() {
                map.insert(self.cased(name), value.clone());
            }
        }
        Event::post(&format!("{path}{}", self.slash())).json(&map.into())
    }
}

impl Item {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.parameters.insert(name.to_owned(), value.into());
    }
}

impl Part {
    fn pointing(self, pointer: &str) -> Self {
        Self {
            pointer: pointer.to_owned(),
            ..self
        }
    }

    fn lasting(self, life: Option<u32>, usual: u32) -> Self {
        Self {
            life,
            usual,
            ..self
        }
    }
}

fn part_of(service: Service) -> Part {
    parts_of(vec![service])
}

fn parts_of(services: Vec<Service>) -> Part {
    let item = Item {
        parameters: Map::new(),
        services,
        format: Format::V007,
        plain: true,
    };
    Part::of("", item)
}

fn rtm_part(user: String, format: Format) -> Part {
    Part {
        // Nobody is called 0 there.
        plain: user != "0",
        format,
        ..part_of(Service::Rtm { user })
    }
}

/// What asks for something that only the answer tells.
fn vague(parts: Vec<Part>) -> Vec<Part> {
    let vague = |part| Part {
        plain: false,
        ..part
    };
    parts.into_iter().map(vague).collect()
}

pub(crate) fn in_room(room: String, user: String, role: i16) -> Vec<Service> {
    vec![
        Service::Rtm { user: user.clone() },
        Service::ChatUser(chat_of_education(&user)),
        Service::RoomUser { room, user, role },
    ]
}

fn stream_channel(channel: String, user: String) -> Service {
    Service::Rtc {
        channel,
        user,
        rights: Rights::from([(1, 0), (4, 0)]),
    }
}

/// Whether a name reads as a number, with or without a sign: where a number may stand, it is one.
fn is_number(name: &str) -> bool {
    let digits = name.strip_prefix('-').unwrap_or(name);
    digits.chars().all(|c| c.is_ascii_digit())
}

fn text(life: Option<u32>) -> Option<String> {
    life.map(|life| life.to_string())
}

/// The user in a parameter that takes numbers and names.
fn uid(who: &Who) -> Option<String> {
    match who {
        Who::Nobody => None,
        who => Some(named(who)),
    }
}

fn named(who: &Who) -> String {
    match who {
        Who::Uid(uid) => uid.to_string(),
        Who::Name(name) => name.clone(),
        Who::Nobody => String::new(),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A path of its first segments, as they stand, and others, which are encoded.
fn path(segments: &[&str]) -> String {
    let (first, others) = segments.split_first().unwrap_or((&"", &[]));
    let others = others
        .iter()
        .map(|segment| format!("/{}", encoded(segment)));
    first
        .chars()
        .chain(others.collect::<String>().chars())
        .collect()
}

fn query(parameters: &Map<String, Value>) -> String {
    let pairs = parameters.iter().map(|(name, value)| {
        let value = match value {
            Value::String(text) => encoded(text),
            value => encoded(&value.to_string()),
        };
        format!("{}={value}", encoded(name))
    });
    pairs.collect::<Vec<_>>().join("&")
}
