//! An AWS that gives one answer to every call, without a network.

use atalaya_cloud::SdkConfig;
use aws_config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;

/// The answer to every call.
#[derive(Debug, Clone)]
struct Answer {
    status: u16,
    code: Option<&'static str>,
    body: String,
}

impl HttpConnector for Answer {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = StatusCode::try_from(self.status).expect("a status");
        let mut response = HttpResponse::new(status, SdkBody::from(self.body.clone()));
        if let Some(code) = self.code {
            response.headers_mut().insert("x-amzn-errortype", code);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl HttpClient for Answer {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// Every call succeeds with this body.
pub(crate) fn answering(body: &str) -> SdkConfig {
    config(Answer { status: 200, code: None, body: body.to_owned() })
}

/// Every call fails with this status, code and text, as services with JSON tell it.
pub(crate) fn refusing(status: u16, code: &'static str, text: &str) -> SdkConfig {
    let body = serde_json::json!({ "__type": code, "message": text }).to_string();
    config(Answer { status, code: Some(code), body })
}

/// Every call fails with this status and body.
pub(crate) fn refusing_with(status: u16, body: &str) -> SdkConfig {
    config(Answer { status, code: None, body: body.to_owned() })
}

fn config(answer: Answer) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("id", "key", None, None, "test")))
        .retry_config(RetryConfig::disabled())
        .http_client(SharedHttpClient::new(answer))
        .build()
}
