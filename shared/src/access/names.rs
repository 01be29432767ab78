//! Names of users that a product cannot take.

use crate::params::name::is_wildcard;
use crate::token::hex;
use sha2::{Digest, Sha256};

/// What a replacement begins with.
const MARK: &str = "u-";

/// How many hexadecimal digits follow.
const DIGITS: usize = 32;

/// The name of a user in a product that takes some names only: as it is where that is `possible`, and
/// otherwise `u-` and the first 32 hexadecimal digits of the SHA-256 of `agora-name:` and the name. No two
/// users become one: a name that looks like a replacement is replaced as well.
///
/// A name that could stand for others, blank or with a `*`, is left alone, to be refused.
pub(super) fn fitted(name: &str, possible: impl Fn(&str) -> bool) -> String {
    if is_wildcard(name) || (possible(name) && !is_replacement(name)) {
        return name.to_owned();
    }
    let digest: [u8; 32] = Sha256::new()
        .chain_update("agora-name:")
        .chain_update(name)
        .finalize()
        .into();
    let first = digest.first_chunk::<{ DIGITS / 2 }>();
    format!("{MARK}{}", hex::encode(first.map_or(&[], |first| first)))
}

fn is_replacement(name: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    name.strip_prefix(MARK)
        .is_some_and(|rest| rest.len() == DIGITS && rest.bytes().all(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_impossible_is_replaced_and_never_by_another_name() {
        let lower = |name: &str| !name.contains(|c: char| c.is_ascii_uppercase() || c == '|');
        for name in [
            "ann",
            "",
            " ",
            "*",
            "A*",
            "u-1",
            "u-0123456789abcdef0123456789abcdeg",
        ] {
            assert_eq!(fitted(name, lower), name);
        }
        // Computed with another implementation of SHA-256.
        assert_eq!(
            fitted("auth0|65f0", lower),
            "u-fcb0c8643e2757cd91150af75949f53a"
        );
        let replacement = fitted("Ann", lower);
        assert_ne!(replacement, fitted("ANN", lower));
        assert_ne!(fitted(&replacement, lower), replacement);
    }
}
