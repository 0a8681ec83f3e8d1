use super::*;

const NOW: i64 = 1_767_225_600;

fn metric() -> MetricId {
    MetricId::new("Acme", "Latency", [("Function", "orders")])
}

fn datum(at: i64, values: Values) -> MetricDatum {
    MetricDatum { metric: metric(), at, unit: Unit::Milliseconds, resolution: Resolution::Standard, values }
}

fn samples(values: &[f64]) -> Values {
    Values::Samples(values.iter().map(|value| (*value, 1.0)).collect())
}

fn store(data: &[MetricDatum]) -> (MetricStore, SeriesId) {
    let mut store = MetricStore::new();
    data.iter().for_each(|datum| store.put(datum, NOW).expect("a right datum"));
    let series = store.find(&metric()).expect("the metric");
    (store, series)
}

/// The values of a statistic in the frame.
fn values(store: &MetricStore, series: SeriesId, stat: &str, frame: Frame) -> Vec<Option<f64>> {
    let points = store.read(series, &stat.parse().expect(stat), None, &frame);
    points.into_iter().map(|point| point.map(|point| point.value)).collect()
}

fn frame(start: i64, period: u32, count: usize) -> Frame {
    Frame { start, period, count }
}

#[test]
fn periods_hold_the_samples_of_their_minutes() {
    let data = [(0, 4.0), (59, 6.0), (60, 1.0), (185, 9.0)].map(|(at, value)| datum(NOW + at, samples(&[value])));
    let (store, series) = store(&data);
    let minutes = frame(NOW - 60, 60, 5);
    // Minutes: none | 4 + 6 | 1 | none | 9.
    assert_eq!(values(&store, series, "Sum", minutes), [None, Some(10.0), Some(1.0), None, Some(9.0)]);
    assert_eq!(values(&store, series, "Average", minutes), [None, Some(5.0), Some(1.0), None, Some(9.0)]);
    assert_eq!(values(&store, series, "SampleCount", minutes), [None, Some(2.0), Some(1.0), None, Some(1.0)]);
    assert_eq!(values(&store, series, "p50", minutes), [None, Some(4.0), Some(1.0), None, Some(9.0)]);
    // A frame that begins in the middle of nowhere: [-60, 120) holds 4 6 1, [120, 300) holds 9.
    assert_eq!(values(&store, series, "Maximum", frame(NOW - 60, 180, 2)), [Some(6.0), Some(9.0)]);
    // Ten seconds of a metric of standard resolution: everything is on the minute.
    assert_eq!(values(&store, series, "Sum", frame(NOW, 10, 7)), [Some(10.0), None, None, None, None, None, Some(1.0)]);
    let point = store.read(series, &Statistic::Sum, None, &frame(NOW, 60, 1))[0];
    assert_eq!(point, Some(Point { value: 10.0, sample_count: 2.0 }));
}

#[test]
fn a_value_counts_as_often_as_it_was_seen() {
    let (store, series) = store(&[datum(NOW, Values::Samples(vec![(2.0, 3.0), (10.0, 1.0)]))]);
    let period = frame(NOW, 60, 1);
    // 2 2 2 10: sum 16, four samples, p75 is the third.
    for (stat, value) in [("SampleCount", 4.0), ("Sum", 16.0), ("Average", 4.0), ("p75", 2.0), ("p76", 10.0)] {
        assert_eq!(values(&store, series, stat, period), [Some(value)], "{stat}");
    }
}

#[test]
fn high_resolution_is_kept_by_the_second_for_three_hours() {
    let high = |at, value| MetricDatum { resolution: Resolution::High, ..datum(at, samples(&[value])) };
    let (mut store, series) = store(&[high(NOW + 1, 1.0), high(NOW + 9, 2.0), high(NOW + 10, 4.0)]);
    let tens = frame(NOW, 10, 3);
    assert_eq!(values(&store, series, "Sum", tens), [Some(3.0), Some(4.0), None]);
    assert_eq!(values(&store, series, "Sum", frame(NOW + 1, 1, 1)), [Some(1.0)]);
    store.put(&high(NOW + 5 * 3600, 8.0), NOW + 5 * 3600).expect("a right datum");
    assert_eq!(values(&store, series, "Sum", tens), [None; 3], "finer than a minute it is gone");
    assert_eq!(values(&store, series, "Sum", frame(NOW, 30, 2)), [None; 2], "and with it half minutes");
    assert_eq!(values(&store, series, "Sum", frame(NOW, 60, 1)), [Some(7.0)]);
    assert_eq!(values(&store, series, "Sum", frame(NOW + 5 * 3600, 10, 1)), [Some(8.0)]);
}

#[test]
fn a_unit_is_a_stream_of_its_own() {
    let seconds = MetricDatum { unit: Unit::Seconds, ..datum(NOW, samples(&[1.0])) };
    let (store, series) = store(&[seconds, datum(NOW, samples(&[900.0, 1100.0]))]);
    let read = |unit| store.read(series, &Statistic::Average, unit, &frame(NOW, 60, 1))[0].map(|point| point.value);
    assert_eq!(read(Some(Unit::Seconds)), Some(1.0));
    assert_eq!(read(Some(Unit::Milliseconds)), Some(1000.0));
    assert_eq!(read(Some(Unit::Count)), None);
    // (1 + 900 + 1100) / 3
    assert_eq!(read(None), Some(667.0));
    assert_eq!(values(&store, series, "p50", frame(NOW, 60, 1)), [Some(900.0)]);
    assert_eq!(store.units(series), [Unit::Seconds, Unit::Milliseconds]);
}

