//! The wiring of a Lambda function: everything between `main` and the handler that all functions share.
//!
//! [`run`] installs the telemetry, builds what the handler needs once, and then gives it one event after the other.
//! An event that only asks which release this is ([`About::question`]) is answered at once. Around each other event it opens a span with the request's ids, counts the cold start, warns before a time-out, turns errors
//! and panics into function errors whose type the state machine can match, and flushes on every way out.

mod about;
#[cfg(test)]
mod end_to_end;
mod invoke;
mod panic;
mod sns;
mod time_out;

use std::convert::Infallible;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use atalaya_telemetry::{Stage, Telemetry};
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent, Runtime, service_fn};
use serde::{Serialize, de::DeserializeOwned};

pub use self::about::{About, TEMPLATE_VERSION};
pub use self::sns::{SnsEvent, SnsMessage, SnsRecord};

use self::invoke::Wiring;
use crate::CloudError;

/// Type of the function error for a failure that another try may get over.
pub const RETRYABLE: &str = "Retryable";

/// Type of the function error for a failure that the same event will always meet.
pub const PERMANENT: &str = "Permanent";

/// Type of the function error for a panic.
pub const PANIC: &str = "Panic";

/// Type of the function error for an event that is not what the handler takes. Sending it again cannot help.
pub const PERMANENT_INPUT: &str = "PermanentInput";

/// Environment variable with the address of the Lambda runtime's API; there is none outside Lambda.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// An error that a function answers with.
pub trait FunctionError: Error {
    /// The error's name in `errorType`, which Step Functions compares with `ErrorEquals` as a whole. It is
    /// [`RETRYABLE`] when the same event may succeed later; any other name, [`PERMANENT`] and those that begin with
    /// it, ends the file's way.
    fn error_type(&self) -> &'static str;
}

impl FunctionError for Infallible {
    fn error_type(&self) -> &'static str {
        match *self {}
    }
}

impl FunctionError for CloudError {
    fn error_type(&self) -> &'static str {
        if self.is_retryable() { RETRYABLE } else { PERMANENT }
    }
}

/// What the handler is told about the invocation that brought its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Lambda's id of the request; a retry by Lambda itself has the same.
    pub request_id: String,
    /// The root of the X-Ray trace, such as `1-5759e988-bd862e3fe1be46a994272793`.
    pub trace_id: Option<String>,
    /// Name of the function.
    pub function: String,
    /// When Lambda cuts the invocation off.
    pub deadline: Timestamp,
}

impl Invocation {
    /// Time left until the deadline; zero after it.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Duration {
        Duration::try_from(self.deadline.duration_since(now)).unwrap_or(Duration::ZERO)
    }
}

impl From<&Context> for Invocation {
    fn from(context: &Context) -> Self {
        let deadline = i64::try_from(context.deadline).unwrap_or(i64::MAX);
        Self {
            request_id: context.request_id.clone(),
            trace_id: context.xray_trace_id.as_deref().map(trace_root),
            function: context.env_config.function_name.clone(),
            deadline: Timestamp::from_millisecond(deadline).unwrap_or(Timestamp::MAX),
        }
    }
}

/// The root of a trace header such as `Root=1-5759e988-…;Parent=…;Sampled=1`; the whole text when it names none.
fn trace_root(header: &str) -> String {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root=")).unwrap_or(header).to_owned()
}

/// Runs a function until Lambda ends the process. `start` is called once, before the first event, with the process's
/// telemetry; it builds the clients and returns the handler. An error of `start` is logged and ends the process, which
/// Lambda reports as a failed start.
///
/// The trace header of each invocation also stands in `_X_AMZN_TRACE_ID` for the AWS clients; the runtime sets it.
pub fn run<Start, Handler, Event, Response, E>(stage: Stage, start: Start) -> ExitCode
where
    Start: AsyncFnOnce(Telemetry) -> Result<Handler, Box<dyn Error + Send + Sync>>,
    Handler: AsyncFn(Event, Invocation) -> Result<Response, E>,
    Event: DeserializeOwned,
    Response: Serialize,
    E: FunctionError,
{
    let telemetry = Telemetry::install(stage);
    panic::install_hook();
    let result = match runtime() {
        Ok(runtime) => runtime.block_on(serve(telemetry.clone(), start)),
        Err(error) => Err(error.into()),
    };
    telemetry.flush();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(stage = stage.as_str(), error = &*error as &(dyn Error + 'static), "the function ends");
            ExitCode::FAILURE
        }
    }
}

/// Two workers beside the thread that runs the handler: while it parses, they move bytes and watch the clock. They
/// cost a cold start a tenth of a millisecond.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

async fn serve<Start, Handler, Event, Response, E>(
    telemetry: Telemetry,
    start: Start,
) -> Result<(), Box<dyn Error + Send + Sync>>
where
    Start: AsyncFnOnce(Telemetry) -> Result<Handler, Box<dyn Error + Send + Sync>>,
    Handler: AsyncFn(Event, Invocation) -> Result<Response, E>,
    Event: DeserializeOwned,
    Response: Serialize,
    E: FunctionError,
{
    if std::env::var_os(RUNTIME_API).is_none() {
        let reason = format!(
            "{RUNTIME_API} is not set: this program is a Lambda function and runs only in Lambda or an emulator of it; \
             `atalaya demo` starts one"
        );
        return Err(reason.into());
    }
    let handler = start(telemetry.clone()).await?;
    let wiring = Wiring::new(telemetry);
    let (wiring, handler) = (&wiring, &handler);
    Runtime::new(service_fn(|event: LambdaEvent<_>| wiring.invoke(handler, event))).run().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invocation_knows_its_trace_and_its_time() {
        let mut context = Context::default();
        context.request_id = "r-1".to_owned();
        context.deadline = 1_767_225_600_500;
        context.xray_trace_id = Some("Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793".to_owned());
        let invocation = Invocation::from(&context);
        assert_eq!(invocation.trace_id.as_deref(), Some("1-5759e988-bd862e3fe1be46a994272793"));
        let at = |text: &str| text.parse().expect("a timestamp");
        assert_eq!(invocation.left(at("2026-01-01T00:00:00Z")), Duration::from_millis(500));
        assert_eq!(invocation.left(at("2026-01-01T00:00:01Z")), Duration::ZERO);
    }

    #[test]
    fn a_trace_header_without_a_root_stays_whole() {
        assert_eq!(trace_root("1-5759e988"), "1-5759e988");
    }
}
