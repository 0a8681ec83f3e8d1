//! Log lines: one flat JSON object each.

use std::error::Error;
use std::fmt::{self, Write};

use serde::Serializer as _;
use serde::ser::SerializeMap;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::Output;
use crate::TimeSource;

/// Names of fields that hold what stood in a file's cell. Cells are somebody's data and do not belong into logs, so
/// their text is masked here too, should a call ever pass it by mistake.
const CELL_FIELDS: &[&str] = &["value", "values", "cell", "cells", "row_text", "record_text"];

/// What is written in place of a cell.
const MASK: &str = "***";

/// Writes every event as one line: `timestamp`, `level`, `message`, then the fields of the event and of the spans
/// around it, side by side. The event's own field wins over a span's of the same name, an inner span's over an outer
/// one's. tracing-subscriber's own JSON keeps spans in a nested list, where log queries cannot filter by a file's id.
pub(crate) struct JsonLines {
    output: Output,
    time: TimeSource,
}

/// Fields of a span, kept in its extensions.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl JsonLines {
    pub(crate) fn new(output: Output, time: TimeSource) -> Self {
        Self { output, time }
    }

    fn line(&self, event: &Event<'_>, mut fields: Map<String, Value>) -> serde_json::Result<Vec<u8>> {
        let message = fields.remove("message").unwrap_or_default();
        let mut line = Vec::with_capacity(512);
        let mut json = serde_json::Serializer::new(&mut line);
        let mut object = json.serialize_map(None)?;
        object.serialize_entry("timestamp", &format_args!("{:.3}", (self.time)()))?;
        object.serialize_entry("level", event.metadata().level().as_str())?;
        object.serialize_entry("message", &message)?;
        object.serialize_entry("target", event.metadata().target())?;
        for (name, value) in
            fields.iter().filter(|(name, _)| !matches!(name.as_str(), "timestamp" | "level" | "target"))
        {
            object.serialize_entry(name, value)?;
        }
        object.end()?;
        line.push(b'\n');
        Ok(line)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for JsonLines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().replace(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(Fields(of_span)) = span.extensions().get::<Fields>() {
                fields.0.extend(of_span.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
        // A span may be about a message too; the line's message is the event's.
        fields.0.remove("message");
        event.record(&mut fields);
        if let Ok(line) = self.line(event, fields.0) {
            self.output.write_lines(&line);
        }
    }
}

impl Fields {
    fn insert(&mut self, field: &Field, value: Value) {
        let value = if CELL_FIELDS.contains(&field.name()) { MASK.into() } else { value };
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value.into());
    }

    /// An error with its causes, each after a colon.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            let _ = write!(text, ": {error}");
            cause = error.source();
        }
        self.insert(field, text.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}").into());
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use serde_json::json;
    use tracing::{Level, error, info, info_span, span};

    use crate::{Stage, test_sink};

    #[test]
    fn fields_of_event_and_spans_stand_side_by_side() {
        let captured = test_sink::capture(Stage::Process);
        let outer = info_span!(
            "invocation",
            request_id = "r-1",
            stage = "process",
            dataset = "outer",
            trace_id = tracing::field::Empty
        );
        outer.record("trace_id", "1-abc");
        let _outer = outer.enter();
        let _inner = info_span!("file", file_id = "f-1", dataset = "flights", key = "a\nb.csv").entered();
        info!(rows = 3_u64, ratio = 0.5, done = true, delta = -1, key = "own", "read {} rows", 3);
        let lines = captured.lines();
        assert_eq!(
            lines,
            [concat!(
                r#"{"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","message":"read 3 rows","#,
                r#""target":"atalaya_telemetry::log_lines::tests","dataset":"flights","delta":-1,"done":true,"#,
                r#""file_id":"f-1","key":"own","ratio":0.5,"request_id":"r-1","rows":3,"stage":"process","#,
                r#""trace_id":"1-abc"}"#
            )]
        );
    }

    #[test]
    fn absent_fields_are_absent_and_text_cannot_break_the_line() {
        let captured = test_sink::capture(Stage::Process);
        let missing: Option<&str> = None;
        info!(execution = missing, key = "a\n\"}{\"_aws\":1\u{2028}", ratio = f64::NAN, "odd\nkey");
        assert_eq!(captured.lines().len(), 1);
        let log = &captured.logs()[0];
        assert_eq!(log.get("execution"), None);
        assert_eq!(log["key"], "a\n\"}{\"_aws\":1\u{2028}");
        assert_eq!((&log["ratio"], &log["message"]), (&json!(null), &json!("odd\nkey")));
    }

    #[test]
    fn a_field_cannot_take_the_place_of_the_lines_own() {
        let captured = test_sink::capture(Stage::Process);
        let _span = span!(Level::INFO, "s", message = "of the span", level = "span").entered();
        info!(timestamp = "never", level = "LOW", target = "x", "said");
        let log = &captured.logs()[0];
        assert_eq!((&log["level"], &log["message"]), (&json!("INFO"), &json!("said")));
        assert_eq!(log["timestamp"], "2026-01-01T00:00:00.000Z");
        assert_eq!(captured.lines()[0].matches("\"level\"").count(), 1);
    }

    #[test]
    fn errors_are_written_with_their_causes() {
        #[derive(Debug)]
        struct Outer(io::Error);
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("GetObject s3://b/k")
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        let captured = test_sink::capture(Stage::Process);
        let failure = Outer(io::Error::other("connection reset"));
        error!(error = &failure as &dyn std::error::Error, "failed");
        error!(error = %failure, "failed");
        assert_eq!(captured.logs()[0]["error"], "GetObject s3://b/k: connection reset");
        assert_eq!(captured.logs()[1]["error"], "GetObject s3://b/k");
    }

    #[test]
    fn cells_are_masked() {
        let captured = test_sink::capture(Stage::Process);
        info!(value = "secret", cell = 42, column = "name", "a reject");
        assert!(!captured.lines()[0].contains("secret"));
        let log = &captured.logs()[0];
        assert_eq!((&log["value"], &log["cell"], &log["column"]), (&json!("***"), &json!("***"), &json!("name")));
    }
}
