//! An event, and the front door that it came through.

use super::super::problem::Problem;
use super::request::Request;
use super::{http_api, load_balancer, rest_api};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// What stands between a caller and the function. An answer has the shape that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// An HTTP API or a function URL, in payload format 2.0.
    HttpApi,
    /// A REST API, or an HTTP API in payload format 1.0.
    RestApi,
    /// An Application Load Balancer.
    LoadBalancer,
}

/// An event of one of the doors.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every event is of the largest one, which a box would slow down"
)]
pub(in super::super) enum Event<'a> {
    HttpApi(http_api::Event<'a>),
    RestApi(Box<rest_api::Event>),
    LoadBalancer(Box<load_balancer::Event>),
}

impl<'a> Event<'a> {
    /// Reads an event. One that cannot be read has a door as well: somebody waits there for an answer.
    pub(in super::super) fn read(text: &'a str) -> (Door, Result<Self, Problem>) {
        // Most events by far, and no others have their method in this place.
        if let Ok(event) = serde_json::from_str::<http_api::Event<'_>>(text)
            && event.has_method()
        {
            return (Door::HttpApi, Ok(Self::HttpApi(event)));
        }
        let marks = Marks::of(text);
        let door = marks.door();
        let event = match door {
            Door::HttpApi => None,
            Door::RestApi => serde_json::from_str(text).ok().map(|event| {
                let of_http_api = marks.version_is("1.0");
                Self::RestApi(Box::new(rest_api::Event { event, of_http_api }))
            }),
            Door::LoadBalancer => serde_json::from_str(text)
                .ok()
                .map(|event| Self::LoadBalancer(Box::new(load_balancer::Event(event)))),
        };
        (door, event.ok_or_else(Problem::event_malformed))
    }

    /// The id that the door gave the request, if it did.
    pub(in super::super) fn request_id(&self) -> Option<&str> {
        match self {
            Self::HttpApi(event) => event.request_id(),
            Self::RestApi(event) => event.request_id(),
            Self::LoadBalancer(event) => event.request_id(),
        }
    }

    /// Whether a load balancer asks if the function is there.
    pub(in super::super) fn is_health_check(&self) -> bool {
        matches!(self, Self::LoadBalancer(event) if event.is_health_check())
    }

    /// The request, short of its body. `encoded_locally` tells whether a local server hands its paths
    /// over as they were sent.
    ///
    /// # Errors
    /// A problem where the event lacks a part, or its path is ambiguous or too long.
    pub(in super::super) fn request(&self, encoded_locally: bool) -> Result<Request<'_>, Problem> {
        match self {
            Self::HttpApi(event) => event.request(encoded_locally),
            Self::RestApi(event) => event.request(),
            Self::LoadBalancer(event) => event.request(),
        }
    }
}

impl Door {
    /// The door of an event that is not read any further.
    pub(in super::super) fn of(text: &str) -> Self {
        Marks::of(text).door()
    }
}

/// What tells the doors apart, whatever its type: an event that cannot be read has it too.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Marks<'a> {
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    http_method: Option<IgnoredAny>,
    #[serde(borrow)]
    request_context: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ContextMarks {
    elb: Option<IgnoredAny>,
    http: Option<IgnoredAny>,
}

impl<'a> Marks<'a> {
    fn of(text: &'a str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    fn version_is(&self, version: &str) -> bool {
        let text = self.version.map(RawValue::get).unwrap_or_default();
        text.trim_matches('"') == version
    }

    fn door(&self) -> Door {
        let context = self.request_context.map(RawValue::get).unwrap_or_default();
        let context: ContextMarks = serde_json::from_str(context).unwrap_or_default();
        if context.elb.is_some() {
            Door::LoadBalancer
        } else if context.http.is_none() && !self.version_is("2.0") && self.http_method.is_some() {
            Door::RestApi
        } else {
            Door::HttpApi
        }
    }
}
