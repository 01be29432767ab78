//! Payload format 2.0: those that are deployed and the local one.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::Event;

const API_ID: &str = "a1b2c3d4e5";
const DOMAIN: &str = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";
const URL_ID: &str = "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6";
const URL_DOMAIN: &str = "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6.lambda-url.us-east-1.on.aws";
const SOURCE_IP: &str = "192.0.2.1";
const USER_AGENT: &str = "agora-token-tests";

impl Event {
    /// As in the documentation of API Gateway.
    pub(super) fn http_api(&self) -> Value {
        let path = decoded_path(&self.path);
        let route_key = self.route_key.clone();
        let route_key = route_key.unwrap_or_else(|| format!("{} {}", self.method, self.path));
        let headers = self.headers_over([
            ("accept", "*/*"),
            ("host", DOMAIN),
            ("user-agent", USER_AGENT),
            (
                "x-amzn-trace-id",
                "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            ),
            ("x-forwarded-for", SOURCE_IP),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]);
        json!({
            "version": "2.0",
            "routeKey": route_key,
            "rawPath": path,
            "rawQueryString": self.query.as_deref().unwrap_or_default(),
            "headers": headers,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": API_ID,
                "domainName": DOMAIN,
                "domainPrefix": API_ID,
                "http": {
                    "method": self.method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": SOURCE_IP,
                    "userAgent": headers["user-agent"],
                },
                "requestId": self.request_id,
                "routeKey": route_key,
                "stage": "$default",
                "time": "12/Mar/2020:19:03:58 +0000",
                "timeEpoch": 1_584_039_838_390_u64,
            },
        })
    }

    /// As function URLs were seen to send it.
    pub(super) fn function_url(&self) -> Value {
        let headers = self.headers_over([
            ("accept", "*/*"),
            ("host", URL_DOMAIN),
            ("user-agent", USER_AGENT),
            (
                "x-amzn-trace-id",
                "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            ),
            ("x-forwarded-for", SOURCE_IP),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]);
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": self.query.as_deref().unwrap_or_default(),
            "headers": headers,
            "requestContext": {
                "accountId": "anonymous",
                "apiId": URL_ID,
                "domainName": URL_DOMAIN,
                "domainPrefix": URL_ID,
                "http": {
                    "method": self.method,
                    "path": percent_decode_str(&self.path).decode_utf8_lossy(),
                    "protocol": "HTTP/1.1",
                    "sourceIp": SOURCE_IP,
                    "userAgent": headers["user-agent"],
                },
                "requestId": self.request_id,
                "routeKey": "$default",
                "stage": "$default",
                "time": "12/Mar/2020:19:03:58 +0000",
                "timeEpoch": 1_584_039_838_390_u64,
            },
        })
    }

    /// As seen from version 1.9.2. The nulls and the `httpMethod`, which is `GET` whatever the method,
    /// belong to another kind of event that shares its type there.
    pub(super) fn cargo_lambda(&self) -> Value {
        let headers = self.headers_over([
            ("accept", "*/*"),
            ("host", "127.0.0.1:9000"),
            ("lambda-runtime-aws-request-id", &self.request_id),
            ("user-agent", USER_AGENT),
        ]);
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": self.query,
            "headers": headers,
            "requestContext": {
                "routeKey": "$default",
                "accountId": null,
                "stage": "$default",
                "requestId": self.request_id,
                "apiId": null,
                "domainName": "localhost",
                "domainPrefix": "_",
                "time": "12/Mar/2020:19:03:58 +0000",
                "timeEpoch": 1_584_039_838,
                "http": {
                    "method": self.method,
                    "path": self.path,
                    "protocol": "http",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "cargo-lambda",
                },
            },
            "stageVariables": {},
            "type": null,
            "methodArn": null,
            "httpMethod": "GET",
            "identitySource": null,
            "authorizationToken": null,
            "resource": null,
        })
    }
}

/// A path as API Gateway hands it over: decoded, and cut at a question mark that comes to light.
fn decoded_path(path: &str) -> String {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let path = decoded.split('?').next().unwrap_or_default();
    path.to_owned()
}
