//! Why Agora refuses a token: the text as it stands in a log, and what the app joins with.
//!
//! ```sh
//! cargo run --features explain --example explain "flutter: token is 007eJx…" lobby 7
//! ```

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use agora_token::KnownProjects;
use agora_token::explain::{Joins, explain};

/// The findings, the likeliest cause first.
pub fn findings(text: &str, channel: &str, uid: u32, now: u64) -> String {
    // With the certificate of a project, the signature is checked as well.
    let projects = KnownProjects::new();
    let joins = Joins::new().channel_name(channel).uid(uid);
    let report = explain(text, &joins, &projects, now);

    let told = report.findings().iter().map(|finding| {
        let (code, message, fix) = (finding.code(), finding.message(), finding.fix());
        format!("{}: {message}\n    {fix}\n", code.as_str())
    });
    told.collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let sent: Vec<String> = std::env::args().skip(1).collect();
    let [text, channel, uid] = sent.as_slice() else {
        return Err("say the token, the channel and the uid".into());
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    print!(
        "{}",
        findings(text, channel, uid.parse()?, u64::try_from(now)?)
    );
    Ok(())
}
