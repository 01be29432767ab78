//! The query of a request.

use super::super::problem::Problem;
use crate::params::{Invalid, Rule, Value};
use aws_lambda_events::query_map::QueryMap;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;
use std::collections::BTreeMap;

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

/// The parameters with all of their values, where there are such.
pub(super) fn fuller<'a>(several: &'a QueryMap, single: &'a QueryMap) -> &'a QueryMap {
    if several.is_empty() { single } else { several }
}

/// The query of parameters that were handed over as they were sent, in the order of their names.
///
/// # Errors
/// None that is known.
pub(super) fn of_encoded(parameters: &QueryMap) -> Result<Cow<'static, str>, Problem> {
    of(parameters, |text| Cow::Borrowed(text))
}

/// The same where they were handed over decoded.
///
/// # Errors
/// None that is known.
pub(super) fn of_decoded(parameters: &QueryMap) -> Result<Cow<'static, str>, Problem> {
    of(parameters, |text| {
        utf8_percent_encode(text, NON_ALPHANUMERIC).into()
    })
}

fn of(
    parameters: &QueryMap,
    encode: impl Fn(&str) -> Cow<'_, str>,
) -> Result<Cow<'static, str>, Problem> {
    // Its own iterator panics at a list without values.
    let lists: BTreeMap<String, Vec<String>> = serde_json::to_value(parameters)
        .and_then(serde_json::from_value)
        .map_err(|_| Problem::event_malformed())?;
    let pairs = lists.iter().flat_map(|(name, values)| {
        let pair = |value: &String| format!("{}={}", encode(name), encode(value));
        values.iter().map(pair).collect::<Vec<_>>()
    });
    Ok(pairs.collect::<Vec<_>>().join("&").into())
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
