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
    metric.definition().dimensions.iter().any(|set| same(&set))
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
