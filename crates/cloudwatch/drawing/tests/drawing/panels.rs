//! Panels of a made-up pipeline.

use atalaya_cloudwatch::{TimeRange, alarm::State};
use atalaya_cloudwatch_dashboard::{
    AlarmCard, Axis, Column, Content, Fill, Gauge, Graph, HorizontalAnnotation, Legend, Number, Numbers, Panel, Place,
    Series, Shares, Side, Table, Text, VerticalAnnotation,
};

/// 2026-11-22 12:00:00 UTC.
pub(crate) const NOON: i64 = 1_795_348_800;
pub(crate) const RANGE: TimeRange = TimeRange { start: NOON - 3 * 3600, end: NOON };

pub(crate) fn panel(title: &str, content: Content) -> Panel {
    let place = Place { x: 0, y: 0, width: 12, height: 6 };
    Panel { index: 0, place, title: title.to_owned(), content, remarks: Vec::new() }
}

/// A wave with some noise, a value a minute.
pub(crate) fn wave(from: i64, to: i64, middle: f64, height: f64, turns: f64) -> Vec<(i64, f64)> {
    let value = |at: i64| {
        let share = (at - RANGE.start) as f64 / (RANGE.end - RANGE.start) as f64;
        let noise = ((at / 60 * 7919) % 101) as f64 / 101.0 - 0.5;
        middle + height * ((share * turns * std::f64::consts::TAU).sin() + noise * 0.4)
    };
    (0..)
        .map(|minute| RANGE.start + minute * 60)
        .filter(|at| (from..to).contains(at))
        .take_while(|at| *at < to)
        .map(|at| (at, value(at)))
        .take(((to - from) / 60) as usize)
        .collect()
}

pub(crate) fn series(label: &str, points: Vec<(i64, f64)>) -> Series {
    Series { label: label.to_owned(), colour: None, axis: Side::Left, period: 60, points }
}

pub(crate) fn graph(series: Vec<Series>) -> Graph {
    Graph {
        series,
        stacked: false,
        range: RANGE,
        left: Axis::default(),
        right: Axis::default(),
        horizontal: Vec::new(),
        vertical: Vec::new(),
        legend: Legend::Bottom,
        timezone: 0,
    }
}

pub(crate) fn threshold(value: f64, label: &str, fill: Fill) -> HorizontalAnnotation {
    let label = Some(label.to_owned());
    HorizontalAnnotation { value, until: None, label, colour: Some([0xd1, 0x35, 0x3b]), axis: Side::Left, fill }
}

pub(crate) fn number(label: &str, value: Option<f64>) -> Number {
    let course = wave(RANGE.start, RANGE.end, value.unwrap_or(0.0), value.unwrap_or(0.0).abs() * 0.3, 2.0);
    Number { label: label.to_owned(), colour: None, value, period: 60, course }
}

/// Latency: three percentiles with a gap, a threshold and a deployment.
pub(crate) fn latency() -> Panel {
    let mut p50 = wave(RANGE.start, RANGE.end, 900.0, 200.0, 3.0);
    p50.retain(|(at, _)| !(NOON - 4000..NOON - 2800).contains(at));
    let p95 = wave(RANGE.start, RANGE.end, 2600.0, 900.0, 3.0);
    let mut p99 = wave(RANGE.start, NOON - 5000, 4100.0, 700.0, 5.0);
    p99.extend([(NOON - 3600, 5200.0), (NOON - 2400, 4700.0)]);
    let mut graph = graph(vec![series("p50", p50), series("p95", p95), series("p99", p99)]);
    graph.left.label = Some("milliseconds".to_owned());
    graph.horizontal = vec![threshold(6000.0, "too slow: FileLatencyP95 alarms", Fill::Beyond)];
    let label = Some("deployment 41".to_owned());
    graph.vertical = vec![VerticalAnnotation { at: NOON - 5400, until: None, label, colour: None, fill: Fill::None }];
    panel("Time from upload to notice", Content::Graph(graph))
}

pub(crate) fn stacked() -> Panel {
    let mut graph = graph(vec![
        series("available", wave(RANGE.start, RANGE.end, 40.0, 12.0, 2.0)),
        series("rejected", wave(RANGE.start, RANGE.end, 6.0, 3.0, 4.0)),
        series("failed", vec![(NOON - 7200, 4.0), (NOON - 3600, 9.0), (NOON - 3540, 7.0)]),
    ]);
    graph.stacked = true;
    panel("Files by outcome", Content::Graph(graph))
}

