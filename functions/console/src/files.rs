//! The files of the page, as they were when the function was built.

use agora_token::http::{Request, Response};
use http::StatusCode;

/// A file of the folder `console`.
pub(crate) struct File {
    name: &'static str,
    content_type: &'static str,
    /// Its entity tag.
    tag: &'static str,
    bytes: &'static [u8],
    /// The same as a gzip stream.
    gzip: &'static [u8],
    headers: &'static [(&'static str, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The file of this name.
pub(crate) fn named(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

impl File {
    /// The answer to a request for it: short where the browser has it already.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Response {
        let known = request.if_none_match().is_some_and(|tags| {
            let mut tags = tags.split(',').map(str::trim);
            tags.any(|tag| tag == "*" || weak(tag) == weak(self.tag))
        });
        let response = match known {
            true => {
                Response::text(StatusCode::NOT_MODIFIED, "").with_header("vary", "accept-encoding")
            }
            false => Response::file(request, self.content_type, self.bytes, self.gzip),
        };
        let response = response.with_header("etag", self.tag);
        self.headers
            .iter()
            .fold(response, |response, (name, value)| {
                response.with_header(name, *value)
            })
    }
}

/// A tag without the mark of a weak one (RFC 9110, 8.8.3.2).
fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
