//! A dashboard as text: each panel with its title and its figures, from the top.

use atalaya_cloudwatch::TimeRange;
use atalaya_cloudwatch::alarm::State;
use atalaya_cloudwatch_dashboard::{AlarmCard, Content, Graph, Number, Panel, Side, Table};
use comfy_table::{Cell, CellAlignment, ContentArrangement};
use jiff::Timestamp;

use atalaya_terminal::chart::{Course, sparkline};
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

use super::{Shown, subtitle};

/// Entries of one panel at most, such as rows; more would push the others away.
const LINES: usize = 16;
/// Columns of a name; longer ones are cut.
const NAME: usize = 36;
/// Columns of a course over time at most.
const SPARK: usize = 48;
/// Letters of a table's cell at most.
const CELL: usize = 60;
/// Columns of a bar.
const BAR: usize = 24;

/// How wide the text may be, and whether a terminal shows blocks.
#[derive(Clone, Copy)]
struct Paper {
    width: usize,
    drawn: bool,
    now: i64,
}

/// The whole dashboard.
pub(super) fn text(shown: &Shown, width: usize, drawn: bool) -> String {
    let paper = Paper { width, drawn, now: shown.now };
    let mut panels: Vec<_> = shown.panels.iter().collect();
    panels.sort_by_key(|panel| (panel.place.y, panel.place.x));
    let mut parts = vec![format!("{}\n{}", paint(style::STRONG, &shown.name), paint(style::DIM, subtitle(shown)))];
    parts.extend(panels.into_iter().map(|panel| self::panel(panel, paper)));
    parts.join("\n\n")
}

fn panel(panel: &Panel, paper: Paper) -> String {
    let mut lines = Vec::new();
    if !panel.title.is_empty() {
        lines.push(paint(style::STRONG, &panel.title));
    }
    let (content, more) = self::content(&panel.content, paper);
    lines.extend(content);
    if more > 0 {
        lines.push(paint(style::DIM, format!("  … and {more} more; --json has them all")));
    }
    lines.extend(panel.remarks.iter().map(|remark| paint(style::DIM, human::wrap(remark, "  ", Some(paper.width)))));
    lines.join("\n")
}

/// What a panel shows, and how many entries there are no lines for.
fn content(content: &Content, paper: Paper) -> (Vec<String>, usize) {
    let lines = match content {
        Content::Text(text) => return (markdown(&text.markdown, paper), 0),
        Content::Table(table) => return (self::table(table, paper), table.rows.len().saturating_sub(LINES)),
        Content::Graph(graph) => self::graph(graph, paper),
        Content::Numbers(shown) => each(&shown.numbers, |number| self::number(number, shown.range, paper)),
        Content::Gauge(gauge) => {
            let ends = (gauge.axis.min.unwrap_or_default(), gauge.axis.max.unwrap_or_default());
            each(&gauge.numbers, |number| share(number, ends.0, ends.1, paper))
        }
        Content::Bars(shares) => {
            let most = shares.numbers.iter().filter_map(|number| number.value).fold(0.0, f64::max);
            each(&shares.numbers, |number| bar(number, most, paper))
        }
        Content::Pie(shares) => {
            let sum = shares.numbers.iter().filter_map(|number| number.value).sum();
            each(&shares.numbers, |number| share(number, 0.0, sum, paper))
        }
        Content::Alarms(alarms) => alarms.iter().map(|alarm| self::alarm(alarm, paper)).collect(),
    };
    let more = lines.len().saturating_sub(LINES);
    (lines.into_iter().take(LINES).collect(), more)
}

fn each(numbers: &[Number], line: impl Fn(&Number) -> String) -> Vec<String> {
    numbers.iter().map(line).collect()
}

/// A name in its column.
fn name(text: &str) -> String {
    format!("  {:<NAME$}", human::shorten(text, NAME - 1))
}

fn value(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), human::figure)
}

/// The course over time, where a terminal shows it and has room.
fn spark(points: &[(i64, f64)], range: TimeRange, paper: Paper) -> String {
    let room = paper.width.saturating_sub(NAME + 34).min(SPARK);
    if !paper.drawn || room < 8 || points.is_empty() {
        return String::new();
    }
    sparkline(Course { points, start: range.start, end: range.end }, room)
}

