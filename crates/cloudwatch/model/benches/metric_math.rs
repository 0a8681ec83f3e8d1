//! What the evaluation of an expression takes, as an alarm does it every minute, over a store of 2,000 metrics:
//! `cargo bench -p atalaya-cloudwatch --bench metric_math`.

use std::{hint::black_box, time::Instant};

use atalaya_cloudwatch::{
    Frame, MetricDataQuery, MetricId, MetricStat, MetricStore, Program, QuerySource, Statistic, Unit, query::Places,
};

const METRICS: usize = 2000;
const MINUTES: i64 = 240;
const START: i64 = 1_767_225_600;

fn main() {
    let mut store = MetricStore::new();
    for index in 0..METRICS {
        let series = store.series(&id(index));
        for minute in (0..MINUTES).filter(|minute| (minute + index as i64) % 4 != 0) {
            store.add(series, Unit::Count, START + minute * 60, (index as i64 * 7 + minute * 13 % 101) as f64);
        }
    }
    for text in [
        "m1",
        "m1 / m2",
        "100 * (m1 + m2) / m3",
        "IF(FILL(m2, 0) < 50, 0, (m1 / m2) / (1 - 0.999))",
        "SUM([m1, m2, m3])",
        "RATE(m1) + AVG(m2) * m3",
    ] {
        let mut queries: Vec<_> = (1..=3)
            .filter(|index| text.contains(&format!("m{index}")))
            .map(|index| metric(index, index * 600))
            .collect();
        let source = QuerySource::Expression { expression: text.to_owned(), period: None };
        queries.push(MetricDataQuery { id: "result".to_owned(), source, label: None, return_data: true });
        let program = Program::compile(&queries).expect("valid");
        for count in [5, 60] {
            let mut places = Places::default();
            let by_name = fastest(count, |frame| program.returned(&store, frame).expect("evaluates"));
            let by_place =
                fastest(count, |frame| program.returned_from(&mut places, &store, frame).expect("evaluates"));
            println!("{text:<50} {count:>3} periods {by_name:>7.0} ns by name {by_place:>7.0} ns by place");
        }
    }
}

/// Nanoseconds of one evaluation in the fastest of twenty rounds, since others use the machine too.
fn fastest<T>(count: usize, mut evaluate: impl FnMut(&Frame) -> T) -> f64 {
    const TIMES: usize = 2000;
    let rounds = (0..20).map(|_| {
        let start = Instant::now();
        for minute in (60..MINUTES).cycle().take(TIMES) {
            black_box(evaluate(&Frame::ending(START + minute * 60, 60, count)));
        }
        start.elapsed().as_nanos() as f64 / TIMES as f64
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn id(index: usize) -> MetricId {
    MetricId::new("Bench/Service", "Latency", [("Function", format!("function-{index}"))])
}

fn metric(number: usize, index: usize) -> MetricDataQuery {
    let stat = MetricStat { metric: id(index), period: 60, stat: Statistic::Sum, unit: None };
    MetricDataQuery { id: format!("m{number}"), source: QuerySource::Metric(stat), label: None, return_data: false }
}
