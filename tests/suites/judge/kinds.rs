//! The kinds of token: who they are for, what they are made of, what of that the policy looks at, and how
//! they are asked for. Whatever the judge knows of a single kind stands here.

use serde_json::{Map, json};

use crate::ask::{Item, Maker, in_room};
use crate::model::names::chat_of_education;
use crate::model::token::{Fields, Format, Rights};

/// Who may have a kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    /// Whoever is granted it, by its name or by `*`.
    Clients,
    /// Whoever is granted it by its name.
    Servers,
    /// Services alone: it administers a project.
    Administrators,
}
use For::{Administrators, Clients, Servers};

const KINDS: [(&str, For); 15] = [
    ("rtc", Clients),
    ("rtm", Clients),
    ("chat/user", Clients),
    ("chat/app", Administrators),
    ("education/room-user", Clients),
    ("education/user", Clients),
    ("education/app", Administrators),
    ("whiteboard/room", Clients),
    ("whiteboard/task", Clients),
    ("whiteboard/sdk", Administrators),
    ("convoai", Servers),
    ("stt", Servers),
    ("streaming", Clients),
    ("fcdn", Clients),
    ("fpa", Clients),
];

/// The services of agents, which stand beside one of RTC and one of RTM: number and kind.
const AGENTS: [(u16, &str); 2] = [(9, "convoai"), (10, "stt")];

/// The services of what sends media other ways: number, kind, the names of the privileges 1 and 2, and
/// which of them send.
const MEDIA: [(u16, &str, [&str; 2], &[u16]); 2] = [
    (
        3,
        "streaming",
        ["publishMixStream", "publishRawStream"],
        &[1, 2],
    ),
    (6, "fcdn", ["publish", "play"], &[1]),
];

pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(kind, _)| *kind)
}

/// The kinds that a policy can grant.
pub(crate) fn grantable() -> Vec<&'static str> {
    all().filter(|kind| !administers(kind)).collect()
}

/// The kinds that may go into a bundle.
pub(crate) fn of_bundles() -> Vec<&'static str> {
    let netless = |kind: &&str| kind.starts_with("whiteboard/");
    all().filter(|kind| !netless(kind)).collect()
}

pub(crate) fn administers(kind: &str) -> bool {
    KINDS.contains(&(kind_or_none(kind), Administrators))
}

/// Whether `*` stands for it.
pub(crate) fn is_for_clients(kind: &str) -> bool {
    KINDS.contains(&(kind_or_none(kind), Clients))
}

fn kind_or_none(kind: &str) -> &'static str {
    all().find(|known| *known == kind).unwrap_or_default()
}

/// One thing that a token grants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    Rtc {
        channel: String,
        user: String,
        rights: Rights,
    },
    Rtm {
        user: String,
    },
    /// RTM with lists: resource, permission, names.
    RtmLists {
        user: String,
        lists: Vec<(u16, u16, Vec<String>)>,
    },
    Media {
        kind: &'static str,
        channel: String,
        user: String,
        rights: Rights,
    },
    Fpa,
    ChatUser(String),
    ChatApp,
    RoomUser {
        room: String,
        user: String,
        role: i16,
    },
    EducationUser(String),
    EducationApp,
    Agent(&'static str),
    /// Kind of token, room or task, role.
    Whiteboard {
        kind: &'static str,
        uuid: String,
        role: u8,
    },
}

