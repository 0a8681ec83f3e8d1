//! What the functions said about a file, found by Logs Insights.
//!
//! A line has two times: the one that the function wrote into it, and the one that CloudWatch received it at. Both are
//! AWS's on AWS. A local AWS may let CloudWatch's clock run ahead; then only the functions' own times can be compared
//! with the ledger's, and the difference says how far CloudWatch's are off.

use crate::connect;
use atalaya_cloudwatch_insights::Answer;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::event::{Event, Source, Tone};
use atalaya_operations::logs::Logs;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::human;

/// Lines that are read at most.
const LINES: usize = 1000;
/// Requests whose other lines are looked for.
const REQUESTS: usize = 30;
/// Differences of the clocks that are none.
const SAME: SignedDuration = SignedDuration::from_secs(5);
/// Letters of a line.
const TEXT: usize = 400;
/// Fields that every line has, or that the trace says already.
const KNOWN: &[&str] = &[
    "bucket",
    "key",
    "dataset",
    "execution",
    "contract_id",
    "contract_version",
    "timestamp",
    "level",
    "message",
    "target",
    "file_id",
    "request_id",
    "trace_id",
    "function",
    "stage",
    "cold_start",
    "xray_trace_id",
];

/// The lines about a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) events: Vec<Event>,
    /// How far CloudWatch's clock is ahead of the functions'; absent when it is not, or no line says it.
    pub(super) ahead: Option<SignedDuration>,
    /// There are more lines than are told.
    pub(super) cut_off: bool,
}

/// Lines that name the file, and those of the platform about the requests in which they were written.
pub(super) async fn find(
    logs: &Logs,
    groups: &[String],
    file_id: &str,
    (start, end): (Timestamp, Timestamp),
) -> Result<Found, Failure> {
    let (start, end) = (start.as_second(), end.as_second());
    let fields = "fields @timestamp, @log, @message";
    let query = format!("{fields} | filter file_id = \"{file_id}\" | sort @timestamp asc | limit {LINES}");
    let named = lines(&logs.search(groups, &query, start, end).await.map_err(connect::cloud)?);
    let mut requests: Vec<&str> = named.iter().filter_map(|line| line.fields.get("request_id")?.as_str()).collect();
    requests.sort_unstable();
    requests.dedup();
    requests.truncate(REQUESTS);
    let mut platform = Vec::new();
    if !requests.is_empty() {
        let query = format!(
            "{fields} | filter @message like /{}/ | filter @message not like /file_id/ | sort @timestamp asc | limit {LINES}",
            requests.join("|")
        );
        platform = lines(&logs.search(groups, &query, start, end).await.map_err(connect::cloud)?);
    }
    let ahead = ahead(&named);
    let shift = ahead.unwrap_or(SignedDuration::ZERO);
    let events = named.iter().chain(&platform).filter_map(|line| line.event(shift)).collect();
    Ok(Found { events, ahead, cut_off: named.len() >= LINES })
}

/// A line as CloudWatch keeps it.
struct Line {
    /// When CloudWatch received it.
    received: Timestamp,
    /// The function's role.
    function: String,
    text: String,
    /// Its fields where it is JSON.
    fields: serde_json::Map<String, Value>,
}

