//! Tokens for what joins a channel on behalf of a user: Conversational AI and speech to text.

use super::common::sealed::Sealed;
use super::{
    About, Description, Grant, IdentitySlot, Part, ReadGrant, Rtc, UnsignedToken, Warning,
};
use crate::params::{Invalid, Lifetime, Parameters, Rule, UserId, Version};
use crate::token::Service;
use std::fmt::Debug;
use std::marker::PhantomData;

/// The service that an agent's token carries besides RTC and RTM.
pub trait AgentService: Debug + Send + 'static {
    /// The kind of token.
    const TOKEN_TYPE: &'static str;
    /// What the documentation says of it.
    const ABOUT: &'static About;

    /// The services of a token with this RTC service, whose user logs in to RTM under this name for so
    /// many seconds.
    fn services(rtc: Service, rtm_user_id: &str, rtm_expire: u32) -> Vec<Service>;
}

/// A token with RTC, RTM and the service `S`.
#[derive(Debug)]
pub struct Agent<S> {
    rtc: Rtc,
    rtm_user_id: Option<UserId>,
    service: PhantomData<S>,
}

impl<S: AgentService> Sealed for Agent<S> {}

impl<S: AgentService> Grant for Agent<S> {
    fn token_type(&self) -> &'static str {
        S::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        let mut identities = self.rtc.identities();
        identities.push(IdentitySlot::User(&mut self.rtm_user_id));
        identities
    }

    /// One part: whoever is granted the kind is granted the RTC and RTM that its builder signs.
    fn parts(&self) -> Vec<Part<'_>> {
        let rtc = self.rtc.part();
        vec![Part {
            token_type: S::TOKEN_TYPE,
            wildcard_user: rtc.wildcard_user
                || self.rtm_user_id.as_ref().is_some_and(UserId::is_wildcard),
            ..rtc
        }]
    }

    fn unsigned(&self, lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let Some(rtm_user_id) = &self.rtm_user_id else {
            return Err(Invalid::missing(
                "rtmUserId",
                "the user under which the agent logs in to RTM",
            ));
        };
        let rtc = self.rtc.service(lifetime)?;
        let services = S::services(rtc, rtm_user_id.as_str(), lifetime.seconds());
        Ok(UnsignedToken::V7 { services })
    }

    fn describe(&self) -> Description {
        let mut description = self.rtc.describe();
        if let Some(user) = &self.rtm_user_id {
            description.push(("rtmUserId", user.as_str().into()));
        }
        description
    }

    fn warnings(&self, lifetime: Lifetime) -> Vec<Warning> {
        self.rtc.warnings(lifetime)
    }

    /// The header that Agora's REST APIs take.
    fn derived(&self, token: &str) -> Description {
        vec![("authorization", format!("agora token={token}").into())]
    }
}

impl<S: AgentService> ReadGrant for Agent<S> {
    const TOKEN_TYPE: &'static str = S::TOKEN_TYPE;
    const ABOUT: &'static About = S::ABOUT;
    const FOR_SERVERS: bool = true;

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        let rtc = Rtc::read(parameters)?;
        if rtc.version != Version::V007 {
            return Err(Invalid::new(
                parameters.field("version"),
                Rule::Conflict,
                "there is no such token in version 006; leave out `version`",
            ));
        }
        Ok(Self {
            rtc,
            rtm_user_id: parameters.take(&["rtmUserId"])?,
            service: PhantomData,
        })
    }
}
