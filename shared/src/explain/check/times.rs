//! When a 007 token and its privileges end.

use crate::explain::case::Case;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::words::{date, span};
use crate::token::builders::rtc::RtcRole;
use crate::token::{ParsedToken2, RtcPrivilege, Service, ServiceKind};

/// From here on a number of seconds is a Unix time (2001-09-09 and later).
pub(crate) const LOOKS_LIKE_A_TIMESTAMP: u32 = 1_000_000_000;

/// The longest life that Agora gives a token, whatever it says.
const LONGEST: u32 = 86_400;

/// SDKs warn 30 seconds before the end, and need some of that to fetch another token.
pub(crate) const SHORT: u32 = 60;

/// How far the clocks of two servers may differ, in seconds.
const SKEW: u64 = 60;

/// Judges the life of the token, and that of the privileges of these services.
pub(crate) fn judge(
    token: &ParsedToken2,
    services: &[Service],
    case: &Case<'_>,
    findings: &mut Findings,
) {
    let ended = judge_token(token, case, findings);
    for service in services {
        judge_privileges(token, service, ended, case, findings);
    }
}

/// What to do about a token that has ended.
pub(crate) const RENEW: &str = "fetch a new token right before you join, and on `onTokenPrivilegeWillExpire` (web: `token-privilege-will-expire`) another for `renewToken`; to join again, take the newest, not the first. If every new token ends at this very moment, the server computes the time once, at its start: compute it for each token. To judge a token as of an earlier moment, send `at`";

/// Says that the token lives for so many seconds only.
pub(crate) fn say_short(seconds: u64, findings: &mut Findings) {
    findings.add(
        Code::LifetimeShort,
        format!(
            "the token lets its user stay for {} only; SDKs warn 30 seconds before the end, which then happens at once or never",
            span(seconds)
        ),
        "make tokens that last for some minutes at least, such as an hour",
    );
}

/// Says whether the token has ended.
fn judge_token(token: &ParsedToken2, case: &Case<'_>, findings: &mut Findings) -> bool {
    let issued = u64::from(token.issue_ts);
    if issued > case.now + SKEW {
        findings.add(
            Code::IssuedInFuture,
            format!(
                "the token says that it is made {} later than now",
                span(issued - case.now)
            ),
            "set the clock of the server that makes tokens; if you sent `at`, look at that too",
        );
    }
    if token.expire == 0 {
        findings.add(
            Code::LifetimeZero,
            "the token has a lifetime of 0 seconds, so it ends in the moment of its issue",
            "give it a lifetime, such as 3600",
        );
        return true;
    }
    if token.expire >= LOOKS_LIKE_A_TIMESTAMP {
        findings.add(
            Code::LifetimeIsTimestamp,
            "the lifetime of the token is a Unix time. Version 007 counts seconds from the token's issue and adds the time of issue itself, so this token means to live for decades; Agora lets no token live longer than 24 hours, so at best it fails a day after its issue",
            "hand the builder the seconds that the token is to live, such as 3600, not the time now plus 3600 (that was version 006)",
        );
    } else if token.expire > LONGEST {
        findings.add(
            Code::LifetimeOver24h,
            format!(
                "the token means to live for {}, but Agora lets no token live longer than 24 hours",
                span(token.expire.into())
            ),
            "ask for 86400 seconds at most, and renew the token in the app (`onTokenPrivilegeWillExpire`, `renewToken`)",
        );
    } else if token.expire <= SHORT {
        say_short(token.expire.into(), findings);
    }
    let end = issued + u64::from(token.expire.min(LONGEST));
    if case.now < end {
        return false;
    }
    let limit = if token.expire > LONGEST {
        format!(
            ": it asks for {}, and Agora ends every token 24 hours after its making",
            span(token.expire.into())
        )
    } else {
        String::new()
    };
    findings.add(
        Code::TokenExpired,
        format!(
            "the token ended {} ago, on {}{limit}",
            span(case.now - end),
            date(end)
        ),
        RENEW,
    );
    true
}

fn judge_privileges(
    token: &ParsedToken2,
    service: &Service,
    token_ended: bool,
    case: &Case<'_>,
    findings: &mut Findings,
) {
    let name = service.kind.name();
    let of = |is: &dyn Fn(u16, u32) -> bool| {
        let named: Vec<String> = service
            .privileges
            .iter()
            .filter(|(id, lifetime)| is(*id, *lifetime))
            .take(4)
            .map(|(id, _)| match service.kind.privilege_name(id) {
                Some(name) => format!("`{name}`"),
                None => format!("{id}"),
            })
            .collect();
        (!named.is_empty()).then(|| named.join(", "))
    };
    if let Some(named) = of(&|_, lifetime| lifetime >= LOOKS_LIKE_A_TIMESTAMP) {
        findings.add(
            Code::PrivilegeIsTimestamp,
            format!("the lifetime of {named} ({name}) is a Unix time, but version 007 counts seconds from the token's issue; the end of the token holds all the same"),
            "hand the builder the seconds that the privilege is to last, such as 3600",
        );
    }
    // The builders of FPA tokens always sign 0.
    let zero = !matches!(service.kind, ServiceKind::Fpa);
    if let Some(named) = of(&|_, lifetime| lifetime == 0 && zero) {
        findings.add(
            Code::PrivilegeZero,
            format!("the lifetime of {named} ({name}) is 0, which Agora documents both as lasting as long as the token and as ended at once"),
            "give the privilege the lifetime of the token",
        );
    }
    if token_ended {
        return;
    }
    // Whoever only listens does not miss the right to publish.
    let needed = |id: u16| {
        !(matches!(service.kind, ServiceKind::Rtc { .. })
            && case.joins.role == Some(RtcRole::Subscriber)
            && id != u16::from(RtcPrivilege::JoinChannel))
    };
    let ends_first = |lifetime: u32| lifetime > 0 && lifetime < token.expire;
    let ended = |lifetime: u32| token.privilege_expires_at(lifetime) <= case.now;
    if let Some(named) = of(&|id, lifetime| needed(id) && ends_first(lifetime) && ended(lifetime)) {
        findings.add(
            Code::PrivilegeEnded,
            format!("the token lives, but {named} ({name}) in it has ended"),
            RENEW,
        );
    }
    if let Some(named) = of(&|id, lifetime| needed(id) && ends_first(lifetime) && !ended(lifetime))
    {
        findings.add(
            Code::PrivilegeEndsFirst,
            format!("{named} ({name}) ends before the token does; a user whose right to join a channel ends is put out of it"),
            "give the privileges the lifetime of the token, unless this is what you want",
        );
    }
}
