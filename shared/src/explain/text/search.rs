//! Searches that many places need: once each in the binary, and not once for each place.

/// Whether a text holds one of these.
#[inline(never)]
pub(crate) fn holds(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}

/// Whether a text begins with one of these.
#[inline(never)]
pub(crate) fn begins(text: &str, heads: &[&str]) -> bool {
    heads.iter().any(|head| text.starts_with(head))
}

/// A text without the white space, and without these characters, at its ends.
#[inline(never)]
pub(crate) fn trimmed<'a>(text: &'a str, others: &str) -> &'a str {
    text.trim_matches(|c: char| c.is_whitespace() || others.contains(c))
}

/// The words of a text between white space and these characters.
#[inline(never)]
pub(crate) fn words<'a>(text: &'a str, others: &str) -> Vec<&'a str> {
    text.split(|c: char| c.is_whitespace() || others.contains(c))
        .collect()
}

/// The first 32 hexadecimal digits that stand alone, as an App ID or a certificate does.
#[inline(never)]
pub(crate) fn hex(text: &str) -> Option<&str> {
    words(text, "\"'`.,:;=!?&#@/\\|<>(){}[]-+*_$%")
        .into_iter()
        .find(|word| is_hex(word, 32))
}

#[inline(never)]
pub(crate) fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
