//! `encodeURIComponent`, and its inverse.

/// Appends a text with everything escaped but `A-Z a-z 0-9 - _ . ! ~ * ' ( )`.
pub(super) fn encode(text: &str, out: &mut String) {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    for byte in text.bytes() {
        if is_literal(byte) {
            out.push(byte.into());
        } else {
            out.push('%');
            out.extend(
                [byte >> 4, byte & 15]
                    .iter()
                    .filter_map(|&i| HEX.get(usize::from(i))),
            );
        }
    }
}

/// The text that was escaped; `None` if a character stands unescaped that should not (`+` too,
/// which some libraries write for a space), if an escape is incomplete, or if the bytes are not
/// UTF-8.
pub(super) fn decode(escaped: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex_value(rest.next()?)? << 4 | hex_value(rest.next()?)?,
            _ if is_literal(byte) => byte,
            _ => return None,
        });
    }
    String::from_utf8(bytes).ok()
}

fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte)
}

/// Upper case only, as everyone writes it: a token should have one text.
fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts are the output of `encodeURIComponent` in Node.js.
    #[test]
    fn texts_are_escaped_as_in_javascript() {
        for (text, escaped) in [
            ("azAZ09-_.!~*'()", "azAZ09-_.!~*'()"),
            (" +/=&?%@:", "%20%2B%2F%3D%26%3F%25%40%3A"),
            ("é频😀\0\u{7f}", "%C3%A9%E9%A2%91%F0%9F%98%80%00%7F"),
        ] {
            let mut out = String::new();
            encode(text, &mut out);
            assert_eq!(out, escaped);
            assert_eq!(decode(escaped).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_the_encoder_would_not_write_is_refused() {
        for escaped in ["a b", "a+b", "é", "%", "%4", "%4G", "%+4", "%FF", "%2f"] {
            assert_eq!(decode(escaped), None, "{escaped}");
        }
        // Some libraries escape more than they need to.
        assert_eq!(decode("%21%2A").as_deref(), Some("!*"));
    }
}
