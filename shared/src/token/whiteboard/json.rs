//! The JSON that a whiteboard signature is over, written as `JSON.stringify` writes it.

use std::fmt::Write;

/// An object of texts, in the order given, without spaces.
pub(super) fn object(fields: impl Iterator<Item = (&'static str, String)>) -> String {
    let mut out = String::with_capacity(192);
    out.push('{');
    for (index, (key, value)) in fields.enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(key, &mut out);
        out.push(':');
        string(&value, &mut out);
    }
    out.push('}');
    out
}

/// A text in quotes: `"`, `\` and control characters escaped, all others (`/` and everything that
/// is not ASCII) as they are.
fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => {
                // Writing to a String does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected text is the output of `JSON.stringify` in Node.js.
    #[test]
    fn texts_are_escaped_as_in_javascript() {
        let text = "\0\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f} \"\\/<'\u{7f}é\u{2028}😀";
        let mut out = String::new();
        string(text, &mut out);
        assert_eq!(
            out,
            "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/<'\u{7f}é\u{2028}😀\""
        );
    }

    #[test]
    fn fields_are_separated_by_commas() {
        assert_eq!(object([].into_iter()), "{}");
        let fields = [("a", "1".to_owned()), ("b", String::new())];
        assert_eq!(object(fields.into_iter()), r#"{"a":"1","b":""}"#);
    }
}
