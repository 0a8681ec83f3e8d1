//! Log widgets: a table of what a query found, lines over time, bars and pies.

use jiff::{civil::DateTime, tz::TimeZone};

use super::remark::listed;
use crate::{
    Axis, Column, Content, Graph, Legend, Number, Series, Shares, Side, Table, View,
    log::{LogView, LogWidget},
};
use atalaya_cloudwatch_insights::{self as insights, TimeSeries};

/// How Logs Insights writes a moment.
const MOMENT: &str = "%Y-%m-%d %H:%M:%S%.f";
/// What stands between values of several columns in a label.
const BETWEEN: &str = " · ";

/// What the widget shows of an answer, and what is to be said besides.
pub(super) fn of(widget: &LogWidget, view: &View, found: &insights::Answer) -> (Content, Vec<String>) {
    if found.rows.is_empty() {
        return (empty(widget, view), vec![nothing(widget, view, found)]);
    }
    match widget.view {
        LogView::Table => (Content::Table(table(found)), Vec::new()),
        LogView::TimeSeries => match &found.time_series {
            Some(lines) => (Content::Graph(graph(widget, view, found, lines)), Vec::new()),
            None => as_table(found, "lines over time need `stats … by bin(5m)`; this query has none, so it is a table"),
        },
        LogView::Bar | LogView::Pie => {
            let shares = shares(found);
            if shares.numbers.is_empty() {
                return as_table(found, "bars and pies need a figure, as of `stats count(*) by …`, so it is a table");
            }
            let content = if widget.view == LogView::Bar { Content::Bars(shares) } else { Content::Pie(shares) };
            (content, Vec::new())
        }
    }
}

/// The widget without anything in it.
pub(super) fn empty(widget: &LogWidget, view: &View) -> Content {
    let shares =
        || Shares { numbers: Vec::new(), axis: Axis::default(), annotations: Vec::new(), legend: Legend::Bottom };
    match widget.view {
        LogView::Table => Content::Table(Table::default()),
        LogView::TimeSeries => Content::Graph(lines(widget, view, Vec::new())),
        LogView::Bar => Content::Bars(shares()),
        LogView::Pie => Content::Pie(shares()),
    }
}

fn as_table(found: &insights::Answer, why: &str) -> (Content, Vec<String>) {
    (Content::Table(table(found)), vec![why.to_owned()])
}

/// Why there are no rows.
fn nothing(widget: &LogWidget, view: &View, found: &insights::Answer) -> String {
    let range = view.range.in_words(view.now);
    match found.statistics.records_scanned {
        0 => {
            let groups: Vec<&str> = widget.groups.iter().map(String::as_str).collect();
            format!("no log events in {range}: {}", listed(&groups))
        }
        1 => format!("the one log event of {range} is not what is looked for"),
        scanned => format!("none of the {scanned} log events of {range} is what is looked for"),
    }
}

fn number(cell: Option<&String>) -> Option<f64> {
    cell?.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Whether a column has figures: some, and nothing else.
fn is_numeric(found: &insights::Answer, column: usize) -> bool {
    let mut cells = found.rows.iter().filter_map(|row| row[column].as_ref()).peekable();
    cells.peek().is_some() && cells.all(|cell| number(Some(cell)).is_some())
}

fn table(found: &insights::Answer) -> Table {
    let column = |(index, name): (usize, &String)| Column { name: name.clone(), is_numeric: is_numeric(found, index) };
    let cells = |row: &Vec<Option<String>>| row.iter().map(|cell| cell.clone().unwrap_or_default()).collect();
    Table {
        columns: found.columns.iter().enumerate().map(column).collect(),
        rows: found.rows.iter().map(cells).collect(),
    }
}

/// What a figure of a row is called: the values of these columns, and the figure's column where that is needed to tell
/// it from others.
fn label(found: &insights::Answer, row: &[Option<String>], names: &[usize], value: usize, several: bool) -> String {
    let values = names.iter().map(|column| row[*column].clone().unwrap_or_else(|| "–".to_owned()));
    let figure = (several || names.is_empty()).then(|| found.columns[value].clone());
    values.chain(figure).collect::<Vec<_>>().join(BETWEEN)
}

/// A line for each column of figures and each combination of what is grouped by.
fn graph(widget: &LogWidget, view: &View, found: &insights::Answer, drawn: &TimeSeries) -> Graph {
    let mut series: Vec<Series> = Vec::new();
    for row in &found.rows {
        let Some(at) = row[drawn.time].as_deref().and_then(moment) else { continue };
        for &value in &drawn.values {
            let label = label(found, row, &drawn.groups, value, drawn.values.len() > 1);
            let Some(figure) = number(row[value].as_ref()) else { continue };
            match series.iter_mut().find(|series| series.label == label) {
                Some(series) => series.points.push((at, figure)),
                None => {
                    let points = vec![(at, figure)];
                    series.push(Series { label, colour: None, axis: Side::Left, period: drawn.period, points });
                }
            }
        }
    }
    for line in &mut series {
        line.points.sort_by_key(|(at, _)| *at);
    }
    series.sort_by(|one, other| one.label.cmp(&other.label));
    lines(widget, view, series)
}

fn lines(widget: &LogWidget, view: &View, series: Vec<Series>) -> Graph {
    Graph {
        series,
        stacked: widget.stacked,
        range: view.range,
        left: Axis::default(),
        right: Axis::default(),
        horizontal: Vec::new(),
        vertical: Vec::new(),
        legend: Legend::Bottom,
        timezone: 0,
    }
}

fn moment(text: &str) -> Option<i64> {
    let moment = DateTime::strptime(MOMENT, text).ok()?;
    Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// A figure for each row and each column of figures, called by the other columns.
fn shares(found: &insights::Answer) -> Shares {
    let columns = 0..found.columns.len();
    let (values, names): (Vec<usize>, Vec<usize>) = match &found.time_series {
        Some(drawn) => (drawn.values.clone(), columns.filter(|column| !drawn.values.contains(column)).collect()),
        None => columns.partition(|column| is_numeric(found, *column)),
    };
    let figure = |row: &Vec<Option<String>>, value: usize| Number {
        label: label(found, row, &names, value, values.len() > 1),
        colour: None,
        value: number(row[value].as_ref()),
        period: 0,
        course: Vec::new(),
    };
    let numbers = found.rows.iter().flat_map(|row| values.iter().map(|value| figure(row, *value))).collect();
    Shares { numbers, axis: Axis::default(), annotations: Vec::new(), legend: Legend::Bottom }
}
