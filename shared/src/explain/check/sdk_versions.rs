//! Whether the text names an SDK that is too old for the token in it.

use crate::explain::report::code::Code;
use crate::explain::report::finding::Findings;

/// SDKs as package managers, imports and file names have them, in lower case; what people call them, and the
/// first version that takes tokens of version 007.
const SDKS: [(&str, &str, (u32, u32)); 7] = [
    ("agora-rtc-sdk", "RTC Web", (4, 8)),
    ("agorartc_n", "RTC Web", (4, 8)),
    ("io.agora.rtc:", "RTC", (3, 5)),
    ("agorartcengine_", "RTC", (3, 5)),
    ("agora-rtm-sdk", "RTM", (1, 5)),
    ("io.agora.rtm:", "RTM", (1, 5)),
    ("agorartm_", "RTM", (1, 5)),
];

/// The most characters between the name of an SDK and its version: `-ng": "^` and the like.
const APART: usize = 12;

/// Looks at what stands around a token of version 007.
pub(crate) fn judge(text: &str, findings: &mut Findings) {
    let text = text.to_ascii_lowercase();
    for (name, sdk, needed) in SDKS {
        let named = text.match_indices(name).find_map(|(at, _)| {
            let version = version(text.get(at + name.len()..)?)?;
            (version < needed).then_some(version)
        });
        if let Some((major, minor)) = named {
            let (needed, after) = needed;
            findings.add(
                Code::SdkTooOld,
                format!("the text names the {sdk} SDK in version {major}.{minor}, which takes no token of version 007: it needs {needed}.{after} or newer"),
                "update the SDK in your app; until then, RTC and RTM 1.x take a token of version 006 (`\"version\":\"006\"`)",
            );
            return;
        }
    }
}

/// The version that stands soon after the name of an SDK.
fn version(after: &str) -> Option<(u32, u32)> {
    let at = after.find(|c: char| c.is_ascii_digit())?;
    let (between, version) = after.split_at_checked(at)?;
    // A sentence in between is about something else.
    let words = between.contains(", ") && !between.contains(['\'', '"']) || between.contains('\n');
    if at > APART || words {
        return None;
    }
    let mut numbers = version.split(|c: char| !c.is_ascii_digit());
    let (major, minor) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    Some((major, minor))
}
