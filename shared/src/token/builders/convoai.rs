//! Conversational AI: the `ConvoAITokenBuilder` of npm `agora-token` from 2.0.6.

use super::{
    super::{Privileges, Service, ServiceKind},
    rtc::{self, RtcPrivileges, RtcRole},
    rtm,
};

/// One who may join a channel, log in to RTM and use Conversational AI:
/// `ConvoAITokenBuilder.buildToken`.
///
/// As [`rtc::with_rtm2`], and the service itself, which has no privileges.
#[must_use]
pub fn services(
    channel: &str,
    account: &str,
    role: RtcRole,
    privileges: RtcPrivileges,
    rtm_user_id: &str,
    rtm_expire: u32,
) -> Vec<Service> {
    let rtc = rtc::service(channel, account, privileges.of_role(role));
    with_rtc(rtc, rtm_user_id, rtm_expire)
}

/// The same with any RTC service.
#[must_use]
pub fn with_rtc(rtc: Service, rtm_user_id: &str, rtm_expire: u32) -> Vec<Service> {
    let service = Service {
        kind: ServiceKind::ConvoAi,
        privileges: Privileges::new(),
    };
    vec![rtc, rtm::login(rtm_user_id, rtm_expire), service]
}
