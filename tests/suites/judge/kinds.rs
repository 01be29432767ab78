//! The kinds of token: who they are for, what they are made of, what of that the policy looks at, and how
//! they are asked for. Whatever the judge knows of a single kind stands here.

use std::collections::BTreeMap;

use serde_json::{Map, json};

use crate::ask::{Item, Maker, in_room};
use crate::model::{Fields, Format, Rights, chat_of_education};

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
        if let Some((_, kind, ..)) = MEDIA.iter().find(|media| media.0 == number) {
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

/// The kinds of token that these services are put together from. An agent's service comes with one of
/// RTC and one of RTM, a user in an Education room with one of RTM and one of Chat.
pub(crate) fn made_of(services: &[Service]) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    let (mut rtc, mut rtm) = (0_usize, BTreeMap::<&str, usize>::new());
    let mut chats = BTreeMap::<&str, usize>::new();
    let mut agents = 0_usize;
    for service in services {
        match service {
            Service::Rtc { .. } => rtc += 1,
            Service::Rtm { user } => *rtm.entry(user).or_default() += 1,
            Service::RtmLists { .. } => kinds.push("rtm"),
            Service::Fpa => kinds.push("fpa"),
            Service::ChatUser(name) => *chats.entry(name).or_default() += 1,
            Service::ChatApp => kinds.push("chat/app"),
            Service::EducationUser(_) => kinds.push("education/user"),
            Service::EducationApp => kinds.push("education/app"),
            Service::Media { kind, .. } | Service::Whiteboard { kind, .. } => kinds.push(kind),
            Service::RoomUser { .. } => {}
            Service::Agent(kind) => {
                agents += 1;
                kinds.push(kind);
            }
        }
    }
    for service in services {
        let Service::RoomUser { user, .. } = service else {
            continue;
        };
        kinds.push("education/room-user");
        let chat = chat_of_education(user);
        for (names, name) in [(&mut rtm, user.as_str()), (&mut chats, chat.as_str())] {
            if let Some(count) = names.get_mut(name) {
                *count = count.saturating_sub(1);
            }
        }
    }
    let left = |names: BTreeMap<&str, usize>| names.values().sum::<usize>();
    if rtc > agents {
        kinds.push("rtc");
    }
    if left(rtm) > agents {
        kinds.push("rtm");
    }
    if left(chats) > 0 {
        kinds.push("chat/user");
    }
    kinds
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
