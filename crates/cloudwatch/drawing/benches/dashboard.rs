//! What it takes to show a dashboard: 24 widgets of all kinds with four series each over three hours of minutes, from
//! the stored metrics to a picture: `cargo bench -p atalaya-cloudwatch --bench dashboard`.

#[path = "../../model/benches/cpu/mod.rs"]
mod cpu;

use std::hint::black_box;

use atalaya_cloudwatch::{Account, CloudWatch, MetricId, Unit};
use atalaya_cloudwatch_dashboard::{Dashboard, View, look};
use atalaya_cloudwatch_drawing::{self as drawing, Page, Theme};
use atalaya_cloudwatch_insights::logs::Logs;
use serde_json::{Value, json};

const WIDGETS: usize = 24;
const SERIES: usize = 4;
const MINUTES: i64 = 180;
const NOW: i64 = 1_795_348_800;
const WIDTH: u32 = 1400;

fn main() {
    let (cloudwatch, logs) = (cloudwatch(), Logs::default());
    let dashboard = Dashboard::parse("bench", &body()).expect("a valid body");
    let view = View::new(dashboard.default_range(NOW), NOW);
    let panels = look(&cloudwatch, &logs, &dashboard, &view);
    for panel in &panels {
        assert!(panel.remarks.is_empty(), "{}: {:?}", panel.title, panel.remarks);
    }
    let page = |panels: &[_]| {
        let page = Page { title: "Bench", subtitle: "last 3 hours", panels };
        drawing::page(&page, WIDTH, Theme::Light)
    };
    let svg = page(&panels);
    let png = drawing::png(&svg, 1.0).expect("a picture");
    println!("{WIDGETS} widgets, {SERIES} series each, {MINUTES} points a series");
    println!("SVG {} KB, PNG {} KB at {WIDTH} px", svg.len() / 1024, png.len() / 1024);
    let evaluate = tell("evaluate", || drop(black_box(look(&cloudwatch, &logs, &dashboard, &view))));
    let draw = tell("draw the SVG", || drop(black_box(page(&panels))));
    let pixels = tell("make the PNG", || drop(black_box(drawing::png(&svg, 1.0))));
    println!("{:<14} {:>7.2} ms", "to the SVG", evaluate + draw);
    println!("{:<14} {:>7.2} ms", "to the PNG", evaluate + draw + pixels);
}

/// Processor time of one call in milliseconds, as the mean of as many as take half a second: the processor's clock ticks
/// in milliseconds.
fn tell(what: &str, mut call: impl FnMut()) -> f64 {
    let (start, mut calls, mut spent) = (cpu::seconds(), 0, 0.0);
    while spent < 0.5 {
        call();
        calls += 1;
        spent = cpu::seconds() - start;
    }
    let each = spent * 1e3 / f64::from(calls);
    println!("{what:<14} {each:>7.2} ms CPU");
    each
}

fn cloudwatch() -> CloudWatch {
    let mut cloudwatch = CloudWatch::new(Account::default(), NOW);
    let store = cloudwatch.store_mut();
    for widget in 0..WIDGETS {
        for series in 0..SERIES {
            let dimensions = [("Function", format!("f{widget}")), ("Stage", format!("s{series}"))];
            let series_id = store.series(&MetricId::new("Bench", "Latency", dimensions));
            for minute in 0..MINUTES {
                let at = NOW - (MINUTES - minute) * 60;
                for sample in 0..5 {
                    let noise = (minute * 7919 + sample * 104_729 + widget as i64 * 31) % 211;
                    store.add(series_id, Unit::Milliseconds, at, (100 * (series as i64 + 1) + noise) as f64);
                }
            }
        }
    }
    cloudwatch
}

/// Mostly graphs, as dashboards are, and two of each other view.
fn body() -> Value {
    let views = ["timeSeries", "stacked", "timeSeries", "math", "timeSeries", "singleValue"];
    let others = ["bar", "pie", "table", "gauge"];
    let widget = |index: usize| {
        let view = if index % 6 == 5 { others[index / 6] } else { views[index % 6] };
        let mut metrics: Vec<Value> = (0..SERIES).map(|series| metric(index, series)).collect();
        if view == "math" {
            metrics
                .push(json!([{"expression": "m0 / (m0 + m1) * 100", "label": "share", "id": "e1", "yAxis": "right"}]));
        }
        let is_graph = views.contains(&view) && view != "singleValue";
        let properties = json!({
            "metrics": metrics,
            "view": if is_graph { "timeSeries" } else { view },
            "stacked": view == "stacked",
            "region": Account::default().region,
            "title": format!("Latency of function {index}"),
            "yAxis": {"left": {"label": "milliseconds", "min": 0, "max": 1000}},
            "annotations": if is_graph { json!({"horizontal": [{"value": 900, "label": "too slow", "fill": "above"}]}) } else { json!({}) },
        });
        json!({"type": "metric", "x": index % 4 * 6, "y": index / 4 * 6, "width": 6, "height": 6, "properties": properties})
    };
    json!({"widgets": (0..WIDGETS).map(widget).collect::<Vec<_>>()})
}

fn metric(widget: usize, series: usize) -> Value {
    let stat = ["Average", "p50", "p95", "p99"][series];
    json!([
        "Bench",
        "Latency",
        "Function",
        format!("f{widget}"),
        "Stage",
        format!("s{series}"),
        {"id": format!("m{series}"), "stat": stat, "label": format!("{stat} of stage {series}")}
    ])
}
