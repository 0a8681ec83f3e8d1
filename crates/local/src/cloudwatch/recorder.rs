//! Turns what services did into data of their metrics.

use std::collections::{BTreeMap, VecDeque};

use atalaya_cloudwatch::{MetricDatum, MetricId, MetricStore, Resolution, Values};
use serde::Deserialize;

use super::service_metrics::{Kind, Presence, SERVICE_METRICS, ServiceMetric, service_metric};

/// A resource that the meter has not told of for so many seconds of the wall's is gone, or not in use.
const SILENCE: f64 = 10.0;
const MINUTE: i64 = 60;
/// DynamoDB's operations that write.
const TABLE_WRITES: [&str; 5] = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

/// Values of one resource's metrics.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Counts {
    pub(super) namespace: String,
    pub(super) dimensions: BTreeMap<String, String>,
    pub(super) values: BTreeMap<String, f64>,
    /// When, in epoch seconds of the wall's clock.
    pub(super) at: f64,
}

impl Counts {
    /// Whether they tell of a write to a table that DynamoDB carried out.
    pub(super) fn is_table_write(&self) -> bool {
        let operation = self.dimensions.get("Operation").map_or("", String::as_str);
        self.namespace == "AWS/DynamoDB"
            && self.values.contains_key("SuccessfulRequestLatency")
            && TABLE_WRITES.contains(&operation)
    }
}

