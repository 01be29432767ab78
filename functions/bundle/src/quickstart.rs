//! What the quickstarts of Conversational AI have in common: a channel and a user, either of which they
//! make up where the request names none, and one token for RTC and RTM.

use agora_token::grant::{Rtc, Rtm, TokenRequest};
use agora_token::http::Problem;
use agora_token::http::drop_in::{Call, Channel};
use agora_token::params::{ChannelName, Invalid, RtcUser, Uid, UserId};
use agora_token::token::builders::rtc::RtcRole;

/// The token of a conversation's user: `?channel=&uid=`, both optional.
///
/// The user who is made up gets a uid of their own and not 0, which would let in anybody; the answer
/// says which.
pub(crate) fn conversation(call: &Call<'_>) -> Result<TokenRequest, Problem> {
    let mut query = call.query()?;
    let channel = match query.take(&["channel", "channel_name", "channelName"])? {
        Some(Channel(channel)) => channel,
        None => made_up(call)?,
    };
    let uid: Option<Uid> = query.take(&["uid"])?;
    let request = channel_and_user(channel, uid.filter(|uid| uid.get() != 0));
    Ok(request.fallback_uid(call.random_uid()?))
}

/// One token for RTC and RTM, whose user has the same name in both.
pub(crate) fn channel_and_user(channel: ChannelName, uid: Option<Uid>) -> TokenRequest {
    let rtm_user = uid.and_then(|uid| UserId::new(uid.get().to_string(), "uid").ok());
    let rtc = Rtc::with_role(channel, uid.map(RtcUser::Uid), RtcRole::Publisher);
    TokenRequest::all(vec![Box::new(rtc), Box::new(Rtm::login(rtm_user))])
}

fn made_up(call: &Call<'_>) -> Result<ChannelName, Problem> {
    let number = call.random_uid()?.get();
    let name = ChannelName::new(format!("conversation-{number:08x}"), "channel");
    name.map_err(|invalid: Invalid| invalid.into())
}
