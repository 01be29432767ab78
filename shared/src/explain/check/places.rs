//! Whether a token opens the channel that an app joins, for its user and with the rights it needs.

use crate::explain::case::Case;
use crate::explain::check::wildcard::{covers, is_wildcard};
use crate::explain::check::{rights, users};
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::params::RtcUser;
use crate::token::{ParsedToken2, RtcPrivilege, Service, ServiceKind};

/// A channel that a service opens for a user.
#[derive(Clone, Copy)]
struct Place<'a> {
    service: &'a Service,
    channel: &'a str,
    user: &'a str,
}

impl<'a> Place<'a> {
    fn of(service: &'a Service) -> Option<Self> {
        let (channel, user) = match &service.kind {
            ServiceKind::Rtc { channel_name, uid } => (channel_name, uid),
            ServiceKind::Streaming {
                channel_name,
                account,
            }
            | ServiceKind::Fcdn {
                channel_name,
                account,
            } => (channel_name, account),
            _ => return None,
        };
        Some(Self {
            service,
            channel,
            user,
        })
    }

    fn is_rtc(self) -> bool {
        matches!(self.service.kind, ServiceKind::Rtc { .. })
    }

    fn fits_channel(self, case: &Case<'_>) -> bool {
        case.joins
            .channel_name
            .as_ref()
            .is_none_or(|channel| covers(self.channel, channel.as_str()))
    }

    fn fits_user(self, case: &Case<'_>) -> bool {
        match &case.joins.user {
            None => true,
            // The SDK chooses a number, so only a token for anybody fits for sure.
            Some(RtcUser::Uid(uid)) if uid.get() == 0 => covers_anybody(self.user),
            Some(user) => covers(self.user, &user.signed_text()),
        }
    }
}

/// Judges the channels of a token.
pub(crate) fn judge(
    token: &ParsedToken2,
    services: &[Service],
    case: &Case<'_>,
    findings: &mut Findings,
) {
    let places: Vec<Place<'_>> = services.iter().filter_map(Place::of).collect();
    for place in &places {
        judge_names(*place, case, findings);
    }
    users::judge_account(case, findings);
    if !case.joins.joins_channel() {
        for place in places.into_iter().filter(|place| place.is_rtc()) {
            judge_rights(place, case, findings);
        }
        return;
    }
    let rtc = places.iter().any(|place| place.is_rtc());
    // A role is a matter of RTC; a channel and a user are also a matter of Streaming and FCDN.
    let best = places
        .into_iter()
        .filter(|place| place.is_rtc() || !rtc && case.joins.role.is_none())
        .min_by_key(|place| (!place.fits_channel(case), !place.fits_user(case)));
    match best {
        Some(best) => {
            judge_fit(best, case, findings);
            if best.is_rtc() {
                judge_rights(best, case, findings);
            }
        }
        None => say_missing(token, findings),
    }
}

/// Says that there is no service for a channel.
fn say_missing(token: &ParsedToken2, findings: &mut Findings) {
    let held = match token.services.as_slice() {
        [] => "none that can be read".to_owned(),
        services => {
            let mut names: Vec<&str> = services.iter().map(|service| service.kind.name()).collect();
            names.dedup();
            names.truncate(10);
            format!("only {}", names.join(", "))
        }
    };
    say_rtc_missing(&format!("its services: {held}"), findings);
}

/// The same for any format.
pub(crate) fn say_rtc_missing(held: &str, findings: &mut Findings) {
    findings.add_for(
        Products::RTC,
        Code::ServiceRtcMissing,
        format!("the app joins a channel, but the token opens none ({held})"),
        "ask for an RTC token (/v1/rtc), or for one token with RTC and the other services (/v1/bundle)",
    );
}

fn judge_names(place: Place<'_>, case: &Case<'_>, findings: &mut Findings) {
    let names = &case.names;
    if is_wildcard(place.channel) {
        findings.add(
            Code::WildcardChannel,
            format!(
                "the token opens every channel that the pattern {} covers",
                names.quoted(place.channel)
            ),
            "give such tokens to subscribers only, and keep them short-lived. Agora's guide has web apps call `AgoraRTC.setParameter(\"USE_NEW_TOKEN\", true)` for them",
        );
    }
    if is_wildcard(place.user) {
        findings.add(
            Code::WildcardUser,
            format!(
                "the token lets in every user that the pattern {} covers: whoever gets hold of it may use it",
                names.quoted(place.user)
            ),
            "make the token for the uid or account that the app joins with",
        );
    }
    users::judge(place.user, findings);
}

fn judge_fit(place: Place<'_>, case: &Case<'_>, findings: &mut Findings) {
    let names = &case.names;
    if let Some(wanted) = &case.joins.channel_name
        && !place.fits_channel(case)
    {
        findings.add(
            Code::ChannelMismatch,
            format!(
                "the token is for the channel {}, and the app joins another{}",
                names.quoted(place.channel),
                users::near(place.channel, wanted.as_str())
            ),
            "make the token for the very name that the app joins with",
        );
    }
    if let Some(wanted) = &case.joins.user
        && !place.fits_user(case)
    {
        findings.add(
            Code::UserMismatch,
            format!(
                "the token is for the user {}, and the app joins as another{}",
                names.quoted(place.user),
                users::difference(place.user, wanted)
            ),
            "make the token for the very uid or account that the app joins with",
        );
    }
}

fn covers_anybody(user: &str) -> bool {
    is_wildcard(user) && user.chars().all(|c| c == '*' || c.is_whitespace())
}

fn judge_rights(place: Place<'_>, case: &Case<'_>, findings: &mut Findings) {
    let has = |right: &RtcPrivilege| place.service.privileges.get(*right).is_some();
    rights::judge(has, case, findings);
}