/// Where a service lets its user in.
pub(crate) enum Place<'a> {
    Channel(&'a str),
    Room(&'a str),
    EveryRoom,
}

/// Whom a service names.
pub(crate) enum User<'a> {
    Rtc(&'a str),
    Account(&'a str),
    Chat(&'a str),
}

impl Service {
    /// Reads one of a 007 token.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Self, String> {
        let (number, rights) = (fields.u16()?, fields.rights()?);
        let only: Vec<u16> = rights.keys().copied().collect();
        let login = |service| match only[..] {
            [1] => Ok(service),
            _ => Err(format!(
                "a service of type {number} has the privileges {only:?}"
            )),
        };
        let media = MEDIA.iter().find(|media| media.0 == number);
        if let (Some((_, kind, ..)), true) = (media, only.iter().all(|id| [1, 2].contains(id))) {
            return Ok(Self::Media {
                kind,
                channel: fields.text()?,
                user: fields.text()?,
                rights,
            });
        }
        if let (Some((_, kind)), []) = (AGENTS.iter().find(|one| one.0 == number), &only[..]) {
            return Ok(Self::Agent(kind));
        }
        match (number, &only[..]) {
            (1, _) => Ok(Self::Rtc {
                channel: fields.text()?,
                user: fields.text()?,
                rights,
            }),
            (2, _) => login(Self::Rtm {
                user: fields.text()?,
            }),
            (4, _) => login(Self::Fpa),
            (5, [1]) => Ok(Self::ChatUser(fields.text()?)),
            (5, [2]) => match fields.text()?.as_str() {
                "" => Ok(Self::ChatApp),
                name => Err(format!("an app token of Chat names {name:?}")),
            },
            (7, privileges) => {
                let (room, user) = (fields.text()?, fields.text()?);
                let role = fields.u16()?.cast_signed();
                match (privileges, room.as_str(), role) {
                    ([1], ..) => Ok(Self::RoomUser { room, user, role }),
                    ([2], "", -1) => Ok(Self::EducationUser(user)),
                    ([3], "", -1) if user.is_empty() => Ok(Self::EducationApp),
                    _ => Err(format!(
                        "Education: {privileges:?} in {room:?} for {user:?} as {role}"
                    )),
                }
            }
            (8, _) => {
                let user = fields.text()?;
                let mut lists = Vec::new();
                for _ in 0..fields.u16()? {
                    let resource = fields.u16()?;
                    for _ in 0..fields.u16()? {
                        let permission = fields.u16()?;
                        let names: Result<_, _> =
                            (0..fields.u16()?).map(|_| fields.text()).collect();
                        lists.push((resource, permission, names?));
                    }
                }
                login(Self::RtmLists { user, lists })
            }
            _ => Err(format!(
                "nobody asks for a service of type {number} with {only:?}"
            )),
        }
    }

    /// The kind of token that it is by itself.
    fn kind(&self) -> &'static str {
        match self {
            Self::Rtc { .. } => "rtc",
            Self::Rtm { .. } | Self::RtmLists { .. } => "rtm",
            Self::Fpa => "fpa",
            Self::ChatUser(_) => "chat/user",
            Self::ChatApp => "chat/app",
            Self::RoomUser { .. } => "education/room-user",
            Self::EducationUser(_) => "education/user",
            Self::EducationApp => "education/app",
            Self::Media { kind, .. } | Self::Whiteboard { kind, .. } | Self::Agent(kind) => kind,
        }
    }

    /// Whether it sends.
    pub(crate) fn publishes(&self) -> bool {
        match self {
            Self::Rtc { rights, .. } => [2, 3, 4].iter().any(|id| rights.contains_key(id)),
            Self::Media { kind, rights, .. } => MEDIA
                .iter()
                .filter(|media| media.1 == *kind)
                .any(|(.., send)| send.iter().any(|id| rights.contains_key(id))),
            Self::RtmLists { lists, .. } => lists.iter().any(|(resource, permission, names)| {
                (*resource, *permission) == (1, 1) && !names.is_empty()
            }),
            Self::EducationUser(_) | Self::RoomUser { .. } => true,
            Self::Whiteboard { role, .. } => *role < 2,
            _ => false,
        }
    }

    /// The names in lists of RTM, of which some are channels.
    pub(crate) fn listed(&self) -> &[(u16, u16, Vec<String>)] {
        match self {
            Self::RtmLists { lists, .. } => lists,
            _ => &[],
        }
    }

    /// The channels and rooms that it opens.
    pub(crate) fn places(&self) -> Vec<Place<'_>> {
        match self {
            Self::Rtc { channel, .. } | Self::Media { channel, .. } => {
                vec![Place::Channel(channel)]
            }
            Self::RtmLists { lists, .. } => (lists.iter())
                // Message channels, stream channels, group channels.
                .filter(|(resource, ..)| *resource <= 2)
                .flat_map(|(.., names)| names.iter().map(|name| Place::Channel(name)))
                .collect(),
            Self::RoomUser { room, .. } => vec![Place::Room(room)],
            Self::Whiteboard { kind, uuid, .. } if *kind != "whiteboard/sdk" => {
                vec![Place::Room(uuid)]
            }
            Self::EducationUser(_) => vec![Place::EveryRoom],
            _ => Vec::new(),
        }
    }

    /// The user whom it lets in.
    pub(crate) fn user(&self) -> Option<User<'_>> {
        match self {
            Self::Rtc { user, .. } | Self::Media { user, .. } => Some(User::Rtc(user)),
            Self::Rtm { user }
            | Self::RtmLists { user, .. }
            | Self::EducationUser(user)
            | Self::RoomUser { user, .. } => Some(User::Account(user)),
            Self::ChatUser(name) => Some(User::Chat(name)),
            _ => None,
        }
    }
}

/// One token that the whole is put together from: its kind, and its services.
#[derive(Clone, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) kind: &'static str,
    pub(crate) services: Vec<&'a Service>,
}

