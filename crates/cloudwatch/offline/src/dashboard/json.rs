//! A dashboard's panels for scripts.

use atalaya_cloudwatch_dashboard::{
    AlarmCard, Axis, Content, Gauge, Graph, HorizontalAnnotation, Number, Numbers, Panel, Shares, Side, Table,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Shown;

/// Everything that is shown.
pub(super) fn answer(shown: &Shown) -> Value {
    json!({
        "dashboard": shown.name, "start": time(shown.range.start), "end": time(shown.range.end),
        "variables": shown.variables, "panels": shown.panels.iter().map(panel).collect::<Vec<_>>(),
    })
}

fn time(at: i64) -> Option<Timestamp> {
    Timestamp::from_second(at).ok()
}

fn panel(panel: &Panel) -> Value {
    let (kind, content) = match &panel.content {
        Content::Graph(graph) => ("graph", self::graph(graph)),
        Content::Numbers(Numbers { numbers, .. }) => ("numbers", self::numbers(numbers)),
        Content::Gauge(Gauge { numbers, axis, bands }) => {
            let annotations = bands.iter().map(annotation).collect::<Vec<_>>();
            ("gauge", json!({ "numbers": self::numbers(numbers), "axis": self::axis(axis), "bands": annotations }))
        }
        Content::Bars(Shares { numbers, .. }) => ("bars", self::numbers(numbers)),
        Content::Pie(Shares { numbers, .. }) => ("pie", self::numbers(numbers)),
        Content::Table(Table { columns, rows }) => {
            let names: Vec<_> = columns.iter().map(|column| &column.name).collect();
            ("table", json!({ "columns": names, "rows": rows }))
        }
        Content::Alarms(alarms) => ("alarms", alarms.iter().map(alarm).collect()),
        Content::Text(text) => ("text", json!(text.markdown)),
    };
    let place = panel.place;
    json!({
        "title": panel.title, "x": place.x, "y": place.y, "width": place.width, "height": place.height,
        "remarks": panel.remarks, "kind": kind, kind: content,
    })
}

fn graph(graph: &Graph) -> Value {
    let series = graph.series.iter().map(|series| {
        json!({
            "label": series.label, "axis": side(series.axis), "period": series.period, "points": points(&series.points),
        })
    });
    let vertical = graph.vertical.iter().map(|annotation| {
        json!({ "at": time(annotation.at), "until": annotation.until.and_then(time), "label": annotation.label })
    });
    json!({
        "series": series.collect::<Vec<_>>(), "stacked": graph.stacked,
        "left": axis(&graph.left), "right": axis(&graph.right),
        "horizontal": graph.horizontal.iter().map(annotation).collect::<Vec<_>>(),
        "vertical": vertical.collect::<Vec<_>>(),
    })
}

fn points(points: &[(i64, f64)]) -> Value {
    points.iter().map(|(at, value)| json!([time(*at), value])).collect()
}

fn axis(axis: &Axis) -> Value {
    json!({ "label": axis.label, "min": axis.min, "max": axis.max })
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
    }
}

fn annotation(annotation: &HorizontalAnnotation) -> Value {
    json!({
        "value": annotation.value, "until": annotation.until, "label": annotation.label, "axis": side(annotation.axis),
    })
}

fn numbers(numbers: &[Number]) -> Value {
    let number =
        |number: &Number| json!({ "label": number.label, "value": number.value, "course": points(&number.course) });
    numbers.iter().map(number).collect()
}

fn alarm(alarm: &AlarmCard) -> Value {
    json!({
        "name": alarm.name, "state": alarm.state.map(|state| state.as_str()), "since": alarm.since.and_then(time),
        "reason": alarm.reason, "summary": alarm.summary, "runbook": alarm.runbook,
    })
}
