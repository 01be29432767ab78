//! The query of a request.

use super::problem::Problem;
use crate::params::{Invalid, Rule, Value};
use percent_encoding::percent_decode_str;

/// Reads a query as a form: `+` is a space, `%XX` a byte, the result UTF-8.
///
/// Characters that should have been encoded (a raw `"` or space, say) stand for themselves. What
/// looks encoded and isn't is refused: guessing would sign for another name.
///
/// # Errors
/// A problem that names the parameter.
pub(super) fn parse(query: &str) -> Result<Vec<(String, Value)>, Problem> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(&name.replace('+', " ")).ok_or_else(|| malformed("query"))?;
            let value = decode(&value.replace('+', " ")).ok_or_else(|| malformed(&name))?;
            Ok((name, Value::Text(value)))
        })
        .collect()
}

fn malformed(field: &str) -> Problem {
    Invalid::new(
        field,
        Rule::Characters,
        "every `%` must be followed by two hex digits, and together they must be UTF-8; send a `%` as %25 and a `+` as %2B",
    )
    .into()
}

/// Undoes percent-encoding once; `None` where it is malformed or not UTF-8.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut rest = text.as_bytes();
    while let Some(place) = rest.iter().position(|byte| *byte == b'%') {
        let digits = rest.get(place + 1..place + 3)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        rest = rest.get(place + 3..)?;
    }
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_forms() {
        let read = |query: &str| {
            parse(query)
                .unwrap()
                .into_iter()
                .map(|(name, value)| format!("{name}={value:?}"))
                .collect::<Vec<_>>()
                .join(";")
        };
        assert_eq!(
            read("a=1&b=x+y&c=%2B%25"),
            r#"a=Text("1");b=Text("x y");c=Text("+%")"#
        );
        assert_eq!(
            read("a=\"<> \"&b&&=c"),
            r#"a=Text("\"<> \"");b=Text("");=Text("c")"#
        );
        assert_eq!(read(""), "");
    }

    #[test]
    fn malformed_encoding_is_refused_not_guessed() {
        for bad in ["a=%zz", "a=%", "a=%4", "a=%ff", "%zz=a", "a=%C3%28"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
