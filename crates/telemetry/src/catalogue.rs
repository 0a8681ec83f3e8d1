//! Every metric once: its name, its unit, the dimension sets it is published with, and what it says.
//!
//! A metric in CloudWatch is billed by its identity, and an identity is a name with one set of dimension values. The
//! sets below make at most [`MAX_METRICS_PER_FEED`] identities for each feed. A file's id is never a dimension; it is
//! a property of the log line that carries the metric.

use std::fmt;

use metrique_writer::unit::{NegativeScale, PositiveScale};
use serde_json::Value;

/// CloudWatch namespace of every metric.
pub const NAMESPACE: &str = "Atalaya";

/// The most custom metrics that one feed may cost.
pub const MAX_METRICS_PER_FEED: usize = 10;

/// A dimension of a metric; its values are strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// The feed.
    Dataset,
    /// The step of the pipeline that did the work, see [`Stage`](crate::Stage).
    Stage,
}

impl Dimension {
    /// The dimension's name in CloudWatch.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dataset => "Dataset",
            Self::Stage => "Stage",
        }
    }
}

/// Unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Thousandths of a second.
    Milliseconds,
    /// Octets.
    Bytes,
}

impl Unit {
    /// The unit as CloudWatch spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
            Self::Bytes => "Bytes",
        }
    }

    pub(crate) const fn facade(self) -> metrics::Unit {
        match self {
            Self::Count => metrics::Unit::Count,
            Self::Milliseconds => metrics::Unit::Milliseconds,
            Self::Bytes => metrics::Unit::Bytes,
        }
    }

    pub(crate) const fn writer(self) -> metrique_writer::Unit {
        match self {
            Self::Count => metrique_writer::Unit::Count,
            Self::Milliseconds => metrique_writer::Unit::Second(NegativeScale::Milli),
            Self::Bytes => metrique_writer::Unit::Byte(PositiveScale::One),
        }
    }
}

/// What is known about one metric.
#[derive(Debug)]
pub struct Definition {
    /// Name in CloudWatch.
    pub name: &'static str,
    /// Unit of its values.
    pub unit: Unit,
    /// Each set makes one series; CloudWatch sums nothing across sets, so the empty set is the pipeline's total.
    pub dimensions: &'static [&'static [Dimension]],
    /// What one value says.
    pub description: &'static str,
}

/// Total and by feed.
const TOTAL_AND_DATASET: &[&[Dimension]] = &[&[], &[Dimension::Dataset]];
/// Total only: the thing has no feed, or nobody would look at it by feed.
const TOTAL: &[&[Dimension]] = &[&[]];
/// By step: a property of the machinery, not of a feed.
const STAGE: &[&[Dimension]] = &[&[Dimension::Stage]];

macro_rules! metrics_of_atalaya {
    ($($name:ident: $unit:ident, $dimensions:ident, $description:literal;)*) => {
        /// A metric of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Metric {
            $(#[doc = $description] $name,)*
        }

        impl Metric {
            /// Every metric.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What is known about it.
            #[must_use]
            pub const fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$name => &Definition {
                        name: stringify!($name),
                        unit: Unit::$unit,
                        dimensions: $dimensions,
                        description: $description,
                    },)*
                }
            }
        }
    };
}

