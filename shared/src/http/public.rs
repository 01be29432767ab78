//! Functions that know no project: they answer anybody, from the request alone.

use super::done::Done;
use super::front::{Found, Front};
use super::gateway::Reply;
use super::problem::Problem;
use super::route::{Routes, Work};
use crate::clock_and_randomness::ClockAndRandomness;
use crate::settings::Settings;

/// Such a function: its routes, and neither a secret nor what would read one. Nothing of TLS, Secrets
/// Manager and JWTs is linked into it.
pub(super) struct PublicApp(Front);

impl PublicApp {
    /// A function with these routes, and of the settings what every function heeds.
    pub(super) fn new(
        routes: Routes,
        settings: &Settings,
        system: Box<dyn ClockAndRandomness>,
    ) -> Self {
        let front = Front {
            metrics_namespace: settings.metrics_namespace.clone(),
            local_paths_encoded: settings.local_paths_encoded,
            ..Front::new(routes, system)
        };
        front.process.is_ready();
        Self(front)
    }

    /// Answers the event whose JSON is `event`. `invocation` is its id where the front door gave none.
    pub(super) fn answer(&self, event: &str, invocation: &str) -> Reply {
        let received = self.0.receive(event, invocation);
        let (audit, found) = self.0.find(&received);
        let done = match found {
            Ok(Found { request, route, .. }) => {
                let answered = match route.work {
                    Work::Public(answer) | Work::Page(answer) => answer(&request),
                    Work::Health(greet) => Ok(greet()),
                    _ => Err(Problem::internal(
                        "a route needs a project, and stands in a function that knows none",
                    )),
                };
                Done::answered(answered, audit.request_id)
            }
            Err(done) => done,
        };
        received.reply(&audit, done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock_and_randomness::System;
    use crate::grant::Rtc;

    #[test]
    fn what_takes_a_project_is_refused_and_not_issued() {
        let routes = Routes::new().api::<Rtc>("/v1/rtc");
        let app = PublicApp::new(routes, &Settings::default(), Box::new(System));
        let event = r#"{"version":"2.0","rawPath":"/v1/rtc","rawQueryString":"channelName=a&uid=1","requestContext":{"http":{"method":"GET"}}}"#;
        let reply = app.answer(event, "id");
        assert_eq!(reply.response.status.as_u16(), 500);
        assert!(
            !reply.response.body.contains("token\":"),
            "{}",
            reply.response.body
        );
    }
}
