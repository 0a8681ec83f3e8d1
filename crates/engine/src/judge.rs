//! The judgement of a batch: columns, keys and quality; what breaks a rule becomes a reject.

mod finding;
mod scene;

use std::collections::HashSet;

use crate::{
    batch::Batch,
    column::{Column, State, numeral::Written},
    fault::FileFault,
    header::Layout,
    keys::{KeySort, Keys, Mark, OverLimit, key},
    plan::Plan,
    rejects::Rejects,
    selection::Scope,
    source::Positions,
};

use finding::{Finding, What};
use scene::Scene;

/// Judges a file's batches, one after the other.
pub(crate) struct Judge {
    pub(crate) columns: Vec<Column>,
    /// Which rows of the last batch are not to be written, being rejected or not selected; empty when all are.
    pub(crate) rejected: Vec<bool>,
    /// How many rows of the last batch are not selected.
    pub(crate) left_out: u64,
    scope: Scope,
    pub(crate) keys: Keys,
    /// For each quality rule, what it has counted.
    pub(crate) tallies: Vec<Tally>,
    /// For each column, how many written values stand for a clock time that its zone shows twice.
    pub(crate) repeated_hours: Vec<u64>,
    findings: Vec<Finding>,
}

/// What a quality rule has counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    /// How many of them are in the list of rejects.
    listed: u64,
}

/// Most cells that are listed of one rule that tolerates some.
const LISTED_CELLS: u64 = 1000;

impl Tally {
    /// Counts one more: whether it is to be listed.
    fn add(&mut self, lists_cells: bool) -> bool {
        self.count += 1;
        let lists = lists_cells && self.listed < LISTED_CELLS;
        self.listed += u64::from(lists);
        lists
    }

    /// A sentence about cells that the list leaves out, where it has any and leaves some out.
    pub(crate) fn not_listed(self, rule: &str) -> Option<String> {
        let left_out = self.count - self.listed;
        (self.listed > 0 && left_out > 0).then(|| {
            format!("quality rule `{rule}`: the first {} cells are listed, {left_out} more are not", self.listed)
        })
    }
}

impl Judge {
    /// `taken` are keys that no judged row may have.
    pub(crate) fn new(plan: &Plan, scope: Scope, taken: Option<Keys>) -> Self {
        Self {
            columns: plan.columns.iter().map(|column| Column::new(column, &plan.common, plan.columns.len())).collect(),
            rejected: Vec::new(),
            left_out: 0,
            scope,
            keys: taken.unwrap_or_else(|| Keys::new(plan.keys.len(), plan.limits.key_bytes)),
            tallies: vec![Tally::default(); plan.quality.len()],
            repeated_hours: vec![0; plan.columns.len()],
            findings: Vec::new(),
        }
    }

    /// Judges a batch and adds its rejects; the columns then hold its values.
    pub(crate) fn batch(
        &mut self,
        plan: &Plan,
        layout: &Layout,
        batch: &Batch<'_>,
        positions: &Positions,
        rows_before: u64,
        rejects: &mut Rejects,
    ) -> Result<(), FileFault> {
        let scene = Scene { plan, layout, batch, positions, rows_before };
        self.rejected.clear();
        if let Scope::Selected(selection) | Scope::Others(selection) = &mut self.scope {
            selection.choose(batch, positions, rows_before)?;
        }
        let shapes = batch.shapes.iter().map(|(row, fault)| Finding::of_shape(*row as usize, *fault));
        self.findings.extend(shapes);
        for (position, column) in layout.columns.iter().enumerate() {
            if let Some(at) = column.bound {
                self.column(&scene, position, at);
            }
        }
        for which in 0..plan.keys.len() {
            self.key(&scene, which).map_err(|OverLimit| scene.too_many_keys(which))?;
        }
        self.measure(&scene);
        self.settle(&scene, rejects).map_err(|OverLimit| scene.too_many_keys(0))
    }

    /// Counts what the quality rules about the whole file count.
    fn measure(&mut self, scene: &Scene<'_>) {
        let Self { tallies, columns, findings, .. } = self;
        for (which, (rule, tally)) in scene.plan.quality.iter().zip(tallies).enumerate() {
            if rule.counts_rows() {
                tally.count += scene.batch.rows as u64;
            }
            let position = |column| scene.layout.position(column);
            rule.bad_cells(scene.batch, columns, &scene.plan.common, position, |row| {
                let column = rule.check().map(|(column, _)| column);
                // What is no value of its type is a reject already.
                let usable = column.filter(|column| columns[*column].states[row] != State::Unusable);
                if tally.add(rule.lists_cells && usable.is_some())
                    && let Some(column) = usable
                {
                    findings.push(Finding::new(row, position(column), What::ToleratedCell { rule: which }));
                }
            });
        }
    }

    fn column(&mut self, scene: &Scene<'_>, position: usize, at: usize) {
        let (plan, batch) = (&scene.plan.columns[at], scene.batch);
        let column = &mut self.columns[at];
        column.judge(plan, &scene.plan.common, batch, position);
        if !batch.shapes.is_empty() {
            column.void(|row| batch.is_void(row, position));
        }
        let broken = column.broken.iter();
        self.findings.extend(
            broken.map(|broken| {
                Finding::new(broken.row as usize, position, What::Cell { column: at, rules: broken.rules })
            }),
        );
    }

