//! The events of one group.

use std::collections::VecDeque;

use super::{Limits, LogEvent, Milliseconds};

/// Events by time, those of one time as they came.
#[derive(Debug, Clone, Default)]
pub(super) struct LogGroup {
    events: VecDeque<(u64, LogEvent)>,
    bytes: usize,
    /// How many events ever came; an event's number is how many came before it.
    count: u64,
    dropped: u64,
}

impl LogGroup {
    pub(super) fn put(&mut self, event: LogEvent, retained: Limits) {
        self.bytes += event.message.len();
        // Nearly always the newest: events are only out of order across streams.
        let place = match self.events.back() {
            Some((_, newest)) if newest.at > event.at => self.events.partition_point(|(_, it)| it.at <= event.at),
            _ => self.events.len(),
        };
        self.events.insert(place, (self.count, event));
        self.count += 1;
        while self.events.len() > retained.events || self.bytes > retained.bytes {
            let Some((_, oldest)) = self.events.pop_front() else { break };
            self.bytes -= oldest.message.len();
            self.dropped += 1;
        }
    }

    pub(super) fn events(&self, range: Milliseconds) -> impl DoubleEndedIterator<Item = (u64, &LogEvent)> {
        let before = |time: i64| self.events.partition_point(|(_, event)| event.at < time);
        let (start, end) = (before(range.start), before(range.end));
        self.events.range(start..end.max(start)).map(|(number, event)| (*number, event))
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}
