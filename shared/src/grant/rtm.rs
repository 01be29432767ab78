//! A token for RTM (Signaling).

use super::common::sealed::Sealed;
use super::{
    About, Description, Example, Grant, IdentitySlot, Part, ReadGrant, Rtc, UnsignedToken, Warning,
};
use crate::params::name::{is_any_rtc_user, is_wildcard};
use crate::params::{
    Account, ChannelName, FromValue, Invalid, Lifetime, Parameters, Rule, Schema, UserId, Value,
    Version,
};
use crate::token::builders::{rtm, rtm006};
use crate::token::{RtmPermission, RtmPermissions, RtmResource};
use serde_json::json;

/// A token for RTM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rtm {
    /// The user; access control fills it in for a caller who left it out and has an identity of their
    /// own.
    pub user_id: Option<UserId>,
    /// What the user may do beyond logging in.
    pub scope: RtmScope,
    /// The format.
    pub version: Version,
}

/// What an RTM token allows beyond logging in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RtmScope {
    /// Nothing: message channels need no right of their own.
    Login,
    /// To join one stream channel and to send in it.
    StreamChannel(ChannelName),
    /// To read and write the named resources, and no others.
    Permissions(RtmPermissions),
}

/// The names of the resources in a request.
const RESOURCES: [(&str, RtmResource); 5] = [
    ("messageChannels", RtmResource::MessageChannels),
    ("streamChannels", RtmResource::StreamChannels),
    ("groupChannels", RtmResource::GroupChannels),
    ("serverGroups", RtmResource::ServerGroups),
    ("users", RtmResource::Users),
];

/// The names of what may be done with them.
const PERMISSIONS: [(&str, RtmPermission); 2] = [
    ("read", RtmPermission::Read),
    ("write", RtmPermission::Write),
];

/// The most names in the permissions of one token. All of them travel in it at each login: a thousand
/// of usual length make 16 KB of a token that has 150 bytes without them. Whoever needs more is served
/// by `*`, or by groups.
const MOST_NAMES: usize = 1000;

impl Rtm {
    /// A token in the current format that allows `user_id` to log in.
    pub fn login(user_id: impl Into<Option<UserId>>) -> Self {
        Self {
            user_id: user_id.into(),
            scope: RtmScope::Login,
            version: Version::default(),
        }
    }

    /// The same in this format.
    pub fn in_version(self, version: Version) -> Self {
        Self { version, ..self }
    }

    fn user(&self) -> Result<&str, Invalid> {
        match &self.user_id {
            Some(user) => Ok(user.as_str()),
            None => Err(Invalid::missing("userId", "the user who logs in to RTM")),
        }
    }
}

impl Sealed for Rtm {}

impl Grant for Rtm {
    fn token_type(&self) -> &'static str {
        Self::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        vec![match self.scope {
            RtmScope::StreamChannel(_) => IdentitySlot::RtmAndRtc(&mut self.user_id),
            RtmScope::Login | RtmScope::Permissions(_) => IdentitySlot::User(&mut self.user_id),
        }]
    }

    fn parts(&self) -> Vec<Part<'_>> {
        // To send messages is what a login is for: it doesn't make a publisher.
        let login = Part {
            wildcard_user: self.user_id.as_ref().is_some_and(UserId::is_wildcard),
            legacy: self.version == Version::V006,
            ..Part::new(Self::TOKEN_TYPE)
        };
        match &self.scope {
            RtmScope::Login => vec![login],
            RtmScope::StreamChannel(channel) => {
                let user = self.user_id.as_ref().map(UserId::as_str);
                let stream = Part {
                    wildcard_user: user.is_some_and(is_any_rtc_user),
                    publishes: true,
                    ..Part::new(Rtc::TOKEN_TYPE).in_channel(channel)
                };
                vec![login, stream]
            }
            RtmScope::Permissions(permissions) => vec![permitted(permissions, login)],
        }
    }

    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let (user, expire) = (self.user()?, lifetime.seconds());
        let services = match (&self.scope, self.version) {
            (RtmScope::Login, Version::V006) => {
                let (channel_name, uid) = (user.to_owned(), String::new());
                return Ok(UnsignedToken::V6 {
                    channel_name,
                    uid,
                    privileges: rtm006::privileges(expire),
                });
            }
            (_, Version::V006) => {
                return Err(Invalid::new(
                    "version",
                    Rule::Conflict,
                    "version 006 knows neither stream channels nor permissions; leave out `version`",
                ));
            }
            (RtmScope::Login, Version::V007) => vec![rtm::login(user, expire)],
            (RtmScope::StreamChannel(channel), Version::V007) => {
                // The RTC service has the same user.
                let user = Account::new(user, "userId")?;
                rtm::with_stream_channel(user.as_str(), expire, channel.as_str())
            }
            (RtmScope::Permissions(permissions), Version::V007) => {
                vec![rtm::with_permissions(user, expire, permissions.clone())]
            }
        };
        Ok(UnsignedToken::V7 { services })
    }

    fn describe(&self) -> Description {
        let mut description = Description::new();
        if let Some(user) = &self.user_id {
            description.push(("userId", user.as_str().into()));
        }
        match &self.scope {
            RtmScope::Login => {}
            RtmScope::StreamChannel(channel) => {
                description.push(("channelName", channel.as_str().into()))
            }
            RtmScope::Permissions(permissions) => {
                description.push(("permissions", describe_permissions(permissions)))
            }
        }
        self.version.describe(&mut description);
        description
    }

    fn warnings(&self, _lifetime: Lifetime) -> Vec<Warning> {
        let mut warnings = Vec::new();
        self.version.warn(&mut warnings);
        warnings
    }
}

