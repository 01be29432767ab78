//! Numeric uids as the text that tokens hold.

/// The text of a numeric uid: decimal, and empty for 0, which stands for any user.
///
/// A user account goes into a token as it is: `"0"` is a user of that name.
#[must_use]
pub fn uid_text(uid: u32) -> String {
    if uid == 0 {
        String::new()
    } else {
        uid.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_any_user() {
        assert_eq!(uid_text(0), "");
        assert_eq!(uid_text(1), "1");
        assert_eq!(uid_text(u32::MAX), "4294967295");
    }
}
