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
use crate::telemetry::TimeSource;

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
