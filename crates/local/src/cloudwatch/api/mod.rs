//! CloudWatch's API: what the SDKs, the functions and the AWS CLI find at `AWS_ENDPOINT_URL_CLOUDWATCH`; and that of
//! CloudWatch Logs at `AWS_ENDPOINT_URL_CLOUDWATCH_LOGS`, of which Logs Insights is answered here, and all else by the
//! emulator, which keeps the events too.

mod cbor;
mod forward;
mod members;
mod protocol;

use std::sync::Arc;

use atalaya_cloudwatch_api::{self as api, logs};
use http_body_util::{BodyExt, Either, Full, Limited};
use hyper::{
    HeaderMap, Request, Response,
    body::{Bytes, Incoming},
    header::{self, HeaderValue},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use self::{
    forward::Forward,
    protocol::{Fault, Protocol},
};
use super::state::Shared;
use crate::{
    LocalError,
    http::{self, Pages},
};

/// The API's server; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Api {
    endpoint: String,
    forward: Arc<Forward>,
    task: JoinHandle<()>,
}

impl Api {
    pub(super) async fn start(shared: Arc<Shared>) -> Result<Self, LocalError> {
        let (socket, port) = http::listen().await?;
        let forward = Arc::new(Forward::new());
        let forwarding = Arc::clone(&forward);
        let task = tokio::spawn(http::serve(socket, Pages::None, move |request| {
            let (shared, forward) = (Arc::clone(&shared), Arc::clone(&forwarding));
            async move { answer(request, &shared, &forward).await }
        }));
        Ok(Self { endpoint: format!("http://127.0.0.1:{port}"), forward, task })
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Says where the emulator is.
    pub(super) fn lead_to(&self, emulator: &str) {
        self.forward.lead_to(emulator);
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An answer of our own, or the emulator's.
type Answer = Response<Either<Full<Bytes>, Incoming>>;

async fn answer(request: Request<Incoming>, shared: &Shared, forward: &Forward) -> Answer {
    let named = protocol::operation(request.method(), request.uri(), request.headers());
    let (protocol, operation) = match named {
        Ok(named) => named,
        // A caller that speaks no protocol of ours can at least read JSON.
        Err(fault) => return Protocol::Json.error("", &fault).map(Either::Left),
    };
    if protocol == Protocol::Logs && !logs::OPERATIONS.contains(&operation.as_str()) {
        return match forward.send(request).await {
            Ok(response) => response.map(Either::Right),
            Err(fault) => protocol.error(&operation, &fault).map(Either::Left),
        };
    }
    let (parts, body) = request.into_parts();
    let called = match Limited::new(body, protocol::MAX_BODY).collect().await {
        Ok(body) => call(shared, protocol, &operation, &parts.headers, body.to_bytes()),
        Err(_) => Err(protocol::too_large()),
    };
    let mut answer = match called {
        Ok(output) => protocol.answer(&operation, &output),
        Err(fault) => protocol.error(&operation, &fault),
    };
    if protocol != Protocol::Logs {
        // Whoever asks for the last hour learns which one it is.
        answer.headers_mut().insert(header::DATE, date(shared.clock().now()));
    }
    answer.map(Either::Left)
}

/// A moment in epoch seconds as HTTP writes it (RFC 9110, section 5.6.7).
fn date(at: f64) -> HeaderValue {
    let at = Timestamp::from_second(at as i64).unwrap_or_default();
    let text = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HeaderValue::from_str(&text).expect("letters and digits")
}

fn call(
    shared: &Shared,
    protocol: Protocol,
    operation: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Value, Fault> {
    let mut input = protocol.read(&protocol::unpacked(headers, body)?)?;
    if operation == "PutMetricData" {
        let clock = shared.clock();
        set_times(&mut input, clock.now(), |at| clock.at(at));
    }
    if protocol == Protocol::Logs {
        let called = shared.with_logs(|service| logs::call(service, operation, &input));
        return called.map_err(Fault::of_logs);
    }
    let called =
        shared.with_cloudwatch(|cloudwatch| api::call(cloudwatch, &mut shared.dashboards(), operation, &input));
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
    fn answers_have_cloudwatchs_date() {
        assert_eq!(date(1_795_348_800.9), "Sun, 22 Nov 2026 12:00:00 GMT");
    }

    #[test]
    fn a_datum_has_its_time_on_cloudwatchs_clock() {
        let mut input = json!({"MetricData": [{"Timestamp": 10}, {}, {"Timestamp": "x"}, 1]});
        set_times(&mut input, 99.0, |at| at * 2.0);
        let expected = json!({"MetricData": [{"Timestamp": 20.0}, {"Timestamp": 99.0}, {"Timestamp": "x"}, 1]});
        assert_eq!(input, expected);
        set_times(&mut json!({}), 0.0, |at| at);
    }
}
