//! A token for a speech-to-text agent.

use super::rtc_agent::{Agent, AgentService};
use crate::token::Service;
use crate::token::builders::stt;

/// A token for a speech-to-text agent.
pub type Stt = Agent<SttService>;

/// Service 10.
#[derive(Debug)]
pub enum SttService {}

impl AgentService for SttService {
    const TOKEN_TYPE: &'static str = "stt";

    fn services(rtc: Service, rtm_user_id: &str, rtm_expire: u32) -> Vec<Service> {
        stt::with_rtc(rtc, rtm_user_id, rtm_expire)
    }
}