impl ReadGrant for Rtm {
    const TOKEN_TYPE: &'static str = "rtm";
    const ABOUT: &'static About = &About {
        product: "RTM (Signaling)",
        audience: "a client of RTM (Signaling SDK)",
        parameters: "[`userId`](#rtm); `channelName` adds the right to a stream channel; or `permissions`",
        builder: "`RtmTokenBuilder2`: `buildToken`, `buildTokenWithPermissions`",
        example: Example::of(
            "?userId=ann&channelName=lobby",
            r#"{"type":2,"user_id":"ann"}"#,
        ),
        shows: r#""userId":"ann","channelName":"lobby""#,
    };

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        let user_id = parameters.take(&["userId"])?;
        let channel: Option<ChannelName> = parameters.take(&["channelName", "channel"])?;
        let permissions: Option<Parameters> = parameters.take(&["permissions"])?;
        let scope = match (channel, permissions) {
            (None, None) => RtmScope::Login,
            (Some(channel), None) if channel.as_str().is_empty() => {
                return Err(Invalid::missing(
                    "channelName",
                    "a stream channel has a name; leave it out for none",
                ));
            }
            (Some(channel), None) => RtmScope::StreamChannel(channel),
            (None, Some(permissions)) => RtmScope::Permissions(read_permissions(permissions)?),
            (Some(_), Some(_)) => {
                return Err(Invalid::new(
                    parameters.field("permissions"),
                    Rule::Conflict,
                    "`channelName` and `permissions` are two kinds of RTM token; send one of them",
                ));
            }
        };
        Ok(Self {
            user_id,
            scope,
            version: parameters.take(&["version"])?.unwrap_or_default(),
        })
    }
}

/// What the policy has to judge of a login with these permissions.
fn permitted<'a>(permissions: &'a RtmPermissions, login: Part<'a>) -> Part<'a> {
    let mut part = Part {
        permissions: true,
        ..login
    };
    for (_, resource) in RESOURCES {
        for (_, permission) in PERMISSIONS {
            let names = permissions.get(resource, permission).unwrap_or_default();
            let writes = permission == RtmPermission::Write;
            let wildcard = names.iter().any(|name| is_wildcard(name));
            part.writes |= writes && !names.is_empty();
            match resource {
                RtmResource::Users => part.wildcard_user |= wildcard,
                _ => part.wildcard_channel |= wildcard,
            }
            match resource {
                RtmResource::Users | RtmResource::ServerGroups => {}
                _ => part.channels.extend(names.iter().map(String::as_str)),
            }
            // What the RTC service of a stream channel calls publishing data.
            part.publishes |=
                resource == RtmResource::StreamChannels && writes && !names.is_empty();
        }
    }
    part
}

fn read_permissions(mut object: Parameters) -> Result<RtmPermissions, Invalid> {
    let mut permissions = RtmPermissions::new();
    let mut left = MOST_NAMES;
    for (name, resource) in RESOURCES {
        let Some(mut granted) = object.take::<Parameters>(&[name])? else {
            continue;
        };
        for (verb, permission) in PERMISSIONS {
            let Some(Names(names)) = granted.take(&[verb])? else {
                continue;
            };
            let field = granted.field(verb);
            left = left.checked_sub(names.len()).ok_or_else(|| {
                let most =
                    format!("the permissions of a token hold at most {MOST_NAMES} names in all");
                Invalid::new(field, Rule::Length, most)
            })?;
            permissions.set(resource, permission, names);
        }
        granted.finish()?;
    }
    object.finish()?;
    Ok(permissions)
}

/// A list of channel, group or user names; `*` stands for all.
struct Names(Vec<String>);

impl FromValue for Names {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let not_names = || {
            Invalid::new(
                field,
                Rule::Type,
                "send a list of names, such as [\"news\"] or [\"*\"] for all",
            )
        };
        let names = Vec::<Value>::from_value(value, field)?.into_iter();
        let names = names.map(|value| match value {
            Value::Text(name) => UserId::new(name, field).map(|name| name.as_str().to_owned()),
            _ => Err(not_names()),
        });
        names.collect::<Result<_, _>>().map(Self)
    }

    fn schema() -> Schema {
        let about = "Names of channels, groups or users; `*` stands for all.";
        let names = json!({"type": "array", "description": about, "items": UserId::schema().json});
        Schema::named("Names", names).such_as(json!(["news"]))
    }
}

fn describe_permissions(permissions: &RtmPermissions) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    for (name, resource) in RESOURCES {
        let granted = PERMISSIONS.iter().filter_map(|(verb, permission)| {
            Some((
                (*verb).to_owned(),
                permissions.get(resource, *permission)?.into(),
            ))
        });
        let granted: serde_json::Map<_, _> = granted.collect();
        if !granted.is_empty() {
            object.insert(name.to_owned(), granted.into());
        }
    }
    object.into()
}
