//! Values of Agora's documentation and samples that were left as they are.

use crate::explain::case::Case;
use crate::explain::check::app_id::is_sample;
use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;

/// The channel and the uid of Agora's samples.
pub(crate) const CHANNEL: &str = "7d72365eb983485397e3e3f9d460bdda";
pub(crate) const UID: &str = "2882341273";

/// Judges what a token is for.
pub(crate) fn judge(
    app_id: &str,
    channel: bool,
    uid: bool,
    case: &Case<'_>,
    findings: &mut Findings,
) {
    let sample = is_sample(app_id);
    let channel = channel && (sample || case.joins.channel_name.is_none());
    let uid = uid && case.joins.user.is_none();
    if channel || uid {
        findings.add(
            Code::SampleValues,
            format!(
                "the token is for {}{}, as in Agora's sample code: whatever makes it was not changed to the values of your app{}",
                if channel { "the channel `7d72365eb983485397e3e3f9d460bdda`" } else { "uid 2882341273" },
                if channel && uid { " and uid 2882341273" } else { "" },
                if sample { ", and its App ID is nobody's project" } else { "" },
            ),
            "make the token for your own App ID, certificate, channel and uid, and join with the same; a token for the sample's uid fits no other user",
        );
    }
    if sample {
        findings.add(
            Code::SampleAppId,
            format!(
                "the App ID is the one of Agora's documentation, which is nobody's project: {}the samples sign with it until they have yours",
                findings.speaker.adds("this service and ")
            ),
            "put App ID and certificate of your own project into whatever makes the token, and the App ID into the app",
        );
    }
}
