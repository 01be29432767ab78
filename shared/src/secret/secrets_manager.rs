//! Secret from AWS Secrets Manager.

use super::source::Loading;
use super::{Secret, SecretSource, SourceError};
use crate::https::{HttpsClient, Trust};
use aws_credential_types::Credentials;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Config, Region};
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use std::time::Duration;
use zeroize::Zeroizing;

/// A connection inside one region is up in a few milliseconds; a second means that it won't be.
const CONNECT: Duration = Duration::from_millis(1000);
/// One attempt, from the first byte sent to the last one read.
const ATTEMPT: Duration = Duration::from_millis(1500);
/// Everything, both attempts included. INIT has 10 seconds, and a caller less patience.
const TOTAL: Duration = Duration::from_millis(3500);
/// The attempts of one load. The store tries again by itself.
const ATTEMPTS: u32 = 2;

/// The secret's current version in AWS Secrets Manager.
#[derive(Debug)]
pub struct SecretsManager {
    client: Client,
    secret_id: String,
}

impl SecretsManager {
    /// A source that reads `secret_id`, a name or an ARN.
    ///
    /// Region and credentials come from the variables that Lambda sets, without the provider chain of
    /// `aws-config`, which a Lambda function has no use for. The endpoint can be replaced as the AWS
    /// SDKs have it, by `AWS_ENDPOINT_URL_SECRETS_MANAGER` or `AWS_ENDPOINT_URL`; certificate
    /// authorities are added by `AWS_CA_BUNDLE`, the path of a PEM file.
    ///
    /// # Errors
    /// [`SourceError::Setting`] names the variable that is missing or wrong.
    pub fn from_env(secret_id: String) -> Result<Self, SourceError> {
        let required = |name: &str| {
            std::env::var(name).map_err(|_| {
                SourceError::Setting(format!("{name} is not set; Lambda always sets it"))
            })
        };
        let credentials = Credentials::new(
            required("AWS_ACCESS_KEY_ID")?,
            required("AWS_SECRET_ACCESS_KEY")?,
            std::env::var("AWS_SESSION_TOKEN")
                .ok()
                .filter(|token| !token.is_empty()),
            None,
            "environment",
        );
        let endpoint = std::env::var("AWS_ENDPOINT_URL_SECRETS_MANAGER")
            .or_else(|_| std::env::var("AWS_ENDPOINT_URL"));
        let client = HttpsClient::new(Trust::Amazon, CONNECT).map_err(SourceError::Setting)?;
        let connector = SharedHttpConnector::new(client);
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(required("AWS_REGION")?))
            .credentials_provider(credentials)
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(ATTEMPT)
                    .operation_timeout(TOTAL)
                    .build(),
            )
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(ATTEMPTS)
                    .with_initial_backoff(Duration::from_millis(50)),
            );
        if let Ok(endpoint) = endpoint {
            config = config.endpoint_url(endpoint);
        }
        Ok(Self {
            client: Client::from_conf(config.build()),
            secret_id,
        })
    }

    async fn read(&self) -> Result<Secret, SourceError> {
        let answer = self
            .client
            .get_secret_value()
            .secret_id(&self.secret_id)
            .send()
            .await
            .map_err(explain)?;
        let text = answer.secret_string.map(Zeroizing::new).ok_or_else(|| {
            SourceError::Document(super::DocumentError::new(
                "(document)",
                "is stored as binary; store it as text",
            ))
        })?;
        Ok(Secret::parse(&text)?)
    }
}

/// The SDK's error in the operator's words. Messages of the service are left out: the code says it
/// all, and a message is somebody else's text in our log.
fn explain<E: ProvideErrorMetadata>(error: SdkError<E>) -> SourceError {
    match &error {
        SdkError::ServiceError(refused) => {
            let code = refused
                .err()
                .code()
                .unwrap_or("an error without a code")
                .to_owned();
            let advice = match code.as_str() {
                "AccessDeniedException" => {
                    "the function's role needs secretsmanager:GetSecretValue on this secret (and kms:Decrypt on its key)"
                }
                "ResourceNotFoundException" => "AGORA_SECRET_ID names no secret of this region",
                "DecryptionFailure" => "the secret's KMS key cannot be used by this function",
                "UnrecognizedClientException"
                | "ExpiredTokenException"
                | "InvalidSignatureException" => "the function's credentials are not accepted",
                _ => "it will be tried again",
            };
            SourceError::Refused { code, advice }
        }
        SdkError::TimeoutError(_) => {
            SourceError::Unreachable(format!("no answer within {} ms", TOTAL.as_millis()))
        }
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            SourceError::Unreachable(format!("no connection within {} ms", CONNECT.as_millis()))
        }
        SdkError::DispatchFailure(_) => SourceError::Unreachable(
            "the connection failed; look at the endpoint, the network and TLS".to_owned(),
        ),
        SdkError::ResponseError(_) => SourceError::Unreachable(
            "it answered with something that is not its protocol".to_owned(),
        ),
        _ => SourceError::Unreachable("the request could not be made".to_owned()),
    }
}

impl SecretSource for SecretsManager {
    fn load(&self) -> Loading<'_> {
        Box::pin(self.read())
    }
}
