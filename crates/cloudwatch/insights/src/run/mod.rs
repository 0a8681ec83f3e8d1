//! Running a plan over events.

mod accumulator;
mod extract;
mod groups;
mod rows;

use self::{groups::Groups, rows::Row};
use super::{
    Answer, Statistics,
    discovery::Group,
    plan::{Plan, Step},
    value::Value,
};
use crate::logs::{LogEvent, Logs, Milliseconds};

/// The rows of an answer where the query does not say how many it wants (user guide, "limit").
pub const DEFAULT_ROWS: usize = 10_000;

/// An event with what tells it from all others.
#[derive(Debug, Clone, Copy)]
struct Found<'e> {
    group: usize,
    number: u64,
    event: &'e LogEvent,
}

/// The answer of a plan over groups, at most so many rows where the query says nothing else, at `now` (epoch seconds).
pub(crate) fn run(plan: &Plan, logs: &Logs, names: &[&str], range: Milliseconds, now: i64, most_rows: usize) -> Answer {
    let groups: Vec<Group> = names.iter().map(|name| Group::new(&logs.account().id, name)).collect();
    let events = newest_first(logs, names, range);
    let is_of_rows = |step: &Step| !matches!(step, Step::Stats(_) | Step::Sort(_) | Step::Limit(_) | Step::Dedup(_));
    let cut = plan.steps.iter().position(|step| !is_of_rows(step)).unwrap_or(plan.steps.len());
    let (of_events, rest) = plan.steps.split_at(cut);
    let (rest, mut sink) = match rest {
        [Step::Stats(stats), rest @ ..] => (rest, Sink::Groups(Groups::new(stats, now))),
        [Step::Limit(most), ..] => (rest, Sink::Rows { rows: Vec::new(), most: *most }),
        [] => (rest, Sink::Rows { rows: Vec::new(), most: most_rows }),
        _ => (rest, Sink::Rows { rows: Vec::new(), most: usize::MAX }),
    };
    let mut statistics = Statistics::default();
    let mut values = Vec::new();
    for found in events {
        statistics.records_scanned += 1;
        statistics.bytes_scanned += found.event.message.len() as u64;
        values.clear();
        values.resize(plan.width, Value::Null);
        plan.reads.read(found.event, &groups[found.group], &mut values);
        let mut is_matched = false;
        rows::each(of_events, &mut values, now, &mut |values| {
            is_matched = true;
            sink.take(values, (found.group, found.number));
        });
        statistics.records_matched += u64::from(is_matched);
    }
    let mut rows = rows::all(rest, sink.into_rows(), now);
    if !plan.has_limit {
        rows.truncate(most_rows);
    }
    answer(plan, names, rows, statistics)
}

/// The events of all groups. Of those of one time, the last that came is the first; which one CloudWatch takes is not
/// published.
fn newest_first<'e>(logs: &'e Logs, names: &[&str], range: Milliseconds) -> Vec<Found<'e>> {
    let mut events = Vec::new();
    for (group, name) in names.iter().enumerate() {
        let of_group = logs.numbered(name, range).rev();
        events.extend(of_group.map(|(number, event)| Found { group, number, event }));
    }
    if names.len() > 1 {
        events.sort_by_key(|found| std::cmp::Reverse(found.event.at));
    }
    events
}

/// Where the events' rows go.
enum Sink<'e, 'p> {
    Rows { rows: Vec<Row<'e>>, most: usize },
    Groups(Groups<'p>),
}

impl<'e> Sink<'e, '_> {
    fn take(&mut self, values: &mut Vec<Value<'e>>, event: (usize, u64)) {
        match self {
            Self::Rows { rows, most } if rows.len() < *most => {
                rows.push(Row { values: std::mem::take(values), event: Some(event) });
            }
            Self::Rows { .. } => {}
            Self::Groups(groups) => groups.add(values),
        }
    }

    fn into_rows(self) -> Vec<Row<'e>> {
        match self {
            Self::Rows { rows, .. } => rows,
            Self::Groups(groups) => groups.into_rows(),
        }
    }
}

fn answer(plan: &Plan, names: &[&str], rows: Vec<Row<'_>>, statistics: Statistics) -> Answer {
    let cells = |row: &Row<'_>| {
        let cell = |(_, slot): &(String, usize)| row.values.get(*slot)?.printed().map(|text| text.into_owned());
        plan.columns.iter().map(cell).collect()
    };
    let pointer = |row: &Row<'_>| row.event.map(|(group, number)| format!("{}:{number}", names[group]));
    Answer {
        columns: plan.columns.iter().map(|(name, _)| name.clone()).collect(),
        pointers: if plan.has_events { rows.iter().filter_map(pointer).collect() } else { Vec::new() },
        rows: rows.iter().map(cells).collect(),
        statistics,
        time_series: plan.time_series.clone(),
    }
}
