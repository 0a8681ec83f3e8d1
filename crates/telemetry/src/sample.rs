//! One value of a metric, written as it is.

use jiff::Timestamp;
use metrique_writer::core::config::AllowSplitEntries;
use metrique_writer::{Entry, EntryWriter, MetricFlags, Observation, Value, ValueWriter};

use crate::Metric;

/// One value under each of some sets of dimension values. Each set makes a line of its own.
pub(crate) struct Sample {
    pub(crate) metric: Metric,
    pub(crate) value: u64,
    pub(crate) at: Timestamp,
    pub(crate) sets: Vec<Vec<(&'static str, String)>>,
}

/// The value under one set.
struct UnderSet<'a> {
    sample: &'a Sample,
    set: &'a [(&'static str, String)],
}

impl Entry for Sample {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        writer.timestamp(self.at.into());
        writer.config(&const { AllowSplitEntries::new() });
        for set in &self.sets {
            writer.value(self.metric.name(), &UnderSet { sample: self, set });
        }
    }
}

impl Value for UnderSet<'_> {
    fn write(&self, writer: impl ValueWriter) {
        let dimensions = self.set.iter().map(|(name, value)| (*name, value.as_str()));
        let unit = self.sample.metric.unit().writer();
        writer.metric([Observation::Unsigned(self.sample.value)], unit, dimensions, MetricFlags::empty());
    }
}

#[cfg(test)]
mod tests {
    use crate::{Metric, Stage, test_sink};

    #[test]
    fn a_sample_is_written_at_once_and_a_zero_too() {
        let captured = test_sink::capture(Stage::Notify);
        captured.telemetry.sample(Metric::FilesOnTime, Some("flights"), 0);
        captured.telemetry.sample(Metric::FilesOnTime, Some("flights"), 1);
        captured.assert_valid();
        for set in [&[][..], &[("Dataset", "flights")]] {
            assert_eq!(captured.sum(Metric::FilesOnTime, set), Some(1.0));
        }
        assert_eq!(captured.emf().len(), 4, "two values, each by nothing and by feed");
        let times: Vec<_> = captured.emf().iter().map(|line| line["_aws"]["Timestamp"].clone()).collect();
        assert!(times.iter().all(|time| *time == 1_767_225_600_000_u64), "{times:?}");
    }

    #[test]
    fn a_sample_without_a_feed_is_the_total_alone() {
        let captured = test_sink::capture(Stage::Canary);
        captured.telemetry.sample(Metric::CanaryLatency, None, 1234);
        captured.telemetry.sample(Metric::FilesOnTime, None, 1);
        captured.assert_valid();
        assert_eq!(captured.sum(Metric::CanaryLatency, &[]), Some(1234.0));
        assert_eq!(captured.emf().len(), 2);
    }
}
