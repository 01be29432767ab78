//! Who a token is for.

use super::{Description, Warning};
use crate::params::{ChatUsername, RtcUser, UserId};

/// The user as answers show it; a uid in both of its forms where they differ.
pub(crate) fn describe_user(user: Option<&RtcUser>, description: &mut Description) {
    match user {
        Some(RtcUser::Uid(uid)) => {
            description.push(("uid", uid.get().into()));
            if uid.signed() < 0 {
                description.push(("uidSigned", uid.signed().into()));
            }
        }
        Some(RtcUser::Account(account)) => description.push(("account", account.as_str().into())),
        None => {}
    }
}

/// What the caller should know about this user.
pub(crate) fn user_warnings(user: Option<&RtcUser>) -> Vec<Warning> {
    match user {
        Some(RtcUser::Account(account)) if account.is_numeric() => vec![Warning::new(
            "numeric_account",
            "an account of digits signs to the same bytes as that uid; never mix accounts and uids in a channel",
        )],
        _ => Vec::new(),
    }
}

/// A place in a grant where an identity stands, or is missing.
///
/// Access control looks at these and at nothing else to bind a token to its caller.
#[derive(Debug)]
pub enum IdentitySlot<'a> {
    /// The user of an RTC channel.
    Rtc(&'a mut Option<RtcUser>),
    /// A user with a name: of RTM or of Education.
    User(&'a mut Option<UserId>),
    /// A user of RTM who is the user of an RTC channel as well, under the same name.
    RtmAndRtc(&'a mut Option<UserId>),
    /// A user of Chat.
    Chat(&'a mut Option<ChatUsername>),
}
