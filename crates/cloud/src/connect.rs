//! One configuration for every AWS client of a process: HTTPS through rustls and ring, bounded waits, few retries.

use std::time::Duration;

use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableCredentialsProvider, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};

use crate::{CloudError, SdkResult as _};

/// The longest wait for a TCP and TLS connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest silence while an answer is awaited.
const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// The longest that one try of one call may take; an upload of one part fits in many times over.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// Tries of one call, the first included.
const MAX_ATTEMPTS: u32 = 4;

/// Which account, region and endpoint to talk to; what is left out comes from the environment and the shared
/// configuration files, as in the AWS CLI.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwsOptions {
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// A region.
    pub region: Option<String>,
    /// An address that stands in for AWS, such as a local emulator's.
    pub endpoint_url: Option<String>,
}

/// Reads credentials' and region's sources; no network is touched until the first call.
pub async fn connect(options: &AwsOptions) -> SdkConfig {
    let in_function = std::env::var_os("AWS_LAMBDA_FUNCTION_NAME").is_some();
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http_client(in_function && plain_endpoint(options)))
        .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(READ_TIMEOUT)
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .build(),
        );
    if in_function {
        // Lambda gives a function its credentials in the environment: no other source is asked.
        loader = loader.credentials_provider(EnvironmentVariableCredentialsProvider::new());
    }
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    loader.load().await
}

/// Whether every call goes to an address without TLS.
fn plain_endpoint(options: &AwsOptions) -> bool {
    let url = options.endpoint_url.clone().or_else(|| std::env::var("AWS_ENDPOINT_URL").ok());
    url.is_some_and(|url| url.starts_with("http://"))
}

/// One client, whose connections all AWS clients share. Reading the machine's certificates takes milliseconds that
/// a function without TLS need not spend.
fn http_client(without_certificates: bool) -> SharedHttpClient {
    let builder = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
    if !without_certificates {
        return builder.build_https();
    }
    let context = TlsContext::builder()
        .with_trust_store(TrustStore::empty())
        .build()
        .expect("a context without certificates has nothing that could be wrong");
    builder.tls_context(context).build_https()
}

/// The same for a stand-in at an address: it asks for a signature and looks at none, so `credentials` (key and secret)
/// open nothing.
pub async fn connect_stand_in(region: &str, endpoint_url: &str, credentials: (&str, &str)) -> SdkConfig {
    let options =
        AwsOptions { profile: None, region: Some(region.to_owned()), endpoint_url: Some(endpoint_url.to_owned()) };
    let (key, secret) = credentials;
    let credentials = SharedCredentialsProvider::new(Credentials::new(key, secret, None, None, "stand-in"));
    connect(&options).await.into_builder().credentials_provider(credentials).build()
}

/// The names of the account's buckets (`s3:ListAllMyBuckets`).
///
/// # Errors
/// Where S3 cannot be asked.
pub async fn bucket_names(config: &SdkConfig) -> Result<Vec<String>, CloudError> {
    let answer = s3_client(config).list_buckets().send().await.of_call(|| "ListBuckets")?;
    Ok(answer.buckets.unwrap_or_default().into_iter().filter_map(|bucket| bucket.name).collect())
}

/// The S3 client. Buckets stand in the path where an endpoint stands in for AWS, since a stand-in has no name
/// for each bucket.
pub(crate) fn s3_client(config: &SdkConfig) -> aws_sdk_s3::Client {
    aws_sdk_s3::Client::from_conf(s3_config(config).build())
}

/// What the S3 client is built from.
pub(crate) fn s3_config(config: &SdkConfig) -> aws_sdk_s3::config::Builder {
    let stand_in = config.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    aws_sdk_s3::config::Builder::from(config).force_path_style(stand_in)
}
