//! A query.

use super::{
    Answer, InsightsError,
    plan::{Plan, plan},
    run::{DEFAULT_ROWS, run},
    syntax::parse,
};
use crate::logs::{Logs, Milliseconds};
use atalaya_cloudwatch::{TimeRange, query_error::Fault};

/// The most log groups of a query (API reference, `StartQuery`).
pub const MOST_GROUPS: usize = 50;

/// A query that is known to be right.
#[derive(Debug, Clone)]
pub struct Query {
    groups: Vec<String>,
    plan: Plan,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// What is wrong first, with its place; also what CloudWatch has and this library has not, by its name.
    pub fn parse(text: &str) -> Result<Self, InsightsError> {
        let read = || {
            let parsed = parse(text)?;
            let plan = plan(text, &parsed.commands)?;
            Ok(Self { groups: parsed.groups, plan })
        };
        read().map_err(|problem| InsightsError::of(problem, text))
    }

    /// The log groups that the query names itself, with `SOURCE` as in a dashboard's widget.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The rows that the query finds in these groups and those of its `SOURCE`, at `now` (epoch seconds, for `now()`).
    /// A group that does not exist has no events. An event belongs to the range when its millisecond lies in one of
    /// its seconds.
    ///
    /// # Errors
    /// Where there is no group to look at, or more than 50.
    pub fn run(&self, logs: &Logs, groups: &[&str], range: TimeRange, now: i64) -> Result<Answer, InsightsError> {
        self.run_for(logs, groups, range, now, DEFAULT_ROWS)
    }

    /// The same, with at most so many rows where the query has no `limit`.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_for(
        &self,
        logs: &Logs,
        groups: &[&str],
        range: TimeRange,
        now: i64,
        most_rows: usize,
    ) -> Result<Answer, InsightsError> {
        let mut names: Vec<&str> = Vec::new();
        for name in groups.iter().copied().chain(self.groups.iter().map(String::as_str)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() {
            let message = "no log group is named; add `SOURCE '/aws/lambda/name' |` before the query";
            return Err(InsightsError::whole(Fault::Arguments, message));
        }
        if names.len() > MOST_GROUPS {
            let message = format!("{} log groups are more than the {MOST_GROUPS} of a query", names.len());
            return Err(InsightsError::whole(Fault::Limit, message));
        }
        let milliseconds = |seconds: i64| seconds.saturating_mul(1000);
        let range = Milliseconds { start: milliseconds(range.start), end: milliseconds(range.end) };
        Ok(run(&self.plan, logs, &names, range, now, most_rows))
    }
}
