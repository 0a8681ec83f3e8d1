//! CloudWatch's API: what the SDKs, the functions and the AWS CLI find at `AWS_ENDPOINT_URL_CLOUDWATCH`.

mod cbor;
mod members;
mod protocol;

use std::sync::Arc;

use atalaya_cloudwatch::api;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Response, body::Bytes, body::Incoming};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use self::protocol::{Fault, Protocol};
use super::state::Shared;
use crate::{LocalError, http};

/// The API's server; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Api {
    endpoint: String,
    task: JoinHandle<()>,
}

impl Api {
    pub(super) async fn start(shared: Arc<Shared>) -> Result<Self, LocalError> {
        let (socket, port) = http::listen().await?;
        let task = tokio::spawn(http::serve(socket, move |request| {
            let shared = Arc::clone(&shared);
            async move { answer(request, &shared).await }
        }));
        Ok(Self { endpoint: format!("http://127.0.0.1:{port}"), task })
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let (protocol, operation) = match protocol::operation(&parts.method, &parts.uri, &parts.headers) {
        Ok(named) => named,
        // A caller that speaks no protocol of ours can at least read JSON.
        Err(fault) => return Protocol::Json.error(&fault),
    };
    let called = match Limited::new(body, protocol::MAX_BODY).collect().await {
        Ok(body) => call(shared, protocol, &operation, &parts.headers, body.to_bytes()),
        Err(_) => Err(protocol::too_large()),
    };
    match called {
        Ok(output) => protocol.answer(&operation, &output),
        Err(fault) => protocol.error(&fault),
    }
}

fn call(
    shared: &Shared,
    protocol: Protocol,
    operation: &str,
    headers: &hyper::HeaderMap,
    body: Bytes,
) -> Result<Value, Fault> {
    let mut input = protocol.read(&protocol::unpacked(headers, body)?)?;
    if operation == "PutMetricData" {
        let clock = shared.clock();
        set_times(&mut input, clock.now(), |at| clock.at(at));
    }
    let called = shared.with_cloudwatch(|cloudwatch| api::call(cloudwatch, operation, &input));
    called.map_err(|error| Fault::new(error.code, error.message))
}

/// Gives each datum the time that it has on CloudWatch's clock; what has none is of now. A time that is no number is
/// left for CloudWatch to refuse.
fn set_times(input: &mut Value, now: f64, map: impl Fn(f64) -> f64) {
    let data = input.get_mut("MetricData").and_then(Value::as_array_mut);
    for datum in data.into_iter().flatten().filter_map(Value::as_object_mut) {
        match datum.get_mut("Timestamp") {
            Some(at) => {
                if let Some(told) = at.as_f64() {
                    *at = json!(map(told));
                }
            }
            None => {
                datum.insert("Timestamp".to_owned(), json!(now));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datum_has_its_time_on_cloudwatchs_clock() {
        let mut input = json!({"MetricData": [{"Timestamp": 10}, {}, {"Timestamp": "x"}, 1]});
        set_times(&mut input, 99.0, |at| at * 2.0);
        let expected = json!({"MetricData": [{"Timestamp": 20.0}, {"Timestamp": 99.0}, {"Timestamp": "x"}, 1]});
        assert_eq!(input, expected);
        set_times(&mut json!({}), 0.0, |at| at);
    }
}
