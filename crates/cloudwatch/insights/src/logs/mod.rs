//! CloudWatch Logs: the events of log groups, as [`crate`] searches them.
//!
//! Times of events are milliseconds since the Unix epoch. What is kept is bounded: the oldest events of a group go
//! first, and how many went is told.

mod group;

use std::collections::BTreeMap;

use self::group::LogGroup;
use atalaya_cloudwatch::Account;

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// When it happened, in milliseconds since the Unix epoch (`@timestamp`).
    pub at: i64,
    /// When it was received, in milliseconds since the Unix epoch (`@ingestionTime`).
    pub ingested: i64,
    /// The stream that it came in, such as one instance of a function (`@logStream`).
    pub stream: String,
    /// The line (`@message`).
    pub message: String,
}

/// The most that is kept of each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events.
    pub events: usize,
    /// Bytes of their messages together.
    pub bytes: usize,
}

impl Default for Limits {
    /// 100,000 events and 64 MiB of each group.
    fn default() -> Self {
        Self { events: 100_000, bytes: 64 << 20 }
    }
}

/// The log groups of an account.
#[derive(Debug, Clone, Default)]
pub struct Logs {
    account: Account,
    retained: Limits,
    groups: BTreeMap<String, LogGroup>,
}

/// A stretch of time, in milliseconds since the Unix epoch, from `start` until just before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milliseconds {
    /// Its first millisecond.
    pub start: i64,
    /// The first millisecond after it.
    pub end: i64,
}

impl Logs {
    /// No groups yet, in the account of [`Account::default`].
    #[must_use]
    pub fn new(retained: Limits) -> Self {
        Self { retained, ..Self::default() }
    }

    /// The same in this account, whose id stands in `@log`.
    #[must_use]
    pub fn in_account(mut self, account: Account) -> Self {
        self.account = account;
        self
    }

    /// Where the groups are.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Makes the group known, so that a query of it is one of an empty group and not of one that does not exist.
    pub fn create(&mut self, group: &str) {
        if !self.groups.contains_key(group) {
            self.groups.insert(group.to_owned(), LogGroup::default());
        }
    }

    /// Adds an event to a group, which is created where it does not exist. Events may come in any order.
    pub fn put(&mut self, group: &str, event: LogEvent) {
        self.create(group);
        let found = self.groups.get_mut(group).expect("the group was created just now");
        found.put(event, self.retained);
    }

    /// The names of all groups, sorted.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.keys().map(String::as_str)
    }

    /// Whether there is such a group.
    #[must_use]
    pub fn has(&self, group: &str) -> bool {
        self.groups.contains_key(group)
    }

    /// The kept events of a group in the range, oldest first; those of one time as they came. None where there is no
    /// such group.
    pub fn events(&self, group: &str, range: Milliseconds) -> impl DoubleEndedIterator<Item = &LogEvent> {
        self.numbered(group, range).map(|(_, event)| event)
    }

    /// The events with the number of each, by which it can be found again.
    pub(crate) fn numbered(
        &self,
        group: &str,
        range: Milliseconds,
    ) -> impl DoubleEndedIterator<Item = (u64, &LogEvent)> {
        self.groups.get(group).into_iter().flat_map(move |group| group.events(range))
    }

    /// How many events of the group were dropped because it had more than is kept.
    #[must_use]
    pub fn dropped(&self, group: &str) -> u64 {
        self.groups.get(group).map_or(0, LogGroup::dropped)
    }
}

#[cfg(test)]
mod tests;
