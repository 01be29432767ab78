//! The path of a request, as segments that can be trusted.
//!
//! A channel name may hold a `%`: decoding a path once too often, or once too seldom, would sign for
//! another channel. An HTTP API hands its path over decoded; a REST API, a load balancer and a local
//! server as it was sent; a function URL both ways.

use super::super::problem::Problem;
use super::query::decode;

/// The segments of a path that was handed over decoded, a trailing slash left out.
///
/// # Errors
/// `path_ambiguous` where it holds a `%`: whether that stood there or is encoding that is left, nobody
/// can tell.
pub(super) fn decoded(path: &str) -> Result<Vec<String>, Problem> {
    if path.contains('%') {
        return Err(Problem::path_ambiguous());
    }
    Ok(inner(path).split('/').map(str::to_owned).collect())
}

/// The segments of a path that was handed over as it was sent, decoded, a trailing slash left out.
///
/// # Errors
/// `path_ambiguous` where its encoding is malformed.
pub(super) fn encoded(path: &str) -> Result<Vec<String>, Problem> {
    let segments = inner(path).split('/');
    segments
        .map(|segment| decode(segment).ok_or_else(Problem::path_ambiguous))
        .collect()
}

/// Whether a path was handed over as it was sent, for it stands beside it decoded.
pub(super) fn is_encoded(path: &str, beside: &str) -> bool {
    path != beside && decode(path).is_some_and(|decoded| decoded == beside)
}

/// Whether a decoded path ends with what the gateway says that `{proxy+}` stood for, whichever way it
/// says it. The gateway cuts a path at a decoded `?`, and what is left would be another name.
pub(super) fn ends_with(path: &str, proxy: &str) -> bool {
    let ends_with = |tail: &str| {
        path.trim_end_matches('/')
            .ends_with(tail.trim_end_matches('/'))
    };
    ends_with(proxy) || decode(proxy).is_some_and(|decoded| ends_with(&decoded))
}

/// The end of `path` that `resource` describes, whose variables stood for what `variable` says: before it
/// stand the base path of a custom domain and, at some, the stage. None where the two don't agree.
pub(super) fn below<'p, 'v>(
    path: &'p str,
    resource: &str,
    variable: impl Fn(&str) -> Option<&'v str>,
) -> Option<&'p str> {
    // `$default` and nothing at all describe no path.
    let Some(resource) = resource.strip_prefix('/').filter(|rest| !rest.is_empty()) else {
        return Some(path);
    };
    let (fixed, rest) = match resource
        .rsplit_once('{')
        .map(|(fixed, last)| (fixed, last.strip_suffix("+}")))
    {
        Some((fixed, Some(name))) => (
            fixed.trim_end_matches('/'),
            Some(variable(name)?.trim_matches('/')),
        ),
        _ => (resource, None),
    };
    let fixed = fixed.split('/').filter(|part| !part.is_empty());
    let count = fixed.clone().count() + rest.map_or(0, |rest| rest.split('/').count());
    let whole = path.trim_end_matches('/');
    let (start, _) = whole.rmatch_indices('/').nth(count.checked_sub(1)?)?;
    let mut segments = whole.get(start + 1..)?.split('/');
    for part in fixed {
        let segment = segments.next()?;
        if part != segment && !part.starts_with('{') {
            return None;
        }
    }
    if let Some(rest) = rest {
        let sent = segments.collect::<Vec<_>>().join("/");
        let agrees = sent == rest
            || decode(&sent).is_some_and(|decoded| decoded == rest)
            || decode(rest).is_some_and(|decoded| decoded == sent);
        if !agrees {
            return None;
        }
    }
    path.get(start..)
}

/// A path without the slashes around it.
fn inner(path: &str) -> &str {
    let inner = path.strip_prefix('/').unwrap_or(path);
    inner.strip_suffix('/').unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_is_encoded_where_another_one_proves_it() {
        for (path, beside, expected) in [
            ("/rtc/a%20b", "/rtc/a b", true),
            ("/rtc/a%2520b", "/rtc/a%20b", true),
            ("/rtc/%E9%A2%91", "/rtc/频", true),
            // What stands there twice may be decoded, and needs no decoding where there is no `%`.
            ("/rtc/a%20b", "/rtc/a%20b", false),
            ("/rtc/a+b", "/rtc/a+b", false),
            ("/rtc/a+b", "/rtc/a b", false),
            // What does not fit together.
            ("/rtc/a%3Fb", "/rtc/a", false),
            ("/rtc/a%2520b", "/rtc/a b", false),
            ("/rtc/a%zz", "/rtc/a%zz", false),
            ("/rtc/%FF", "/rtc/\u{fffd}", false),
            ("/rtc/a%20b", "", false),
        ] {
            assert_eq!(super::is_encoded(path, beside), expected, "{path} {beside}");
        }
    }

    #[test]
    fn what_stands_before_the_resource_is_left_out() {
        let below = |path, resource, rest: Option<&'static str>| {
            super::below(path, resource, |name| rest.filter(|_| name == "proxy"))
        };
        for (path, resource, rest, expected) in [
            ("/v1/rtc", "/v1/rtc", None, Some("/v1/rtc")),
            ("/base/v1/rtc", "/v1/rtc", None, Some("/v1/rtc")),
            ("/base/prod/v1/rtc/", "/v1/rtc", None, Some("/v1/rtc/")),
            ("/base/v1/rtc", "/{proxy+}", Some("v1/rtc"), Some("/v1/rtc")),
            ("/b/rtc/a/1", "/rtc/{proxy+}", Some("a/1"), Some("/rtc/a/1")),
            (
                "/rtc/a%20b",
                "/rtc/{proxy+}",
                Some("a b"),
                Some("/rtc/a%20b"),
            ),
            (
                "/rtc/a%20b",
                "/rtc/{proxy+}",
                Some("a%20b"),
                Some("/rtc/a%20b"),
            ),
            (
                "/rtc/a b/",
                "/rtc/{proxy+}",
                Some("a%20b"),
                Some("/rtc/a b/"),
            ),
            ("/b/rtc/x/1", "/rtc/{channel}/{uid}", None, Some("/rtc/x/1")),
            ("/rtc/x//", "/rtc/{proxy+}", Some("x"), Some("/rtc/x//")),
            ("/rtc/x//", "/rtc/{proxy+}", Some("x//"), Some("/rtc/x//")),
            ("/v1/rtc", "$default", None, Some("/v1/rtc")),
            ("/v1/rtc", "", None, Some("/v1/rtc")),
            // What cannot be.
            ("/v1/rtm", "/v1/rtc", None, None),
            ("/rtc", "/v1/rtc", None, None),
            ("", "/v1/rtc", None, None),
            ("/rtc/al", "/rtc/{proxy+}", Some("al?ice"), None),
            ("/rtc/a%2Fb", "/rtc/{proxy+}", Some("a/b"), None),
            ("/b/rtc/a%2Fb", "/{proxy+}", Some("rtc/a/b"), None),
            ("/rtc/a", "/rtc/{proxy+}", None, None),
        ] {
            assert_eq!(below(path, resource, rest), expected, "{path} {resource}");
        }
    }
}
