//! What the metric store takes for one sample and for one read, over a day of minutes of 2,000 metrics:
//! `cargo bench -p atalaya-cloudwatch --bench store`.

use std::{hint::black_box, time::Instant};

use atalaya_cloudwatch::{Frame, MetricId, MetricStore, Statistic, Unit};

const METRICS: usize = 2000;
const MINUTES: i64 = 1440;
const START: i64 = 1_767_225_600;

fn main() {
    let mut store = MetricStore::new();
    let series: Vec<_> = (0..METRICS)
        .map(|index| store.series(&MetricId::new("Bench", "Latency", [("Function", format!("f{index}"))])))
        .collect();

    let start = Instant::now();
    for minute in 0..MINUTES {
        for (index, series) in series.iter().enumerate() {
            store.add(*series, Unit::Milliseconds, START + minute * 60, (index as i64 * 7 + minute * 13 % 101) as f64);
        }
    }
    tell("add", METRICS * MINUTES as usize, start);

    // Each frame ends at every minute of the day once, for every tenth metric.
    for (stat, period, count) in [
        ("Sum", 60, 3),
        ("Average", 60, 10),
        ("p99", 60, 5),
        ("Sum", 300, 5),
        ("p99", 300, 5),
        ("tm90", 300, 5),
        ("Sum", 3600, 8),
        ("Sum", 86_400, 3),
        ("p99", 86_400, 1),
    ] {
        let stat: Statistic = stat.parse().expect("a statistic");
        let step = if stat.needs_samples() && period == 86_400 { 60 } else { 1 };
        let (mut out, mut reads, start) = (Vec::new(), 0, Instant::now());
        for minute in (0..MINUTES).step_by(step) {
            let frame = Frame::ending(START + minute * 60, period, count);
            for series in series.iter().step_by(10) {
                store.read_into(*series, &stat, None, &frame, &mut out);
                black_box(&out);
                reads += 1;
            }
        }
        tell(&format!("read {stat} of {count} x {period} s"), reads, start);
    }
}

fn tell(what: &str, times: usize, start: Instant) {
    let elapsed = start.elapsed();
    println!("{what:<32} {:>8.1} ns  ({:.3} s)", elapsed.as_nanos() as f64 / times as f64, elapsed.as_secs_f64());
}
