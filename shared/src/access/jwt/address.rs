//! The URLs that keys may be fetched from.

use http::Uri;
use http::uri::Scheme;
use std::net::IpAddr;

/// Reads a URL: `https`, or `http` to this very machine, for local work. Whoever could change a key
/// set on its way could sign for anybody.
///
/// # Errors
/// The rule that it breaks, to be read after the name of what holds it.
pub(super) fn checked(text: &str) -> Result<Uri, &'static str> {
    const RULE: &str =
        "must be an absolute https URL; http is accepted for localhost and 127.0.0.1 only";
    // The parser drops a fragment without a word.
    if text.contains('#') {
        return Err("must be a URL without a fragment (#)");
    }
    let url: Uri = text.parse().map_err(|_| RULE)?;
    let authority = url.authority().ok_or(RULE)?;
    if authority.as_str().contains('@') {
        return Err("must be a URL without a user name or password");
    }
    if authority.host().is_empty() {
        return Err(RULE);
    }
    match url.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => Ok(url),
        Some(scheme) if *scheme == Scheme::HTTP && is_loopback(authority.host()) => Ok(url),
        _ => Err(RULE),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_at_home() {
        for url in [
            "https://example.com",
            "https://example.com/a?b=c",
            "https://example.com:8443/",
            "HTTPS://example.com",
            "http://localhost:9000/keys",
            "http://127.0.0.1:9000",
            "http://127.1.2.3",
            "http://[::1]:9000/",
        ] {
            assert!(checked(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn nothing_else() {
        for url in [
            "",
            " ",
            "example.com",
            "/keys",
            "https://",
            "https:///keys",
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "http://[::ffff:10.0.0.1]",
            "https://user@example.com",
            "https://user:word@example.com",
            "https://example.com#keys",
            "https://example.com/ keys",
            "https://example.com\n",
            " https://example.com",
            "ftp://example.com",
            "file:///etc/passwd",
        ] {
            assert!(checked(url).is_err(), "{url:?}");
        }
    }
}
