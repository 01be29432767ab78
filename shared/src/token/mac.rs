//! HMAC-SHA256, the signature of every token.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The length of a SHA-256 block, in bytes.
const BLOCK: usize = 64;

/// The length of a signature, in bytes.
pub(super) const SIGNATURE_LEN: usize = 32;

/// HMAC-SHA256 of a message, with a key of any length (RFC 2104).
pub(super) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; SIGNATURE_LEN] {
    // RFC 2104 hashes a key that is longer than a block and fills a shorter one up with zeros. Done
    // here, the constructor below takes a whole block and cannot fail.
    let mut block = Zeroizing::new([0_u8; BLOCK]);
    if key.len() > BLOCK {
        fill(&mut block, &Sha256::digest(key));
    } else {
        fill(&mut block, key);
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Whether a signature is the expected one, in a time that does not depend on where they differ.
pub(super) fn signatures_match(expected: &[u8; SIGNATURE_LEN], given: &[u8]) -> bool {
    expected.as_slice().ct_eq(given).into()
}

fn fill(block: &mut [u8; BLOCK], bytes: &[u8]) {
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::hex;

    /// RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
    #[test]
    fn rfc_4231() {
        let cases: [(&[u8], &[u8], &str); 3] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, expected) in cases {
            assert_eq!(hex::encode(&hmac_sha256(key, message)), expected);
        }
    }

    /// The last key that is used as it is, and the first one that is hashed.
    #[test]
    fn a_key_of_one_block_is_not_hashed() {
        for len in [BLOCK, BLOCK + 1] {
            let key = vec![7; len];
            let mut reference = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            reference.update(b"message");
            assert_eq!(
                hmac_sha256(&key, b"message"),
                *reference.finalize().into_bytes()
            );
        }
    }

    #[test]
    fn a_signature_of_another_length_never_matches() {
        assert!(signatures_match(&[1; 32], &[1; 32]));
        assert!(!signatures_match(&[1; 32], &[2; 32]));
        assert!(!signatures_match(&[1; 32], &[1; 31]));
        assert!(!signatures_match(&[1; 32], &[]));
    }
}
