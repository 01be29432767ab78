//! A token for a speech-to-text agent.

use super::rtc_agent::{Agent, AgentService};
use super::{About, Example};
use crate::token::Service;
use crate::token::builders::stt;

/// A token for a speech-to-text agent.
pub type Stt = Agent<SttService>;

/// Service 10.
#[derive(Debug)]
pub enum SttService {}

impl AgentService for SttService {
    const TOKEN_TYPE: &'static str = "stt";
    const ABOUT: &'static About = &About {
        product: "Speech to text",
        audience: "your server, to start speech to text",
        parameters: "as RTC, and `rtmUserId`",
        builder: "`SttTokenBuilder`",
        example: Example::of(
            "?channelName=lobby&uid=1002&rtmUserId=scribe",
            r#"{"type":1,"channel_name":"lobby","uid":"1002"}"#,
        ),
        shows: r#""rtmUserId":"scribe","authorization":"agora token=007eJx…""#,
    };

    fn services(rtc: Service, rtm_user_id: &str, rtm_expire: u32) -> Vec<Service> {
        stt::with_rtc(rtc, rtm_user_id, rtm_expire)
    }
}
