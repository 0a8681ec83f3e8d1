//! How a file's record is written as EMF.

use metrique::emf::{Emf, MetricDefinition, MetricDirective};

use crate::{Dimension, Metric, NAMESPACE};

/// The EMF format of a file's record: the total and the feed in the main directive, the step in a second one.
pub(crate) fn format() -> Emf {
    let by_stage = |metric: Metric| MetricDefinition {
        name: metric.name(),
        unit: metric.unit().writer(),
        storage_resolution: None,
    };
    Emf::builder(NAMESPACE.to_owned(), vec![vec![]])
        .directive(MetricDirective {
            dimensions: vec![vec![Dimension::Stage.name()]],
            metrics: vec![
                by_stage(Metric::ProcessDuration),
                by_stage(Metric::BytesRead),
                by_stage(Metric::BytesWritten),
                by_stage(Metric::ObjectReads),
                by_stage(Metric::ObjectWrites),
            ],
            namespace: NAMESPACE,
        })
        .build()
}
