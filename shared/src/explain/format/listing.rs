//! What a 007 token holds, as the answer lists it.

use crate::explain::case::Case;
use crate::explain::report::names::Names;
use crate::explain::report::{PrivilegeView, ServiceView};
use crate::token::{
    ParsedToken2, RtmPermission, RtmPermissions, RtmResource, Service, ServiceKind,
};
use serde_json::{Map, Value, json};

/// The most that is listed of anything. A token of a quarter of a megabyte must not make an answer
/// of several.
const SERVICES: usize = 10;
const PRIVILEGES: usize = 10;
const PERMISSION_LISTS: usize = 10;
const PERMISSION_NAMES: usize = 20;

/// The services that are listed and judged, and whether these are not all.
pub(crate) fn listed(token: &ParsedToken2) -> (&[Service], bool) {
    match token.services.split_at_checked(SERVICES) {
        Some((listed, rest)) => (listed, !rest.is_empty()),
        None => (&token.services, false),
    }
}

/// The views of these services, and whether something is not shown.
pub(crate) fn views(
    token: &ParsedToken2,
    services: &[Service],
    case: &Case<'_>,
) -> (Vec<ServiceView>, bool) {
    let mut shortened = false;
    let mut permission_names = PERMISSION_NAMES;
    let views = services
        .iter()
        .map(|service| {
            shortened |= service.privileges.len() > PRIVILEGES;
            let mut fields = fields(&service.kind, &case.names);
            if let ServiceKind::Rtm2 { permissions, .. } = &service.kind {
                let (lists, cut) =
                    permission_lists(permissions, &case.names, &mut permission_names);
                shortened |= cut;
                fields.insert("permissions".to_owned(), lists.into());
            }
            ServiceView {
                r#type: Some(service.service_type()),
                name: service.kind.name(),
                fields,
                privileges: privileges(token, service),
            }
        })
        .collect();
    (views, shortened)
}

fn privileges(token: &ParsedToken2, service: &Service) -> Vec<PrivilegeView> {
    service
        .privileges
        .iter()
        .take(PRIVILEGES)
        .map(|(id, lifetime)| PrivilegeView {
            id,
            name: service.kind.privilege_name(id),
            lifetime: Some(lifetime),
            expires_at: Some(token.privilege_expires_at(lifetime)),
        })
        .collect()
}

fn fields(kind: &ServiceKind, names: &Names<'_>) -> Map<String, Value> {
    let fields: Vec<(&str, Value)> = match kind {
        ServiceKind::Rtc { channel_name, uid } => vec![
            ("channelName", names.listed(channel_name).into()),
            ("uid", names.listed(uid).into()),
        ],
        ServiceKind::Streaming {
            channel_name,
            account,
        }
        | ServiceKind::Fcdn {
            channel_name,
            account,
        } => vec![
            ("channelName", names.listed(channel_name).into()),
            ("account", names.listed(account).into()),
        ],
        ServiceKind::Rtm { user_id }
        | ServiceKind::Chat { user_id }
        | ServiceKind::Rtm2 { user_id, .. } => vec![("userId", names.listed(user_id).into())],
        ServiceKind::Apaas {
            room_uuid,
            user_uuid,
            role,
        } => vec![
            ("roomUuid", names.listed(room_uuid).into()),
            ("userUuid", names.listed(user_uuid).into()),
            ("role", (*role).into()),
        ],
        _ => Vec::new(),
    };
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// `left` counts down the names that may still be shown, over all services.
fn permission_lists(
    permissions: &RtmPermissions,
    names: &Names<'_>,
    left: &mut usize,
) -> (Vec<Value>, bool) {
    let mut cut = permissions.iter().nth(PERMISSION_LISTS).is_some();
    let lists = permissions
        .iter()
        .take(PERMISSION_LISTS)
        .map(|(resource, permission, list)| {
            let shown: Vec<String> = list
                .iter()
                .take(*left)
                .map(|name| names.listed(name))
                .collect();
            *left -= shown.len();
            cut |= shown.len() < list.len();
            json!({
                "resource": resource_name(resource),
                "permission": permission_name(permission),
                "names": shown,
            })
        })
        .collect();
    (lists, cut)
}

/// By the names that requests have for them; a number that has none stays a number.
fn resource_name(id: u16) -> Value {
    [
        (RtmResource::MessageChannels, "messageChannels"),
        (RtmResource::StreamChannels, "streamChannels"),
        (RtmResource::GroupChannels, "groupChannels"),
        (RtmResource::ServerGroups, "serverGroups"),
        (RtmResource::Users, "users"),
    ]
    .into_iter()
    .find(|(resource, _)| u16::from(*resource) == id)
    .map_or_else(|| id.into(), |(_, name)| name.into())
}

fn permission_name(id: u16) -> Value {
    [
        (RtmPermission::Read, "read"),
        (RtmPermission::Write, "write"),
    ]
    .into_iter()
    .find(|(permission, _)| u16::from(*permission) == id)
    .map_or_else(|| id.into(), |(_, name)| name.into())
}
