//! When a token and its privileges end.
//!
//! Sums of two u32 need more than 32 bits, so ends are u64. No official library checks them; the
//! servers do.

/// The Unix time in seconds at which a token ends.
pub(super) fn token_end(issue_ts: u32, expire: u32) -> u64 {
    u64::from(issue_ts) + u64::from(expire)
}

/// The Unix time in seconds at which a privilege ends: a lifetime of 0 has no limit of its own, and
/// none outlives the token.
pub(super) fn privilege_end(issue_ts: u32, expire: u32, lifetime: u32) -> u64 {
    let capped = if lifetime == 0 {
        expire
    } else {
        lifetime.min(expire)
    };
    token_end(issue_ts, capped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_may_pass_32_bits() {
        assert_eq!(token_end(u32::MAX, u32::MAX), 8_589_934_590);
    }

    #[test]
    fn the_token_caps_its_privileges() {
        assert_eq!(privilege_end(1000, 60, 0), 1060);
        assert_eq!(privilege_end(1000, 60, 30), 1030);
        assert_eq!(privilege_end(1000, 60, 600), 1060);
    }
}
