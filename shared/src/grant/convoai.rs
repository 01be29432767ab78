//! A token for a Conversational AI agent.

use super::rtc_agent::{Agent, AgentService};
use crate::token::Service;
use crate::token::builders::convoai;

/// A token for a Conversational AI agent.
pub type ConvoAi = Agent<ConvoAiService>;

/// Service 9.
#[derive(Debug)]
pub enum ConvoAiService {}

impl AgentService for ConvoAiService {
    const TOKEN_TYPE: &'static str = "convoai";

    fn services(rtc: Service, rtm_user_id: &str, rtm_expire: u32) -> Vec<Service> {
        convoai::with_rtc(rtc, rtm_user_id, rtm_expire)
    }
}
