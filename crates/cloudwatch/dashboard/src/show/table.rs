//! View `table` of metrics.

use jiff::{Timestamp, tz::Offset};

use super::{Shown, series::Line};
use crate::{
    Column, Table, View,
    figure::figure,
    metric::{MetricWidget, Summary},
};

/// A day in seconds: times of longer ranges are written with their day.
const DAY: i64 = 86_400;

/// A row for each series: its label, what is said of all its points, and each point, the newest first. The layout
/// `vertical` turns it. Which way time runs is unpublished.
pub(super) fn of(widget: &MetricWidget, view: &View, shown: &Shown) -> Table {
    let style = &widget.table;
    let times = if style.shows_points { times(shown) } else { Vec::new() };
    let mut columns = vec![Column { name: String::new(), is_numeric: false }];
    columns.extend(style.summaries.iter().map(|summary| numeric(summary.name())));
    let of_days = shown.lines.iter().all(|line| i64::from(line.period) % DAY == 0);
    columns.extend(times.iter().map(|at| numeric(clock(widget, view, *at, of_days))));
    let row = |line: &Line| {
        let summaries = style.summaries.iter().map(|summary| summarised(*summary, line));
        let points = times.iter().map(|at| {
            let found = line.points.binary_search_by_key(at, |(at, _)| *at).ok();
            found.map(|index| line.points[index].1)
        });
        let cells = summaries.chain(points).map(|value| value.map(figure).unwrap_or_default());
        std::iter::once(line.label.clone()).chain(cells).collect()
    };
    let table = Table { columns, rows: shown.lines.iter().map(row).collect() };
    if style.vertical { turned(table) } else { table }
}

fn numeric(name: impl Into<String>) -> Column {
    Column { name: name.into(), is_numeric: true }
}

/// The moments of all points, the newest first.
fn times(shown: &Shown) -> Vec<i64> {
    let mut times: Vec<i64> = shown.lines.iter().flat_map(|line| line.points.iter().map(|(at, _)| *at)).collect();
    times.sort_unstable_by(|one, other| other.cmp(one));
    times.dedup();
    times
}

/// A period's beginning by the widget's clock, its day where all periods are days; of a figure of the whole range, that
/// range.
fn clock(widget: &MetricWidget, view: &View, at: i64, of_days: bool) -> String {
    if widget.whole_period(view).is_some() {
        return view.range.in_words(view.now);
    }
    let offset = Offset::from_seconds(widget.timezone).expect("a time zone is less than a day ahead");
    let at = at.clamp(Timestamp::MIN.as_second() + DAY, Timestamp::MAX.as_second() - DAY);
    let at = offset.to_datetime(Timestamp::from_second(at).expect("the second is inside the calendar"));
    let format = match view.range.end - view.range.start {
        _ if of_days => "%-d %b",
        length if length > DAY => "%-d %b %H:%M",
        _ => "%H:%M",
    };
    at.strftime(format).to_string()
}

/// Something of all points that are shown (dashboard body structure, "Table properties").
fn summarised(summary: Summary, line: &Line) -> Option<f64> {
    let values = line.points.iter().map(|(_, value)| *value);
    let sum = values.clone().sum::<f64>();
    match summary {
        _ if line.points.is_empty() => None,
        Summary::Minimum => values.reduce(f64::min),
        Summary::Maximum => values.reduce(f64::max),
        Summary::Sum => Some(sum),
        Summary::Average => Some(sum / line.points.len() as f64),
    }
}

/// Rows as columns: the first column's cells name them, and the columns' names are the first cells.
fn turned(table: Table) -> Table {
    let mut columns = vec![Column { name: String::new(), is_numeric: false }];
    columns.extend(table.rows.iter().map(|row| numeric(row[0].clone())));
    let rows = table.columns.iter().enumerate().skip(1).map(|(index, column)| {
        std::iter::once(column.name.clone()).chain(table.rows.iter().map(|row| row[index].clone())).collect()
    });
    Table { columns, rows: rows.collect() }
}
