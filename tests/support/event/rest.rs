//! Payload format 1.0.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::body::Body;
use super::{Event, decoded_query, last};

const DOMAIN: &str = "f6g7h8i9j0.execute-api.us-east-1.amazonaws.com";
const STAGE: &str = "prod";

impl Event {
    /// As the events that are documented and recorded. The path stands as it was sent, parameters are
    /// decoded, names of headers keep their case, and what there is none of is null.
    pub(super) fn rest_api(&self) -> Value {
        let headers = self.header_lists(&[
            ("accept", "*/*"),
            ("host", DOMAIN),
            ("user-agent", "agora-token-tests"),
            ("x-forwarded-for", "192.0.2.1, 198.51.100.7"),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]);
        let headers = headers.into_iter();
        let headers = headers.map(|(name, values)| (titled(&name), values));
        let headers: BTreeMap<_, _> = headers.collect();
        let mut parameters = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in self.pairs() {
            let values = parameters.entry(decoded_query(name)).or_default();
            values.push(decoded_query(value));
        }
        let parameters = (!parameters.is_empty()).then_some(parameters);
        let route = self
            .route_key
            .as_deref()
            .and_then(|key| key.split_once(' '));
        let (resource, variables) = match route {
            Some((_, path)) => (path, self.path_parameters.clone()),
            None if self.path == "/" => ("/", BTreeMap::new()),
            None => {
                let proxy = self.path.trim_matches('/').to_owned();
                ("/{proxy+}", BTreeMap::from([("proxy".to_owned(), proxy)]))
            }
        };
        json!({
            "resource": resource,
            "path": self.path,
            "httpMethod": self.method,
            "headers": last(&headers),
            "multiValueHeaders": headers,
            "queryStringParameters": parameters.as_ref().map(last),
            "multiValueQueryStringParameters": parameters,
            "pathParameters": (!variables.is_empty()).then_some(variables),
            "stageVariables": null,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "f6g7h8i9j0",
                "domainName": DOMAIN,
                "domainPrefix": "f6g7h8i9j0",
                "extendedRequestId": "JKJaXmPLvHcESHA=",
                "httpMethod": self.method,
                "identity": {
                    "accessKey": null,
                    "accountId": null,
                    "caller": null,
                    "cognitoAuthenticationProvider": null,
                    "cognitoAuthenticationType": null,
                    "cognitoIdentityId": null,
                    "cognitoIdentityPoolId": null,
                    "principalOrgId": null,
                    "sourceIp": "192.0.2.1",
                    "user": null,
                    "userAgent": "agora-token-tests",
                    "userArn": null,
                },
                "path": format!("/{STAGE}{}", self.path),
                "protocol": "HTTP/1.1",
                "requestId": self.request_id,
                "requestTime": "12/Mar/2020:19:03:58 +0000",
                "requestTimeEpoch": 1_584_039_838_390_u64,
                "resourceId": "us4z18",
                "resourcePath": resource,
                "stage": STAGE,
            },
            "body": self.body.as_ref().map(Body::in_event),
            "isBase64Encoded": self.body.as_ref().is_some_and(Body::is_encoded),
        })
    }
}

/// A header's name as most clients write it.
fn titled(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join("-")
}
