//! Base64url as JOSE has it (RFC 7515, 2): no padding, and one spelling for each value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The bytes that `text` spells. Padding, characters of other alphabets and stray bits at the end are
/// refused: a token must not have two spellings.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn one_spelling_for_each_value() {
        assert_eq!(decode("_-8").unwrap(), [0xff, 0xef]);
        for text in [
            "_-8=", "/+8", "_-9", "_-_", "_", "_-8 ", "_-8\n", " _-8", "_-8%3D",
        ] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