#[test]
fn a_statistic_set_has_percentiles_only_where_its_samples_are_known() {
    let set = |sample_count, sum, minimum, maximum| Values::StatisticSet { sample_count, sum, minimum, maximum };
    let read = |values: Values, stat: &str| {
        let (store, series) = store(&[datum(NOW, values)]);
        self::values(&store, series, stat, frame(NOW, 60, 1))[0]
    };
    assert_eq!(read(set(1.0, 7.0, 7.0, 7.0), "p90"), Some(7.0));
    assert_eq!(read(set(3.0, 21.0, 7.0, 7.0), "tc50"), Some(2.0), "ceil(1.5) of three samples of 7");
    assert_eq!(read(set(3.0, 20.0, 7.0, 7.0), "p90"), None, "the sum is not that of three samples of 7");
    assert_eq!(read(set(3.0, 21.0, 5.0, 9.0), "p90"), None);
    assert_eq!(read(set(3.0, 21.0, 5.0, 9.0), "Average"), Some(7.0));
    assert_eq!(read(set(3.0, 21.0, 5.0, 9.0), "Maximum"), Some(9.0));
    // One set makes the whole period's percentile unknown, and no other period's.
    let (store, series) =
        store(&[datum(NOW, samples(&[1.0])), datum(NOW, set(2.0, 3.0, 1.0, 2.0)), datum(NOW + 60, samples(&[5.0]))]);
    assert_eq!(values(&store, series, "p50", frame(NOW, 60, 2)), [None, Some(5.0)]);
    assert_eq!(values(&store, series, "SampleCount", frame(NOW, 60, 2)), [Some(3.0), Some(1.0)]);
}

#[test]
fn a_metric_with_a_negative_sample_has_no_percentiles() {
    let (mut store, series) = store(&[datum(NOW, samples(&[5.0])), datum(NOW + 60, samples(&[-1.0]))]);
    let minutes = frame(NOW, 60, 2);
    for stat in ["p50", "tm90", "TC(0:9)", "PR(:3)"] {
        assert_eq!(values(&store, series, stat, minutes), [None, None], "{stat}");
    }
    assert_eq!(values(&store, series, "Minimum", minutes), [Some(5.0), Some(-1.0)]);
    let later = NOW + RETENTION + 7200;
    store.add(series, Unit::Milliseconds, later, 3.0);
    assert_eq!(values(&store, series, "p50", frame(later, 60, 1)), [Some(3.0)], "the negative sample is gone");
}

#[test]
fn what_is_too_old_is_forgotten() {
    let (mut store, series) = store(&[datum(NOW, samples(&[1.0]))]);
    for hour in 0..=30 * 24 {
        store.add(series, Unit::Milliseconds, NOW + hour * 3600, 1.0);
    }
    let latest = NOW + 30 * 86_400;
    let count = |start, end: i64| {
        let whole = frame(start, u32::try_from(end - start).expect("a period"), 1);
        values(&store, series, "SampleCount", whole)[0].unwrap_or(0.0)
    };
    let kept = count(NOW, latest + 60);
    assert!((RETENTION / 3600..=RETENTION / 3600 + 2).contains(&(kept as i64)), "{kept} hours");
    store.add(series, Unit::Milliseconds, NOW, 1.0);
    assert_eq!(values(&store, series, "Sum", frame(NOW, 60, 1)), [None], "it comes too late");
}

#[test]
fn metrics_are_listed_while_they_have_data() {
    let mut store = MetricStore::new();
    let other = MetricId::new("Acme", "Latency", [("Function", "orders"), ("Stage", "ingest")]);
    let empty = store.series(&MetricId::total("Acme", "Idle"));
    for (metric, at) in [(&other, NOW - 4 * 3600), (&metric(), NOW), (&MetricId::total("Beta", "m"), NOW - 86_400 * 15)]
    {
        let series = store.series(metric);
        store.add(series, Unit::None, at, 1.0);
    }
    assert_eq!(store.metrics().count(), 3);
    assert_eq!(store.units(empty), []);
    let list =
        |filter: ListFilter| -> Vec<String> { store.list(&filter, NOW).into_iter().map(ToString::to_string).collect() };
    let (one, two) = ("Acme Latency {Function=orders}", "Acme Latency {Function=orders, Stage=ingest}");
    let filter = |name: &str, value: Option<&str>| ListFilter {
        dimensions: vec![DimensionFilter { name: name.to_owned(), value: value.map(str::to_owned) }],
        ..ListFilter::default()
    };
    assert_eq!(list(ListFilter::default()), [one, two], "and nothing older than two weeks");
    assert_eq!(list(filter("Function", Some("orders"))), [one, two], "others dimensions do not matter");
    assert_eq!(list(filter("Stage", None)), [two]);
    assert_eq!(list(filter("Stage", Some("process"))), [""; 0]);
    assert_eq!(list(ListFilter { recently_active: true, ..ListFilter::default() }), [one]);
    assert_eq!(list(ListFilter { namespace: Some("Beta".into()), ..ListFilter::default() }), [""; 0]);
    assert_eq!(list(ListFilter { name: Some("Latency".into()), ..ListFilter::default() }), [one, two]);
}

#[test]
fn a_wrong_datum_leaves_nothing() {
    let mut store = MetricStore::new();
    let wrong = datum(NOW, Values::Samples(vec![(1.0, 1.0), (f64::NAN, 1.0)]));
    assert!(matches!(store.put(&wrong, NOW), Err(DatumError::Value(_))));
    assert_eq!(store.metrics().count(), 0);
}
