//! The query that shows what the functions wrote about what an alarm speaks of.

use atalaya_contract::FUNCTIONS;

use crate::{affected::Affected, message::Alarm};

/// Metrics and the functions whose logs say more about them.
const TOLD_BY: &[(&str, &[&str])] = &[
    ("FilesFailed", &["process", "notify"]),
    ("ExecutionsFailed", &["process"]),
    ("ExecutionsTimedOut", &["process"]),
    ("ExecutionsAborted", &["process"]),
    ("FilesRejected", &["process"]),
    ("RowsRejected", &["process"]),
    ("FilesDuplicate", &["process"]),
    ("FilesOnTime", &["intake", "process"]),
    ("FileLatency", &["intake", "process"]),
    ("FilesUnroutable", &["intake"]),
    ("FilesReceived", &["intake"]),
    ("ContractsInvalid", &["intake"]),
    ("IntakePaused", &["intake"]),
    ("NoticesFailed", &["notify"]),
    ("PagesFailed", &["page"]),
    ("CanariesArrived", &["canary", "intake", "process", "notify"]),
];

/// The log groups to search.
pub(crate) fn groups(alarm: &Alarm, stack: &str) -> Vec<String> {
    if let Some(group) = alarm.dimension("LogGroupName") {
        return vec![group.to_owned()];
    }
    if let Some(function) = alarm.dimension("FunctionName") {
        return vec![format!("/aws/lambda/{function}")];
    }
    let of_queue = alarm.dimension("QueueName").and_then(|queue| of_queue(queue, stack));
    let functions = match &of_queue {
        Some(function) => std::slice::from_ref(function),
        None => by_metric(alarm),
    };
    functions.iter().map(|function| format!("/aws/lambda/{stack}-{function}")).collect()
}

/// The function that reads the queue `<stack>-<function>`, or for which `<stack>-<function>-dlq` is kept.
fn of_queue(queue: &str, stack: &str) -> Option<&'static str> {
    let name = queue.strip_prefix(stack)?.strip_prefix('-')?;
    let name = name.strip_suffix("-dlq").unwrap_or(name);
    FUNCTIONS.iter().copied().find(|function| *function == name)
}

fn by_metric(alarm: &Alarm) -> &'static [&'static str] {
    let measures =
        |name: &str| alarm.trigger().is_some_and(|trigger| trigger.measured().any(|measured| measured.metric == name));
    TOLD_BY.iter().find(|(name, _)| measures(name)).map_or(&FUNCTIONS, |(_, functions)| functions)
}

/// The query: what was written about the affected files, or every complaint where none is known.
pub(crate) fn query(alarm: &Alarm, affected: &Affected) -> String {
    let filter = if alarm.dimension("LogGroupName").is_some() {
        // The alarm is about metric lines that CloudWatch could not read.
        r#"@message like /"_aws"/"#.to_owned()
    } else if affected.files.is_empty() {
        r#"level in ["ERROR", "WARN"] or @message like /Task timed out|Runtime exited/"#.to_owned()
    } else {
        let ids: Vec<_> = affected.files.iter().map(|file| format!("{:?}", file.file_id)).collect();
        format!("file_id in [{}]", ids.join(", "))
    };
    format!(
        "fields @timestamp, @log, level, message, error, file_id\n| filter {filter}\n| sort @timestamp desc\n| limit 100"
    )
}
