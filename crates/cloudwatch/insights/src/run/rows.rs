//! Steps over rows.

use std::{cmp::Ordering, collections::HashSet};

use super::{extract::extract, groups::Groups};
use crate::{
    node::Node,
    order,
    plan::Step,
    syntax::Direction,
    value::{Value, of_json},
};

/// The values of an event, or of a group.
#[derive(Debug, Clone)]
pub(super) struct Row<'e> {
    pub(super) values: Vec<Value<'e>>,
    /// The number of the log group and of the event in it.
    pub(super) event: Option<(usize, u64)>,
}

/// Takes one row through steps that look at no other, and hands on what is left of it: nothing, itself, or several.
pub(super) fn each<'e>(
    steps: &[Step],
    values: &mut Vec<Value<'e>>,
    now: i64,
    done: &mut impl FnMut(&mut Vec<Value<'e>>),
) {
    let [step, rest @ ..] = steps else { return done(values) };
    match step {
        Step::Filter(condition) => {
            if !condition.of(values, now).holds() {
                return;
            }
        }
        Step::Set { node, slot } => {
            let value = node.of(values, now).into_owned();
            put(values, *slot, value);
        }
        Step::Extract { source, pattern, slots } => {
            let found = extract(pattern, &source.of(values, now));
            for (slot, value) in slots.iter().zip(found) {
                put(values, *slot, value);
            }
        }
        Step::Unnest { list, slot } => {
            for element in elements(&list.of(values, now)) {
                let mut copy = values.clone();
                put(&mut copy, *slot, element);
                each(rest, &mut copy, now, done);
            }
            return;
        }
        Step::Stats(_) | Step::Sort(_) | Step::Limit(_) | Step::Dedup(_) => {}
    }
    each(rest, values, now, done);
}

fn put<'e>(values: &mut Vec<Value<'e>>, slot: usize, value: Value<'e>) {
    if values.len() <= slot {
        values.resize(slot + 1, Value::Null);
    }
    values[slot] = value;
}

/// The elements of a list. What is no list counts as one with one element (user guide, "unnest").
fn elements(value: &Value<'_>) -> Vec<Value<'static>> {
    match value {
        Value::Structure(structure) => match &**structure {
            serde_json::Value::Array(items) => items.iter().map(|item| of_json(item).into_owned()).collect(),
            _ => vec![value.clone().into_owned()],
        },
        other => vec![other.clone().into_owned()],
    }
}

/// Takes all rows through all steps.
pub(super) fn all<'e>(steps: &[Step], mut rows: Vec<Row<'e>>, now: i64) -> Vec<Row<'e>> {
    for step in steps {
        match step {
            Step::Sort(keys) => sort(keys, &mut rows, now),
            Step::Limit(most) => rows.truncate(*most),
            Step::Dedup(keys) => dedup(keys, &mut rows, now),
            Step::Stats(stats) => {
                let mut groups = Groups::new(stats, now);
                rows.iter().for_each(|row| groups.add(&row.values));
                rows = groups.into_rows();
            }
            step => {
                let mut left = Vec::with_capacity(rows.len());
                for Row { mut values, event } in rows {
                    each(std::slice::from_ref(step), &mut values, now, &mut |values| {
                        left.push(Row { values: std::mem::take(values), event });
                    });
                }
                rows = left;
            }
        }
    }
    rows
}

/// Rows that compare equal stay as they stand.
fn sort(keys: &[(Node, Direction)], rows: &mut Vec<Row<'_>>, now: i64) {
    let mut keyed: Vec<(Vec<Value<'static>>, Row<'_>)> = std::mem::take(rows)
        .into_iter()
        .map(|row| (keys.iter().map(|(node, _)| node.of(&row.values, now).into_owned()).collect(), row))
        .collect();
    keyed.sort_by(|(left, _), (right, _)| {
        let orders = keys.iter().zip(left.iter().zip(right));
        orders
            .map(|((_, direction), (left, right))| order::sorted(left, right, *direction))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    rows.extend(keyed.into_iter().map(|(_, row)| row));
}

/// Keeps the first row of each combination, and all rows where one of the values is missing (user guide, "dedup").
fn dedup(keys: &[Node], rows: &mut Vec<Row<'_>>, now: i64) {
    let mut seen: HashSet<Vec<String>> = HashSet::new();
    rows.retain(|row| {
        let text = |node: &Node| node.of(&row.values, now).text().map(|text| text.into_owned());
        match keys.iter().map(text).collect::<Option<Vec<_>>>() {
            Some(key) => seen.insert(key),
            None => true,
        }
    });
}
