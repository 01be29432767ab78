//! HTTP to Secrets Manager and to issuers of JWTs: HTTP/1.1, over TLS unless it is to this very machine.
//!
//! The SDK's own client would be the same libraries and HTTP/2 besides, which no request here has a use for:
//! docs/performance.md says what that costs.

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::error::Error as _;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The certificate authorities that AWS endpoints chain to: Amazon Root CA 1 to 4 and Starfield
/// Services Root G2, as published at <https://www.amazontrust.com/repository/>. The last of them to
/// be added was in 2015, the first to expire does so in 2037. Reading these five instead of the
/// system's whole store saves some 5 ms of each cold start; `AWS_CA_BUNDLE` adds others.
const AMAZON: &[u8] = include_bytes!("amazon_roots.pem");

/// Whom a connection trusts, besides the authorities of `AWS_CA_BUNDLE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Amazon's own authorities.
    Amazon,
    /// The system's authorities: an issuer may be anywhere. They take milliseconds to read.
    System,
    /// Nobody: for connections without TLS.
    Nobody,
}

/// A client of HTTP/1.1.
#[derive(Clone)]
pub(crate) struct HttpsClient(legacy::Client<HttpsConnector<TcpConnector>, SdkBody>);

impl fmt::Debug for HttpsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsClient").finish_non_exhaustive()
    }
}

impl HttpsClient {
    /// A client that gives up on a connection after `patience`.
    ///
    /// # Errors
    /// What is wrong with `AWS_CA_BUNDLE`, as a sentence.
    pub(crate) fn new(trust: Trust, patience: Duration) -> Result<Self, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| "the versions of TLS cannot be set".to_owned())?
            .with_root_certificates(roots(trust)?)
            .with_no_client_auth();
        let mut tcp = TcpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(patience));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = legacy::Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self(client))
    }

    /// Sends one request.
    pub(crate) async fn send(
        &self,
        request: http::Request<SdkBody>,
    ) -> Result<http::Response<hyper::body::Incoming>, legacy::Error> {
        self.0.request(request).await
    }
}

/// Whether it took too long to connect.
pub(crate) fn is_timeout(error: &legacy::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        let io = cause.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::TimedOut) {
            return true;
        }
        source = cause.source();
    }
    false
}

fn roots(trust: Trust) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    match trust {
        Trust::Nobody => return Ok(roots),
        Trust::Amazon => add(&mut roots, AMAZON)?,
        // One that the system holds and that cannot be read is not trusted, and no reason to stop.
        Trust::System => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if let Ok(path) = std::env::var("AWS_CA_BUNDLE") {
        let bundle = std::fs::read(&path)
            .map_err(|error| format!("AWS_CA_BUNDLE names a file that cannot be read: {error}"))?;
        add(&mut roots, &bundle)?;
    }
    Ok(roots)
}

/// Adds the authorities of a PEM file, of which each must be sound.
fn add(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), String> {
    let not_pem = || "AWS_CA_BUNDLE is not a PEM file of certificates".to_owned();
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| not_pem())?;
        roots.add(certificate).map_err(|_| not_pem())?;
    }
    if roots.len() == before {
        return Err(not_pem());
    }
    Ok(())
}

impl HttpConnector for HttpsClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.clone();
        HttpConnectorFuture::new(async move {
            let user = |error| ConnectorError::user(Box::new(error));
            let request = request.try_into_http1x().map_err(user)?;
            let response = client.send(request).await.map_err(|error| {
                match (is_timeout(&error), error.is_connect()) {
                    (true, _) => ConnectorError::timeout(error.into()),
                    (false, true) => ConnectorError::io(error.into()),
                    (false, false) => ConnectorError::other(error.into(), None),
                }
            })?;
            let response = response.map(SdkBody::from_body_1_x);
            HttpResponse::try_from(response)
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
