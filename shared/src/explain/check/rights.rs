//! Whether a token has the rights that an app needs in an RTC channel, for any format.

use crate::explain::case::Case;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;
use crate::explain::report::sdk::Products;
use crate::token::RtcPrivilege;
use crate::token::builders::rtc::RtcRole;

/// The rights of a publisher.
const PUBLISH: [RtcPrivilege; 3] = [
    RtcPrivilege::PublishAudioStream,
    RtcPrivilege::PublishVideoStream,
    RtcPrivilege::PublishDataStream,
];

/// Judges the rights that `has` finds in the token.
pub(crate) fn judge(has: impl Fn(&RtcPrivilege) -> bool, case: &Case<'_>, findings: &mut Findings) {
    if !has(&RtcPrivilege::JoinChannel) {
        findings.add_for(
            Products::RTC,
            Code::JoinRightMissing,
            "the token has no right to join the channel (privilege 1), without which no other right helps",
            "give the builder a role, or add the privilege `kJoinChannel`; whoever fills an `AccessToken` by hand has to",
        );
    }
    if case.joins.role != Some(RtcRole::Publisher) {
        return;
    }
    let missing: Vec<&str> = PUBLISH
        .iter()
        .filter(|right| !has(right))
        .map(|right| right.name())
        .collect();
    if missing.len() == PUBLISH.len() {
        findings.add_for(
            Products::RTC,
            Code::PublishRightsMissing,
            "your app publishes, and the token is a subscriber's. That matters where co-host authentication is enabled for the project; elsewhere Agora lets subscribers publish",
            "ask for a token with `role=publisher` (`RtcRole.PUBLISHER`, 1), if publishing fails",
        );
    } else if !missing.is_empty() {
        findings.add(
            Code::PublishRightsPartial,
            format!(
                "the app publishes, and the token lacks the right to {}",
                missing.join(", ")
            ),
            "add the privileges that are missing, if the app needs them",
        );
    }
}
