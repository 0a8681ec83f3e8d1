//! Mutants of a composite alarm.

use super::{Category, Mutant};
use atalaya_cloudwatch::alarm::{Alarm, Amount, CompositeAlarm, Rule};

/// Every mutant of the alarm: one change each. A rule that cannot be read has none: putting the alarm tells of it.
pub(super) fn mutants(alarm: &CompositeAlarm) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for change in Rule::parse(&alarm.rule).map(|rule| changes(&rule)).unwrap_or_default() {
        let mut mutated = alarm.clone();
        mutated.rule = change.rule.to_string();
        mutants.push(Mutant {
            category: Category::Required,
            field: "AlarmRule".to_owned(),
            way: format!("{} {}", change.path, change.to),
            from: change.from,
            to: change.to,
            alarm: Alarm::Composite(mutated),
        });
    }
    mutants.extend(suppression(alarm));
    mutants
}

/// A rule with one change.
struct Change {
    /// Where in the rule, as positions from its root.
    path: String,
    from: String,
    to: String,
    rule: Rule,
}

impl Change {
    fn new(from: impl ToString, to: impl ToString, rule: Rule) -> Self {
        Self { path: String::new(), from: from.to_string(), to: to.to_string(), rule }
    }
}

fn changes(rule: &Rule) -> Vec<Change> {
    match rule {
        Rule::Constant(constant) => vec![Change::new(rule, Rule::Constant(!constant), Rule::Constant(!constant))],
        Rule::InState(..) => vec![negated(rule)],
        Rule::AtLeast { .. } => at_least(rule),
        Rule::Not(inner) => {
            let mut found = vec![Change::new(rule, inner, (**inner).clone())];
            for change in changes(inner) {
                // To negate what is negated is to take the NOT away, which is there already.
                if !matches!(&change.rule, Rule::Not(twice) if twice == inner) {
                    found.push(Change {
                        path: format!("0.{}", change.path),
                        rule: Rule::Not(Box::new(change.rule)),
                        ..change
                    });
                }
            }
            found
        }
        Rule::And(rules) => chain(rules, Rule::And, Rule::Or, ["AND", "OR"]),
        Rule::Or(rules) => chain(rules, Rule::Or, Rule::And, ["OR", "AND"]),
    }
}

fn negated(rule: &Rule) -> Change {
    let negated = Rule::Not(Box::new(rule.clone()));
    Change::new(rule, &negated, negated.clone())
}

/// The other operator; each operand taken away; each change of each operand.
fn chain(rules: &[Rule], own: fn(Vec<Rule>) -> Rule, other: fn(Vec<Rule>) -> Rule, words: [&str; 2]) -> Vec<Change> {
    let mut found = vec![Change::new(words[0], words[1], other(rules.to_vec()))];
    for (index, rule) in rules.iter().enumerate() {
        let mut rest = rules.to_vec();
        rest.remove(index);
        let rest = if rest.len() == 1 { rest.swap_remove(0) } else { own(rest) };
        found.push(Change { path: index.to_string(), ..Change::new(rule, "(removed)", rest) });
        for change in changes(rule) {
            let mut changed = rules.to_vec();
            changed[index] = change.rule;
            found.push(Change { path: format!("{index}.{}", change.path), rule: own(changed), ..change });
        }
    }
    found
}

/// One more and one fewer; the opposite of what counts; each alarm taken away.
fn at_least(rule: &Rule) -> Vec<Change> {
    let Rule::AtLeast { amount, negated, state, alarms } = rule else { return Vec::new() };
    let with =
        |amount: Amount, negated: bool, alarms: Vec<String>| Rule::AtLeast { amount, negated, state: *state, alarms };
    let total = alarms.len();
    let count = match amount {
        Amount::Count(count) => *count as usize,
        Amount::Percent(share) => (*share as usize * total).div_ceil(100),
    };
    let mut found = Vec::new();
    for changed in [count + 1, count.saturating_sub(1)] {
        if (1..=total).contains(&changed) {
            let changed = Amount::Count(u32::try_from(changed).unwrap_or(u32::MAX));
            let rule = with(changed, *negated, alarms.clone());
            found.push(Change::new(amount_text(*amount), amount_text(changed), rule));
        }
    }
    let opposite = |negated: bool| format!("{}{}", if negated { "NOT " } else { "" }, state.as_str());
    found.push(Change::new(opposite(*negated), opposite(!negated), with(*amount, !negated, alarms.clone())));
    for index in 0..total {
        let mut rest = alarms.clone();
        let gone = rest.remove(index);
        if count <= rest.len() {
            let path = index.to_string();
            found.push(Change { path, ..Change::new(&gone, "(removed)", with(*amount, *negated, rest)) });
        }
    }
    found
}

