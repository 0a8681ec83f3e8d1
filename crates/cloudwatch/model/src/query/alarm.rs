//! What queries of an alarm may not have.

use super::Program;
use crate::math::Type;
use crate::{QueryError, query_error::Fault};

/// The most metrics of an alarm, and the most expressions.
const MOST_OF_A_KIND: usize = 10;

impl Program {
    /// Whether an alarm can watch it: one returned query that is one series, at most ten metrics and ten expressions,
    /// no SEARCH, and one period, of 10, 20, 30 or a multiple of 60 seconds (`PutMetricAlarm`, `Metrics`).
    ///
    /// # Errors
    ///
    /// The first thing that an alarm may not have.
    pub fn is_allowed_in_alarm(&self) -> Result<(), QueryError> {
        self.check_counts()?;
        self.check_periods()?;
        if let Some(query) = self.queries.iter().find(|query| query.searches() > 0) {
            let message = "an alarm cannot SEARCH: it finds several series; name the metrics instead";
            return Err(QueryError::of(&query.id, Fault::Alarm, message));
        }
        let returned = &self.queries[self.root()?];
        match returned.math().map(|math| math.kind) {
            None | Some(Type::Series) => Ok(()),
            Some(kind) => {
                let message =
                    format!("an alarm watches one series, and this is {kind}; make one of it, as with SUM or FIRST");
                Err(QueryError::of(&returned.id, Fault::Alarm, message))
            }
        }
    }

    /// The one query whose data an alarm watches.
    pub(super) fn root(&self) -> Result<usize, QueryError> {
        let mut returned = self.queries.iter().enumerate().filter(|(_, query)| query.returned);
        match (returned.next(), returned.next()) {
            (Some((index, _)), None) => Ok(index),
            (Some((_, one)), Some((_, other))) => {
                let message = format!(
                    "an alarm watches one query, and both `{}` and `{}` have ReturnData; set it to false for all but one",
                    one.id, other.id
                );
                Err(QueryError::of(&other.id, Fault::Alarm, message))
            }
            (None, _) => Err(QueryError::list(Fault::Alarm, "no query has ReturnData, so the alarm watches nothing")),
        }
    }

    fn check_counts(&self) -> Result<(), QueryError> {
        let metrics = self.metrics().count();
        for (count, what) in [(metrics, "metrics"), (self.queries.len() - metrics, "expressions")] {
            if count > MOST_OF_A_KIND {
                let message = format!("an alarm has at most {MOST_OF_A_KIND} {what}, and there are {count}");
                return Err(QueryError::list(Fault::Alarm, message));
            }
        }
        Ok(())
    }

    fn check_periods(&self) -> Result<(), QueryError> {
        let mut metrics = self.metrics();
        let Some((first, stat)) = metrics.next() else {
            return Err(QueryError::list(Fault::Alarm, "an alarm needs a metric, and there are only expressions"));
        };
        let period = stat.period;
        if period % 60 != 0 && ![10, 20, 30].contains(&period) {
            let message = format!("an alarm's period is 10, 20, 30 or a multiple of 60 s, and this is {period} s");
            return Err(QueryError::of(first, Fault::Period, message));
        }
        let others = self.queries.iter().filter_map(|query| Some((query.id.as_str(), query.period?)));
        for (id, other) in others {
            if other != period {
                let message = format!(
                    "an alarm has one period, and `{first}` has {period} s and `{id}` {other} s; each window needs its own alarm"
                );
                return Err(QueryError::of(id, Fault::Period, message));
            }
        }
        Ok(())
    }
}