metrics_of_atalaya! {
    FilesReceived: Count, TOTAL_AND_DATASET, "Objects that the intake claimed; by feed when one claims them.";
    FilesAvailable: Count, TOTAL_AND_DATASET, "Files whose data readers can use.";
    FilesRejected: Count, TOTAL_AND_DATASET, "Files that broke their contract.";
    FilesFailed: Count, TOTAL_AND_DATASET, "Files that the pipeline could not finish.";
    FilesDuplicate: Count, TOTAL_AND_DATASET, "Files whose content the feed already holds.";
    FilesUnroutable: Count, TOTAL, "Objects that no contract claims.";
    FilesOnTime: Count, TOTAL_AND_DATASET, "1 for a file whose first attempt ended well within its latency target, 0 for one that did not.";
    FileLatency: Milliseconds, TOTAL_AND_DATASET, "From the object's creation until its first attempt made its data readable.";
    RowsRead: Count, TOTAL_AND_DATASET, "Data rows of judged files.";
    RowsAccepted: Count, TOTAL_AND_DATASET, "Rows that satisfy the contract.";
    RowsRejected: Count, TOTAL_AND_DATASET, "Rows that do not.";
    ProcessDuration: Milliseconds, STAGE, "Time that one attempt at a file took.";
    BytesRead: Bytes, STAGE, "Bytes of input that one attempt read, as stored.";
    BytesWritten: Bytes, STAGE, "Bytes of output that one attempt wrote.";
    ObjectReads: Count, STAGE, "Requests that S3 answered and prices as GET: objects read, and looked at without their bytes.";
    ObjectWrites: Count, STAGE, "Requests that S3 answered and prices as PUT: objects and parts written, and listings.";
    NoticesSent: Count, TOTAL, "Notices handed to the topic of the data users.";
    NoticesFailed: Count, TOTAL, "Notices that the topic did not take; they are tried again.";
    ContractsInvalid: Count, TOTAL, "Stored contracts that the intake cannot use, or that claim files of an earlier one, once for each version.";
    IntakePaused: Count, TOTAL, "Pauses in force when the intake took a batch with files.";
    CanariesSent: Count, TOTAL, "Canary files that were put into the inbox.";
    CanariesArrived: Count, TOTAL, "Canary files of whose availability the notice came.";
    CanaryLatency: Milliseconds, TOTAL, "From a canary file's creation until the notice of its availability came.";
    PagesSent: Count, TOTAL, "Alarm messages that were told to operators.";
    PagesFailed: Count, TOTAL, "Alarm messages that could not be told to operators; they are tried again.";
    PagesQuieted: Count, TOTAL, "Alarm messages told as a note only, since an alarm above them speaks for them.";
    ColdStart: Count, STAGE, "First invocations of a fresh execution environment.";
}

impl Metric {
    /// Name in CloudWatch.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.definition().name
    }

    /// Unit of its values.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.definition().unit
    }

    /// The metric with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.name() == name)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What an EMF document says otherwise than the catalogue: another namespace, a name that is not listed, another
/// unit, a dimension set that is not listed. Empty when they agree; also empty for a line without `_aws`.
#[must_use]
pub fn disagreements(document: &Value) -> Vec<String> {
    let directives = document["_aws"]["CloudWatchMetrics"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut found = Vec::new();
    for directive in directives {
        if directive["Namespace"] != NAMESPACE {
            found.push(format!("namespace {} is not {NAMESPACE}", directive["Namespace"]));
        }
        let sets = directive["Dimensions"].as_array().map(Vec::as_slice).unwrap_or_default();
        for published in directive["Metrics"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let name = published["Name"].as_str().unwrap_or_default();
            let Some(metric) = Metric::from_name(name) else {
                found.push(format!("metric `{name}` is not in the catalogue"));
                continue;
            };
            if published["Unit"] != metric.unit().name() {
                found.push(format!("{metric} has the unit {}, not {}", published["Unit"], metric.unit().name()));
            }
            let unlisted = sets.iter().filter(|set| !metric.definition().allows(set));
            found.extend(unlisted.map(|set| format!("{metric} is not published by {set}")));
        }
    }
    found
}

impl Definition {
    fn allows(&self, set: &Value) -> bool {
        let names: Vec<_> = set.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        self.dimensions
            .iter()
            .any(|listed| listed.len() == names.len() && listed.iter().all(|each| names.contains(&each.name())))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_feed_costs_at_most_ten_metrics() {
        let by_dataset =
            |metric: &&Metric| metric.definition().dimensions.iter().any(|set| set.contains(&Dimension::Dataset));
        let count = Metric::ALL.iter().filter(by_dataset).count();
        assert!((1..=MAX_METRICS_PER_FEED).contains(&count), "{count}");
    }

    #[test]
    fn names_are_unique_and_read_back() {
        for metric in Metric::ALL {
            assert_eq!(Metric::from_name(metric.name()), Some(*metric));
            assert!(metric.definition().description.ends_with('.'));
        }
        assert_eq!(Metric::from_name("filesreceived"), None);
    }

    #[test]
    fn disagreements_are_named() {
        let document = json!({"_aws": {"Timestamp": 0, "CloudWatchMetrics": [
        {"Namespace": "Other", "Dimensions": [["Dataset", "Stage"], []], "Metrics": [
            {"Name": "RowsRead", "Unit": "Bytes"},
            {"Name": "Rows", "Unit": "Count"},
        ]}]}});
        let found = disagreements(&document);
        assert_eq!(
            found,
            [
                "namespace \"Other\" is not Atalaya",
                "RowsRead has the unit \"Bytes\", not Count",
                "RowsRead is not published by [\"Dataset\",\"Stage\"]",
                "metric `Rows` is not in the catalogue",
            ]
        );
    }
}
