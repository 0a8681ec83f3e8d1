//! One invocation, from the event to the answer.

use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};

use atalaya_telemetry::{Metric, Telemetry};
use futures_util::FutureExt as _;
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::Instrument as _;

use super::about::{About, Answer};
use super::{FunctionError, Invocation, PANIC, PERMANENT_INPUT, RETRYABLE, panic, time_out};

/// What lives as long as the process.
pub(super) struct Wiring {
    telemetry: Telemetry,
    cold: AtomicBool,
}

impl Wiring {
    pub(super) fn new(telemetry: Telemetry) -> Self {
        Self { telemetry, cold: AtomicBool::new(true) }
    }

    /// Gives the event to the handler. Whatever happens in there, all telemetry is flushed when this returns.
    pub(super) async fn invoke<Handler, Event, Response, E>(
        &self,
        handler: &Handler,
        event: LambdaEvent<Value>,
    ) -> Result<Answer<Response>, Diagnostic>
    where
        Handler: AsyncFn(Event, Invocation) -> Result<Response, E>,
        Event: DeserializeOwned,
        E: FunctionError,
    {
        let invocation = Invocation::from(&event.context);
        if event.payload == About::question() {
            return Ok(Answer::About(About::here(&invocation.function)));
        }
        let (id, trace) = (&invocation.request_id, invocation.trace_id.as_deref());
        let span = self.telemetry.begin_invocation(id, trace, &invocation.function);
        let answer = async {
            if self.cold.swap(false, Ordering::Relaxed) {
                self.telemetry.count(Metric::ColdStart, None, 1);
            }
            let _watch = time_out::watch(&self.telemetry, invocation.left(self.telemetry.now()));
            let answered = AssertUnwindSafe(answer(handler, event.payload, invocation));
            answered.catch_unwind().await.unwrap_or_else(|payload| Err(panicked(&*payload)))
        };
        let answer = answer.instrument(span).await;
        self.telemetry.flush();
        answer.map(Answer::Handled)
    }
}

async fn answer<Handler, Event, Response, E>(
    handler: &Handler,
    payload: Value,
    invocation: Invocation,
) -> Result<Response, Diagnostic>
where
    Handler: AsyncFn(Event, Invocation) -> Result<Response, E>,
    Event: DeserializeOwned,
    E: FunctionError,
{
    let event = serde_json::from_value(payload).map_err(|error| {
        tracing::error!(error_type = PERMANENT_INPUT, %error, "the event is not what this function takes");
        diagnostic(PERMANENT_INPUT, format!("the event is not what this function takes: {error}"))
    })?;
    handler(event, invocation).await.map_err(|error| {
        let error_type = error.error_type();
        let causes = with_causes(&error);
        if error_type == RETRYABLE {
            tracing::warn!(error_type, error = causes, "the function asks for another try");
        } else {
            tracing::error!(error_type, error = causes, "the function answers with an error");
        }
        diagnostic(error_type, error.to_string())
    })
}

fn panicked(payload: &(dyn std::any::Any + Send)) -> Diagnostic {
    let message = panic::describe(payload);
    tracing::error!(error_type = PANIC, error = message, "the function answers with an error");
    diagnostic(PANIC, message)
}

fn diagnostic(error_type: &str, error_message: String) -> Diagnostic {
    Diagnostic { error_type: error_type.to_owned(), error_message }
}

