//! The fields of an event (CloudWatch Logs user guide, "Supported logs and discovered fields"): system fields, those of
//! JSON events, and those of Lambda's own lines. Only the fields that a query names are read.

mod json;
mod lambda;

use std::borrow::Cow;

use self::{json::JsonFields, lambda::LambdaField};
use super::value::Value;
use crate::logs::LogEvent;

/// Groups whose lines are Lambda's. Whether CloudWatch knows the lines of other groups too, is not published.
const LAMBDA_GROUPS: &str = "/aws/lambda/";

/// What a query reads of each event, and where it goes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    system: Vec<(System, usize)>,
    lambda: Vec<(LambdaField, usize)>,
    json: JsonFields,
}

#[derive(Debug, Clone, Copy)]
enum System {
    Message,
    Timestamp,
    IngestionTime,
    LogStream,
    Log,
}

/// A log group that events are read of.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// `@log`: the account and the name.
    log: String,
    is_lambda: bool,
}

impl Group {
    pub(crate) fn new(account: &str, name: &str) -> Self {
        Self { log: format!("{account}:{name}"), is_lambda: name.starts_with(LAMBDA_GROUPS) }
    }
}

impl Reads {
    /// Reads the field of this name into the slot. A name with `@` that no event has is missing in all.
    pub(crate) fn add(&mut self, name: &str, slot: usize) {
        let system = match name {
            "@message" => Some(System::Message),
            "@timestamp" => Some(System::Timestamp),
            "@ingestionTime" => Some(System::IngestionTime),
            "@logStream" => Some(System::LogStream),
            "@log" => Some(System::Log),
            _ => None,
        };
        if let Some(system) = system {
            self.system.push((system, slot));
        } else if let Some(field) = LambdaField::of(name) {
            self.lambda.push((field, slot));
        } else {
            self.json.add(name, slot);
        }
    }

    /// Puts the event's fields into a row whose values are all missing.
    pub(crate) fn read<'e>(&self, event: &'e LogEvent, group: &'e Group, row: &mut [Value<'e>]) {
        for (system, slot) in &self.system {
            row[*slot] = match system {
                System::Message => text(&event.message),
                System::Timestamp => Value::Time(event.at),
                System::IngestionTime => Value::Time(event.ingested),
                System::LogStream => text(&event.stream),
                System::Log => text(&group.log),
            };
        }
        if group.is_lambda && !self.lambda.is_empty() {
            let report = lambda::Line::of(&event.message);
            for (field, slot) in &self.lambda {
                row[*slot] = report.value(*field);
            }
        }
        if !self.json.is_empty() {
            self.json.read(&event.message, group.is_lambda, row);
        }
    }
}

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests;
