//! What a file that has been read to its end comes to.

use atalaya_contract::Counts;

use super::Reader;
use crate::{
    error::EngineError,
    quality::Breach,
    verdict::{Outcome, Verdict},
};

impl Reader {
    /// Judges the file as a whole, once its end is known or what follows makes no difference; `bytes_read` counts the
    /// bytes as they came, compressed or not.
    pub(crate) fn conclude(&mut self, bytes_read: u64) -> Result<Verdict, EngineError> {
        let mut outcome = Outcome::Rejected;
        let mut tolerance_broken = false;
        if !self.is_settled() {
            self.close_parquet()?;
            if self.is_within_threshold() {
                outcome = Outcome::Available;
            }
            if let Some(broken) = self.breaks_quality() {
                outcome = Outcome::Rejected;
                tolerance_broken = broken.lists_cells;
            }
            self.remark_repeated_hours();
            self.remark_shapes();
        }
        self.warnings.extend(self.rejects.end_list());
        Ok(Verdict {
            outcome,
            unreadable: self.settled.is_some_and(|settled| settled.unreadable),
            rows: self.rows,
            skipped: self.skipped,
            rejects: self.rejects.summary(),
            first_rejects: self.rejects.first(tolerance_broken),
            warnings: std::mem::take(&mut self.warnings),
            bytes_read,
        })
    }

    /// Blank rows that are not skipped are no data rows, but count on both sides.
    fn is_within_threshold(&self) -> bool {
        let Counts { read, rejected, .. } = self.rows;
        let blank = self.blank_rejects;
        self.plan.threshold.is_none_or(|threshold| threshold.tolerates(rejected + blank, read + blank))
    }

    /// Judges the quality rules: what is known of those of severity error that are broken, if any is.
    fn breaks_quality(&mut self) -> Option<Broken> {
        let mut broken: Option<Broken> = None;
        for (rule, tally) in self.plan.quality.iter().zip(&self.judge.tallies) {
            let Some(breach) = rule.judge(tally.count, self.rows.read) else { continue };
            match breach {
                Breach::Warning(warning) => self.warnings.push(warning),
                Breach::Error(fault) => {
                    broken.get_or_insert_default().lists_cells |= rule.lists_cells;
                    self.rejects.add_fault(fault);
                }
            }
        }
        for (rule, tally) in self.plan.quality.iter().zip(&self.judge.tallies) {
            self.warnings.extend(tally.not_listed(&rule.name));
        }
        broken
    }
}

/// What is known of broken quality rules.
#[derive(Debug, Clone, Copy, Default)]
struct Broken {
    /// Whether one of them tolerates some cells, which are listed then.
    lists_cells: bool,
}