    fn key(&mut self, scene: &Scene<'_>, which: usize) -> Result<(), OverLimit> {
        let rule = &scene.plan.keys[which];
        let (findings, tallies) = (&mut self.findings, &mut self.tallies);
        let rounded = scene.rounded_column(rule);
        let position = rule.only_column().map_or(usize::MAX, |only| scene.layout.position(only));
        let each = |keys: &mut Keys, row: usize, key: u128, is_repeated: bool| {
            let written = rounded.and_then(|column| scene.significant(row, column));
            match (is_repeated, rule.sort) {
                (false, _) => first_of_key(keys, which, key, written),
                (true, KeySort::Quality(rule)) => {
                    if tallies[rule].add(scene.plan.quality[rule].lists_cells) {
                        findings.push(Finding::new(row, position, What::ToleratedRepeat { key: which }));
                    }
                    Ok(())
                }
                (true, _) => {
                    let differs = written.is_some_and(|written| !is_written_alike(keys, which, key, &written));
                    findings.push(Finding::new(row, position, What::Repeated { key: which, differs }));
                    Ok(())
                }
            }
        };
        let rows = 0..scene.batch.rows;
        match &self.scope {
            Scope::All => self.keys.take(which, rule, &self.columns, rows, each),
            // A quality rule measures the whole file.
            Scope::Selected(_) if !rule.rejects() => self.keys.take(which, rule, &self.columns, rows, each),
            Scope::Selected(selection) => {
                self.keys.take(which, rule, &self.columns, rows.filter(|row| selection.chosen[*row]), each)
            }
            Scope::Others(_) if !rule.rejects() => Ok(()),
            Scope::Others(selection) => {
                let rows = rows.filter(|row| !selection.chosen[*row]);
                self.keys.take(which, rule, &self.columns, rows, |keys, row, key, is_repeated| match is_repeated {
                    true => Ok(()),
                    false => first_of_key(keys, which, key, rounded.and_then(|column| scene.significant(row, column))),
                })
            }
        }
    }

    /// Hands the batch's rejects over in their order and notes the rows that they are of.
    fn settle(&mut self, scene: &Scene<'_>, rejects: &mut Rejects) -> Result<(), OverLimit> {
        let rows = scene.batch.rows;
        let chosen = match &self.scope {
            Scope::All if self.findings.is_empty() => {
                self.count_repeated_hours();
                return Ok(());
            }
            Scope::All => None,
            Scope::Selected(selection) => Some(&selection.chosen),
            Scope::Others(_) => {
                self.findings.clear();
                return Ok(());
            }
        };
        self.rejected.extend((0..rows).map(|row| chosen.is_some_and(|chosen| !chosen[row])));
        self.left_out = self.rejected.iter().filter(|left_out| **left_out).count() as u64;
        let is_left_out = self.rejected.clone();
        self.findings.retain(|finding| finding.row().is_none_or(|row| !is_left_out[row]));
        for row in self.findings.iter().filter(|finding| finding.rejects()).filter_map(Finding::row) {
            self.rejected[row] = true;
        }
        self.mark_rejected_keys(scene, &is_left_out)?;
        self.count_repeated_hours();
        self.findings.sort_by_key(|finding| finding.order);
        for finding in self.findings.drain(..) {
            let is_after_rejected = match (finding.what, finding.row()) {
                (What::Repeated { key: which, .. }, Some(row)) => key(&scene.plan.keys[which], &self.columns, row)
                    .is_some_and(|key| self.keys.is_marked(which, key, Mark::Rejected)),
                _ => false,
            };
            scene.add(finding, is_after_rejected, rejects);
        }
        Ok(())
    }

    /// Remembers the keys whose first row is rejected, so that no later row is told that the first one stays.
    fn mark_rejected_keys(&mut self, scene: &Scene<'_>, is_left_out: &[bool]) -> Result<(), OverLimit> {
        let repeated = self.findings.iter().filter_map(|finding| match finding.what {
            What::Repeated { key, .. } => Some((key, finding.row()?)),
            _ => None,
        });
        let repeated: HashSet<(usize, usize)> = repeated.collect();
        for (which, rule) in scene.plan.keys.iter().enumerate().filter(|(_, rule)| rule.rejects()) {
            for row in (0..scene.batch.rows).filter(|row| self.rejected[*row] && !is_left_out[*row]) {
                if repeated.contains(&(which, row)) {
                    continue;
                }
                if let Some(key) = key(rule, &self.columns, row) {
                    self.keys.mark(which, key, Mark::Rejected)?;
                }
            }
        }
        Ok(())
    }

    /// Counts values of rows that are written. `rejected` is empty when all are.
    fn count_repeated_hours(&mut self) {
        let rejected = &self.rejected;
        for (column, count) in self.columns.iter().zip(&mut self.repeated_hours) {
            let is_written = |row: &&u32| !rejected.get(**row as usize).copied().unwrap_or(false);
            *count += column.repeated_hours.iter().filter(is_written).count() as u64;
        }
    }
}

/// Remembers how the first row of a key writes its number, where its digits are more than doubles tell apart.
fn first_of_key(keys: &mut Keys, which: usize, key: u128, written: Option<Written>) -> Result<(), OverLimit> {
    let Some(written) = written.filter(Written::may_be_rounded) else { return Ok(()) };
    keys.mark(which, key, Mark::Rounded)?;
    keys.mark(which, key, Mark::Written(&written.digits, written.exponent))
}

/// Whether a number is written with the same value as in the first row of its key, and not only rounded to it.
fn is_written_alike(keys: &Keys, which: usize, key: u128, written: &Written) -> bool {
    match (keys.is_marked(which, key, Mark::Rounded), written.may_be_rounded()) {
        // Numbers of so few digits have a double each.
        (false, false) => true,
        (true, true) => keys.is_marked(which, key, Mark::Written(&written.digits, written.exponent)),
        _ => false,
    }
}
