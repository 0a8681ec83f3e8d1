//! What S3 is asked, counted as its price list counts.

use atalaya_telemetry::{ObjectRequest, Telemetry};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextRef, dyn_dispatch_hint},
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

/// Counts each try that S3 answered, whatever the answer: a repeated try is a request of its own. One that got no
/// answer is left out, as nobody knows whether it arrived; so is a link, which is signed without asking.
#[derive(Debug)]
pub(super) struct CountRequests(Telemetry);

impl CountRequests {
    pub(super) fn new(telemetry: Telemetry) -> Self {
        Self(telemetry)
    }
}

#[dyn_dispatch_hint]
impl Intercept for CountRequests {
    fn name(&self) -> &'static str {
        "CountRequests"
    }

    fn read_after_transmit(
        &self,
        _: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(request) = config.load::<Metadata>().and_then(|operation| priced(operation.name())) {
            self.0.object_request(request);
        }
        Ok(())
    }
}

/// The tier of an operation in S3's price list, "Requests & data retrievals": listings cost what writes cost, and
/// DELETE and CANCEL requests are free.
fn priced(operation: &str) -> Option<ObjectRequest> {
    let begins = |words: &[&str]| words.iter().any(|word| operation.starts_with(word));
    if begins(&["Delete", "Abort"]) {
        None
    } else if begins(&["Get", "Head", "Select"]) {
        Some(ObjectRequest::Read)
    } else {
        Some(ObjectRequest::Write)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::VecDeque,
        sync::{Arc, Mutex, PoisonError},
        time::Duration,
    };

    use atalaya_telemetry::{
        Metric, Stage,
        test_sink::{Captured, capture},
    };
    use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
    use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
    use aws_smithy_runtime_api::{
        client::{
            http::{
                HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
                SharedHttpConnector,
            },
            orchestrator::{HttpRequest, HttpResponse},
            result::ConnectorError,
        },
        http::StatusCode,
    };
    use aws_smithy_types::body::SdkBody;

    use super::*;
    use crate::{
        ErrorKind, S3Objects,
        objects::{LinkObjects, ListObjects, ReadObjects, WriteObjects},
    };

    /// Answers with these statuses and bodies, one after the other; without any left the connection breaks.
    #[derive(Debug, Clone, Default)]
    struct Answers(Arc<Mutex<VecDeque<(u16, &'static str)>>>);

    impl Answers {
        fn next(&self, answers: &[(u16, &'static str)]) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
        }
    }

    impl HttpConnector for Answers {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            HttpConnectorFuture::ready(match next {
                Some((status, body)) => {
                    let status = StatusCode::try_from(status).expect("a status");
                    Ok(HttpResponse::new(status, SdkBody::from(body)))
                }
                None => Err(ConnectorError::io("the connection broke".into())),
            })
        }
    }

    impl HttpClient for Answers {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    fn counted() -> (S3Objects, Answers, Captured) {
        let (answers, captured) = (Answers::default(), capture(Stage::Process));
        let retries = RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(1));
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("id", "key", None, None, "test")))
            .retry_config(retries)
            .http_client(SharedHttpClient::new(answers.clone()))
            .build();
        (S3Objects::counted(&config, captured.telemetry.clone()), answers, captured)
    }

    /// Reads and writes counted since the captured telemetry began.
    fn told(captured: &Captured) -> (f64, f64) {
        captured.telemetry.flush();
        captured.assert_catalogued();
        let sum = |metric| captured.sum(metric, &[("Stage", "process")]).unwrap_or(0.0);
        (sum(Metric::ObjectReads), sum(Metric::ObjectWrites))
    }

    #[tokio::test]
    async fn each_operation_counts_in_its_tier() {
        let (objects, answers, captured) = counted();
        answers.next(&[(200, "a,b\n"), (200, ""), (404, "")]);
        objects.get("b", "k", None).await.expect("read");
        objects.head("b", "k", None).await.expect("looked at");
        objects.head("b", "gone", None).await.expect_err("S3 answers, and lets one pay, that it is not there");
        assert_eq!(told(&captured), (3.0, 0.0));

        let listing = |rest: &'static str| (200, rest);
        answers.next(&[
            listing("<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>"),
            listing("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
        ]);
        objects.list("b", "").await.expect("listed");
        assert_eq!(told(&captured), (3.0, 2.0), "each page of a listing is a request");

        answers.next(&[(200, "")]);
        objects.put("b", "k", "text/csv", "a".into()).await.expect("stored");
        assert_eq!(told(&captured), (3.0, 3.0));

        answers.next(&[(204, ""), (200, "")]);
        objects.delete("b", "k").await.expect("deleted");
        let link = objects.link("b", "k", Duration::from_secs(60)).await.expect("signed");
        assert!(link.contains("X-Amz-Expires=60"), "{link}");
        assert_eq!(told(&captured), (3.0, 3.0), "to delete is free, and to sign asks nobody");
    }

    #[tokio::test]
    async fn each_part_of_an_upload_counts_and_so_do_its_begin_and_its_end() {
        let (objects, answers, captured) = counted();
        let begun = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
        let ended = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>";
        answers.next(&[(200, begun), (200, ""), (200, ""), (200, ended), (200, begun), (204, "")]);
        let upload = objects.begin_upload("b", "k", "text/csv").await.expect("begun");
        let mut parts = Vec::new();
        for number in [1, 2] {
            parts.push(objects.upload_part(&upload, number, "a".into()).await.expect("sent"));
        }
        objects.complete_upload(&upload, &parts).await.expect("completed");
        assert_eq!(told(&captured), (0.0, 4.0));
        let upload = objects.begin_upload("b", "k", "text/csv").await.expect("begun");
        objects.abort_upload(&upload).await.expect("aborted");
        assert_eq!(told(&captured), (0.0, 5.0), "to abort is free");
    }

    #[tokio::test]
    async fn each_try_counts_that_s3_answered() {
        let (objects, answers, captured) = counted();
        let slow = "<Error><Code>SlowDown</Code></Error>";
        answers.next(&[(503, slow), (503, slow), (200, "")]);
        objects.get("b", "k", None).await.expect("the third try is answered well");
        assert_eq!(told(&captured), (3.0, 0.0));
        let error = objects.get("b", "k", None).await.expect_err("no connection");
        assert_eq!((error.kind, told(&captured)), (ErrorKind::Connection, (3.0, 0.0)));
    }

    #[tokio::test]
    async fn a_link_holds_all_that_it_takes_to_open_it() {
        let (objects, _, _captured) = counted();
        let link =
            objects.link("of-alarms", "pictures/a b%2Fc.png", Duration::from_secs(43_200)).await.expect("signed");
        assert!(link.starts_with("https://of-alarms.s3.eu-west-1.amazonaws.com/pictures/a%20b%252Fc.png?"), "{link}");
        for part in ["X-Amz-Expires=43200", "X-Amz-SignedHeaders=host", "X-Amz-Signature="] {
            assert!(link.contains(part), "{part} in {link}");
        }
        let error = objects.link("b", "k", Duration::from_hours(24 * 8)).await.expect_err("longer than S3 allows");
        assert_eq!(error.kind, ErrorKind::Invalid);
    }
}
