//! `atalaya trace`: one file's story, out of everything that recorded it, in order of time.

mod event;
mod executions;
mod ledger;
mod logs;
mod tell;

use atalaya_cloud::FileRecord;
use atalaya_cloud::ledger::{BrowseFiles as _, KeepAudit as _};
use atalaya_contract::FUNCTIONS;
use atalaya_operations::executions::ExecutionLog;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::args::{GlobalArgs, TraceArgs};
use crate::connect::{self, Stack, Watching};
use crate::file;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;

use event::{Event, Gap, Source, Tone, gaps, in_order};

/// Commands that are looked through for those about the file.
const OPERATIONS: usize = 500;
/// How much longer than the file's own way is looked at: an alarm needs a minute or more.
const AFTERMATH: SignedDuration = SignedDuration::from_mins(15);
/// A silence that is worth a line.
const SILENCE: SignedDuration = SignedDuration::from_secs(60);
/// How far a local AWS's CloudWatch may be ahead: what it received lies there.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 366);

/// Everything that is known.
struct Story {
    record: FileRecord,
    events: Vec<Event>,
    gaps: Vec<Gap>,
    /// What is missing, and why, a sentence each.
    unanswered: Vec<String>,
    /// How far CloudWatch's clock is ahead of everybody else's.
    ahead: Option<SignedDuration>,
}

/// Finds the file and tells its story.
pub(crate) async fn run(args: &TraceArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let (stack, watching) = connect::everything(global, output).await?;
    let record = file::find(&stack.ledger, &args.id).await?;
    let story = gather(&stack, &watching, record, Timestamp::now()).await;
    output.answer(&document(&story))?;
    if !output.is_json() {
        output.line(tell::tell(&story, args.logs))?;
    }
    Ok(Verdict::Fine)
}

/// Asks every source. One that does not answer is named, and keeps the others from nothing.
async fn gather(stack: &Stack, watching: &Watching, record: FileRecord, now: Timestamp) -> Story {
    let mut unanswered = Vec::new();
    let (notices, operations, executions, logs) = tokio::join!(
        stack.ledger.notices(&record.file.file_id),
        stack.ledger.operations(OPERATIONS),
        executions(stack, &record),
        logs(stack, watching, &record, now),
    );
    let mut events = ledger::states(&record);
    match notices {
        Ok(notices) => events.extend(ledger::notices(&notices)),
        Err(error) => unanswered.push(format!("notices are missing: {}", connect::cloud(error))),
    }
    match operations {
        Ok(operations) => events.extend(ledger::operations(&record, &operations)),
        Err(error) => unanswered.push(format!("commands of operators are missing: {}", connect::cloud(error))),
    }
    let (steps, missing) = executions;
    events.extend(steps);
    unanswered.extend(missing);
    let mut ahead = None;
    match logs {
        Ok(found) => {
            if found.events.is_empty() {
                unanswered.push(
                    "no log line names the file: logs come late by seconds, and go when their time is over".to_owned(),
                );
            }
            if found.cut_off {
                unanswered.push("only the first lines of the logs are told".to_owned());
            }
            ahead = found.ahead;
            events.extend(found.events);
        }
        Err(failure) => unanswered.push(format!("logs are missing: {failure}")),
    }
    let last = events.iter().map(|event| event.at).max().unwrap_or(now);
    match alarms(stack, watching, (record.file.created_at, last + AFTERMATH), ahead).await {
        Ok(changes) => events.extend(changes),
        Err(failure) => unanswered.push(format!("alarms are missing: {failure}")),
    }
    if let Some(ahead) = ahead {
        unanswered.push(format!(
            "CloudWatch's clock is {} s ahead of the functions': logs stand at the functions' own times, and what only \
             CloudWatch dates (REPORT lines, alarms) at its time less that, which is not exact",
            ahead.as_secs()
        ));
    }
    let events = in_order(events);
    let gaps = gaps(&events, SILENCE);
    Story { record, events, gaps, unanswered, ahead }
}

/// The steps of each attempt's execution, and what is missing.
async fn executions(stack: &Stack, record: &FileRecord) -> (Vec<Event>, Vec<String>) {
    let log = ExecutionLog::new(&stack.sdk, stack.names.state_machine_arn());
    let (mut events, mut missing) = (Vec::new(), Vec::new());
    for attempt in 1..=record.attempt {
        let name = FileRecord { attempt, ..record.clone() }.execution_name();
        match log.history(&name).await {
            Ok(Some(history)) => events.extend(executions::in_words(&history, attempt)),
            Ok(None) => missing.push(format!(
                "Step Functions does not know the execution of attempt {attempt}: it was never started, or forgotten \
                 (after 90 days)"
            )),
            Err(error) => missing.push(format!("the execution of attempt {attempt} is missing: {error}")),
        }
    }
    (events, missing)
}

async fn logs(stack: &Stack, watching: &Watching, record: &FileRecord, now: Timestamp) -> Result<logs::Found, Failure> {
    let groups: Vec<_> = FUNCTIONS.iter().map(|function| stack.names.log_group(function)).collect();
    let start = record.file.created_at - SignedDuration::from_mins(1);
    let end = if stack.sdk.endpoint_url().is_some() { now + AHEAD } else { now + SignedDuration::from_mins(1) };
    logs::find(&watching.logs(), &groups, record.file.file_id.as_str(), (start, end)).await
}

/// The alarms that changed while the file was on its way. The windows of burn rates only feed others.
async fn alarms(
    stack: &Stack,
    watching: &Watching,
    (start, end): (Timestamp, Timestamp),
    ahead: Option<SignedDuration>,
) -> Result<Vec<Event>, Failure> {
    let ahead = ahead.unwrap_or(SignedDuration::ZERO);
    let prefix = format!("{}-", stack.names.stack());
    let changes = watching.cloudwatch().all_changes(start + ahead, end + ahead).await.map_err(connect::cloud)?;
    let told = changes.into_iter().filter_map(|(at, name, summary)| {
        let short = name.strip_prefix(&prefix)?;
        let is_part = short.starts_with("Slo") && short.contains('-');
        let to_alarm = summary.ends_with("to ALARM");
        let text = summary.trim_start_matches("Alarm updated from ").replace(" to ", " → ");
        let event = Event::new(at - ahead, Source::Alarm, text).from(short);
        let event = event.tone(if to_alarm { Tone::Bad } else { Tone::Plain });
        (!is_part).then_some(if to_alarm { event } else { event.detail() })
    });
    Ok(told.collect())
}

fn document(story: &Story) -> Value {
    json!({
        "file_id": story.record.file.file_id,
        "key": story.record.file.key,
        "state": story.record.state,
        "attempt": story.record.attempt,
        "events": story.events,
        "gaps": story.gaps,
        "unanswered": story.unanswered,
        "cloudwatch_ahead_seconds": story.ahead.map(|ahead| ahead.as_secs()),
    })
}

#[cfg(test)]
mod tests;
