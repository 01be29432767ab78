//! Whether a token logs in the user that an app logs in: to RTM, Chat or Education.

use crate::explain::case::Case;
use crate::explain::check::users::near;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::explain::report::words::product;
use crate::token::builders::education::chat_user;
use crate::token::{
    ApaasPrivilege, ChatPrivilege, FpaPrivilege, ParsedToken2, RtmPrivilege, Service, ServiceKind,
};

/// What to do about a login of another user.
pub(crate) const LOGIN: &str = "log in exactly the user that the token is for, or ask for a token for this one: RTM 2.x `new AgoraRTM.RTM(appId, userId)` and `rtm.login({ token })`, RTM 1.x `rtmClient.login(token, userId)`, Chat `open({ user, accessToken })`. One token is for one user";

/// The user who logs in, as far as the request tells. Whoever says a uid or an account alone, of a token that
/// opens no channel, means its user.
pub(crate) fn wanted(services: &[Service], case: &Case<'_>) -> Option<String> {
    let joins = case.joins;
    if let Some(user_id) = &joins.user_id {
        return Some(user_id.as_str().to_owned());
    }
    let alone = joins.channel_name.is_none() && joins.role.is_none();
    let only_logins = !services.is_empty() && services.iter().all(|one| user(one).is_some());
    let user = joins.user.as_ref().filter(|_| alone && only_logins)?;
    // The SDK chooses the uid 0 for channels only.
    let text = user.signed_text();
    (!text.is_empty()).then(|| text.into_owned())
}

/// Whom a service logs in, in words, and whether the request does not tell who logs in. `None` for a service
/// without a login.
pub(crate) fn told(
    service: &Service,
    case: &Case<'_>,
    unchecked: &mut Vec<&'static str>,
) -> Option<String> {
    let name = product(service.kind.name());
    let Some(user) = user(service) else {
        return Some(name.to_owned());
    };
    // Whoever asks about a channel does not ask about a login.
    if case.joins.user_id.is_none() && !case.joins.joins_channel() && !unchecked.contains(&"userId")
    {
        unchecked.push("userId");
    }
    Some(format!("{name} user {}", case.names.quoted(user)))
}

/// Judges the users of a token.
pub(crate) fn judge(
    token: &ParsedToken2,
    services: &[Service],
    case: &Case<'_>,
    findings: &mut Findings,
) {
    let education = services
        .iter()
        .any(|service| matches!(service.kind, ServiceKind::Apaas { .. }));
    for service in services {
        judge_rights(service, education, findings);
    }
    let Some(wanted) = wanted(services, case) else {
        return;
    };
    let wanted = wanted.as_str();
    let logins: Vec<&Service> = services
        .iter()
        .filter(|service| user(service).is_some())
        .collect();
    let fits = |service: &Service| {
        let user = user(service).unwrap_or_default();
        // In a classroom, a user chats under another name.
        let chats = || matches!(service.kind, ServiceKind::Chat { .. }) && education;
        user == wanted || chats() && user == chat_user(wanted)
    };
    if logins.iter().any(|service| fits(service)) {
        return;
    }
    if let Some(first) = logins.first() {
        let user = user(first).unwrap_or_default();
        findings.add_for(
            Products::of(services),
            Code::UserMismatch,
            format!(
                "the token is for the {} user {}, your app logs in {}{}",
                product(first.kind.name()),
                case.names.quoted(user),
                case.names.quoted(wanted),
                near(user, wanted)
            ),
            LOGIN,
        );
    } else if services.iter().any(administers) {
        findings.add_for(
            Products::CHAT,
            Code::AppTokenAsUserToken,
            "your app logs a user in, and this is an app token: it is for your server's calls of the REST API, and for no user",
            format!(
                "ask for a user's token{}, and keep this one off the app",
                findings.speaker.adds(" (/v1/chat/user, /v1/education/room-user)")
            ),
        );
    } else {
        say_rtm_missing(
            token
                .services
                .first()
                .map(|service| product(service.kind.name())),
            findings,
        );
    }
}

/// Says that the token logs nobody in.
pub(crate) fn say_rtm_missing(held: Option<&str>, findings: &mut Findings) {
    findings.add_for(
        Products::RTM_AND_CHAT,
        Code::ServiceRtmMissing,
        format!(
            "your app logs a user in, to RTM (Signaling), Chat or Education, and the token is for none of these: it is for {}",
            held.unwrap_or("no service that can be read")
        ),
        format!(
            "RTC, RTM and Chat take a token each. A temporary token of Agora Console is for RTC only and logs nobody in: ask for an RTM token{} or a Chat token{} for this user, or for one token with all of them{}. RTM 2.x error -10015 is another matter: Signaling is not enabled for the project in Agora Console",
            findings.speaker.adds(" (/v1/rtm)"),
            findings.speaker.adds(" (/v1/chat/user)"),
            findings.speaker.adds(" (/v1/bundle)")
        ),
    );
}

/// The user whom a service logs in.
fn user(service: &Service) -> Option<&str> {
    match &service.kind {
        ServiceKind::Rtm { user_id } | ServiceKind::Rtm2 { user_id, .. } => Some(user_id),
        ServiceKind::Chat { user_id }
        | ServiceKind::Apaas {
            user_uuid: user_id, ..
        } if !administers(service) => Some(user_id),
        _ => None,
    }
}

/// Whether a service opens everything in a project.
fn administers(service: &Service) -> bool {
    match service.kind {
        ServiceKind::Chat { .. } => service.privileges.get(ChatPrivilege::App).is_some(),
        ServiceKind::Apaas { .. } => service.privileges.get(ApaasPrivilege::App).is_some(),
        _ => false,
    }
}

fn judge_rights(service: &Service, education: bool, findings: &mut Findings) {
    let name = service.kind.name();
    if administers(service) {
        findings.add(
            Code::AppPrivileges,
            format!("the token administers everything that the project has in {name}"),
            "use it on your servers only; whoever finds it in an app may read and delete everybody's data",
        );
    }
    let (lacks, products) = match service.kind {
        ServiceKind::Rtm { .. } | ServiceKind::Rtm2 { .. } => (
            service.privileges.get(RtmPrivilege::Login).is_none(),
            Products::RTM,
        ),
        ServiceKind::Fpa => (
            service.privileges.get(FpaPrivilege::Login).is_none(),
            Products::NONE,
        ),
        // Agora's Java library builds classroom tokens whose Chat service has none.
        ServiceKind::Chat { .. } => (service.privileges.is_empty() && !education, Products::CHAT),
        _ => (false, Products::NONE),
    };
    if lacks {
        findings.add_for(
            products,
            Code::LoginRightMissing,
            format!("the service {name} in the token has no right to log in"),
            "add the privilege 1; every builder of such tokens does",
        );
    }
    if matches!(service.kind, ServiceKind::Apaas { .. }) && service.privileges.is_empty() {
        findings.add(
            Code::RoomRightMissing,
            "the Education service in the token has no privilege; Agora's Node.js library builds such tokens for the users of a room, the others add the privilege 1",
            format!(
                "if a classroom refuses the token, build it with another library{}",
                findings.speaker.adds(", or ask this service for it (/v1/education/room-user)")
            ),
        );
    }
}
