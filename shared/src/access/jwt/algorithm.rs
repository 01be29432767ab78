//! The signature algorithms that are accepted.

/// All there are: nothing that is not asymmetric, so that no public key can pass for a shared secret,
/// and nothing that `none` or a look-alike could name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, 3.3).
    Rs256,
    /// ECDSA on P-256 with SHA-256 (RFC 7518, 3.4).
    Es256,
    /// Ed25519 (RFC 8037, 3.1).
    Ed25519,
}

impl Algorithm {
    /// The algorithm of this name, which counts letter by letter (RFC 7515, 4.1.1).
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            // RFC 9864 names it by its curve; `EdDSA` remains what issuers write.
            "EdDSA" | "Ed25519" => Some(Self::Ed25519),
            _ => None,
        }
    }
}
