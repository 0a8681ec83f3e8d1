//! A day of minutes for 200 alarms over 2,000 series, a sample a minute each: `cargo bench -p atalaya-cloudwatch --bench
//! day`. Prints what it took. The whole is to stay below one second of one core.

mod cpu;

use atalaya_cloudwatch::{
    Account, CloudWatch, MetricDataQuery, MetricId, MetricStat, QuerySource, SeriesId, Unit,
    alarm::{
        Actions, Alarm, AlarmSource, Comparison, CompositeAlarm, LowSamples, MetricAlarm, MissingData, Occurrence,
        Suppressor,
    },
};

/// A Monday, at midnight.
const START: i64 = 1_767_571_200;
const MINUTES: i64 = 1440;
const SERIES: usize = 2000;
/// Days of samples that the alarms over days find before the day begins.
const DAYS_BEFORE: i64 = 6;

/// What the alarms on one metric are: statistic, period, N, M, how many of them.
const KINDS: [(&str, u32, u32, Option<u32>, usize); 13] = [
    ("Sum", 60, 1, None, 50),
    ("Maximum", 60, 5, Some(3), 30),
    ("Average", 60, 10, None, 10),
    ("p95", 60, 15, None, 20),
    ("Sum", 300, 3, None, 20),
    ("Maximum", 300, 6, Some(4), 10),
    ("p95", 300, 3, Some(2), 12),
    ("Sum", 3600, 1, None, 8),
    ("p95", 3600, 1, None, 5),
    ("Sum", 3600, 24, Some(20), 2),
    ("Sum", 86_400, 1, None, 5),
    ("p99", 86_400, 1, None, 1),
    ("Sum", 86_400, 7, Some(5), 2),
];
/// What the alarms on metric math are: expression of the metrics `bad` and `total`, period, how many of them.
const EXPRESSIONS: [(&str, u32, usize); 4] = [
    ("bad / total", 60, 5),
    ("IF(FILL(total, 0) < 5, 0, (bad / total) / 0.001)", 300, 8),
    ("IF(FILL(total, 0) < 5, 0, (bad / total) / 0.001)", 3600, 4),
    ("100 * bad / (bad + total)", 21_600, 3),
];

fn main() {
    let mut cloudwatch = CloudWatch::new(Account::default(), START);
    let series = series(&mut cloudwatch);
    cloudwatch.put_alarms(alarms()).expect("the alarms are within CloudWatch's limits");
    assert_eq!(cloudwatch.alarms().count(), 200);
    fill_days_before(&mut cloudwatch, &series);

    let (mut ingest, mut evaluation) = (0.0, 0.0);
    let (mut changes, mut actions) = (0, 0);
    for minute in 0..MINUTES {
        let at = START + 60 * minute;
        let begin = cpu::seconds();
        let store = cloudwatch.store_mut();
        for (number, series) in series.iter().enumerate() {
            store.add(*series, Unit::Count, at, value(number, minute));
        }
        let between = cpu::seconds();
        for occurrence in cloudwatch.advance_to(at + 60) {
            match occurrence {
                Occurrence::StateChanged(_) => changes += 1,
                Occurrence::Action(_) => actions += 1,
            }
        }
        ingest += between - begin;
        evaluation += cpu::seconds() - between;
    }
    println!("{changes} changes of state, {actions} actions");
    println!("cpu {:.2} s: ingest {ingest:.2} s, evaluation {evaluation:.2} s; peak {}", ingest + evaluation, peak());
}