pub(crate) fn two_axes() -> Panel {
    let mut rows = series("rows loaded", wave(RANGE.start, RANGE.end, 1.2e6, 4e5, 2.0));
    rows.axis = Side::Right;
    let mut graph = graph(vec![series("files", wave(RANGE.start, RANGE.end, 42.0, 10.0, 3.0)), rows]);
    graph.left.label = Some("files".to_owned());
    graph.right.label = Some("rows".to_owned());
    graph.legend = Legend::Right;
    panel("Volume", Content::Graph(graph))
}

pub(crate) fn alone() -> Panel {
    panel(
        "Oldest waiting file",
        Content::Graph(graph(vec![series("seconds", wave(RANGE.start, RANGE.end, 30.0, 25.0, 1.0))])),
    )
}

pub(crate) fn success() -> Panel {
    let mut graph = graph(vec![series("files that arrive whole", wave(RANGE.start, RANGE.end, 99.6, 0.3, 3.0))]);
    graph.horizontal = vec![HorizontalAnnotation {
        value: 99.0,
        until: Some(99.2),
        label: Some("objective".to_owned()),
        colour: None,
        axis: Side::Left,
        fill: Fill::None,
    }];
    graph.left = Axis { label: Some("percent".to_owned()), min: None, max: Some(100.0) };
    panel("Success against the objective", Content::Graph(graph))
}

pub(crate) fn many() -> Panel {
    let names = ["intake", "process", "notify", "page", "canary", "reconcile", "plan", "load", "commit", "report"];
    let one = |(number, name): (usize, &&str)| {
        let points = wave(RANGE.start, RANGE.end, 10.0 + 6.0 * number as f64, 4.0, 1.0 + number as f64);
        series(&format!("invocations of {name}"), points)
    };
    panel("Invocations by function", Content::Graph(graph(names.iter().enumerate().map(one).collect())))
}

pub(crate) fn empty() -> Panel {
    let mut empty = panel("Rejected rows", Content::Graph(graph(vec![series("rows", Vec::new())])));
    empty.remarks = vec!["no data in the last 3 hours: no file was rejected, or none arrived".to_owned()];
    empty
}

pub(crate) fn numbers(sparkline: bool) -> Panel {
    let numbers = vec![
        number("files available", Some(12_345.0)),
        number("files rejected", Some(17.0)),
        number("success ratio, percent", Some(99.862)),
        number("notices that were not delivered", None),
    ];
    panel("Today", Content::Numbers(Numbers { numbers, sparkline, full_precision: false, range: RANGE }))
}

pub(crate) fn single() -> Panel {
    let numbers = vec![number("seconds", Some(42.0))];
    panel(
        "Oldest waiting file",
        Content::Numbers(Numbers { numbers, sparkline: true, full_precision: false, range: RANGE }),
    )
}

pub(crate) fn card(name: &str, state: Option<State>, summary: &str, reason: &str) -> AlarmCard {
    AlarmCard {
        name: format!("atalaya-{name}"),
        state,
        since: Some(NOON - 1260),
        reason: reason.to_owned(),
        summary: summary.to_owned(),
        runbook: Some(format!("https://example.com/runbooks/{name}")),
    }
}

pub(crate) fn alarms(alarming: usize, fine: usize) -> Panel {
    let names = [
        "FilesFailed",
        "FileLatencyP95",
        "IntakeBacklogAge",
        "IntakeDlq",
        "NotifyDlq",
        "EventsNotDelivered-arrivals",
        "EventsNotDelivered-outcomes",
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "ExecutionsThrottled",
        "FunctionErrors-intake",
        "FunctionErrors-process",
        "FunctionErrors-notify",
        "FunctionThrottles-process",
        "PageFailed",
        "LedgerErrors",
        "SloFastBurn",
        "SloSlowBurn",
    ];
    let state = |index: usize| match index {
        index if index < alarming => Some(State::Alarm),
        index if index == alarming => Some(State::InsufficientData),
        _ => Some(State::Ok),
    };
    let reason = "Threshold Crossed: 1 out of the last 1 datapoints [2.0 (22/11/26 11:38:00)] was greater than the \
                  threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).";
    let one = |(index, name): (usize, &&str)| {
        card(name, state(index), "Files end as failed: their data are missing, and nobody but us can mend it.", reason)
    };
    let mut cards: Vec<_> = names.iter().cycle().take(alarming + fine).enumerate().map(one).collect();
    if fine > 8 {
        cards.push(card("NoSuchAlarm", None, "", ""));
    }
    panel("Alarms", Content::Alarms(cards))
}

