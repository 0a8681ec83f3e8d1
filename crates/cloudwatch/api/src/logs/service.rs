//! Log groups with the queries that were run over them.

use std::collections::VecDeque;

use atalaya_cloudwatch::Account;
use atalaya_cloudwatch_insights::Answer;
use atalaya_cloudwatch_insights::logs::{Limits, Logs};

/// How many answers are kept. CloudWatch keeps them for seven days; here the memory is bounded.
const KEPT_QUERIES: usize = 100;

/// CloudWatch Logs as [`call`](super::call) calls it.
#[derive(Debug, Clone, Default)]
pub struct LogsService {
    logs: Logs,
    now: i64,
    /// The newest first.
    queries: VecDeque<StoredQuery>,
    /// How many queries ever ran.
    started: u64,
}

/// A query that was run. All end at once.
#[derive(Debug, Clone)]
pub(super) struct StoredQuery {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) groups: Vec<String>,
    /// Epoch seconds.
    pub(super) created: i64,
    pub(super) answer: Answer,
}

impl LogsService {
    /// No groups yet, at `now` (epoch seconds).
    #[must_use]
    pub fn new(account: Account, retained: Limits, now: i64) -> Self {
        Self { logs: Logs::new(retained).in_account(account), now, ..Self::default() }
    }

    /// The groups with their events.
    #[must_use]
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The same, to put events.
    pub fn logs_mut(&mut self) -> &mut Logs {
        &mut self.logs
    }

    /// Lets the clock go on to this time (epoch seconds); it never goes back.
    pub fn advance_to(&mut self, now: i64) {
        self.now = self.now.max(now);
    }

    /// Epoch seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Keeps an answer; the id by which it is found.
    pub(super) fn keep(&mut self, text: &str, groups: Vec<String>, answer: Answer) -> String {
        self.started += 1;
        // The shape of an id, by which clients check it; it need not be random.
        let id = format!("00000000-0000-4000-8000-{:012x}", self.started);
        let query = StoredQuery { id: id.clone(), text: text.to_owned(), groups, created: self.now, answer };
        self.queries.push_front(query);
        self.queries.truncate(KEPT_QUERIES);
        id
    }

    pub(super) fn queries(&self) -> impl Iterator<Item = &StoredQuery> {
        self.queries.iter()
    }
}
