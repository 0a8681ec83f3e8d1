//! Counters of the `metrics` facade, drained into EMF.
//!
//! metrique's recorder keeps the counts in memory and gives them out on demand, so one flush at the end of an
//! invocation writes them all and no thread is needed. Each set of dimension values becomes a line of its own, as EMF
//! cannot say two values of one dimension in one document. Histograms are not bridged: metrique writes them as
//! `{"Values": …, "Counts": …}`, which is no value that the published format allows; durations belong to the record
//! of a file, which writes plain numbers.

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString};
use metrique::metrics_rs::MetricRecorder;

use crate::catalogue::Metric;

type Bridge = MetricRecorder<dyn metrics::Recorder>;

/// Lets through the counters of the catalogue and nothing else: a library that counts through the facade must not
/// create metrics that nobody asked for and somebody pays for.
#[derive(Clone)]
pub(crate) struct CatalogueRecorder {
    bridge: Bridge,
}

impl CatalogueRecorder {
    pub(crate) fn new() -> Self {
        let bridge = Bridge::new();
        for metric in Metric::ALL {
            let definition = metric.definition();
            let unit = Some(definition.unit.facade());
            bridge.describe_counter(KeyName::from_const_str(definition.name), unit, definition.description.into());
        }
        Self { bridge }
    }

    /// The counts since the last call, as one metrique entry.
    pub(crate) fn drain(&self) -> impl metrique_writer::Entry + use<> {
        self.bridge.readout()
    }
}

/// Whether the key is a catalogued metric under one of its dimension sets.
fn is_catalogued(key: &Key) -> bool {
    let Some(metric) = Metric::from_name(key.name()) else { return false };
    let labels: Vec<_> = key.labels().map(metrics::Label::key).collect();
    let same = |set: &&[crate::Dimension]| set.len() == labels.len() && set.iter().all(|d| labels.contains(&d.name()));
    metric.definition().dimensions.iter().any(same)
}

impl Recorder for CatalogueRecorder {
    // Units and descriptions come from the catalogue alone.
    fn describe_counter(&self, _: KeyName, _: Option<metrics::Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<metrics::Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<metrics::Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        if is_catalogued(key) {
            return self.bridge.register_counter(key, metadata);
        }
        tracing::debug!(metric = key.name(), "a counter outside the catalogue is not published");
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        tracing::debug!(metric = key.name(), "a gauge is not published");
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        tracing::debug!(metric = key.name(), "a histogram is not published");
        Histogram::noop()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Stage, test_sink};

    #[test]
    fn every_counter_agrees_with_the_catalogue_and_is_valid_emf() {
        let captured = test_sink::capture(Stage::Notify);
        for metric in Metric::ALL {
            captured.telemetry.count(*metric, Some("flights"), 2);
        }
        captured.telemetry.flush();
        captured.assert_valid();
        for metric in Metric::ALL {
            for set in metric.definition().dimensions {
                let value = |dimension: &crate::Dimension| match dimension {
                    crate::Dimension::Dataset => (dimension.name(), "flights"),
                    crate::Dimension::Stage => (dimension.name(), "notify"),
                };
                let values: Vec<_> = set.iter().map(value).collect();
                assert_eq!(captured.sum(*metric, &values), Some(2.0), "{metric} by {values:?}");
            }
        }
    }

    #[test]
    fn a_flush_writes_each_count_once_and_nothing_when_there_is_nothing() {
        let captured = test_sink::capture(Stage::Intake);
        captured.telemetry.flush();
        assert_eq!(captured.lines(), Vec::<String>::new());
        captured.telemetry.count(Metric::FilesUnroutable, None, 1);
        captured.telemetry.count(Metric::FilesUnroutable, None, 1);
        captured.telemetry.flush();
        captured.telemetry.flush();
        assert_eq!(captured.lines().len(), 1);
        assert_eq!(captured.sum(Metric::FilesUnroutable, &[]), Some(2.0));
        captured.telemetry.count(Metric::FilesUnroutable, None, 5);
        captured.telemetry.flush();
        assert_eq!(captured.sum(Metric::FilesUnroutable, &[]), Some(7.0));
    }

    #[test]
    fn feeds_are_counted_apart_and_together() {
        let captured = test_sink::capture(Stage::Intake);
        captured.telemetry.count(Metric::FilesReceived, Some("flights"), 3);
        captured.telemetry.count(Metric::FilesReceived, Some("planes"), 4);
        captured.telemetry.flush();
        let sums: Vec<_> = [vec![], vec![("Dataset", "flights")], vec![("Dataset", "planes")]]
            .iter()
            .map(|set| captured.sum(Metric::FilesReceived, set))
            .collect();
        assert_eq!(sums, [Some(7.0), Some(3.0), Some(4.0)]);
    }

    #[test]
    fn what_is_not_catalogued_is_not_published() {
        let recorder = CatalogueRecorder::new();
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("library_calls").increment(1);
            metrics::counter!("FilesReceived", "file_id" => "abc").increment(1);
            metrics::counter!("FilesUnroutable", "Dataset" => "flights").increment(1);
            metrics::gauge!("FilesReceived").set(1.0);
            metrics::histogram!("FileLatency").record(1.0);
        });
        let output = crate::Output::memory();
        let format = metrique::emf::Emf::builder("Atalaya".to_owned(), vec![vec![]]).build();
        crate::emf_sink::EmfSink::new(format, output.clone()).emit(&recorder.drain());
        assert_eq!(output.captured(), "");
    }

    #[test]
    fn counts_of_many_threads_are_all_written() {
        let captured = test_sink::capture(Stage::Intake);
        let telemetry = &captured.telemetry;
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        telemetry.count(Metric::FilesReceived, Some("flights"), 1);
                        telemetry.flush();
                    }
                });
            }
        });
        captured.telemetry.flush();
        captured.assert_valid();
        assert_eq!(captured.sum(Metric::FilesReceived, &[("Dataset", "flights")]), Some(800.0));
        let shapes: BTreeSet<_> = captured.emf().iter().map(|d| d["_aws"]["CloudWatchMetrics"].to_string()).collect();
        assert_eq!(shapes.len(), 2);
    }
}