fn lines(answer: &Answer) -> Vec<Line> {
    let column = |name: &str| answer.columns.iter().position(|column| column == name);
    let (Some(at), Some(log), Some(message)) = (column("@timestamp"), column("@log"), column("@message")) else {
        return Vec::new();
    };
    let read = |row: &Vec<Option<String>>| {
        let text = row.get(message)?.clone()?;
        let fields = match serde_json::from_str(text.trim()) {
            Ok(Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let log = row.get(log)?.as_deref().unwrap_or_default();
        let function = log.rsplit(['/', ':']).next().and_then(|name| name.rsplit('-').next()).unwrap_or_default();
        Some(Line { received: time(row.get(at)?.as_deref()?)?, function: function.to_owned(), text, fields })
    };
    answer.rows.iter().filter_map(read).collect()
}

/// `2026-01-05 08:00:00.000`, as Insights writes UTC.
fn time(text: &str) -> Option<Timestamp> {
    format!("{}Z", text.replacen(' ', "T", 1)).parse().ok()
}

/// How far CloudWatch's clock is ahead: the median over the lines that tell their own time.
fn ahead(lines: &[Line]) -> Option<SignedDuration> {
    let mut differences: Vec<_> =
        lines.iter().filter_map(|line| Some(line.received.duration_since(line.own_time()?))).collect();
    differences.sort_unstable();
    let middle = *differences.get(differences.len() / 2)?;
    (middle.abs() > SAME).then_some(middle)
}

impl Line {
    /// When the function wrote it, in seconds or milliseconds since the epoch.
    fn own_time(&self) -> Option<Timestamp> {
        let number =
            self.fields.get("timestamp")?.as_f64().or_else(|| self.fields["timestamp"].as_str()?.parse().ok())?;
        let seconds = if number > 1e11 { number / 1000.0 } else { number };
        Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
    }

    fn event(&self, ahead: SignedDuration) -> Option<Event> {
        let at = self.own_time().or_else(|| self.received.checked_sub(ahead).ok())?;
        let new = |text: &str| Event::new(at, Source::Log, human::shorten(text, TEXT)).from(&self.function);
        if self.fields.contains_key("_aws") {
            return Some(new("metrics of the attempt").detail());
        }
        let Some(level) = self.fields.get("level").and_then(Value::as_str) else {
            let text = self.text.trim();
            let bad = ["Task timed out", "Runtime exited", "Runtime.ExitError", "panicked"]
                .iter()
                .any(|sign| text.contains(sign));
            return Some(if bad { new(text).tone(Tone::Bad) } else { new(text).detail() });
        };
        let message = self.fields.get("message").and_then(Value::as_str).unwrap_or("without a message");
        let mut more: Vec<_> = self
            .fields
            .iter()
            .filter(|(name, _)| !KNOWN.contains(&name.as_str()))
            .map(|(name, value)| format!("{name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect();
        // What went wrong comes first.
        more.sort_by_key(|field| !field.starts_with("error="));
        let whole = if more.is_empty() { message.to_owned() } else { format!("{message}  {}", more.join(" ")) };
        Some(match level {
            "ERROR" => new(&whole).tone(Tone::Bad),
            "WARN" => new(&whole).tone(Tone::Warning),
            _ => new(&whole).detail(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(received: &str, text: &str) -> Line {
        let fields = match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        Line {
            received: time(received).expect("a time"),
            function: "process".to_owned(),
            text: text.to_owned(),
            fields,
        }
    }

    #[test]
    fn a_clock_that_runs_ahead_is_seen_and_taken_off() {
        let own = r#"{"timestamp":1767600000.500,"level":"ERROR","message":"it broke","file_id":"x","error":"why"}"#;
        let lines = [
            line("2026-01-05 09:00:00.000", own),
            line("2026-01-05 09:00:01.000", "REPORT RequestId: 1 Duration: 2 ms"),
        ];
        let ahead = ahead(&lines).expect("the clocks differ");
        assert_eq!(ahead.as_secs(), 3599);
        let error = lines[0].event(ahead).expect("an event");
        assert_eq!(error.at.to_string(), "2026-01-05T08:00:00.5Z");
        assert_eq!((error.text.as_str(), error.tone, error.essential), ("it broke  error=why", Tone::Bad, true));
        let report = lines[1].event(ahead).expect("an event");
        assert_eq!((report.at.to_string().as_str(), report.essential), ("2026-01-05T08:00:01.5Z", false));
    }

    #[test]
    fn clocks_that_agree_are_left_alone() {
        let own = r#"{"timestamp":1767600000.500,"level":"INFO","message":"begun"}"#;
        assert_eq!(ahead(&[line("2026-01-05 08:00:01.000", own)]), None);
        assert_eq!(ahead(&[line("2026-01-05 08:00:01.000", "START")]), None);
    }

    #[test]
    fn what_kills_a_function_is_essential() {
        let timed_out = line("2026-01-05 08:00:01.000", "2026-01-05T08:00:01Z 1 Task timed out after 3.00 seconds");
        let event = timed_out.event(SignedDuration::ZERO).expect("an event");
        assert_eq!((event.tone, event.essential), (Tone::Bad, true));
    }
}