fn graph(graph: &Graph, paper: Paper) -> Vec<String> {
    let line = |series: &atalaya_cloudwatch_dashboard::Series| {
        let values = series.points.iter().map(|(_, value)| *value);
        let most = values.clone().fold(f64::NEG_INFINITY, f64::max);
        let figures = match series.points.last() {
            Some((_, newest)) => format!("newest {:>9}  max {:>9}", human::figure(*newest), human::figure(most)),
            None => "no data".to_owned(),
        };
        let axis = if series.axis == Side::Right { " (right axis)" } else { "" };
        let spark = spark(&series.points, graph.range, paper);
        format!("{} {figures}  {spark}{axis}", name(&series.label)).trim_end().to_owned()
    };
    let mut lines: Vec<_> = graph.series.iter().map(line).collect();
    lines.extend(graph.horizontal.iter().map(|annotation| {
        let until = annotation.until.map(|until| format!(" to {}", human::figure(until))).unwrap_or_default();
        let label = annotation.label.as_deref().unwrap_or("line");
        paint(style::DIM, format!("{} at {}{until}", name(label), human::figure(annotation.value)))
    }));
    lines
}

fn number(number: &Number, range: TimeRange, paper: Paper) -> String {
    let spark = spark(&number.course, range, paper);
    format!("{} {:>12}  {spark}", name(&number.label), value(number.value)).trim_end().to_owned()
}

/// A figure with how much it is of the way from `least` to `most`.
fn share(number: &Number, least: f64, most: f64, paper: Paper) -> String {
    let part = part(number, least, most);
    let percent = part.map(|part| format!("  {:>4.0} %", part * 100.0)).unwrap_or_default();
    format!("{}{percent}{}", figure(number), blocks(part, paper))
}

/// A figure beside others, the greatest of which is `most`.
fn bar(number: &Number, most: f64, paper: Paper) -> String {
    format!("{}{}", figure(number), blocks(part(number, 0.0, most), paper))
}

fn figure(number: &Number) -> String {
    format!("{} {:>12}", name(&number.label), value(number.value))
}

fn part(number: &Number, least: f64, most: f64) -> Option<f64> {
    number.value.filter(|_| most > least).map(|value| ((value - least) / (most - least)).clamp(0.0, 1.0))
}

/// So much of a bar is full, where a terminal shows it.
fn blocks(part: Option<f64>, paper: Paper) -> String {
    let Some(part) = part.filter(|_| paper.drawn) else { return String::new() };
    let full = (part * BAR as f64).round() as usize;
    format!("  {}{}", "█".repeat(full), "░".repeat(BAR - full))
}

