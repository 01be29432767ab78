//! Whether a token opens the channel that an app joins, for its user and with the rights it needs.

use crate::explain::case::Case;
use crate::explain::check::wildcard::{covers, is_wildcard};
use crate::explain::check::{logins, rights, samples, users};
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::names::Names;
use crate::explain::report::sdk::Products;
use crate::explain::report::words::product;
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
            .as_deref()
            .is_none_or(|channel| covers(self.channel, channel))
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
    let logs_in = case.joins.user_id.is_none() && logins::wanted(services, case).is_some();
    if !case.joins.joins_channel() || logs_in {
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
        [] => "no service that can be read".to_owned(),
        services => {
            let mut names: Vec<&str> = services
                .iter()
                .map(|service| product(service.kind.name()))
                .collect();
            names.dedup();
            names.truncate(10);
            names.join(", ")
        }
    };
    say_rtc_missing(&format!("it is for {held}"), findings);
}

/// The same for any format.
pub(crate) fn say_rtc_missing(held: &str, findings: &mut Findings) {
    findings.add_for(
        Products::RTC,
        Code::ServiceRtcMissing,
        format!("your app joins a channel, and this token is not for RTC ({held})"),
        format!(
            "RTC, RTM and Chat take a token each: ask for an RTC token{} for `joinChannel` and `client.join`, or for one token with RTC and the other services{}",
            findings.speaker.adds(" (/v1/rtc)"),
            findings.speaker.adds(" (/v1/bundle)")
        ),
    );
}

fn judge_names(place: Place<'_>, case: &Case<'_>, findings: &mut Findings) {
    let names = &case.names;
    if is_wildcard(place.channel) {
        findings.add(
            Code::WildcardChannel,
            format!("the token opens {}, not only one", channel_in_words(place.channel, names)),
            "give such tokens to subscribers only, and keep them short-lived. Agora's guide has web apps call `AgoraRTC.setParameter(\"USE_NEW_TOKEN\", true)` for them",
        );
    }
    if is_wildcard(place.user) {
        findings.add(
            Code::WildcardUser,
            format!("the token lets in {}: whoever gets hold of it may use it", users::signed_as(place.user, names)),
            "nothing, if this is what you want; otherwise make the token for the uid or account that the app joins with",
        );
    }
    users::judge(place.user, findings);
}

fn judge_fit(place: Place<'_>, case: &Case<'_>, findings: &mut Findings) {
    let names = &case.names;
    if let Some(wanted) = &case.joins.channel_name
        && !place.fits_channel(case)
    {
        let swapped = case
            .joins
            .user
            .as_ref()
            .is_some_and(|user| place.user == wanted && place.channel == user.signed_text());
        say_channel(
            &channel_in_words(place.channel, names),
            wanted,
            match swapped {
                true => SWAPPED,
                false => users::near(place.channel, wanted),
            },
            case,
            findings,
        );
    }
    if let Some(wanted) = &case.joins.user
        && !place.fits_user(case)
    {
        findings.add(
            Code::UserMismatch,
            format!(
                "the token is for {}, your app joins with {}{}",
                users::signed_as(place.user, names),
                users::joined_as(wanted, names),
                users::difference(place.user, wanted)
            ),
            users::FIX,
        );
    }
}

/// Channel and user stand in each other's place.
pub(crate) const SWAPPED: &str = ": channel and user stand in each other's place, so look at the order of the builder's arguments";

/// Says that the token is for another channel; how it is called there, and how that differs.
pub(crate) fn say_channel(
    signed: &str,
    wanted: &str,
    how: &str,
    case: &Case<'_>,
    findings: &mut Findings,
) {
    findings.add(
        Code::ChannelMismatch,
        format!(
            "the token is for {signed}, your app joins {}{how}",
            case.names.quoted(wanted)
        ),
        "join exactly the channel that the token is for, or ask for a token for this one: `joinChannel(token, channel, uid)`, on the web `client.join(appId, channel, token, uid)`. One token is for one channel; a temporary token of Agora Console is for the channel that was typed there",
    );
}

/// A channel of a token, in words.
fn channel_in_words(channel: &str, names: &Names<'_>) -> String {
    if channel.trim().is_empty() || channel == "*" {
        "any channel".to_owned()
    } else if is_wildcard(channel) {
        format!("any channel whose name is like {}", names.quoted(channel))
    } else {
        format!("channel {}", names.quoted(channel))
    }
}

/// For which channel and whom a service is, in words, and which parameters would tell more. `None` for a
/// service without a channel.
pub(crate) fn told(
    service: &Service,
    case: &Case<'_>,
    unchecked: &mut Vec<&'static str>,
) -> Option<String> {
    let place = Place::of(service)?;
    let mut say = |lacks: bool, name| {
        if lacks && !unchecked.contains(&name) {
            unchecked.push(name);
        }
    };
    // Whoever asks about a login does not ask about a channel.
    let asked = case.joins.user_id.is_none() || case.joins.joins_channel();
    let any_channel = place.channel.trim().is_empty() || place.channel == "*";
    say(
        asked && case.joins.channel_name.is_none() && !any_channel,
        "channelName",
    );
    say(
        asked && case.joins.user.is_none() && !covers_anybody(place.user),
        "uid",
    );
    Some(format!(
        "{} and {}",
        channel_in_words(place.channel, &case.names),
        users::signed_as(place.user, &case.names)
    ))
}

/// Whether the sample's channel and uid are those of a service.
pub(crate) fn samples(services: &[Service]) -> (bool, bool) {
    let places = || services.iter().filter_map(Place::of);
    (
        places().any(|place| place.channel == samples::CHANNEL),
        places().any(|place| place.user == samples::UID),
    )
}

fn covers_anybody(user: &str) -> bool {
    is_wildcard(user) && user.chars().all(|c| c == '*' || c.is_whitespace())
}

fn judge_rights(place: Place<'_>, case: &Case<'_>, findings: &mut Findings) {
    let has = |right: &RtcPrivilege| place.service.privileges.get(*right).is_some();
    rights::judge(has, case, findings);
}
