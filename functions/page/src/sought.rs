//! Which files an alarm speaks of. The metrics that it watches say it, so that an alarm of any name is understood.

use atalaya_contract::FileState;

use crate::message::Alarm;

/// Which files to look for in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sought {
    /// Those that ended so, or wait so.
    Ended(FileState),
    /// The newest of a dataset, wherever they are on their way.
    Newest(&'static str),
    /// Those that took longest.
    Slowest,
    /// Those that failed; when none did, those that took longest.
    LateOrFailed,
    /// Those without an outcome, oldest first: an execution that was cut off gives its file none.
    CutOff,
    /// None can be found: the alarm speaks of messages in a queue, which no claim has seen yet.
    InQueue,
    /// The alarm speaks of no files. Those that failed lately may have to do with it.
    PerhapsFailed,
}

/// Beginning of the names of alarms on the service level, which are composite.
const SERVICE_LEVEL: &str = "Slo";

/// Metrics that speak of files.
const SPEAKING: &[(&str, Sought)] = &[
    ("FilesOnTime", Sought::LateOrFailed),
    ("FilesFailed", Sought::Ended(FileState::Failed)),
    ("ExecutionsFailed", Sought::Ended(FileState::Failed)),
    ("ExecutionsTimedOut", Sought::CutOff),
    ("ExecutionsAborted", Sought::CutOff),
    // An outcome that was lost on its way to people is most often a good one.
    ("DestinationDeliveryFailures", Sought::Ended(FileState::Available)),
    ("FilesUnroutable", Sought::Ended(FileState::Unroutable)),
    ("FilesDuplicate", Sought::Ended(FileState::Duplicate)),
    ("FilesRejected", Sought::Ended(FileState::Rejected)),
    ("RowsRejected", Sought::Ended(FileState::Rejected)),
    ("IntakePaused", Sought::Ended(FileState::Received)),
    ("FileLatency", Sought::Slowest),
    ("CanariesArrived", Sought::Newest("canary")),
    ("ApproximateAgeOfOldestMessage", Sought::InQueue),
    ("ApproximateNumberOfMessagesVisible", Sought::InQueue),
];

impl Sought {
    /// What an alarm's metrics speak of; of several, the one that stands first in the list. A composite alarm has none,
    /// but those on the service level are named so.
    pub(crate) fn by(alarm: &Alarm, short_name: &str) -> Self {
        if alarm.trigger().is_none() && short_name.starts_with(SERVICE_LEVEL) {
            return Self::LateOrFailed;
        }
        let speaks_of = |name: &str| {
            alarm.trigger().is_some_and(|trigger| trigger.measured().any(|measured| measured.metric == name))
        };
        SPEAKING.iter().find(|(name, _)| speaks_of(name)).map_or(Self::PerhapsFailed, |(_, sought)| *sought)
    }

    /// What the files are, for a heading.
    pub(crate) const fn heading(self) -> &'static str {
        match self {
            Self::Ended(FileState::Failed) | Self::PerhapsFailed | Self::InQueue => "Failed files",
            Self::Ended(FileState::Rejected) => "Rejected files",
            Self::Ended(FileState::Unroutable) => "Objects that no feed claims",
            Self::Ended(FileState::Discarded) => "Discarded files",
            Self::Ended(FileState::Duplicate) => "Duplicate files",
            Self::Ended(FileState::Received) => "Files that wait",
            Self::Ended(FileState::Processing | FileState::Available) => "Files",
            Self::Newest(_) => "Newest files",
            Self::CutOff => "Oldest files without an outcome",
            Self::Slowest => "Slowest files",
            Self::LateOrFailed => "Failed or slowest files",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sought(name: &str, metrics: &[&str]) -> Sought {
        let stat = |metric: &&str| {
            let metric_stat = json!({"Metric": {"MetricName": metric, "Namespace": "Atalaya"}, "Stat": "Sum"});
            json!({"Id": "m", "MetricStat": metric_stat, "ReturnData": false})
        };
        let metrics: Vec<_> = metrics.iter().map(stat).collect();
        let trigger = if metrics.is_empty() { json!(null) } else { json!({ "Metrics": metrics }) };
        let message = json!({"AlarmName": name, "NewStateValue": "ALARM", "Trigger": trigger});
        Sought::by(&Alarm::read(&message.to_string()).expect("an alarm"), name)
    }

    #[test]
    fn the_metrics_say_which_files_an_alarm_speaks_of() {
        assert_eq!(sought("x", &["FilesFailed"]), Sought::Ended(FileState::Failed));
        assert_eq!(sought("x", &["RowsRead", "RowsRejected"]), Sought::Ended(FileState::Rejected));
        assert_eq!(sought("x", &["FilesFailed", "FilesRejected", "FilesOnTime"]), Sought::LateOrFailed);
        assert_eq!(sought("x", &["ApproximateAgeOfOldestMessage"]), Sought::InQueue);
        assert_eq!(sought("x", &["CanariesSent", "CanariesArrived"]), Sought::Newest("canary"));
        assert_eq!(sought("x", &["ExecutionsTimedOut"]), Sought::CutOff);
        assert_eq!(sought("x", &["ExecutionsAborted"]), Sought::CutOff);
        assert_eq!(sought("x", &["DestinationDeliveryFailures"]), Sought::Ended(FileState::Available));
        assert_eq!(sought("IntakePaused", &["IntakePaused"]).heading(), "Files that wait");
        assert_eq!(sought("x", &["CPUUtilization"]), Sought::PerhapsFailed);
        assert_eq!(sought("SloFastBurn", &[]), Sought::LateOrFailed);
        assert_eq!(sought("PipelineDown", &[]), Sought::PerhapsFailed);
    }
}
