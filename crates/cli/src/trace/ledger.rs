//! What the ledger knows: the object, each state, what users were told, and the commands of operators.

use atalaya_cloud::FileRecord;
use atalaya_cloud::ledger::{NoticeRecord, NoticeState, Operation};
use atalaya_contract::{FileState, RecoveryKind};
use jiff::{SignedDuration, Timestamp};

use super::event::{Event, Source, Tone};
use atalaya_terminal::human;

/// How long a command that was never ended may have worked on a file.
const LONGEST_COMMAND: SignedDuration = SignedDuration::from_hours(1);

/// The object and every state that its file has been in.
pub(super) fn states(record: &FileRecord) -> Vec<Event> {
    let file = &record.file;
    let created = format!("s3://{}/{} created, {}", file.bucket, file.key, human::bytes(file.size));
    let mut events = vec![Event::new(file.created_at, Source::Object, created)];
    events.extend(record.history.iter().map(|step| {
        let mut text = format!("{} (attempt {})", step.state, step.attempt);
        if let Some(note) = &step.note {
            text.push_str(&format!(": {note}"));
        }
        Event::new(step.at, Source::Ledger, text).tone(tone(step.state))
    }));
    if let (Some(error), Some(at)) = (&record.error, record.ended_at) {
        let text = atalaya_cloud::why::failure(error);
        // The head of the story says it already.
        events.push(Event::new(at, Source::Ledger, text).from("error").tone(Tone::Bad).detail());
    }
    events
}

const fn tone(state: FileState) -> Tone {
    match state {
        FileState::Available => Tone::Good,
        FileState::Rejected | FileState::Failed => Tone::Bad,
        FileState::Duplicate | FileState::Unroutable | FileState::Discarded => Tone::Warning,
        FileState::Received | FileState::Processing => Tone::Plain,
    }
}

/// What users were told, and what is still to be told.
pub(super) fn notices(notices: &[NoticeRecord]) -> Vec<Event> {
    let mut events = Vec::new();
    for notice in notices {
        let claimed = Event::new(notice.claimed_at, Source::Notice, format!("{} is being published", notice.event));
        match (notice.delivery, notice.sent_at) {
            (NoticeState::Sent, Some(sent_at)) => {
                events.push(claimed.detail());
                let subject = notice.subject.as_deref().unwrap_or("without a subject");
                events.push(Event::new(sent_at, Source::Notice, format!("published: {subject}")).tone(Tone::Good));
                let message = notice.message_id.as_deref().map(|id| format!("SNS calls the message {id}"));
                events.extend(message.map(|text| Event::new(sent_at, Source::Notice, text).detail()));
            }
            _ => {
                let until = human::time(notice.lease_until);
                let text = format!("{} is being published; the claim holds until {until}", notice.event);
                events.push(Event { text, ..claimed }.tone(Tone::Warning));
            }
        }
    }
    events
}

/// The commands that name the file, or worked when an attempt of it began anew.
pub(super) fn operations(record: &FileRecord, operations: &[Operation]) -> Vec<Event> {
    let recovered: Vec<_> = record
        .history
        .iter()
        .filter(|step| step.attempt > 1 && matches!(step.state, FileState::Received | FileState::Discarded))
        .filter_map(|step| Some((step.at, step.note.as_deref()?)))
        .collect();
    let mut events = Vec::new();
    for operation in operations.iter().filter(|operation| names(operation, record) || worked_at(operation, &recovered))
    {
        let reason = operation.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let text = format!("atalaya {}, by {}{reason}", operation.command, operation.by);
        events.push(Event::new(operation.at, Source::Operator, text));
        match (operation.ended_at, &operation.outcome) {
            (Some(at), Some(outcome)) => {
                let text = format!("atalaya {} ended: {outcome}", operation.command);
                events.push(Event::new(at, Source::Operator, text).detail());
            }
            _ => {
                let text = format!("atalaya {} has not ended, or was killed", operation.command);
                events.push(Event::new(operation.at, Source::Operator, text).tone(Tone::Warning));
            }
        }
    }
    events
}

fn names(operation: &Operation, record: &FileRecord) -> bool {
    let id = record.file.file_id.as_str();
    operation.subject.contains(id) || id.get(..8).is_some_and(|short| operation.subject.contains(short))
}

/// Whether the command ran when something was decided about the file, and is one that decides so: a redrive that was
/// killed, whose end nobody knows, has nothing to do with a replay that came after it.
fn worked_at(operation: &Operation, decided: &[(Timestamp, &str)]) -> bool {
    let end = operation.ended_at.unwrap_or(operation.at + LONGEST_COMMAND);
    let verb = operation.command.split(' ').next().unwrap_or_default();
    let decides = |note: &str| {
        RecoveryKind::ALL.into_iter().any(|kind| kind.as_str().starts_with(verb) && note.starts_with(kind.done()))
    };
    decided.iter().any(|(at, note)| (operation.at..=end).contains(at) && decides(note))
}