/// Mostly small values; each series has one bad quarter of an hour, in which they are great.
fn value(series: usize, minute: i64) -> f64 {
    let noise =
        (series as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (minute as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
    let small = ((noise >> 33) % 10) as f64;
    let bad = (series as i64 * 37) % MINUTES;
    if (bad..bad + 15).contains(&minute) { 1000.0 + small } else { small }
}

fn metric(number: usize) -> MetricId {
    MetricId::new("Acme/Pipeline", format!("metric{}", number % 20), [("Feed", format!("feed{}", number / 20))])
}

fn series(cloudwatch: &mut CloudWatch) -> Vec<SeriesId> {
    (0..SERIES).map(|number| cloudwatch.store_mut().series(&metric(number))).collect()
}

/// Alarms over days would otherwise find an empty store, which costs nothing.
fn fill_days_before(cloudwatch: &mut CloudWatch, series: &[SeriesId]) {
    for minute in -DAYS_BEFORE * MINUTES..0 {
        for (number, series) in series.iter().enumerate().take(300) {
            cloudwatch.store_mut().add(*series, Unit::Count, START + 60 * minute, value(number, minute));
        }
    }
}

fn alarms() -> Vec<Alarm> {
    let mut alarms = Vec::new();
    for (stat, period, periods, datapoints, count) in KINDS {
        for _ in 0..count {
            let source = AlarmSource::Metric(metric_stat(alarms.len(), stat, period));
            // A sum over the whole period of values below 10 stays below this.
            let threshold = if stat == "Sum" { f64::from(period) / 60.0 * 10.0 } else { 10.0 };
            alarms.push(alarm(alarms.len(), source, periods, datapoints, threshold));
        }
    }
    for (expression, period, count) in EXPRESSIONS {
        for _ in 0..count {
            alarms.push(alarm(alarms.len(), ratio(alarms.len(), expression, period), 1, None, 14.4));
        }
    }
    for number in 0..5 {
        alarms.push(composite(number));
    }
    alarms
}

fn metric_stat(number: usize, stat: &str, period: u32) -> MetricStat {
    MetricStat { metric: metric(number), period, stat: stat.parse().expect("a statistic"), unit: None }
}

fn ratio(number: usize, expression: &str, period: u32) -> AlarmSource {
    let query = |id: &str, source, return_data| MetricDataQuery { id: id.to_owned(), source, label: None, return_data };
    let expression = QuerySource::Expression { expression: expression.to_owned(), period: None };
    AlarmSource::Math(vec![
        query("bad", QuerySource::Metric(metric_stat(number, "Sum", period)), false),
        query("total", QuerySource::Metric(metric_stat(number + 40, "Sum", period)), false),
        query("rate", expression, true),
    ])
}

fn alarm(number: usize, source: AlarmSource, periods: u32, datapoints: Option<u32>, threshold: f64) -> Alarm {
    let topic = || vec!["arn:aws:sns:us-east-1:000000000000:alarms".to_owned()];
    let treatments = [MissingData::Missing, MissingData::NotBreaching, MissingData::Breaching, MissingData::Ignore];
    Alarm::Metric(MetricAlarm {
        name: format!("alarm{number}"),
        description: Some("one of two hundred".to_owned()),
        actions: Actions { enabled: true, ok: topic(), alarm: topic(), insufficient_data: Vec::new() },
        source,
        evaluation_periods: periods,
        datapoints_to_alarm: datapoints,
        threshold,
        comparison: Comparison::GreaterThanThreshold,
        treat_missing_data: Some(treatments[number % treatments.len()]),
        low_samples: LowSamples::Evaluate,
    })
}

/// On forty alarms each; the first keeps the others' actions back.
fn composite(number: usize) -> Alarm {
    let children: Vec<_> = (0..39).map(|child| format!("alarm{}", number * 39 + child)).collect();
    let suppressor = (number > 0).then(|| Suppressor { alarm: "composite0".to_owned(), wait: 90, extension: 60 });
    Alarm::Composite(CompositeAlarm {
        name: format!("composite{number}"),
        description: None,
        actions: Actions { enabled: true, ..Actions::default() },
        rule: format!("AT_LEAST(2, ALARM, ({}))", children.join(", ")),
        suppressor,
    })
}

/// Peak resident memory.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}
