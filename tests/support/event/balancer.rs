//! What an Application Load Balancer makes of a request.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::body::Body;
use super::{Event, last};

impl Event {
    /// As the events that are documented and recorded: nothing is decoded, and there are either lists or
    /// single values. Of a header or parameter that was sent twice, the single value is the last one.
    pub(super) fn load_balancer(&self, lists: bool) -> Value {
        let headers = self.header_lists(&[
            ("accept", "*/*"),
            ("host", "tokens-1234567890.us-east-1.elb.amazonaws.com"),
            ("user-agent", "agora-token-tests"),
            (
                "x-amzn-trace-id",
                "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            ),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]);
        let mut parameters = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in self.pairs() {
            let values = parameters.entry(name.to_owned()).or_default();
            values.push(value.to_owned());
        }
        let mut event = json!({
            "requestContext": {
                "elb": {
                    "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/rtc/6d0ecf831eec9f09",
                },
            },
            "httpMethod": self.method,
            "path": self.path,
            "body": self.body.as_ref().map(Body::in_event).unwrap_or_default(),
            "isBase64Encoded": self.body.as_ref().is_some_and(Body::is_encoded),
        });
        if lists {
            event["multiValueHeaders"] = json!(headers);
            event["multiValueQueryStringParameters"] = json!(parameters);
        } else {
            event["headers"] = json!(last(&headers));
            event["queryStringParameters"] = json!(last(&parameters));
        }
        event
    }
}
