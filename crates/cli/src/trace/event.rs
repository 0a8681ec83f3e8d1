//! What happened, when, and who says so.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Who says that something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    /// S3, about the object.
    Object,
    /// An operator's command, from the book of operations.
    Operator,
    /// The ledger.
    Ledger,
    /// Step Functions.
    Execution,
    /// A function's log.
    Log,
    /// The ledger, about what users were told.
    Notice,
    /// CloudWatch, about an alarm.
    Alarm,
}

impl Source {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Operator => "operator",
            Self::Ledger => "ledger",
            Self::Execution => "execution",
            Self::Log => "log",
            Self::Notice => "notice",
            Self::Alarm => "alarm",
        }
    }
}

/// How it is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tone {
    Plain,
    Good,
    Warning,
    Bad,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Event {
    pub(super) at: Timestamp,
    pub(super) source: Source,
    /// Which function, attempt or alarm says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) origin: Option<String>,
    pub(super) tone: Tone,
    /// Told without `--logs` too.
    pub(super) essential: bool,
    pub(super) text: String,
}

impl Event {
    pub(super) fn new(at: Timestamp, source: Source, text: impl Into<String>) -> Self {
        Self { at, source, origin: None, tone: Tone::Plain, essential: true, text: text.into() }
    }

    pub(super) fn from(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    pub(super) const fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    pub(super) const fn detail(mut self) -> Self {
        self.essential = false;
        self
    }
}

/// A time in which nothing is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Gap {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) seconds: i64,
}

/// Puts events into the order of time; of those at one time, the order in which one leads to the other.
pub(super) fn in_order(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| (event.at, event.source));
    events
}

/// The times of at least `least` between two events in which no source says anything.
pub(super) fn gaps(events: &[Event], least: SignedDuration) -> Vec<Gap> {
    let pairs = events.iter().zip(events.iter().skip(1));
    let gap = |(before, after): (&Event, &Event)| {
        let length = after.at.duration_since(before.at);
        (length >= least).then_some(Gap { from: before.at, to: after.at, seconds: length.as_secs() })
    };
    pairs.filter_map(gap).collect()
}