/// A resource's gauges.
#[derive(Debug, Default)]
struct Gauges {
    /// What was told in each minute that has not been gone through yet, and in the one before them.
    told: VecDeque<(i64, Vec<(&'static ServiceMetric, f64)>)>,
    /// When the meter last told of them, on the wall's clock.
    heard: f64,
}

/// What is known of the services' resources.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    in_use: BTreeMap<(String, BTreeMap<String, String>), Gauges>,
}

impl Recorder {
    /// Records what was told. `at` is its moment on CloudWatch's clock, which runs `speed` times as fast as the wall's;
    /// `now` is how far CloudWatch has come.
    ///
    /// # Errors
    /// A metric that is not in the catalogue, or not under these dimensions; the others are recorded.
    pub(super) fn record(
        &mut self,
        store: &mut MetricStore,
        counts: &Counts,
        at: i64,
        speed: f64,
        now: i64,
    ) -> Result<(), String> {
        let mut faults = Vec::new();
        let mut gauges = Vec::new();
        for (name, value) in &counts.values {
            let metric = service_metric(&counts.namespace, name);
            let dimensions = counts.dimensions.keys().map(String::as_str);
            let Some(metric) = metric.filter(|metric| metric.has_dimensions(dimensions)) else {
                faults.push(format!("{} {name} {:?} is not in the catalogue", counts.namespace, counts.dimensions));
                continue;
            };
            let value = if metric.kind == Kind::Age { value * speed } else { *value };
            if metric.kind != Kind::Event {
                gauges.push((metric, value));
            }
            if let Err(fault) = put(store, metric, &counts.dimensions, at, value, now) {
                faults.push(fault);
            }
        }
        if !gauges.is_empty() {
            let key = (counts.namespace.clone(), counts.dimensions.clone());
            let known = self.in_use.entry(key).or_default();
            known.heard = counts.at;
            known.told.push_back((at - at.rem_euclid(MINUTE), gauges));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
    }

    /// Completes the minute that begins at `minute`: a gauge that was not told in it is what it was before, and a
    /// resource in use has zeros where nothing happened. `wall` is the wall's time.
    pub(super) fn complete(&mut self, store: &mut MetricStore, minute: i64, wall: f64, now: i64) {
        self.in_use.retain(|_, gauges| wall - gauges.heard <= SILENCE);
        for ((namespace, dimensions), gauges) in &mut self.in_use {
            while gauges.told.get(1).is_some_and(|(at, _)| *at <= minute) {
                gauges.told.pop_front();
            }
            let Some((told_at, values)) = gauges.told.front().filter(|(at, _)| *at <= minute) else { continue };
            if *told_at < minute {
                for (metric, value) in values {
                    let grown = if metric.kind == Kind::Age && *value > 0.0 { (minute - told_at) as f64 } else { 0.0 };
                    // What was valid in its own minute is valid in a later one.
                    let _ = put(store, metric, dimensions, minute, value + grown, now);
                }
            }
            let zeros = SERVICE_METRICS
                .iter()
                .filter(|metric| metric.presence == Presence::EachMinute && metric.namespace == namespace.as_str());
            for metric in zeros {
                let _ = put(store, metric, dimensions, minute, 0.0, now);
            }
        }
    }
}

fn put(
    store: &mut MetricStore,
    metric: &ServiceMetric,
    dimensions: &BTreeMap<String, String>,
    at: i64,
    value: f64,
    now: i64,
) -> Result<(), String> {
    if value == 0.0 && metric.presence == Presence::NonZero {
        return Ok(());
    }
    let mut put = |metric_id: MetricId| {
        let datum = MetricDatum {
            metric: metric_id,
            at,
            unit: metric.unit,
            resolution: Resolution::Standard,
            values: Values::Samples(vec![(value, 1.0)]),
        };
        store.put(&datum, now).map_err(|error| format!("{}: {error}", datum.metric))
    };
    put(MetricId::new(metric.namespace, metric.name, dimensions.clone()))?;
    if metric.has_total && !dimensions.is_empty() {
        put(MetricId::total(metric.namespace, metric.name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use atalaya_cloudwatch::{Frame, Statistic};

    use super::*;

    const NOON: i64 = 1_767_268_800;

    fn counts(namespace: &str, dimensions: &[(&str, &str)], values: &[(&str, f64)], at: f64) -> Counts {
        Counts {
            namespace: namespace.to_owned(),
            dimensions: dimensions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            values: values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
            at,
        }
    }

    fn read(store: &MetricStore, metric: &MetricId, stat: Statistic, minutes: usize) -> Vec<Option<f64>> {
        let frame = Frame { start: NOON, period: 60, count: minutes };
        let series = store.find(metric).expect("the metric has data");
        store.read(series, &stat, None, &frame).into_iter().map(|point| point.map(|point| point.value)).collect()
    }

    #[test]
    fn an_error_counts_for_its_function_and_in_total() {
        let (mut store, mut recorder) = (MetricStore::new(), Recorder::default());
        for (second, errors) in [(1, 0.0), (2, 1.0)] {
            let told = counts("AWS/Lambda", &[("FunctionName", "f")], &[("Errors", errors)], 0.0);
            recorder.record(&mut store, &told, NOON + second, 1.0, NOON).expect("in the catalogue");
        }
        for metric in
            [MetricId::new("AWS/Lambda", "Errors", [("FunctionName", "f")]), MetricId::total("AWS/Lambda", "Errors")]
        {
            assert_eq!(read(&store, &metric, Statistic::Average, 1), [Some(0.5)]);
        }
    }

    #[test]
    fn a_zero_that_aws_does_not_tell_is_missing() {
        let (mut store, mut recorder) = (MetricStore::new(), Recorder::default());
        let dimensions = [("TableName", "t"), ("Operation", "PutItem")];
        let told = counts("AWS/DynamoDB", &dimensions, &[("SystemErrors", 0.0), ("ThrottledRequests", 2.0)], 0.0);
        recorder.record(&mut store, &told, NOON, 1.0, NOON).expect("in the catalogue");
        assert_eq!(store.find(&MetricId::new("AWS/DynamoDB", "SystemErrors", dimensions)), None);
        let throttled = MetricId::new("AWS/DynamoDB", "ThrottledRequests", dimensions);
        assert_eq!(read(&store, &throttled, Statistic::Sum, 1), [Some(2.0)]);
    }

    #[test]
    fn what_is_not_in_the_catalogue_is_named_and_the_rest_recorded() {
        let (mut store, mut recorder) = (MetricStore::new(), Recorder::default());
        let told = counts("AWS/SQS", &[("QueueName", "q")], &[("Nonsense", 1.0), ("SentMessageSize", 9.0)], 0.0);
        let fault = recorder.record(&mut store, &told, NOON, 1.0, NOON).expect_err("there is no such metric");
        assert!(fault.contains("AWS/SQS Nonsense"), "{fault}");
        let size = MetricId::new("AWS/SQS", "SentMessageSize", [("QueueName", "q")]);
        assert_eq!(read(&store, &size, Statistic::Sum, 1), [Some(9.0)]);
        let told = counts("AWS/SQS", &[], &[("SentMessageSize", 9.0)], 0.0);
        assert!(recorder.record(&mut store, &told, NOON, 1.0, NOON).is_err(), "there is no total");
    }

    #[test]
    fn a_queue_in_use_has_a_point_in_each_minute_of_a_fast_clock() {
        let (mut store, mut recorder) = (MetricStore::new(), Recorder::default());
        let queue = [("QueueName", "q")];
        let values = [("ApproximateNumberOfMessagesVisible", 2.0), ("ApproximateAgeOfOldestMessage", 1.0)];
        let told = counts("AWS/SQS", &queue, &values, 1000.0);
        recorder.record(&mut store, &told, NOON, 180.0, NOON).expect("in the catalogue");
        let told = counts("AWS/SQS", &queue, &[("ApproximateNumberOfMessagesVisible", 5.0)], 1001.0);
        recorder.record(&mut store, &told, NOON + 180, 180.0, NOON).expect("in the catalogue");
        for minute in 0..5 {
            let now = NOON + 60 * (minute + 1);
            recorder.complete(&mut store, NOON + 60 * minute, 1002.0, now);
        }
        let metric = |name: &str| MetricId::new("AWS/SQS", name, queue);
        assert_eq!(
            read(&store, &metric("ApproximateNumberOfMessagesVisible"), Statistic::Maximum, 5),
            [2.0, 2.0, 2.0, 5.0, 5.0].map(Some)
        );
        assert_eq!(
            read(&store, &metric("ApproximateAgeOfOldestMessage"), Statistic::Maximum, 3),
            [180.0, 240.0, 300.0].map(Some)
        );
        assert_eq!(read(&store, &metric("NumberOfMessagesSent"), Statistic::Sum, 5), [Some(0.0); 5]);
        // The meter falls silent: the queue is gone.
        recorder.complete(&mut store, NOON + 300, 1020.0, NOON + 360);
        assert_eq!(read(&store, &metric("NumberOfMessagesSent"), Statistic::Sum, 6)[5], None);
    }
}
