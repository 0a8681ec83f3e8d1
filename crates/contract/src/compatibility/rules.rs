//! Quality rules of a table and of its columns.

use super::{Changes, Effect, shown};
use crate::{Decimal, Metric, Object, Operator, QualityRule, Severity, Unit};

/// The rules of one place in both contracts, each list with its table: indices of columns are into it.
pub(super) fn compare(
    changes: &mut Changes,
    place: &str,
    old: (&[QualityRule], &Object),
    new: (&[QualityRule], &Object),
) {
    for rule in old.0 {
        match new.0.iter().find(|one| one.name == rule.name) {
            Some(now) => changed(changes, place, (rule, old.1), (now, new.1)),
            None => {
                changes.push(place, format!("the rule {} is gone", shown(&rule.name)), Effect::None, when_gone(rule));
            }
        }
    }
    for rule in new.0.iter().filter(|rule| old.0.iter().all(|one| one.name != rule.name)) {
        let (what, senders) = match rule.severity {
            Severity::Error => ("new rule", Effect::Breaks),
            Severity::Warning => ("new rule that only warns", Effect::Notice),
        };
        changes.push(place, format!("{what} {}", shown(&rule.name)), senders, Effect::None);
    }
}

/// What it is for readers that a rule holds no more: cells that it kept out of their rows may come.
fn when_gone(rule: &QualityRule) -> Effect {
    match rule.severity {
        Severity::Error if rule.rejects_rows() => Effect::Breaks,
        Severity::Error => Effect::Notice,
        Severity::Warning => Effect::None,
    }
}

fn changed(changes: &mut Changes, place: &str, old: (&QualityRule, &Object), new: (&QualityRule, &Object)) {
    let ((before, old_table), (now, new_table)) = (old, new);
    let name = shown(&now.name);
    match (before.severity, now.severity) {
        (Severity::Warning, Severity::Error) => {
            changes.stricter(place, format!("the rule {name} rejects, it only warned before"));
        }
        (Severity::Error, Severity::Warning) => {
            let message = format!("the rule {name} only warns, it rejected before");
            changes.push(place, message, Effect::None, when_gone(before));
        }
        _ => {}
    }
    let is_other_metric = !same_metric(&before.metric, old_table, &now.metric, new_table);
    let compared = (before.operator, before.unit) != (now.operator, now.unit);
    if !is_other_metric && !compared {
        return;
    }
    let senders = if now.severity == Severity::Error { Effect::Breaks } else { Effect::Notice };
    if is_other_metric {
        let message = format!("the rule {name} measures something else");
        changes.push(place, message, senders, Effect::Notice);
        return;
    }
    let (word, senders, readers) = match tolerance(before, now) {
        Some(true) => ("looser", Effect::None, when_gone(before)),
        Some(false) => ("stricter", senders, Effect::None),
        None => ("another", senders, when_gone(before)),
    };
    changes.push(place, format!("the rule {name} is {word}: {} → {}", text(before), text(now)), senders, readers);
}

/// Whether the second comparison is the looser one; `None` where neither follows from the other.
fn tolerance(old: &QualityRule, new: &QualityRule) -> Option<bool> {
    use Operator::{MustBeGreaterOrEqualTo, MustBeGreaterThan, MustBeLessOrEqualTo, MustBeLessThan};
    if old.unit != new.unit {
        return None;
    }
    match (old.operator, new.operator) {
        (MustBeLessThan(before), MustBeLessThan(now)) | (MustBeLessOrEqualTo(before), MustBeLessOrEqualTo(now)) => {
            Some(now > before)
        }
        (MustBeGreaterThan(before), MustBeGreaterThan(now))
        | (MustBeGreaterOrEqualTo(before), MustBeGreaterOrEqualTo(now)) => Some(now < before),
        _ => None,
    }
}

/// Columns may stand at another place and be the same.
fn same_metric(old: &Metric, old_table: &Object, new: &Metric, new_table: &Object) -> bool {
    match (old, new) {
        (Metric::DuplicateValues(before), Metric::DuplicateValues(now)) => {
            let names = |columns: &[usize], table: &Object| -> Vec<String> {
                columns.iter().map(|at| table.properties[*at].name.clone()).collect()
            };
            names(before, old_table) == names(now, new_table)
        }
        _ => old == new,
    }
}

fn text(rule: &QualityRule) -> String {
    let unit = if rule.unit == Unit::Percent { " %" } else { "" };
    let one = |sign: &str, value: Decimal| format!("{sign} {value}{unit}");
    match rule.operator {
        Operator::MustBe(x) => one("=", x),
        Operator::MustNotBe(x) => one("≠", x),
        Operator::MustBeGreaterThan(x) => one(">", x),
        Operator::MustBeGreaterOrEqualTo(x) => one("≥", x),
        Operator::MustBeLessThan(x) => one("<", x),
        Operator::MustBeLessOrEqualTo(x) => one("≤", x),
        Operator::MustBeBetween(low, high) => format!("{low} to {high}{unit}"),
        Operator::MustNotBeBetween(low, high) => format!("not {low} to {high}{unit}"),
    }
}