pub(crate) fn text() -> Panel {
    let markdown = "# Is everything all right?\n\nGreen alarms and a **success ratio** above the objective: yes. \
                    Otherwise open the alarm's [runbook](https://example.com/runbooks), which says what to do.\n\n\
                    1. `atalaya status` tells every file.\n2. The *Feeds* dashboard tells which sender is late.\n   - \
                    late means: after its time of day\n\n| word | meaning |\n|---|---|\n| available | loaded, readers \
                    were told |\n| rejected | against the contract |";
    panel("", Content::Text(Text { markdown: markdown.to_owned(), is_transparent: false }))
}

pub(crate) fn heading() -> Panel {
    let markdown = "## Files\nWhat arrived, and what became of it.";
    panel("", Content::Text(Text { markdown: markdown.to_owned(), is_transparent: true }))
}

pub(crate) fn table() -> Panel {
    let column = |name: &str, is_numeric| Column { name: name.to_owned(), is_numeric };
    let columns =
        vec![column("time", false), column("dataset", false), column("what went wrong", false), column("rows", true)];
    let row = |index: usize| {
        let what = "the column `amount` is no number in line 17 and in 211 further lines of the file";
        vec![format!("22 Nov 11:{index:02}"), "flights".to_owned(), what.to_owned(), (index * 1711).to_string()]
    };
    panel("Newest rejections", Content::Table(Table { columns, rows: (10..28).map(row).collect() }))
}

pub(crate) fn gauge() -> Panel {
    let band = |value, until, colour| HorizontalAnnotation {
        value,
        until: Some(until),
        label: None,
        colour: Some(colour),
        axis: Side::Left,
        fill: Fill::None,
    };
    let axis = Axis { label: None, min: Some(0.0), max: Some(100.0) };
    let bands = vec![
        band(0.0, 60.0, [0x2e, 0x9e, 0x6b]),
        band(60.0, 85.0, [0xc9, 0x8a, 0x00]),
        band(85.0, 100.0, [0xd1, 0x35, 0x3b]),
    ];
    panel(
        "Memory",
        Content::Gauge(Gauge {
            numbers: vec![number("process", Some(72.4)), number("intake", Some(31.0))],
            axis,
            bands,
        }),
    )
}

pub(crate) fn shares(is_pie: bool) -> Panel {
    let numbers = vec![
        number("state transitions", Some(1.74)),
        number("functions", Some(0.81)),
        number("requests to S3", Some(0.4)),
        number("ledger", Some(0.22)),
        number("logs", Some(0.05)),
    ];
    let shares = Shares {
        numbers,
        axis: Axis::default(),
        annotations: vec![threshold(1.5, "budget", Fill::None)],
        legend: Legend::Right,
    };
    if is_pie {
        panel("Dollars by service", Content::Pie(shares))
    } else {
        panel("Dollars by service", Content::Bars(shares))
    }
}

/// A dashboard of all of them.
pub(crate) fn dashboard() -> Vec<Panel> {
    let places = [
        (alarms(1, 12), 0, 0, 24, 5),
        (heading(), 0, 5, 24, 2),
        (single(), 0, 7, 6, 3),
        (numbers(false), 6, 7, 18, 3),
        (latency(), 0, 10, 12, 6),
        (stacked(), 12, 10, 12, 6),
        (two_axes(), 0, 16, 12, 6),
        (success(), 12, 16, 6, 6),
        (alone(), 18, 16, 6, 6),
        (many(), 0, 22, 12, 6),
        (empty(), 12, 22, 6, 6),
        (gauge(), 18, 22, 6, 6),
        (shares(false), 0, 28, 8, 6),
        (shares(true), 8, 28, 8, 6),
        (text(), 16, 28, 8, 8),
        (table(), 0, 34, 16, 6),
    ];
    let placed = |(index, (panel, x, y, width, height)): (usize, (Panel, u32, u32, u32, u32))| Panel {
        index,
        place: Place { x, y, width, height },
        ..panel
    };
    places.into_iter().enumerate().map(placed).collect()
}