/// The error's text and that of each cause, as far as the text before does not say it already.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use atalaya_telemetry::{Stage, test_sink};
    use lambda_runtime::Context;
    use serde_json::json;

    use super::*;

    #[derive(Debug)]
    struct Busy;

    impl std::fmt::Display for Busy {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the ledger asks for fewer calls")
        }
    }

    impl Error for Busy {}

    impl FunctionError for Busy {
        fn error_type(&self) -> &'static str {
            RETRYABLE
        }
    }

    fn event(payload: Value) -> LambdaEvent<Value> {
        let mut context = Context::default();
        context.request_id = "r-1".to_owned();
        LambdaEvent::new(payload, context)
    }

    /// Ends at 2026-01-01T00:00:00Z plus `milliseconds`, by the clock of the captured telemetry.
    fn event_with_deadline(milliseconds: u64) -> LambdaEvent<Value> {
        let mut event = event(json!(1));
        event.context.deadline = 1_767_225_600_000 + milliseconds;
        event
    }

    #[tokio::test]
    async fn an_answer_is_passed_on_and_the_first_one_counts_as_a_cold_start() {
        let captured = test_sink::capture(Stage::Intake);
        let wiring = Wiring::new(captured.telemetry.clone());
        let double = async |number: u64, _: Invocation| {
            tracing::info!("doubling");
            Ok::<_, Busy>(number * 2)
        };
        for _ in 0..2 {
            assert_eq!(wiring.invoke(&double, event(json!(21))).await, Ok(Answer::Handled(42)));
        }
        assert_eq!(captured.sum(Metric::ColdStart, &[("Stage", "intake")]), Some(1.0));
        captured.assert_catalogued();
        let log = &captured.logs()[0];
        assert_eq!(
            (&log["message"], &log["request_id"], &log["stage"]),
            (&json!("doubling"), &json!("r-1"), &json!("intake"))
        );
    }

    #[tokio::test]
    async fn a_function_says_which_release_it_is_without_its_handler() {
        let captured = test_sink::capture(Stage::Intake);
        let wiring = Wiring::new(captured.telemetry.clone());
        let take = async |_: u64, _: Invocation| -> Result<(), Busy> { panic!("the handler is not asked") };
        let mut asked = event(json!({"atalaya": "about"}));
        let function_name = "atalaya-intake".to_owned();
        let config = lambda_runtime::Config { function_name, ..lambda_runtime::Config::default() };
        asked.context.env_config = std::sync::Arc::new(config);
        let answer = wiring.invoke(&take, asked).await.expect("an answer");
        let told = serde_json::to_value(answer).expect("JSON");
        assert_eq!(
            (&told["function"], &told["version"]),
            (&json!("atalaya-intake"), &json!(env!("CARGO_PKG_VERSION")))
        );
        assert_eq!(told["template_version"], Value::Null, "nothing sets {} in a test", super::super::TEMPLATE_VERSION);
        assert_eq!(captured.lines(), Vec::<String>::new());
        // More than the question is no question.
        let other = event(json!({"atalaya": "about", "file": 1}));
        assert_eq!(wiring.invoke(&take, other).await.expect_err("no number").error_type, PERMANENT_INPUT);
    }

    #[tokio::test]
    async fn an_error_keeps_its_type_and_counts_are_flushed() {
        let captured = test_sink::capture(Stage::Intake);
        let wiring = Wiring::new(captured.telemetry.clone());
        let fail = async |_: u64, _: Invocation| {
            captured.telemetry.count(Metric::FilesReceived, Some("flights"), 3);
            Err::<(), _>(Busy)
        };
        let error = wiring.invoke(&fail, event(json!(1))).await.expect_err("an error");
        assert_eq!(
            (error.error_type.as_str(), error.error_message.as_str()),
            ("Retryable", "the ledger asks for fewer calls")
        );
        assert_eq!(captured.sum(Metric::FilesReceived, &[("Dataset", "flights")]), Some(3.0));
        let log = &captured.logs()[0];
        assert_eq!((&log["level"], &log["error_type"]), (&json!("WARN"), &json!("Retryable")));
    }

    #[tokio::test]
    async fn a_panic_is_a_function_error_and_counts_are_flushed() {
        let captured = test_sink::capture(Stage::Process);
        let wiring = Wiring::new(captured.telemetry.clone());
        let fall = async |cell: String, _: Invocation| -> Result<(), Busy> {
            captured.telemetry.count(Metric::NoticesSent, None, 1);
            panic!("cannot read {cell}")
        };
        let error = wiring.invoke(&fall, event(json!("a secret cell"))).await.expect_err("an error");
        assert_eq!(error.error_type, PANIC);
        assert!(!error.error_message.contains("secret"), "{}", error.error_message);
        assert_eq!(captured.sum(Metric::NoticesSent, &[]), Some(1.0));
        let log = &captured.logs()[0];
        assert_eq!((&log["error_type"], &log["request_id"]), (&json!(PANIC), &json!("r-1")));
    }

    #[tokio::test]
    async fn an_event_of_another_shape_is_permanent() {
        let captured = test_sink::capture(Stage::Process);
        let wiring = Wiring::new(captured.telemetry.clone());
        let take = async |_: u64, _: Invocation| Ok::<_, Busy>(());
        let error = wiring.invoke(&take, event(json!({"file": 1}))).await.expect_err("an error");
        assert_eq!(error.error_type, PERMANENT_INPUT);
        assert_eq!(captured.logs().len(), 1);
    }

    #[tokio::test]
    async fn a_time_out_is_announced_with_what_was_being_done() {
        let captured = test_sink::capture(Stage::Process);
        let wiring = Wiring::new(captured.telemetry.clone());
        let hang = async |_: u64, _: Invocation| {
            let _doing = captured.telemetry.doing("file abc");
            captured.telemetry.count(Metric::NoticesSent, None, 1);
            let give_up = std::time::Instant::now() + Duration::from_secs(30);
            while captured.logs().is_empty() && std::time::Instant::now() < give_up {
                tokio::task::yield_now().await;
            }
            // Counted before the warning, so the warning has flushed it already.
            Ok::<_, Busy>(captured.sum(Metric::NoticesSent, &[]))
        };
        assert_eq!(wiring.invoke(&hang, event_with_deadline(100)).await, Ok(Answer::Handled(Some(1.0))));
        let log = &captured.logs()[0];
        assert_eq!((&log["level"], &log["doing"], &log["left_ms"]), (&json!("ERROR"), &json!("file abc"), &json!(10)));
        assert_eq!(log["request_id"], "r-1");
    }

    #[tokio::test]
    async fn no_warning_outlives_its_invocation() {
        let captured = test_sink::capture(Stage::Process);
        let wiring = Wiring::new(captured.telemetry.clone());
        let quick = async |_: u64, _: Invocation| Ok::<_, Busy>(());
        assert_eq!(wiring.invoke(&quick, event_with_deadline(20)).await, Ok(Answer::Handled(())));
        // Another timer set later than the first and due after it: when it has fired, the first one would have.
        tokio::time::sleep(Duration::from_millis(40)).await;
        tokio::task::yield_now().await;
        assert_eq!(captured.logs(), Vec::<Value>::new());
    }
}