/// Each way in which these services can have been put together. An agent's service comes with one of RTC and
/// one of RTM, a user in an Education room with one of RTM and one of Chat.
pub(crate) fn groupings(services: &[Service]) -> Vec<Vec<Piece<'_>>> {
    let mut left: Vec<&Service> = services.iter().collect();
    let mut pieces = Vec::new();
    for service in services {
        let Service::RoomUser { user, .. } = service else {
            continue;
        };
        let chat = Service::ChatUser(chat_of_education(user));
        let rtm = Service::Rtm { user: user.clone() };
        let of_room = [service, &rtm, &chat];
        let taken = of_room.map(|one| take(&mut left, |other| *other == one));
        pieces.push(Piece {
            kind: "education/room-user",
            services: taken.into_iter().flatten().collect(),
        });
    }
    let mut ways = vec![(pieces, left)];
    for service in services {
        let Service::Agent(kind) = service else {
            continue;
        };
        let with_agent = ways.into_iter().flat_map(|(pieces, left)| {
            let places = |wanted: fn(&Service) -> bool| {
                let places = left.iter().enumerate().filter(|(_, one)| wanted(one));
                let places: Vec<_> = places.map(|(place, _)| Some(place)).collect();
                if places.is_empty() {
                    vec![None]
                } else {
                    places
                }
            };
            let mut ways = Vec::new();
            for rtc in places(|one| matches!(one, Service::Rtc { .. })) {
                for rtm in places(|one| matches!(one, Service::Rtm { .. })) {
                    let (mut pieces, mut rest) = (pieces.clone(), left.clone());
                    let taken = [rtc, rtm].into_iter().flatten().map(|place| left[place]);
                    let taken: Vec<&Service> = taken.chain([service]).collect();
                    for one in &taken {
                        take(&mut rest, |other| std::ptr::eq(*other, *one));
                    }
                    pieces.push(Piece {
                        kind,
                        services: taken,
                    });
                    ways.push((pieces, rest));
                }
            }
            ways
        });
        ways = with_agent.collect();
    }
    let whole = ways.into_iter().map(|(mut pieces, left)| {
        pieces.extend(left.into_iter().map(|one| Piece {
            kind: one.kind(),
            services: vec![one],
        }));
        pieces
    });
    whole.collect()
}

/// Takes the first of those out of a list.
fn take<'a>(
    list: &mut Vec<&'a Service>,
    wanted: impl Fn(&&'a Service) -> bool,
) -> Option<&'a Service> {
    let place = list.iter().position(wanted)?;
    Some(list.remove(place))
}

impl Maker<'_> {
    /// What asks for a token of this kind.
    pub(crate) fn item(&mut self, kind: &'static str) -> Item {
        let mut item = Item {
            parameters: Map::new(),
            services: Vec::new(),
            format: Format::V007,
            plain: true,
        };
        if AGENTS.iter().any(|agent| agent.1 == kind) {
            self.rtc(&mut item, false);
            let user = self.account_in(&mut item, "rtmUserId");
            item.services.push(Service::Rtm { user });
            item.services.push(Service::Agent(kind));
            return item;
        }
        if let Some((.., names, send)) = MEDIA.iter().find(|media| media.1 == kind) {
            self.media(&mut item, kind, names, send);
            return item;
        }
        match kind {
            "rtc" => self.rtc(&mut item, true),
            "rtm" => self.rtm(&mut item),
            "chat/user" => {
                let name = self.chat_name();
                if let Some(name) = &name {
                    let parameter = self.random.pick(&["userId", "username", "userUuid"]);
                    item.set(parameter, name.as_str());
                }
                let name = name.or(self.identity.chat.clone());
                item.plain &= name.is_some();
                item.services
                    .push(Service::ChatUser(name.unwrap_or_default()));
            }
            "chat/app" => item.services.push(Service::ChatApp),
            "education/app" => item.services.push(Service::EducationApp),
            "education/room-user" => {
                let (room, role) = (self.place(true), self.education_role());
                item.set("roomUuid", room.as_str());
                match self.random.percent(20) {
                    true => item.set("role", role.to_string()),
                    false => item.set("role", role),
                }
                let user = self.account_in(&mut item, "userUuid");
                item.services.extend(in_room(room, user, role));
            }
            "education/user" => {
                let user = self.account_in(&mut item, "userUuid");
                item.services.push(Service::EducationUser(user));
            }
            "whiteboard/room" | "whiteboard/task" | "whiteboard/sdk" => {
                item.format = Format::Netless;
                let role = match self.publishes() {
                    true => self.random.below(2),
                    false => 2,
                };
                let role = u8::try_from(role).unwrap_or(2);
                let names = ["admin", "writer", "reader"];
                match self.random.percent(50) {
                    true => item.set("role", names[usize::from(role)]),
                    false => item.set("role", role),
                }
                let mut uuid = String::new();
                if kind != "whiteboard/sdk" {
                    uuid = self.place(true);
                    item.set("uuid", uuid.as_str());
                }
                item.services.push(Service::Whiteboard { kind, uuid, role });
            }
            "fpa" => item.services.push(Service::Fpa),
            kind => unreachable!("nothing asks for {kind}"),
        }
        item
    }

    fn media(&mut self, item: &mut Item, kind: &'static str, names: &[&str; 2], send: &[u16]) {
        let (channel, user) = self.channel_and_user(item);
        let mut privileges = json!({});
        let mut rights = Rights::new();
        for (id, name) in (1..).zip(names) {
            if !send.contains(&id) || self.publishes() {
                privileges[*name] = self.random.one(&[0, 1, 60, 600, 86_400]).into();
                rights.insert(id, 0);
            }
        }
        item.set("privileges", privileges);
        item.services.push(Service::Media {
            kind,
            channel,
            user,
            rights,
        });
    }
}

/// How long a token of this kind lives, in seconds, when a request does not say.
pub(crate) fn usual_life(kind: &str) -> u32 {
    if kind == "fpa" { 86_400 } else { 3600 }
}
