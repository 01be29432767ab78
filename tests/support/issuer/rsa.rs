//! RSA keys of any size, good enough to test with and for nothing else: signing takes as long as the
//! private key has it.

use num_bigint::BigUint;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

/// The usual public exponent, a prime.
const EXPONENT: u32 = 65_537;

/// Divisors that rule out most numbers, and the bases that the others are tested to. For numbers
/// picked at random, twelve bases leave no doubt worth a thought.
const SMALL_PRIMES: [u32; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/// What precedes the hash in the padded message: `DigestInfo` of SHA-256 (RFC 8017, 9.2).
const SHA256_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// A key pair.
pub(super) struct RsaKey {
    n: BigUint,
    d: BigUint,
}

impl RsaKey {
    /// Makes one whose modulus has `bits` bits, a multiple of 16.
    pub(super) fn generate(bits: usize) -> Self {
        let (p, q) = (prime(bits / 2), prime(bits / 2));
        let order = (&p - 1_u32) * (&q - 1_u32);
        let inverse = BigUint::from(EXPONENT).modinv(&order);
        Self {
            n: p * q,
            d: inverse.expect("neither factor less one is a multiple of the exponent"),
        }
    }

    pub(super) fn modulus(&self) -> Vec<u8> {
        self.n.to_bytes_be()
    }

    pub(super) fn exponent(&self) -> Vec<u8> {
        BigUint::from(EXPONENT).to_bytes_be()
    }

    /// A signature by RSASSA-PKCS1-v1_5 with SHA-256.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let hash = digest(&SHA256, message);
        let tail = [&[0], SHA256_INFO.as_slice(), hash.as_ref()].concat();
        let length = self.modulus().len();
        let mut padded = vec![0, 1];
        padded.resize(length - tail.len(), 0xff);
        padded.extend(tail);
        let signature = BigUint::from_bytes_be(&padded)
            .modpow(&self.d, &self.n)
            .to_bytes_be();
        [vec![0; length - signature.len()], signature].concat()
    }
}

/// A prime of `bits` bits, the two highest of them set, so that the product of two has twice as many.
fn prime(bits: usize) -> BigUint {
    let random = SystemRandom::new();
    loop {
        let mut bytes = vec![0; bits / 8];
        random.fill(&mut bytes).expect("there is randomness");
        bytes[0] |= 0b1100_0000;
        *bytes.last_mut().expect("a prime has bytes") |= 1;
        let candidate = BigUint::from_bytes_be(&bytes);
        let fits = (&candidate - 1_u32) % EXPONENT != BigUint::ZERO;
        if fits && is_prime(&candidate) {
            return candidate;
        }
    }
}

/// The test of Miller and Rabin.
fn is_prime(candidate: &BigUint) -> bool {
    if SMALL_PRIMES
        .iter()
        .any(|prime| candidate % *prime == BigUint::ZERO)
    {
        return false;
    }
    let one = BigUint::from(1_u32);
    let less_one = candidate - &one;
    let twos = less_one.trailing_zeros().unwrap_or(0);
    let odd = &less_one >> twos;
    SMALL_PRIMES.iter().all(|base| {
        let mut power = BigUint::from(*base).modpow(&odd, candidate);
        power == one
            || (0..twos).any(|_| {
                let found = power == less_one;
                power = &power * &power % candidate;
                found
            })
    })
}
