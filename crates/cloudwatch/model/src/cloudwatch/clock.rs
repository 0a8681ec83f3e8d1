//! The time that passes.

use super::{CloudWatch, Kind};
use crate::{
    alarm::Occurrence,
    emf::{self, IngestReport},
};

/// Alarms are evaluated at full minutes; those of high resolution at every full ten seconds.
const MINUTE: i64 = 60;
const TEN_SECONDS: i64 = 10;

impl CloudWatch {
    /// Takes a line of a log group as it arrives now: what is in the embedded metric format becomes samples.
    pub fn ingest_log(&mut self, log_group: &str, line: &str) -> IngestReport {
        emf::ingest(&mut self.store, log_group, line, self.now)
    }

    /// Moves the clock to `now` (seconds since the Unix epoch) and tells what happens on the way and what calls have
    /// brought about since the last time, in order of time; a change of state always comes before its actions.
    ///
    /// At every full minute on the way, the end included, each metric alarm that is due is evaluated over the periods
    /// that end there; then the composite alarms of those that changed. The real service evaluates an alarm at a
    /// second of its own in each minute. A time that has passed leaves the clock as it is.
    pub fn advance_to(&mut self, now: i64) -> Vec<Occurrence> {
        self.evaluate_composites();
        loop {
            let evaluation = self.next_evaluation();
            let next = self.next_end_of_suppression().map_or(evaluation, |end| end.min(evaluation));
            if next > now {
                break;
            }
            self.now = next;
            if next == evaluation {
                self.evaluate_metric_alarms();
            }
            self.evaluate_composites();
        }
        self.now = self.now.max(now);
        std::mem::take(&mut self.untold)
    }

    fn next_evaluation(&self) -> i64 {
        let step = if self.has_high_resolution() { TEN_SECONDS } else { MINUTE };
        (self.now.div_euclid(step) + 1) * step
    }

    fn has_high_resolution(&self) -> bool {
        self.alarms.values().any(|entry| matches!(&entry.kind, Kind::Metric(watch) if watch.is_high_resolution()))
    }
}
