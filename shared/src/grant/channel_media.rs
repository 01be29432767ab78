//! Tokens for the media of a channel that go other ways than an RTC client's: Streaming and Fast CDN.

use super::common::sealed::Sealed;
use super::identity::{describe_user, user_warnings};
use super::privilege_set::privilege_warnings;
use super::{
    About, Description, Grant, IdentitySlot, Part, PrivilegeSet, ReadGrant, UnsignedToken, Warning,
};
use crate::params::identity::{read_user, signed_user};
use crate::params::{ChannelName, Invalid, Lifetime, Parameters, RtcUser};
use crate::token::Service;
use std::fmt::Debug;
use std::marker::PhantomData;

/// The one service of such a token.
pub trait MediaService: Debug + Send + 'static {
    /// The kind of token.
    const TOKEN_TYPE: &'static str;
    /// What the documentation says of it.
    const ABOUT: &'static About;
    /// The names of its privileges in a request, and their ids.
    const NAMES: &'static [(&'static str, u16)];
    /// The ids of those that let a user send.
    const PUBLISH: &'static [u16];

    /// The service with the lifetimes, in seconds, of the privileges that are granted.
    fn service(channel_name: &str, account: &str, granted: &PrivilegeSet) -> Service;
}

/// A token with the service `S` for a user in a channel.
#[derive(Debug)]
pub struct Media<S> {
    channel_name: ChannelName,
    user: Option<RtcUser>,
    /// At least one.
    privileges: PrivilegeSet,
    service: PhantomData<S>,
}

impl<S: MediaService> Sealed for Media<S> {}

impl<S: MediaService> Grant for Media<S> {
    fn token_type(&self) -> &'static str {
        S::TOKEN_TYPE
    }

    fn identities(&mut self) -> Vec<IdentitySlot<'_>> {
        vec![IdentitySlot::Rtc(&mut self.user)]
    }

    fn parts(&self) -> Vec<Part<'_>> {
        vec![Part {
            wildcard_user: self.user.as_ref().is_some_and(RtcUser::is_wildcard),
            publishes: S::PUBLISH.iter().any(|id| self.privileges.has(*id)),
            ..Part::new(S::TOKEN_TYPE).in_channel(&self.channel_name)
        }]
    }

    fn unsigned(&self, _lifetime: Lifetime) -> Result<UnsignedToken, Invalid> {
        let account = signed_user(self.user.as_ref())?;
        let service = S::service(self.channel_name.as_str(), &account, &self.privileges);
        Ok(UnsignedToken::V7 {
            services: vec![service],
        })
    }

    fn describe(&self) -> Description {
        let mut description: Description = vec![("channelName", self.channel_name.as_str().into())];
        describe_user(self.user.as_ref(), &mut description);
        description.push(("privileges", self.privileges.describe()));
        description
    }

    fn warnings(&self, lifetime: Lifetime) -> Vec<Warning> {
        let mut warnings = user_warnings(self.user.as_ref());
        warnings.extend(privilege_warnings(&self.privileges.privileges(), lifetime));
        warnings
    }
}

impl<S: MediaService> ReadGrant for Media<S> {
    const TOKEN_TYPE: &'static str = S::TOKEN_TYPE;
    const ABOUT: &'static About = S::ABOUT;
    const BY_QUERY: bool = false;

    fn read(parameters: &mut Parameters) -> Result<Self, Invalid> {
        let channel_name =
            parameters.require(&["channelName", "channel"], "the name of the channel")?;
        let user = read_user(parameters)?;
        let privileges = PrivilegeSet::read(parameters, S::NAMES)?.filter(|set| !set.is_empty());
        let privileges = privileges.ok_or_else(|| {
            let names: Vec<String> = S::NAMES
                .iter()
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            Invalid::missing(
                &parameters.field("privileges"),
                &format!(
                    "an object with the seconds that each right lasts: {}, or both",
                    names.join(" or ")
                ),
            )
        })?;
        Ok(Self {
            channel_name,
            user,
            privileges,
            service: PhantomData,
        })
    }
}
