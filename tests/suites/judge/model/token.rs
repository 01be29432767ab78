//! Tokens, taken apart by a reader of its own.

use std::collections::BTreeMap;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;

use crate::kinds::Service;
use crate::model::deployment::Project;

/// Which privileges, and for how many seconds.
pub(crate) type Rights = BTreeMap<u16, u32>;

/// The formats that differ in what may be done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    V007,
    V006,
    Netless,
}

/// A token, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) format: Format,
    pub(crate) app_id: String,
    /// Unix seconds.
    pub(crate) begins: u64,
    /// Unix seconds, rounded up.
    pub(crate) ends: u64,
    pub(crate) services: Vec<Service>,
}

impl Token {
    /// Takes a token apart. A 006 token holds checksums where it has names, so it is compared with the
    /// services that were asked for. A whiteboard token does not say when it was made: it was by `now`.
    pub(crate) fn read(
        text: &str,
        projects: &[Project],
        asked: &[Service],
        now: u64,
    ) -> Result<Self, String> {
        match text.get(..3) {
            Some("007") => read_007(&text[3..]),
            Some("006") => read_006(&text[3..], asked),
            Some("NET") => read_netless(text, projects, now),
            _ => Err("it is no token".to_owned()),
        }
    }
}

/// Little-endian fields, as both formats of Agora's have them.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, left) = self.0.split_at_checked(count).ok_or("it is cut short")?;
        self.0 = left;
        Ok(taken)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, String> {
        let bytes = self.bytes(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self) -> Result<u32, String> {
        let low = self.u16()?;
        Ok(u32::from(low) | u32::from(self.u16()?) << 16)
    }

    fn raw(&mut self) -> Result<&'a [u8], String> {
        let length = self.u16()?;
        self.bytes(length.into())
    }

    pub(crate) fn text(&mut self) -> Result<String, String> {
        let bytes = self.raw()?.to_vec();
        String::from_utf8(bytes).map_err(|_| "a name is not UTF-8".to_owned())
    }

    pub(crate) fn rights(&mut self) -> Result<Rights, String> {
        let count = self.u16()?;
        (0..count).map(|_| Ok((self.u16()?, self.u32()?))).collect()
    }
}

fn read_007(text: &str) -> Result<Token, String> {
    let packed = STANDARD
        .decode(text)
        .map_err(|_| "it is not base64".to_owned())?;
    let mut bytes = Vec::new();
    flate2::read::ZlibDecoder::new(&packed[..])
        .read_to_end(&mut bytes)
        .map_err(|_| "it cannot be inflated".to_owned())?;
    let mut fields = Fields(&bytes);
    if fields.raw()?.len() != 32 {
        return Err("the signature has not 32 bytes".to_owned());
    }
    let app_id = fields.text()?;
    let (begins, life) = (u64::from(fields.u32()?), u64::from(fields.u32()?));
    let _salt = fields.u32()?;
    let count = fields.u16()?;
    let services: Result<Vec<_>, _> = (0..count).map(|_| Service::read(&mut fields)).collect();
    if !fields.0.is_empty() {
        return Err("something stands behind its end".to_owned());
    }
    Ok(Token {
        format: Format::V007,
        app_id,
        begins,
        ends: begins + life,
        services: services?,
    })
}

fn read_006(text: &str, asked: &[Service]) -> Result<Token, String> {
    let app_id = text.get(..32).ok_or("it is cut short")?;
    let packed = STANDARD
        .decode(&text[32..])
        .map_err(|_| "it is not base64".to_owned())?;
    let mut fields = Fields(&packed);
    fields.raw()?;
    let checksums = (fields.u32()?, fields.u32()?);
    let message = fields.raw()?;
    let mut fields = Fields(message);
    let _salt = fields.u32()?;
    let ts = u64::from(fields.u32()?);
    let rights = fields.rights()?;
    let names = asked.iter().map(|service| match service {
        Service::Rtc { channel, user, .. } => (service, channel.as_str(), user.as_str()),
        Service::Rtm { user } => (service, user.as_str(), ""),
        _ => (service, "", ""),
    });
    let is_rtm = rights.contains_key(&1000);
    let service = names
        .filter(|(service, ..)| matches!(service, Service::Rtm { .. }) == is_rtm)
        .find(|(_, channel, user)| (crc32(channel), crc32(user)) == checksums)
        .ok_or("its checksums are of no channel and user that were asked for")?;
    let service = match (service, is_rtm) {
        ((Service::Rtc { channel, user, .. }, ..), false) => Service::Rtc {
            channel: channel.clone(),
            user: user.clone(),
            rights: rights.clone(),
        },
        ((Service::Rtm { user }, ..), true) if rights.len() == 1 => {
            Service::Rtm { user: user.clone() }
        }
        _ => return Err(format!("a 006 token has the privileges {rights:?}")),
    };
    // A privilege without an end ends with the token.
    let ends = rights.values().map(|end| match end {
        0 => ts,
        end => u64::from(*end),
    });
    Ok(Token {
        format: Format::V006,
        app_id: app_id.to_owned(),
        begins: ts.saturating_sub(86_400),
        ends: ends.max().unwrap_or(ts),
        services: vec![service],
    })
}

fn crc32(text: &str) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(text.as_bytes());
    crc.sum()
}

fn read_netless(text: &str, projects: &[Project], now: u64) -> Result<Token, String> {
    let kinds = [
        ("NETLESSROOM_", "whiteboard/room"),
        ("NETLESSTASK_", "whiteboard/task"),
        ("NETLESSSDK_", "whiteboard/sdk"),
    ];
    let (packed, kind) = kinds
        .into_iter()
        .find_map(|(prefix, kind)| Some((text.strip_prefix(prefix)?, kind)))
        .ok_or("it is no token")?;
    let query = URL_SAFE_NO_PAD
        .decode(packed)
        .map_err(|_| "it is not base64".to_owned())?;
    let query = String::from_utf8(query).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut values = BTreeMap::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').ok_or("a pair has no value")?;
        let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        if values.insert(name, value).is_some() {
            return Err(format!("{name} stands twice"));
        }
    }
    let value = |name: &str| values.get(name).cloned().ok_or(format!("it has no {name}"));
    let key = value("ak")?;
    let project = projects
        .iter()
        .find(|project| project.whiteboard_key == key);
    let millis: u64 = value("expireAt")?
        .parse()
        .map_err(|_| "expireAt is no number".to_owned())?;
    let uuid = match kind {
        "whiteboard/sdk" => String::new(),
        _ => value("uuid")?,
    };
    Ok(Token {
        format: Format::Netless,
        app_id: project.ok_or("its key is of no project")?.app_id.clone(),
        // Rounded up as its end is.
        begins: now + 1,
        ends: millis.div_ceil(1000),
        services: vec![Service::Whiteboard {
            kind,
            uuid,
            role: value("role")?
                .parse()
                .map_err(|_| "the role is no number".to_owned())?,
        }],
    })
}
