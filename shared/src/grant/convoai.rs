//! A token for a Conversational AI agent.

use super::rtc_agent::{Agent, AgentService};
use super::{About, Example};
use crate::token::Service;
use crate::token::builders::convoai;

/// A token for a Conversational AI agent.
pub type ConvoAi = Agent<ConvoAiService>;

/// Service 9.
#[derive(Debug)]
pub enum ConvoAiService {}

impl AgentService for ConvoAiService {
    const TOKEN_TYPE: &'static str = "convoai";
    const ABOUT: &'static About = &About {
        product: "Conversational AI",
        audience: "your server, to start a Conversational AI agent",
        parameters: "as RTC, and `rtmUserId`",
        builder: "`ConvoAITokenBuilder`",
        example: Example::of(
            "?channelName=lobby&uid=1001&role=publisher&rtmUserId=agent",
            r#"{"type":1,"channel_name":"lobby","uid":"1001","privileges":["1","2","3","4"]}"#,
        ),
        shows: r#""rtmUserId":"agent","authorization":"agora token=007eJx…""#,
    };

    fn services(rtc: Service, rtm_user_id: &str, rtm_expire: u32) -> Vec<Service> {
        convoai::with_rtc(rtc, rtm_user_id, rtm_expire)
    }
}
