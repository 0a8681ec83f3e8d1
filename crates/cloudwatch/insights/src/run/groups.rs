//! The groups of a `stats`.

use std::collections::HashMap;

use super::{accumulator::Accumulator, rows::Row};
use crate::{
    plan::{Stats, group_row},
    value::Value,
};

/// Gathers rows into groups, which are in the order of their first rows: newest first.
pub(super) struct Groups<'p> {
    stats: &'p Stats,
    now: i64,
    /// The number of a group by the values that it has in common.
    numbers: HashMap<String, usize>,
    groups: Vec<Group>,
    key: String,
}

struct Group {
    by: Vec<Value<'static>>,
    results: Vec<Accumulator>,
}

/// Stands between the values of a key.
const SEPARATOR: char = '\u{1f}';
/// Stands in a key for a value that is missing, which is another one than an empty text.
const MISSING: char = '\u{1e}';

impl<'p> Groups<'p> {
    pub(super) fn new(stats: &'p Stats, now: i64) -> Self {
        Self { stats, now, numbers: HashMap::new(), groups: Vec::new(), key: String::new() }
    }

    pub(super) fn add(&mut self, row: &[Value<'_>]) {
        let by: Vec<Value<'_>> = self.stats.by.iter().map(|node| node.of(row, self.now)).collect();
        self.key.clear();
        for value in &by {
            write_key(value, &mut self.key);
        }
        let number = match self.numbers.get(&self.key) {
            Some(number) => *number,
            None => {
                let results = self.stats.aggregates.iter().map(|it| Accumulator::new(it.kind)).collect();
                self.groups.push(Group { by: by.into_iter().map(Value::into_owned).collect(), results });
                self.numbers.insert(self.key.clone(), self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        for (aggregate, result) in self.stats.aggregates.iter().zip(&mut self.groups[number].results) {
            let time = || aggregate.time.and_then(|slot| row[slot].whole());
            match &aggregate.argument {
                None => result.add(&Value::Flag(true), time),
                Some(node) => result.add(&node.of(row, self.now), time),
            }
        }
    }

    /// A row for each group. Where no row came there is none, also without `by`: CloudWatch answers nothing then (seen,
    /// not documented).
    pub(super) fn into_rows<'e>(self) -> Vec<Row<'e>> {
        let Self { stats, now, groups, .. } = self;
        groups
            .into_iter()
            .map(|group| {
                let first = group.by.len();
                let results = group.results.into_iter().map(Accumulator::result);
                let mut values = group_row(group.by, stats.items.len(), results);
                for (index, item) in stats.items.iter().enumerate() {
                    values[first + index] = item.of(&values, now).into_owned();
                }
                Row { values, event: None }
            })
            .collect()
    }
}

fn write_key(value: &Value<'_>, key: &mut String) {
    match value {
        // Cheaper than the calendar's writing, and as different.
        Value::Time(at) => key.push_str(&at.to_string()),
        other => match other.text() {
            Some(text) => key.push_str(&text),
            None => key.push(MISSING),
        },
    }
    key.push(SEPARATOR);
}
