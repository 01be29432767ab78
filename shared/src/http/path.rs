//! The path of a request, as segments that can be trusted.

use super::event::Event;
use super::problem::Problem;
use super::query::decode;

/// The decoded segments of the event's path, a trailing slash left out.
///
/// API Gateway hands over the path decoded, a local server hands it over as it was sent, and a
/// channel name may hold a `%`: decoding once too often would sign for another channel. So the path
/// is decoded only where the event comes from a local server (which knows no routes and says
/// `$default`), and a decoded path that still holds a `%` is refused. So is one that doesn't agree
/// with the gateway's own path parameter: the gateway cuts a path at a decoded `?`, and what is left
/// would be another name.
///
/// # Errors
/// `path_ambiguous`, which points to the forms in which any name can travel.
pub(super) fn segments(event: &Event<'_>) -> Result<Vec<String>, Problem> {
    let path = event.raw_path.as_ref();
    let local = matches!(event.route_key.as_deref(), None | Some("$default"));
    let agrees = match event
        .path_parameters
        .as_ref()
        .and_then(|parameters| parameters.get("proxy"))
    {
        Some(proxy) if !local => {
            let ends_with = |tail: &str| {
                path.trim_end_matches('/')
                    .ends_with(tail.trim_end_matches('/'))
            };
            ends_with(proxy) || decode(proxy).is_some_and(|decoded| ends_with(&decoded))
        }
        _ => true,
    };
    if !local && (path.contains('%') || !agrees) {
        return Err(Problem::path_ambiguous());
    }
    let inner = path.strip_prefix('/').unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    inner
        .split('/')
        .map(|segment| {
            if local {
                decode(segment).ok_or_else(Problem::path_ambiguous)
            } else {
                Ok(segment.to_owned())
            }
        })
        .collect()
}