fn amount_text(amount: Amount) -> String {
    match amount {
        Amount::Count(count) => format!("AT_LEAST({count}"),
        Amount::Percent(share) => format!("AT_LEAST({share}%"),
    }
}

/// Other lengths of the suppressor's periods, and no suppressor.
fn suppression(alarm: &CompositeAlarm) -> Vec<Mutant> {
    let Some(suppressor) = &alarm.suppressor else { return Vec::new() };
    let mut mutants = Vec::new();
    let mut add = |field: &str, way: &str, from: String, to: String, change: &dyn Fn(&mut CompositeAlarm)| {
        let mut mutated = alarm.clone();
        change(&mut mutated);
        let (field, way) = (field.to_owned(), way.to_owned());
        mutants.push(Mutant { category: Category::Required, field, way, from, to, alarm: Alarm::Composite(mutated) });
    };
    add("ActionsSuppressor", "none", suppressor.alarm.clone(), "(none)".to_owned(), &|alarm| alarm.suppressor = None);
    for (way, wait, extension) in [
        ("longer", longer(suppressor.wait), longer(suppressor.extension)),
        ("shorter", suppressor.wait / 2, suppressor.extension / 2),
    ] {
        if wait != suppressor.wait {
            let (from, to) = (suppressor.wait.to_string(), wait.to_string());
            add("ActionsSuppressorWaitPeriod", way, from, to, &|alarm| {
                alarm.suppressor.iter_mut().for_each(|suppressor| suppressor.wait = wait);
            });
        }
        if extension != suppressor.extension {
            let (from, to) = (suppressor.extension.to_string(), extension.to_string());
            add("ActionsSuppressorExtensionPeriod", way, from, to, &|alarm| {
                alarm.suppressor.iter_mut().for_each(|suppressor| suppressor.extension = extension);
            });
        }
    }
    mutants
}

/// Twice as long; a minute where there was none.
fn longer(period: u32) -> u32 {
    if period == 0 { 60 } else { period * 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<String> {
        changes(&Rule::parse(text).expect(text)).into_iter().map(|change| change.rule.to_string()).collect()
    }

    #[test]
    fn every_part_of_a_rule_is_changed() {
        assert_eq!(rules("ALARM(a)"), ["NOT ALARM(a)"]);
        assert_eq!(rules("NOT ALARM(a)"), ["ALARM(a)"]);
        assert_eq!(
            rules("ALARM(a) AND NOT OK(b)"),
            ["ALARM(a) OR NOT OK(b)", "NOT OK(b)", "NOT ALARM(a) AND NOT OK(b)", "ALARM(a)", "ALARM(a) AND OK(b)"]
        );
        assert_eq!(
            rules("AT_LEAST(2, ALARM, (a, b, c))"),
            [
                "AT_LEAST(3, ALARM, (a, b, c))",
                "AT_LEAST(1, ALARM, (a, b, c))",
                "AT_LEAST(2, NOT ALARM, (a, b, c))",
                "AT_LEAST(2, ALARM, (b, c))",
                "AT_LEAST(2, ALARM, (a, c))",
                "AT_LEAST(2, ALARM, (a, b))"
            ]
        );
        assert_eq!(rules("AT_LEAST(50%, OK, (a, b))").len(), 4, "one more, the opposite, and each taken away");
    }
}