fn table(table: &Table, paper: Paper) -> Vec<String> {
    if table.rows.is_empty() {
        return Vec::new();
    }
    let mut shown = table::with_headings(table.columns.iter().map(|column| &column.name));
    shown.set_content_arrangement(ContentArrangement::Dynamic);
    shown.set_width(u16::try_from(paper.width.saturating_sub(2)).unwrap_or(u16::MAX));
    for row in table.rows.iter().take(LINES) {
        shown.add_row(row.iter().zip(&table.columns).map(|(cell, column)| {
            let alignment = if column.is_numeric { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(human::shorten(cell, CELL)).set_alignment(alignment)
        }));
    }
    vec![table::render(&shown)]
}

fn alarm(alarm: &AlarmCard, paper: Paper) -> String {
    let (sign, colour) = match alarm.state {
        Some(State::Ok) => ("✓ OK", style::GOOD),
        Some(State::Alarm) => ("✗ ALARM", style::BAD),
        Some(State::InsufficientData) => ("? INSUFFICIENT_DATA", style::WARN),
        None => ("– no such alarm", style::WARN),
    };
    let ago = alarm.since.and_then(|since| {
        let (since, now) = (Timestamp::from_second(since).ok()?, Timestamp::from_second(paper.now).ok()?);
        Some(format!("  {}", human::ago(since, now)))
    });
    let state = paint(colour, format!("{sign:<20}"));
    let head = format!("  {state} {:<NAME$}{}", alarm.name, paint(style::DIM, ago.unwrap_or_default()));
    let wrapped = |text: &str| human::wrap(text, "      ", Some(paper.width));
    let mut lines = vec![head.trim_end().to_owned()];
    if alarm.state == Some(State::Alarm) {
        lines.extend(
            [wrapped(&alarm.summary), wrapped(&alarm.reason)].into_iter().filter(|text| !text.trim().is_empty()),
        );
        lines.extend(alarm.runbook.as_ref().map(|runbook| format!("      {}", paint(style::COMMAND, runbook))));
    }
    lines.join("\n")
}

/// Markdown as it is written, without the marks that a terminal needs no more; links as their words.
fn markdown(text: &str, paper: Paper) -> Vec<String> {
    let line = |line: &str| {
        let heading = line.trim_start_matches('#');
        let words = human::unlinked(heading.trim()).replace("**", "").replace('`', "");
        let wrapped = human::wrap(&words, "  ", Some(paper.width));
        if heading.len() < line.len() { paint(style::STRONG, wrapped) } else { wrapped }
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use atalaya_cloudwatch_dashboard::{Column, Numbers, Place, Series, Text};

    use super::*;

    fn shown(contents: Vec<(&str, Content)>) -> Shown {
        let panel = |(index, (title, content)): (usize, (&str, Content))| Panel {
            index,
            place: Place { x: 0, y: index as u32 * 6, width: 12, height: 6 },
            title: title.to_owned(),
            content,
            remarks: Vec::new(),
        };
        Shown {
            name: "a-overview".to_owned(),
            range: TimeRange { start: 0, end: 10_800 },
            now: 10_800,
            variables: BTreeMap::from([("dataset".to_owned(), "orders".to_owned())]),
            panels: contents.into_iter().enumerate().map(panel).collect(),
        }
    }

    fn plain(shown: &Shown, drawn: bool) -> String {
        anstream::adapter::strip_str(&text(shown, 100, drawn)).to_string()
    }

    fn number(label: &str, value: Option<f64>) -> Number {
        Number { label: label.to_owned(), colour: None, value, period: 60, course: vec![] }
    }

    #[test]
    fn each_panel_is_told_with_its_figures() {
        let range = TimeRange { start: 0, end: 10_800 };
        let series = Series {
            label: "Available".to_owned(),
            colour: None,
            axis: Side::Left,
            period: 60,
            points: vec![(0, 3.0), (10_740, 1200.0)],
        };
        let graph = Graph {
            series: vec![series],
            stacked: false,
            range,
            left: Default::default(),
            right: Default::default(),
            horizontal: vec![],
            vertical: vec![],
            legend: Default::default(),
            timezone: 0,
        };
        let numbers = Numbers {
            numbers: vec![number("Received", Some(49.0)), number("Failed", None)],
            sparkline: false,
            full_precision: false,
            range,
        };
        let alarm = AlarmCard {
            name: "a-FilesFailed".to_owned(),
            state: Some(State::Alarm),
            since: Some(10_620),
            reason: "Threshold Crossed".to_owned(),
            summary: "Files fail.".to_owned(),
            runbook: Some("https://example.org/FilesFailed.md".to_owned()),
        };
        let column = |name: &str, is_numeric| Column { name: name.to_owned(), is_numeric };
        let table = Table {
            columns: vec![column("code", false), column("count", true)],
            rows: vec![vec!["type-error".to_owned(), "24".to_owned()]],
        };
        let markdown = "# Look\nsee **this** [runbook](https://x) [or not";
        let shown = shown(vec![
            ("", Content::Text(Text { markdown: markdown.to_owned(), is_transparent: false })),
            ("Files", Content::Graph(graph)),
            ("Now", Content::Numbers(numbers)),
            ("Alarms", Content::Alarms(vec![alarm])),
            ("Rejects", Content::Table(table)),
        ]);
        let text = plain(&shown, true);
        for part in [
            "a-overview\nthe last 3 hours · dataset orders · seen 1970-01-01 03:00 UTC",
            "  Look\n  see this runbook [or not",
            "newest     1,200  max     1,200  ▁",
            "Received                                       49",
            "Failed                                          –",
            "✗ ALARM              a-FilesFailed",
            "3 min ago",
            "      https://example.org/FilesFailed.md",
            "type-error",
        ] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
        assert!(!plain(&shown, false).contains('█'));
    }

    #[test]
    fn shares_are_told_in_percent() {
        let line = share(&number("a", Some(3.0)), 0.0, 4.0, Paper { width: 100, drawn: true, now: 0 });
        assert!(line.ends_with(&format!("3    75 %  {}{}", "█".repeat(18), "░".repeat(6))), "{line}");
        let beside = bar(&number("a", Some(3.0)), 4.0, Paper { width: 100, drawn: false, now: 0 });
        assert!(beside.ends_with("  3"), "no share of a whole: {beside}");
        let empty = share(&number("a", None), 0.0, 0.0, Paper { width: 100, drawn: true, now: 0 });
        assert!(empty.ends_with('–'), "{empty}");
    }
}
