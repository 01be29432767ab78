//! Keys from the issuer, over HTTP.

use super::address;
use super::key_set::KeySet;
use super::settings::Place;
use super::source::{Fetching, KeySource, KeysError};
use crate::https::{HttpsClient, Trust, is_timeout};
use aws_smithy_types::body::SdkBody;
use http::Uri;
use http::uri::Scheme;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use std::time::Duration;

/// The time for one document, from the first byte sent to the last one read. Two of them have to fit
/// into the 10 seconds of INIT, and into a caller's patience.
const PATIENCE: Duration = Duration::from_secs(2);
/// The bytes of the longest document that is read. Those of public issuers stay below 20 KiB.
const LONGEST: usize = 256 * 1024;

const CONFIGURATION: &str = "OpenID configuration";
const KEY_SET: &str = "key set";

/// The key set of an issuer.
pub(super) struct Remote {
    issuer: String,
    place: Place,
}

impl Remote {
    /// The keys of `issuer` at `place`.
    pub(super) fn new(issuer: String, place: Place) -> Self {
        Self { issuer, place }
    }

    /// The configuration is read each time: an issuer may move its keys, and once an hour costs
    /// nobody anything.
    async fn read(&self) -> Result<KeySet, KeysError> {
        let (client, url) = match &self.place {
            Place::KeySet(url) => (client(url).await?, url.clone()),
            Place::Configuration(url) => {
                let client = client(url).await?;
                let configuration = get(&client, url, CONFIGURATION).await?;
                let url = locate(&configuration, &self.issuer, url.scheme()).map_err(|rule| {
                    KeysError::Document {
                        document: CONFIGURATION,
                        rule,
                    }
                })?;
                (client, url)
            }
        };
        let set = get(&client, &url, KEY_SET).await?;
        KeySet::parse(&set).map_err(|rule| KeysError::Document {
            document: KEY_SET,
            rule,
        })
    }
}

impl KeySource for Remote {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(self.read())
    }
}

/// Where the configuration says the keys are. It must be the issuer's own (OpenID Connect Discovery
/// 1.0, 4.3), and the way to the keys as safe as the way to it.
fn locate(text: &[u8], issuer: &str, scheme: Option<&Scheme>) -> Result<Uri, &'static str> {
    #[derive(Deserialize)]
    struct Configuration {
        issuer: String,
        jwks_uri: String,
    }
    let configuration: Configuration = serde_json::from_slice(text)
        .map_err(|_| "must be a JSON object with the texts `issuer` and `jwks_uri`")?;
    if configuration.issuer != issuer {
        return Err(
            "is of another `issuer` than the one that is set; they must be the same letter by letter",
        );
    }
    let url = address::checked(&configuration.jwks_uri)
        .map_err(|_| "has a `jwks_uri` that is no https URL")?;
    if url.scheme() != scheme {
        return Err("has a `jwks_uri` with another scheme than the issuer's");
    }
    Ok(url)
}

/// A client for one fetch. None is kept: Lambda freezes the process between requests, so that no
/// connection would live until the next fetch, an hour later, and the certificate authorities take up
/// memory.
async fn client(url: &Uri) -> Result<HttpsClient, KeysError> {
    let trust = match url.scheme() == Some(&Scheme::HTTPS) {
        true => Trust::System,
        false => Trust::Nobody,
    };
    // Parsing the authorities takes milliseconds, in which the secret can be on its way.
    tokio::task::spawn_blocking(move || HttpsClient::new(trust, PATIENCE))
        .await
        .unwrap_or_else(|_| Err("the certificate authorities cannot be read".to_owned()))
        .map_err(KeysError::Setting)
}

/// Reads one document. No redirection is followed: a key set is where it was said to be.
async fn get(
    client: &HttpsClient,
    url: &Uri,
    document: &'static str,
) -> Result<Vec<u8>, KeysError> {
    let unreachable = |how| KeysError::Unreachable { document, how };
    let request = http::Request::get(url)
        .header("accept", "application/json")
        // Some firewalls in front of issuers turn requests without a name away.
        .header("user-agent", env!("CARGO_PKG_NAME"))
        .body(SdkBody::empty())
        .map_err(|_| unreachable("its URL cannot be used in a request"))?;
    let answer = async {
        let response = client.send(request).await.map_err(|error| {
            unreachable(if is_timeout(&error) {
                "no connection in time"
            } else {
                "the connection failed; look at the URL, the network and TLS"
            })
        })?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(KeysError::Refused { document, status });
        }
        let body = Limited::new(response.into_body(), LONGEST).collect().await;
        match body {
            Ok(body) => Ok(body.to_bytes().to_vec()),
            Err(error) if error.is::<LengthLimitError>() => Err(KeysError::Document {
                document,
                rule: "is longer than 256 KiB",
            }),
            Err(_) => Err(unreachable("the connection broke")),
        }
    };
    tokio::time::timeout(PATIENCE, answer)
        .await
        .unwrap_or_else(|_| Err(unreachable("no answer within 2 s")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn located(text: &str) -> Result<String, &'static str> {
        locate(text.as_bytes(), "https://a.example", Some(&Scheme::HTTPS))
            .map(|url| url.to_string())
    }

    #[test]
    fn a_configuration_says_where_the_keys_are() {
        assert_eq!(
            located(r#"{"issuer":"https://a.example","jwks_uri":"https://b.example/keys","x":1}"#),
            Ok("https://b.example/keys".to_owned())
        );
    }

    #[test]
    fn a_configuration_of_somebody_else_and_a_way_back_to_http_are_refused() {
        for text in [
            r#"{"issuer":"https://a.example/","jwks_uri":"https://a.example/keys"}"#,
            r#"{"issuer":"https://evil.example","jwks_uri":"https://a.example/keys"}"#,
            r#"{"jwks_uri":"https://a.example/keys"}"#,
            r#"{"issuer":"https://a.example"}"#,
            r#"{"issuer":"https://a.example","jwks_uri":7}"#,
            r#"{"issuer":"https://a.example","jwks_uri":"/keys"}"#,
            r#"{"issuer":"https://a.example","jwks_uri":"http://a.example/keys"}"#,
            r#"{"issuer":"https://a.example","jwks_uri":"http://127.0.0.1/keys"}"#,
            r#"{"issuer":"https://a.example","jwks_uri":"http://169.254.169.254/"}"#,
            r#"{"issuer":"https://a.example","jwks_uri":"file:///etc/passwd"}"#,
            "<html>",
            "",
        ] {
            assert!(located(text).is_err(), "{text}");
        }
    }
}
