//! Lambda's own lines: `START`, `END`, `REPORT` and the like as text, and the platform's events as JSON (Lambda
//! developer guide, "Working with Lambda function logs").

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::value::Value;

/// A field that CloudWatch makes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LambdaField {
    Type,
    RequestId,
    Duration,
    BilledDuration,
    InitDuration,
    MemorySize,
    MaxMemoryUsed,
    XrayTraceId,
    XraySegmentId,
}

impl LambdaField {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "@type" => Self::Type,
            "@requestId" => Self::RequestId,
            "@duration" => Self::Duration,
            "@billedDuration" => Self::BilledDuration,
            "@initDuration" => Self::InitDuration,
            "@memorySize" => Self::MemorySize,
            "@maxMemoryUsed" => Self::MaxMemoryUsed,
            "@xrayTraceId" => Self::XrayTraceId,
            "@xraySegmentId" => Self::XraySegmentId,
            _ => return None,
        })
    }

    /// What precedes it in a report's text.
    fn label(self) -> Option<&'static str> {
        match self {
            Self::Type => None,
            Self::RequestId => Some("RequestId"),
            Self::Duration => Some("Duration"),
            Self::BilledDuration => Some("Billed Duration"),
            Self::InitDuration => Some("Init Duration"),
            Self::MemorySize => Some("Memory Size"),
            Self::MaxMemoryUsed => Some("Max Memory Used"),
            Self::XrayTraceId => Some("XRAY TraceId"),
            Self::XraySegmentId => Some("SegmentId"),
        }
    }

    /// Where it stands in a platform event.
    fn member(self) -> &'static [&'static str] {
        match self {
            Self::Type => &["type"],
            Self::RequestId => &["record", "requestId"],
            Self::Duration => &["record", "metrics", "durationMs"],
            Self::BilledDuration => &["record", "metrics", "billedDurationMs"],
            Self::InitDuration => &["record", "metrics", "initDurationMs"],
            Self::MemorySize => &["record", "metrics", "memorySizeMB"],
            Self::MaxMemoryUsed => &["record", "metrics", "maxMemoryUsedMB"],
            Self::XrayTraceId => &["record", "tracing", "value"],
            Self::XraySegmentId => &["record", "tracing", "spanId"],
        }
    }
}

/// Megabytes are told as bytes, and a megabyte has a million of them (seen: 128 MB are `1.28E8`).
const MEGABYTE: f64 = 1e6;

/// Lines of text that are Lambda's own, by their first word.
const TYPES: [&str; 5] = ["START", "END", "REPORT", "INIT_START", "INIT_REPORT"];

/// The types of platform events and what they are called. Which of them CloudWatch gives a `@type` is not published;
/// these say the same as the lines of text.
const PLATFORM_TYPES: [(&str, &str); 5] = [
    ("platform.start", "START"),
    ("platform.runtimeDone", "END"),
    ("platform.report", "REPORT"),
    ("platform.initStart", "INIT_START"),
    ("platform.initReport", "INIT_REPORT"),
];

/// A line of a Lambda function's log.
pub(super) enum Line<'e> {
    /// Of Lambda itself, by its first word.
    Own(&'static str, &'e str),
    /// Of Lambda itself, as JSON.
    Platform(&'static str, Json),
    /// Of the function.
    Application(&'e str),
}

impl<'e> Line<'e> {
    pub(super) fn of(message: &'e str) -> Self {
        let own = TYPES.into_iter().find(|name| {
            let rest = message.strip_prefix(name);
            rest.is_some_and(|rest| {
                rest.starts_with(" RequestId: ") || (name.starts_with("INIT_") && rest.starts_with(' '))
            })
        });
        if let Some(name) = own {
            return Self::Own(name, message);
        }
        if message.starts_with('{')
            && message.contains("\"platform.")
            && let Ok(event) = serde_json::from_str::<Json>(message)
            && let Some((_, name)) = PLATFORM_TYPES.iter().find(|(name, _)| event["type"] == *name)
        {
            return Self::Platform(name, event);
        }
        Self::Application(message)
    }

    pub(super) fn value(&self, field: LambdaField) -> Value<'e> {
        match (self, field) {
            (Self::Own(name, _) | Self::Platform(name, _), LambdaField::Type) => Value::Text(Cow::Borrowed(name)),
            (Self::Own(_, line), _) => of_report(line, field),
            (Self::Platform(name, event), _) => of_platform(name, event, field),
            (Self::Application(line), LambdaField::RequestId) => request_id(line),
            (Self::Application(_), _) => Value::Null,
        }
    }
}

/// Parts are `Name: value`, separated by tabs and, before the trace's, by a line break. The first line's first part
/// begins with the line's type.
fn of_report<'e>(line: &'e str, field: LambdaField) -> Value<'e> {
    let Some(label) = field.label() else { return Value::Null };
    let mut parts = line.split(['\t', '\n']).filter_map(|part| part.split_once(": "));
    let found = parts.find(|(name, _)| {
        *name == label || TYPES.iter().any(|word| name.strip_prefix(word).map(str::trim_start) == Some(label))
    });
    let Some((_, value)) = found else { return Value::Null };
    let (value, unit) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    match (field, value.parse::<f64>(), unit) {
        (LambdaField::RequestId | LambdaField::XrayTraceId | LambdaField::XraySegmentId, ..) => {
            Value::Text(Cow::Borrowed(value))
        }
        (_, Ok(number), "ms") => Value::real(number),
        (_, Ok(number), "MB") => Value::real(number * MEGABYTE),
        _ => Value::Null,
    }
}

fn of_platform<'e>(kind: &str, event: &Json, field: LambdaField) -> Value<'e> {
    let found = field.member().iter().try_fold(event, |json, name| json.get(name));
    match (field, found) {
        // An initialisation tells its length as any duration.
        (LambdaField::InitDuration, None) if kind == "INIT_REPORT" => of_platform("", event, LambdaField::Duration),
        (LambdaField::Duration, _) if kind == "INIT_REPORT" => Value::Null,
        (LambdaField::MemorySize | LambdaField::MaxMemoryUsed, Some(Json::Number(number))) => {
            number.as_f64().map_or(Value::Null, |number| Value::real(number * MEGABYTE))
        }
        (_, Some(Json::Number(number))) => number.as_f64().map_or(Value::Null, Value::real),
        (_, Some(Json::String(text))) => Value::owned(text.as_str()),
        _ => Value::Null,
    }
}

/// The request that a line of text is about. Runtimes write it among the first words of a line; a line of JSON has its
/// own fields.
fn request_id(line: &str) -> Value<'_> {
    const WORDS: usize = 4;
    if line.starts_with('{') {
        return Value::Null;
    }
    let id = line.split_whitespace().take(WORDS).find(|word| is_uuid(word));
    id.map_or(Value::Null, |id| Value::Text(Cow::Borrowed(id)))
}

fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
