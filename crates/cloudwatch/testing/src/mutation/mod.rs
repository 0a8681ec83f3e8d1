//! Whether the tests notice a changed alarm: each field of its definition is changed a little, one at a time, and the
//! cases must fail.

mod composite;
mod metric;

use std::collections::BTreeSet;

use serde::Serialize;

use super::scenario::Scenario;
use atalaya_cloudwatch::alarm::Alarm;

pub(super) use metric::stats;

/// Whether a mutant must die.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Threshold, comparison, period, counts, missing data; a composite's rule and suppression.
    Required,
    /// Statistics, low samples of percentiles, numbers in expressions: reported apart, since some of them cannot make
    /// a difference.
    Bonus,
}

/// An alarm with one change.
#[derive(Debug, Clone)]
struct Mutant {
    category: Category,
    field: String,
    /// Which change of the field; the same for alarms that differ in names only.
    way: String,
    from: String,
    to: String,
    alarm: Alarm,
}

/// A change that no case noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survivor {
    /// Whether it should have been noticed.
    pub category: Category,
    /// The field of the definition.
    pub field: String,
    /// What stands in the template.
    pub from: String,
    /// What it was changed into.
    pub to: String,
}

/// What came of the mutants of one alarm, or of a family of alarms that differ in their names and dimensions only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MutationReport {
    /// The alarm, without the prefix of physical names.
    pub alarm: String,
    /// Alarms of the same definition that its cases stand for, itself included.
    pub stands_for: Vec<String>,
    /// How many mutants the cases noticed, by category: required and bonus.
    pub killed: [usize; 2],
    /// How many mutants CloudWatch would refuse.
    pub invalid: usize,
    /// What nobody noticed.
    pub survivors: Vec<Survivor>,
    /// Whether the mutants were left alone because a case fails without any change, or because there is no case.
    pub skipped: Option<&'static str>,
}

impl MutationReport {
    /// The survivors of a category.
    pub fn survivors_of(&self, category: Category) -> impl Iterator<Item = &Survivor> {
        self.survivors.iter().filter(move |survivor| survivor.category == category)
    }
}

/// Changes an alarm in every way and runs the cases that are about it, or about its likes.
pub(super) fn mutate(
    alarm: &str,
    stands_for: Vec<String>,
    definition: &Alarm,
    scenarios: &[&Scenario],
) -> MutationReport {
    let mut report = MutationReport {
        alarm: alarm.to_owned(),
        stands_for,
        killed: [0; 2],
        invalid: 0,
        survivors: Vec::new(),
        skipped: None,
    };
    if scenarios.is_empty() {
        report.skipped = Some("no case is about it");
        return report;
    }
    if scenarios.iter().any(|scenario| scenario.run().is_ok_and(|disagreements| !disagreements.is_empty())) {
        report.skipped = Some("a case fails without any change");
        return report;
    }
    // The cases may be about several alarms of the family, and about other parameters: each definition has mutants of
    // its own, and the same way of changing them makes them one.
    let per_case: Vec<Vec<Mutant>> = scenarios.iter().map(|scenario| mutants(scenario.alarm())).collect();
    let mut ways = BTreeSet::new();
    for mutant in mutants(definition) {
        if !ways.insert((mutant.field.clone(), mutant.way.clone())) {
            continue;
        }
        match fate(&mutant, scenarios, &per_case) {
            Fate::Killed => report.killed[mutant.category as usize] += 1,
            Fate::Invalid => report.invalid += 1,
            Fate::Survived => {
                let Mutant { category, field, from, to, .. } = mutant;
                report.survivors.push(Survivor { category, field, from, to });
            }
        }
    }
    report
}

enum Fate {
    Killed,
    Invalid,
    Survived,
}

fn fate(mutant: &Mutant, scenarios: &[&Scenario], per_case: &[Vec<Mutant>]) -> Fate {
    let mut refused = 0;
    for (scenario, own) in scenarios.iter().zip(per_case) {
        let Some(own) = own.iter().find(|own| own.field == mutant.field && own.way == mutant.way) else { continue };
        match scenario.notices(&own.alarm) {
            Ok(true) => return Fate::Killed,
            Ok(false) => {}
            Err(_) => refused += 1,
        }
    }
    if refused == scenarios.len() { Fate::Invalid } else { Fate::Survived }
}

fn mutants(alarm: &Alarm) -> Vec<Mutant> {
    match alarm {
        Alarm::Metric(alarm) => metric::mutants(alarm),
        Alarm::Composite(alarm) => composite::mutants(alarm),
    }
}
